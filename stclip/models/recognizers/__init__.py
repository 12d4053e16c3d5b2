"""Zero-shot recognisers: which action a video shows."""

from stclip.models.recognizers.base import VideoTextRecognizer
from stclip.models.recognizers.dasti import DASTIRecognizer
from stclip.models.recognizers.stdd import STDDRecognizer

__all__ = ['DASTIRecognizer', 'STDDRecognizer', 'VideoTextRecognizer']
