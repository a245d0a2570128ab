"""The shapes that a task can have: one file each."""
