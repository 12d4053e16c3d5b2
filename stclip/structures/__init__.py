"""Boxes and the other small data types that all rooms share."""
