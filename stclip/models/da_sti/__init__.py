"""DA-STI, arXiv:2510.27255: attributes and spatio-temporal interaction."""

from stclip.models.da_sti.recognizer import DASTIRecognizer

__all__ = ['DASTIRecognizer']
