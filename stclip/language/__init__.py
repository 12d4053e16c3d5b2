"""Asking language models about actions; only tools do so."""
