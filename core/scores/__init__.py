"""Answers, metrics and prediction files. Pure but for files of predictions."""
