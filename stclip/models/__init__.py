"""Detectors, recognisers and their parts; importing registers them.

Shared rooms: ``clip``, the towers; ``detection`` and ``recognition``, what
methods on persons and on whole videos have in common. Then a folder for each
method, in the order of its paper; a method never imports another.
"""

from stclip.models import (
    da_sti,
    detection,
    openmixer,
    recognition,
    st_clip,
    stdd,
)

__all__ = [
    'da_sti',
    'detection',
    'openmixer',
    'recognition',
    'st_clip',
    'stdd',
]
