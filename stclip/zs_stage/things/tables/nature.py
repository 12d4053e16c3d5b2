"""What grows, lies or shines outdoors."""

from itertools import pairwise

import numpy as np

from stclip.zs_stage.things.shapes import (
    arc,
    bar,
    box,
    disc,
    poly,
)
from stclip.zs_stage.things.thing import ANY, Thing


def _crescent(angle: float) -> tuple[float, float, float, float]:
    """Points of a moon's outer and inner edge at the same height."""
    x, y = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return 5 * x, 5 * y, 1.8 * x, 5 * y


_PLANTS = (
    Thing('tree', 1.7, 'floor', (
        poly('bark', -0.9, 0, 0.9, 0, 0.6, 6, -0.6, 6),
        disc('main', -2.2, 6.4, 2.4, 2),
        disc('main', 2.2, 6.4, 2.4, 2),
        disc('main', 0, 8.4, 3, 2.6),
        disc('dark', 0.8, 6, 1.6, 1),
        disc('light', -1.2, 9, 1, 0.8),
    ), ('green', 'orange', 'yellow')),
    Thing('pine', 1.7, 'floor', (
        box('bark', -0.6, 0, 0.6, 2),
        poly('main', -3.6, 1.8, 3.6, 1.8, 0, 6),
        poly('dark', -3, 4.2, 3, 4.2, 0, 8.2),
        poly('main', -2.3, 6.4, 2.3, 6.4, 0, 10.6),
    ), ('green',)),
    Thing('bush', 0.6, 'floor', (
        disc('main', -3, 2, 2.6, 2),
        disc('main', 3, 2, 2.6, 2),
        disc('main', 0, 3, 3.2, 2.6),
        disc('crimson', -2.6, 2.6, 0.5),
        disc('crimson', 0.6, 4, 0.5),
        disc('crimson', 2.8, 2, 0.5),
        disc('crimson', -0.4, 1.6, 0.5),
    ), ('green',)),
    Thing('palm', 1.7, 'floor', (
        bar('wood', 0.9, 0, 0.4, 0.5, 4, 1.6, 8),
        bar('main', 1.0, 1.6, 8.2, -1, 9.2, -3, 7.6),
        bar('main', 1.0, 1.6, 8.2, 4, 9.4, 6.2, 8),
        bar('main', 1.0, 1.6, 8.2, -0.8, 8, -2, 6),
        bar('main', 1.0, 1.6, 8.2, 4.2, 8, 5.2, 6),
        bar('main', 1.0, 1.6, 8.2, 1, 10.4, -0.6, 11),
        bar('main', 1.0, 1.6, 8.2, 2.8, 10.4, 4.2, 10.8),
        disc('bark', 1.1, 7.6, 0.6),
        disc('bark', 2.2, 7.5, 0.6),
    ), ('green',)),
    Thing('cactus', 0.9, 'floor', (
        bar('main', 2, 0, 1, 0, 8),
        bar('main', 1.4, 0, 3, -2.8, 3, -2.8, 6),
        bar('main', 1.4, 0, 4.2, 2.8, 4.2, 2.8, 7),
        bar('light', 0.3, 0, 1, 0, 8),
        disc('crimson', 0, 9.2, 0.8),
    ), ('green',)),
    Thing('rock', 0.5, 'floor', (
        poly('stone', -4.6, 0, 4.6, 0, 4, 2.4, 1.6, 4.6, -2, 4.2, -4.4, 2),
        poly('metal', -2, 4.2, 1.6, 4.6, 0.4, 2.6, -2.6, 2.4),
        poly('steel', 4.6, 0, 4, 2.4, 1.8, 1.6, 1.6, 0),
    ), ('grey',)),
    Thing('mountain', 3.2, 'floor', (
        poly('steel', -7, 0, 2, 0, -2.6, 6.4),
        poly('stone', -3.4, 0, 7, 0, 2, 8),
        poly('steel', 2, 8, 7, 0, 3, 0),
        poly('snow', 2, 8, 0.6, 5.8, 1.8, 5.2, 3.5, 5.6),
        poly('snow', -2.6, 6.4, -3.7, 4.8, -2.6, 4.4, -1.5, 4.8),
    ), ('grey',)),
    Thing('snowman', 0.85, 'floor', (
        bar('bark', 0.4, -1.6, 5, -4.4, 6.8),
        bar('bark', 0.4, 1.6, 5, 4.4, 6.8),
        disc('snow', 0, 2.4, 3, 2.6),
        disc('snow', 0, 6, 2.1, 2),
        disc('snow', 0, 8.8, 1.6),
        bar('main', 0.9, -1.3, 7.5, 1.3, 7.5),
        bar('main', 0.8, 1, 7.4, 1.2, 5.6),
        box('ink', -2, 10, 2, 10.5),
        box('ink', -1.3, 10.4, 1.3, 12.4),
        poly('flame', 0, 9, 0, 8.3, 2, 8.5),
        disc('ink', -0.6, 9.2, 0.25),
        disc('ink', 0.6, 9.2, 0.25),
        disc('ink', 0, 5.8, 0.3),
        disc('ink', 0, 4.8, 0.3),
    ), ('red', *ANY)),
    Thing('campfire', 0.5, 'floor', (
        poly('crimson', -3, 0.8, 3, 0.8, 3.2, 3, 1.8, 6, -1.8, 6, -3.2, 3),
        poly('flame', -2.4, 0.8, 2.4, 0.8, 2, 4, 0, 8.4, -2, 4),
        poly('flame', -3.2, 2.6, -1.4, 3, -2.4, 7),
        poly('flame', 3.2, 2.6, 1.4, 3, 2.4, 6.6),
        poly('glow', -1.3, 0.8, 1.3, 0.8, 1.2, 2.8, 0, 5.4, -1.2, 2.8),
        bar('bark', 1.2, -4, 0.6, 3.6, 1.6),
        bar('rust', 1.2, 4, 0.6, -3.6, 1.6),
    ), ('orange',)),
)  # fmt: skip

_SKY = (
    Thing('sun', 0.5, 'sky', (
        poly('gold', -5, 0, 0, -1.6, 5, 0, 0, 1.6),
        poly('gold', 0, -5, 1.6, 0, 0, 5, -1.6, 0),
        poly('gold', -3.6, -3.6, 1.2, -1.2, 3.6, 3.6, -1.2, 1.2),
        poly('gold', -3.6, 3.6, -1.2, -1.2, 3.6, -3.6, 1.2, 1.2),
        disc('glow', 0, 0, 2.7),
    ), ('yellow',)),
    Thing('moon', 0.4, 'sky', tuple(
        poly('cream', *_crescent(a), *_crescent(b)[2:], *_crescent(b)[:2])
        for a, b in pairwise(range(-90, 91, 30))
    ), ('white',)),
    Thing('cloud', 0.8, 'sky', (
        disc('snow', -3, -0.6, 2.4, 1.6),
        disc('snow', 3, -0.6, 2.6, 1.6),
        disc('snow', -0.8, 0.6, 2.4, 2),
        disc('snow', 1.4, 0.4, 2, 1.7),
        box('snow', -3.4, -2.2, 3.4, -0.4),
    ), ('white',)),
    Thing('rainbow', 2.2, 'sky', (
        arc('crimson', 0.9, 0, -2, 6.4, 6.4, 0, 180),
        arc('flame', 0.9, 0, -2, 5.6, 5.6, 0, 180),
        arc('glow', 0.9, 0, -2, 4.8, 4.8, 0, 180),
        arc('lime', 0.9, 0, -2, 4, 4, 0, 180),
        arc('sky', 0.9, 0, -2, 3.2, 3.2, 0, 180),
        arc('violet', 0.9, 0, -2, 2.4, 2.4, 0, 180),
    ), ('red',)),
)  # fmt: skip

NATURE = (*_PLANTS, *_SKY)
