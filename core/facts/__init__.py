"""What is written in YAML: the registry and a user's settings, read with line numbers."""
