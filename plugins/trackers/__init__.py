"""Observers that ship: what experiment trackers are told of runs."""
