"""Intermediate tasks: only trained on."""
