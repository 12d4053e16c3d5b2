"""Zero-shot recognisers: which action a video shows."""

from stclip.models.recognizers.base import VideoTextRecognizer
from stclip.models.recognizers.dasti import DASTIRecognizer

__all__ = ['DASTIRecognizer', 'VideoTextRecognizer']
