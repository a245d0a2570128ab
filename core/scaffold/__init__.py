"""Packages for new plugins: templates, and writing one out."""
