"""Benchmarks: each prints ratios of one run; none of them is a test."""
