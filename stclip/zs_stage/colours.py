"""Colours by the names that captions use."""

from functools import lru_cache

from stclip.zs_stage.painter import Colour

#: Colours of things, RGB. Clothes have the first eight: none of those is like
#: skin, since where hands are says most about an action.
COLOURS: dict[str, Colour] = {
    'red': (205, 40, 40), 'blue': (45, 80, 200), 'green': (45, 145, 65),
    'yellow': (235, 205, 50), 'white': (238, 238, 238),
    'black': (35, 35, 40), 'purple': (125, 60, 165), 'teal': (30, 140, 140),
    'orange': (250, 125, 20), 'pink': (250, 120, 180),
    'brown': (120, 70, 30), 'grey': (140, 140, 145),
}  # fmt: skip
#: Names of the colours that clothes have.
CLOTHES = tuple(COLOURS)[:8]

#: What parts of things are made of, whatever the colour of the rest.
MATERIALS: dict[str, Colour] = {
    'wood': (200, 150, 20), 'bark': (95, 70, 45), 'straw': (225, 195, 90),
    'metal': (165, 170, 182), 'steel': (95, 100, 112), 'ink': (30, 30, 34),
    'paper': (245, 243, 232), 'snow': (248, 250, 255),
    'glass': (150, 205, 235), 'screen': (110, 240, 255),
    'leaf': (50, 125, 45), 'grass': (110, 175, 60), 'sea': (40, 120, 190),
    'flame': (255, 130, 20), 'glow': (255, 232, 110), 'gold': (240, 190, 40),
    'brick': (175, 75, 55), 'crimson': (225, 35, 50), 'rust': (185, 95, 45),
    'cream': (250, 225, 160), 'stone': (150, 148, 142),
    'rose': (250, 150, 195), 'sky': (95, 150, 240), 'violet': (140, 80, 200),
    'lime': (120, 220, 60),
}  # fmt: skip


def tone(colour: Colour, factor: float) -> Colour:
    """Return ``colour`` made darker or lighter."""
    return tuple(int(min(255, max(0, part * factor))) for part in colour)


def mixed(colour: Colour, other: Colour, part: float) -> Colour:
    """Return ``colour`` with a ``part``, 0 to 1, of another in it."""
    return tuple(
        round(own + part * (new - own))
        for own, new in zip(colour, other, strict=True)
    )


def contrast(colour: Colour) -> Colour:
    """Return the colour of a pattern that is seen on ``colour``."""
    bright = 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]
    if bright > 140:
        return tone(colour, 0.35)
    return mixed(colour, (255, 255, 255), 0.75)


def _ribbon(colour: Colour) -> Colour:
    """Crimson, or gold on what is reddish itself."""
    red = colour[0] - max(colour[1], colour[2])
    return MATERIALS['gold' if red > 40 else 'crimson']


@lru_cache(maxsize=1024)
def palette(colour: Colour) -> dict[str, Colour]:
    """Return what a thing of one colour is painted with.

    Returns:
        ``main``, ``dark`` and ``light`` of it, ``mark`` for patterns,
        ``ribbon`` for what is tied about it, and all :data:`MATERIALS`.
    """
    return MATERIALS | {
        'main': colour,
        'dark': tone(colour, 0.6),
        'light': mixed(colour, (255, 255, 255), 0.45),
        'mark': contrast(colour),
        'ribbon': _ribbon(colour),
    }
