"""Annotations as other tools write them, person by person."""
