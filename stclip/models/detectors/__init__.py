"""Action detectors: persons with boxes in, action scores out."""

from stclip.models.detectors.clip_baseline import CLIPBaseline
from stclip.models.detectors.region_recognizer import RegionRecognizer
from stclip.models.detectors.stclip import STCLIP

__all__ = ['STCLIP', 'CLIPBaseline', 'RegionRecognizer']
