"""What the benchmarks share: made data, the two programs that are compared, clocks, tables."""
