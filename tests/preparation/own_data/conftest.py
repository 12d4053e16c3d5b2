"""Persons who are followed, of which exports tell."""

from followed_persons import followed

__all__ = ['followed']
