"""OpenMixer: a detector of persons and actions on CLIP's patches."""

from stclip.models.openmixer.detector import OpenMixer
from stclip.models.openmixer.windows import WindowDataPreprocessor

__all__ = ['OpenMixer', 'WindowDataPreprocessor']
