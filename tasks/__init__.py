"""Intermediate and target tasks that ship with xeval."""
