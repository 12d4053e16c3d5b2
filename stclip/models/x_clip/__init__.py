"""X-CLIP: frames that send messages, and prompts of the video."""

from stclip.models.x_clip.recognizer import XCLIPRecognizer

__all__ = ['XCLIPRecognizer']
