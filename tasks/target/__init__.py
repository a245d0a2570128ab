"""Target tasks: fine-tuned on in the source language, evaluated in every language."""
