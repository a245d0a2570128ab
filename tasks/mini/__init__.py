"""The mini testbed: small made languages, and tasks whose labels follow from their meaning."""
