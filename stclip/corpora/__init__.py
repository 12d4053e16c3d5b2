"""Corpora: many videos, each looked at once, by one process or a cluster."""
