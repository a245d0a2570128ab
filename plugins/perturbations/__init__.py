"""Perturbations that ship with xeval."""
