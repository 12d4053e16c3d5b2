"""Boxes and the other small data types everything else speaks in."""
