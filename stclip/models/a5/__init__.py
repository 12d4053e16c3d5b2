"""Efficient-Prompting (A5), arXiv:2112.04478: learned words around names."""

from stclip.models.a5.recognizer import A5Recognizer

__all__ = ['A5Recognizer']
