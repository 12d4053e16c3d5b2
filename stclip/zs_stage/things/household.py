"""What is held at home: vessels, food, things to read and to look at."""

from stclip.zs_stage.things.shapes import (
    arc,
    bar,
    box,
    cap,
    disc,
    poly,
    ring,
    slice_of,
)
from stclip.zs_stage.things.thing import ANY, Thing

VESSELS = (
    Thing('cup', 0.2, 'hand', (
        ring('main', 1.4, 4.2, 0.4, 2.2, 2.4),
        poly('main', -3.2, -4, 3.2, -4, 3.8, 4, -3.8, 4),
        disc('ink', 0, 4, 3.8, 1.1),
    )),
    Thing('glass', 0.24, 'hand', (
        poly('glass', -2.4, -5, 2.4, -5, 3.8, 5, -3.8, 5),
        poly('main', -2, -4.2, 2, -4.2, 3, 2.2, -3, 2.2),
        bar('crimson', 0.9, -0.8, -3, 2.6, 8.5),
        bar('paper', 0.7, -3.8, 5, -2.4, -5, 2.4, -5, 3.8, 5),
    )),
    Thing('bottle', 0.32, 'hand', (
        box('main', -2.4, -6, 2.4, 2),
        poly('main', -2.4, 2, 2.4, 2, 1, 4.4, -1, 4.4),
        box('main', -1, 4.4, 1, 7),
        box('ink', -1.3, 7, 1.3, 8.4),
        box('paper', -2.4, -4, 2.4, -0.6),
    )),
    Thing('jug', 0.3, 'hand', (
        arc('dark', 1.2, 3.2, 0.5, 3.2, 3.2, -90, 90),
        poly('main', -4, -5.5, 4, -5.5, 2.6, 3, -2.6, 3),
        poly('main', -2.6, 3, 2.6, 3, 3.2, 6, -3.2, 6),
        poly('main', -3, 3.4, -5.6, 6.4, -3, 6),
        box('light', -4, -3, 3.8, -1.4),
    )),
)  # fmt: skip
PAPERS = (
    Thing('book', 0.36, 'hands', (
        poly('main', -6.6, -4, 0, -5.2, 0, 4, -6.6, 5.2),
        poly('main', 6.6, -4, 0, -5.2, 0, 4, 6.6, 5.2),
        poly('paper', -5.8, -3, 0, -4.2, 0, 4, -5.8, 5),
        poly('paper', 5.8, -3, 0, -4.2, 0, 4, 5.8, 5),
        bar('ink', 0.5, 0, -4.6, 0, 4),
    )),
    Thing('phone', 0.2, 'hand', (
        box('main', -2.4, -4.6, 2.4, 4.6),
        box('screen', -1.7, -3, 1.7, 3.8),
        disc('paper', 0, -3.8, 0.5),
    ), ('black', *ANY)),
)  # fmt: skip
PLAY = (
    Thing('umbrella', 0.62, 'hand', (
        bar('ink', 0.5, 0, -1.2, 0, 9),
        cap('main', 0, 6, 7, 5.6, 0, 180),
        cap('dark', 0, 6, 2.4, 5.6, 0, 180),
        bar('ink', 0.6, 0, 11.4, 0, 12.4),
    ), stands=False),
    Thing('ball', 0.16, 'hand', (
        disc('main', 0, 0, 5),
        slice_of('paper', 0, 0, 5, 60, 120),
        slice_of('paper', 0, 0, 5, 180, 240),
        slice_of('paper', 0, 0, 5, 300, 360),
    )),
    Thing('box', 0.34, 'hands', (
        box('main', -5, -4, 3.4, 3),
        poly('light', -5, 3, 3.4, 3, 5.4, 5, -3, 5),
        poly('dark', 3.4, -4, 5.4, -2, 5.4, 5, 3.4, 3),
        box('straw', -1.6, -4, 0, 3),
    )),
)  # fmt: skip
HOUSEHOLD = (*VESSELS, *PAPERS, *PLAY)
