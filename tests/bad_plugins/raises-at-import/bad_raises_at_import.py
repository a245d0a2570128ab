"""Raises when it is imported."""

raise RuntimeError("no lexicon here")
