"""Plugins found, stages executed, artifacts stored."""
