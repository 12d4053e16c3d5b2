"""Open-VCLIP, arXiv:2302.00624: frames that look at their neighbours."""

from stclip.models.open_vclip.recognizer import OpenVCLIPRecognizer

__all__ = ['OpenVCLIPRecognizer']
