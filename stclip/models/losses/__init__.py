"""Losses as plain functions."""

from stclip.models.losses.focal import sigmoid_focal_loss, softmax_focal_loss

__all__ = ['sigmoid_focal_loss', 'softmax_focal_loss']
