"""Styles of photographs: what a camera makes of what it sees."""

from dataclasses import replace

from stclip.zs_stage.clip import Optics

#: What differs from a plain photograph. A close-up is a matter of the cut.
STYLES: dict[str, dict[str, float]] = {
    'plain': {},
    'black_and_white': dict(saturation=0.0),
    'blurry': dict(softness=2.6),
    'dark': dict(exposure=0.42),
    'bright': dict(exposure=1.75),
    'close_up': {},
}


def in_style(optics: Optics, style: str) -> Optics:
    """Return a camera that takes pictures of a style.

    Args:
        optics: A plain camera.
        style: Key of :data:`STYLES`.
    """
    return replace(optics, **STYLES[style])
