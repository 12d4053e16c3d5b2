"""What is eaten."""

from stclip.zs_stage.things.shapes import (
    arc,
    bar,
    box,
    disc,
    poly,
)
from stclip.zs_stage.things.thing import ANY, Thing

FOOD = (
    Thing('apple', 0.16, 'hand', (
        disc('main', -1.7, 0, 2.9, 3.4),
        disc('main', 1.7, 0, 2.9, 3.4),
        bar('bark', 0.8, 0, 2.6, 0.5, 5),
        poly('leaf', 0.6, 4, 2.4, 3.8, 4, 5.2, 2, 5.6),
        disc('light', -2.4, 1, 0.8, 1.2),
    ), ('red', 'green', 'yellow')),
    Thing('banana', 0.26, 'hand', (
        arc('gold', 2.6, 4, 1, 5.4, 6, 120, 240),
        arc('glow', 0.8, 4, 1, 5.4, 6, 135, 225),
        bar('bark', 1.3, 1.8, 6.4, 2.6, 7.2),
        bar('bark', 1.2, 1.8, -4.6, 2.4, -5),
    ), ('yellow',), stands=False),
    Thing('bread', 0.34, 'hands', (
        disc('rust', 0, 0, 7, 3.2),
        disc('wood', 0, 0.5, 6.4, 2.4),
        bar('cream', 1.0, -4.4, -0.8, -3, 1.8),
        bar('cream', 1.0, -1.4, -1, 0, 2),
        bar('cream', 1.0, 1.6, -0.8, 3, 1.8),
    ), ('brown',)),
    Thing('pizza', 0.32, 'hands', (
        disc('rust', 0, 0, 6),
        disc('gold', 0, 0, 5),
        disc('crimson', -2, 2, 1.3),
        disc('crimson', 2.2, 1.6, 1.3),
        disc('crimson', -2, -2, 1.3),
        disc('crimson', 2, -2.2, 1.3),
        disc('leaf', 0, 0, 0.8),
        disc('leaf', 0, 3.6, 0.7),
        disc('leaf', -3.6, 0, 0.7),
    ), ('yellow',), stands=False),
    Thing('cake', 0.32, 'hands', (
        box('main', -5, -4, 5, 0.6),
        box('paper', -5, -2, 5, -1),
        box('snow', -5.2, 0.6, 5.2, 2.2),
        disc('snow', -3.6, 0.6, 1.1),
        disc('snow', 0, 0.6, 1.1),
        disc('snow', 3.6, 0.6, 1.1),
        bar('sky', 0.8, -2.8, 2.4, -2.8, 5),
        bar('crimson', 0.8, 0, 2.4, 0, 5),
        bar('leaf', 0.8, 2.8, 2.4, 2.8, 5),
        disc('flame', -2.8, 6, 0.8),
        disc('flame', 0, 6, 0.8),
        disc('flame', 2.8, 6, 0.8),
    ), ('pink', *ANY)),
    Thing('ice_cream', 0.28, 'hand', (
        poly('wood', -2.6, 2, 0, -6, 2.6, 2),
        bar('rust', 0.4, -1.4, -1.8, 2, 2),
        bar('rust', 0.4, 1.4, -1.8, -2, 2),
        disc('main', -1.7, 3.2, 2.2),
        disc('snow', 1.7, 3.2, 2.2),
        disc('main', 0, 6, 2.3),
        disc('crimson', 0.2, 8.6, 0.9),
    ), ('pink', *ANY), stands=False),
    Thing('fish', 0.3, 'hand', (
        disc('main', 1, 0, 5, 2.7),
        poly('main', -3, 0, -6.6, 3, -6.6, -3),
        poly('dark', 0, 2.4, 2.6, 2.2, -0.6, 4.2),
        arc('dark', 0.6, 1, 0, 2.2, 2.2, -60, 60),
        disc('snow', 4.2, 0.8, 0.9),
        disc('ink', 4.4, 0.8, 0.5),
    ), ('blue', *ANY), stands=True),
)  # fmt: skip
