"""Attributes and graphs written by a language model."""
