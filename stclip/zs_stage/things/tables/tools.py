"""Tools and weapons; what a shaft carries points along its up."""

from stclip.zs_stage.things.shapes import (
    arc,
    bar,
    box,
    disc,
    poly,
    ring,
)
from stclip.zs_stage.things.thing import ANY, Thing

_SHAFTS = (
    Thing('broom', 0.72, 'hand', (
        bar('wood', 0.9, 0, -3, 0, 8),
        box('main', -2.4, 7, 2.4, 8.4),
        poly('straw', -2.2, 8.4, 2.2, 8.4, 3.6, 12.6, -3.6, 12.6),
        bar('rust', 0.4, -1.2, 9, -2, 12.4),
        bar('rust', 0.4, 0, 9, 0, 12.4),
        bar('rust', 0.4, 1.2, 9, 2, 12.4),
    ), stands=False),
    Thing('mop', 0.72, 'hand', (
        bar('main', 0.9, 0, -3, 0, 8),
        box('steel', -1.8, 7.4, 1.8, 8.6),
        bar('snow', 1.3, -1.2, 9, -3.8, 10.6, -4.2, 13),
        bar('snow', 1.3, -0.6, 9, -1.8, 11, -1.6, 13.4),
        bar('snow', 1.3, 0.4, 9, 0.8, 11.4, 0.6, 13.4),
        bar('snow', 1.3, 1.2, 9, 3.6, 10.6, 3.6, 13),
    ), stands=False),
    Thing('shovel', 0.7, 'hand', (
        bar('wood', 1.0, 0, -2.6, 0, 7),
        bar('wood', 1.0, -1.6, -3, 1.6, -3),
        poly('steel', -3, 6.4, 3, 6.4, 3, 10.2, 0, 13.4, -3, 10.2),
        bar('metal', 0.6, 0, 7.6, 0, 11.6),
    ), ('grey',), stands=False),
    Thing('rake', 0.72, 'hand', (
        bar('wood', 0.9, 0, -3, 0, 9),
        bar('main', 1.1, -4.4, 9.4, 4.4, 9.4),
        bar('main', 0.8, -4.4, 9.4, -4.4, 12.4),
        bar('main', 0.8, -2.2, 9.4, -2.2, 12.4),
        bar('main', 0.8, 0, 9.4, 0, 12.4),
        bar('main', 0.8, 2.2, 9.4, 2.2, 12.4),
        bar('main', 0.8, 4.4, 9.4, 4.4, 12.4),
    ), ('green', *ANY), stands=False),
    Thing('axe', 0.5, 'hand', (
        bar('wood', 1.2, 0, -4, 0, 9),
        poly('main', 0, 5.4, 4.6, 4, 4.6, 10, 0, 8.6),
        poly('snow', 4.2, 4, 5.4, 4.4, 5.4, 9.6, 4.2, 10),
        box('main', -1.4, 5.8, 0, 8.2),
    ), ('red', *ANY), stands=False),
    Thing('hammer', 0.34, 'hand', (
        bar('main', 1.5, 0, -3, 0, 6),
        box('steel', -2.6, 5.4, 3, 8),
        box('ink', 3, 5, 4.2, 8.4),
        poly('steel', -2.6, 8, -2.6, 6.2, -5, 5.2),
    ), stands=False),
    Thing('saw', 0.5, 'hand', (
        poly('metal', -1.8, 2, 2.4, 2, 0.8, 13, -1.8, 13),
        bar('ink', 0.5, 2.6, 2.4, 1.8, 3.4, 2.5, 4.4, 1.6, 5.4, 2.2, 6.4, 1.3,
            7.4, 1.9, 8.4, 1, 9.4, 1.6, 10.4, 0.8, 11.4, 1.2, 12.6),
        ring('main', 1.6, 0, 0, 2.1, 2.4),
    ), stands=False),
    Thing('knife', 0.3, 'hand', (
        poly('metal', -1.1, 1.4, 2.4, 1.4, 2.4, 6, -1.1, 9.6),
        bar('snow', 0.6, 2.1, 1.8, 2.1, 6),
        box('ink', -1.7, 0.6, 2.4, 1.6),
        bar('main', 1.9, 0, -3, 0, 0),
    ), ('black', *ANY), stands=False),
    Thing('scissors', 0.3, 'hand', (
        poly('metal', -0.7, 1, 0.4, 0.6, 3.2, 8.6, 2, 8.6),
        poly('metal', 0.7, 1, -0.4, 0.6, -3.2, 8.6, -2, 8.6),
        disc('ink', 0, 1.6, 0.6),
        ring('main', 1.1, -1.9, -1.6, 1.6, 2),
        ring('main', 1.1, 1.9, -1.6, 1.6, 2),
    ), stands=False),
)  # fmt: skip

_WEAPONS = (
    Thing('sword', 0.6, 'hand', (
        bar('bark', 1.1, 0, -1.6, 0, 1),
        disc('gold', 0, -2, 0.9),
        bar('gold', 1.2, -2.6, 1.6, 2.6, 1.6),
        poly('metal', -1, 2.2, 1, 2.2, 1, 11, 0, 13, -1, 11),
        bar('snow', 0.5, 0, 2.6, 0, 11.4),
    ), ('grey',), stands=False),
    Thing('shield', 0.44, 'hand', (
        poly('ink', -5, 5, 5, 5, 5, -0.6, 3, -4.4, 0, -6.6, -3, -4.4, -5,
             -0.6),
        poly('main', -4.2, 4.3, 4.2, 4.3, 4.2, -0.6, 2.5, -3.8, 0, -5.7, -2.5,
             -3.8, -4.2, -0.6),
        box('mark', -0.8, -5, 0.8, 4.3),
        box('mark', -4.2, 0.6, 4.2, 2.2),
    )),
    Thing('bow', 0.62, 'hand', (
        bar('paper', 0.3, -2, -6.4, -2, 6.4),
        arc('wood', 1.0, -2.6, 0, 3.4, 6.6, -80, 80),
        bar('bark', 0.6, -4, 0, 3.4, 0),
        poly('ink', 3, 0.9, 5, 0, 3, -0.9),
        poly('crimson', -4.6, 0.9, -2.6, 0.5, -2.6, -0.5, -4.6, -0.9),
    ), ('brown',), stands=False),
    Thing('gun', 0.26, 'hand', (
        box('main', -1.4, -0.6, 1.4, 7),
        poly('dark', 1.4, 2.2, 1.4, -1, 5.6, -2, 5.6, 0.8),
        arc('main', 0.5, 1.8, 2.8, 1.6, 1.4, -90, 90),
        box('metal', -1, 0.4, -0.2, 6.2),
        bar('ink', 0.8, -1.7, 6, -1.7, 6.6),
    ), ('black', *ANY), stands=False),
)  # fmt: skip

_MATERIAL = (
    Thing('ladder', 0.95, 'hands', (
        bar('main', 0.7, -1.7, -7, -1.7, 7),
        bar('main', 0.7, 1.7, -7, 1.7, 7),
        bar('main', 0.6, -1.7, -5.4, 1.7, -5.4),
        bar('main', 0.6, -1.7, -3.2, 1.7, -3.2),
        bar('main', 0.6, -1.7, -1, 1.7, -1),
        bar('main', 0.6, -1.7, 1.2, 1.7, 1.2),
        bar('main', 0.6, -1.7, 3.4, 1.7, 3.4),
        bar('main', 0.6, -1.7, 5.6, 1.7, 5.6),
    ), ('yellow', *ANY)),
    Thing('log', 0.45, 'hands', (
        box('bark', -7, -2.2, 5.6, 2.2),
        disc('bark', -7, 0, 1.2, 2.2),
        disc('cream', 5.6, 0, 1.5, 2.2),
        ring('rust', 0.4, 5.6, 0, 0.8, 1.2),
        bar('ink', 0.4, -6, 0.9, -1, 0.9),
        bar('ink', 0.4, -3, -0.8, 3, -0.8),
    ), ('brown',)),
    Thing('brick', 0.26, 'hand', (
        box('brick', -5, -2.6, 4, 1),
        poly('rust', -5, 1, 4, 1, 6, 3, -3, 3),
        poly('bark', 4, -2.6, 6, -0.8, 6, 3, 4, 1),
        disc('ink', -1.6, 2, 0.9, 0.5),
        disc('ink', 0.8, 2, 0.9, 0.5),
        disc('ink', 3.2, 2, 0.9, 0.5),
    ), ('red',)),
    Thing('wheel', 0.4, 'hands', (
        ring('ink', 1.9, 0, 0, 5),
        ring('metal', 0.7, 0, 0, 3.8),
        bar('metal', 0.6, -3.6, 0, 3.6, 0),
        bar('metal', 0.6, -1.9, -3.2, 1.9, 3.2),
        bar('metal', 0.6, -1.9, 3.2, 1.9, -3.2),
        disc('main', 0, 0, 1.4),
    ), ('grey', *ANY)),
    Thing('rope', 0.34, 'hand', (
        ring('straw', 1.1, 0, 0, 4.6, 4),
        ring('wood', 1.1, 0.2, 0.2, 3.4, 2.9),
        ring('straw', 1.0, 0, 0, 2.2, 1.8),
        bar('wood', 1.1, 3.6, -2.4, 4.6, -5.4, 3.4, -7.4),
        bar('bark', 1.6, -1.2, 3.4, -1.4, 1.2),
    ), ('brown',)),
    Thing('barbell', 0.95, 'hands', (
        bar('metal', 0.5, -9, 0, 9, 0),
        box('main', -7.6, -2.6, -6.2, 2.6),
        box('main', 6.2, -2.6, 7.6, 2.6),
        box('ink', -8.6, -1.7, -7.6, 1.7),
        box('ink', 7.6, -1.7, 8.6, 1.7),
    ), ('black', *ANY)),
)  # fmt: skip

TOOLS = (*_SHAFTS, *_WEAPONS, *_MATERIAL)
