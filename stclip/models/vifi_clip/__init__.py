"""ViFi-CLIP, arXiv:2212.03640: CLIP tuned, or prompted, on mean frames."""

from stclip.models.vifi_clip.recognizer import ViFiCLIPRecognizer

__all__ = ['ViFiCLIPRecognizer']
