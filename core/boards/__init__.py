"""Cells to boards: intervals, paired tests, ranks, groups. Pure."""
