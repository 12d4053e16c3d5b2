"""Benchmarks: tables of accuracy, and speed as ratios."""
