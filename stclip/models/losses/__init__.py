"""Losses as plain functions."""

from stclip.models.losses.focal import sigmoid_focal_loss, softmax_focal_loss
from stclip.models.losses.symmetric import symmetric_cross_entropy

__all__ = [
    'sigmoid_focal_loss',
    'softmax_focal_loss',
    'symmetric_cross_entropy',
]
