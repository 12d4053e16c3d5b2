"""Detectors, recognisers and their parts; importing registers them.

Shared rooms: ``clip``, the towers; ``detection`` and ``recognition``, what
methods on persons and on whole videos have in common. Then a folder for each
method, in the order of its paper; a method never imports another.
"""

from stclip.models import (
    action_clip,
    bike,
    da_sti,
    detection,
    recognition,
    st_clip,
    stdd,
    text4vis,
)

__all__ = [
    'action_clip',
    'bike',
    'da_sti',
    'detection',
    'recognition',
    'st_clip',
    'stdd',
    'text4vis',
]
