"""Detectors, recognisers and their parts; importing registers them."""

from stclip.models import data_preprocessor, detectors, heads, recognizers

__all__ = ['data_preprocessor', 'detectors', 'heads', 'recognizers']
