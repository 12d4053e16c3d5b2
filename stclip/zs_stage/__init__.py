"""ZS-Stage: a rendered miniature of zero-shot action detection benchmarks."""
