"""stclip: zero-shot spatio-temporal action detection in mmaction style."""

from stclip import compat

__version__ = '0.1.0'

# Before torchvision, mmdet or mmaction is imported anywhere.
compat.install()
