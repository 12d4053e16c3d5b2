"""Benchmarks: their tables, and what they need that has to be trained."""
