"""Detectors, recognisers and their parts; importing registers them.

Shared rooms: ``clip``, the towers; ``detection`` and ``recognition``, what
methods on persons and on whole videos have in common. Then a folder for each
method, in the order of its paper; a method never imports another.
"""

from stclip.models import (
    a5,
    action_clip,
    bike,
    da_sti,
    detection,
    maxi,
    open_vclip,
    openmixer,
    recognition,
    st_clip,
    stdd,
    tc_clip,
    text4vis,
    vifi_clip,
    vita_clip,
    x_clip,
)

__all__ = [
    'a5',
    'action_clip',
    'bike',
    'da_sti',
    'detection',
    'maxi',
    'open_vclip',
    'openmixer',
    'recognition',
    'st_clip',
    'stdd',
    'tc_clip',
    'text4vis',
    'vifi_clip',
    'vita_clip',
    'x_clip',
]
