"""What is built outdoors, and vehicles, which go to the right."""

from stclip.zs_stage.things.shapes import (
    arc,
    bar,
    box,
    cap,
    disc,
    poly,
    ring,
)
from stclip.zs_stage.things.thing import ANY, Thing

_BUILDINGS = (
    Thing('house', 2.2, 'floor', (
        box('main', -4.4, 0, 4.4, 5),
        box('ink', 2, 6, 3.2, 9),
        poly('brick', -5.4, 5, 5.4, 5, 0, 9.4),
        box('bark', -0.9, 0, 0.9, 3),
        box('glass', -3.6, 2, -1.8, 3.8),
        box('glass', 1.8, 2, 3.6, 3.8),
        bar('paper', 0.3, -2.7, 2, -2.7, 3.8),
        bar('paper', 0.3, 2.7, 2, 2.7, 3.8),
    )),
    Thing('tent', 1.1, 'floor', (
        poly('main', -6, 0, 6, 0, 0, 6),
        poly('ink', -1.8, 0, 1.8, 0, 0, 4.6),
        poly('dark', -6, 0, -1.8, 0, 0, 6),
        bar('wood', 0.4, 0, 6, 0, 7),
    )),
    Thing('tower', 2.6, 'floor', (
        box('stone', -2.2, 0, 2.2, 10),
        box('steel', -3, 10, 3, 11.4),
        box('steel', -3, 11, -1.8, 12.6),
        box('steel', -0.6, 11, 0.6, 12.6),
        box('steel', 1.8, 11, 3, 12.6),
        cap('ink', 0, 2.2, 1, 1, 0, 180),
        box('ink', -1, 0, 1, 2.2),
        box('glow', -0.5, 4, 0.5, 5.6),
        box('glow', -0.5, 7.4, 0.5, 9),
        bar('bark', 0.3, 0, 12, 0, 15),
        poly('main', 0, 15.2, 2.6, 14.3, 0, 13.4),
    ), ('red', *ANY)),
    Thing('church', 2.4, 'floor', (
        box('paper', -1.4, 0, 5.4, 4),
        poly('brick', -1.8, 4, 5.8, 4, 4.4, 6, -0.4, 6),
        box('paper', -4, 0, -1, 7),
        poly('main', -4.4, 7, -0.6, 7, -2.5, 11),
        bar('gold', 0.4, -2.5, 11, -2.5, 13),
        bar('gold', 0.4, -3.3, 12.2, -1.7, 12.2),
        cap('bark', -2.5, 1.4, 0.8, 1, 0, 180),
        box('bark', -3.3, 0, -1.7, 1.4),
        disc('ink', -2.5, 5.2, 0.8),
        box('sky', 0.6, 1.2, 1.5, 3),
        box('sky', 3, 1.2, 3.9, 3),
    ), ('grey', *ANY)),
    Thing('windmill', 2.4, 'floor', (
        poly('paper', -2.4, 0, 2.4, 0, 1.5, 7, -1.5, 7),
        cap('main', 0, 7, 1.7, 1.7, 0, 180),
        poly('main', -2.4, 0, 2.4, 0, 2.1, 2, -2.1, 2),
        box('bark', -0.7, 0, 0.7, 2),
        bar('bark', 0.4, -4, 3.6, 4, 11),
        bar('bark', 0.4, -4, 11, 4, 3.6),
        poly('straw', 0.8, 7.2, 1.5, 6.6, 4.8, 10, 3.8, 11),
        poly('straw', -0.6, 8.2, 0, 8.8, -3.8, 11.6, -4.6, 10.6),
        poly('straw', -0.8, 7.2, -1.5, 7.8, -4.8, 4.4, -3.8, 3.4),
        poly('straw', 0.6, 6.4, 0, 5.8, 3.8, 2.8, 4.6, 3.8),
        disc('ink', 0, 7.3, 0.5),
    ), ('red', *ANY)),
    Thing('fence', 1.1, 'floor', (
        bar('main', 0.7, -6, 1.4, 6, 1.4),
        bar('main', 0.7, -6, 3.2, 6, 3.2),
        *(
            poly('main', x - 0.7, 0, x + 0.7, 0, x + 0.7, 4, x, 5,
                 x - 0.7, 4)
            for x in (-5, -2.5, 0, 2.5, 5)
        ),
    ), ('white', *ANY)),
    Thing('statue', 1.5, 'floor', (
        box('steel', -2.6, 0, 2.6, 1),
        box('stone', -2, 1, 2, 3.4),
        poly('metal', -1.4, 3.4, 1.4, 3.4, 1, 7.6, -1, 7.6),
        disc('metal', 0, 9, 1.1),
        bar('metal', 0.8, 0.8, 7.2, 2.6, 9, 2.8, 11),
        bar('metal', 0.8, -0.8, 7.2, -2, 5.6, -0.8, 4.8),
        disc('gold', 2.8, 11.4, 0.6),
    ), ('grey',)),
    Thing('fountain', 1.2, 'floor', (
        arc('glass', 0.6, -1.8, 4.4, 1.8, 3.4, 0, 180),
        arc('glass', 0.6, 1.8, 4.4, 1.8, 3.4, 0, 180),
        bar('snow', 0.5, 0, 4, 0, 8.6),
        arc('snow', 0.5, -1, 4.6, 1, 3, 0, 180),
        arc('snow', 0.5, 1, 4.6, 1, 3, 0, 180),
        box('stone', -0.7, 1.4, 0.7, 4),
        poly('stone', -3.4, 4.4, 3.4, 4.4, 1.4, 3.2, -1.4, 3.2),
        poly('stone', -6, 2, 6, 2, 5.2, 0, -5.2, 0),
        disc('sky', 0, 2, 5.6, 0.6),
    ), ('grey',)),
)  # fmt: skip

_STREET = (
    Thing('lamp_post', 1.5, 'floor', (
        box('ink', -0.8, 0, 0.8, 0.6),
        bar('ink', 0.5, 0, 0.6, 0, 8, 0.6, 9.4, 2.2, 9.6),
        poly('ink', 1.2, 9, 3.4, 9, 2.8, 9.8, 1.8, 9.8),
        disc('glow', 2.3, 8.6, 0.9),
    ), ('black',)),
    Thing('sign', 0.85, 'floor', (
        bar('metal', 0.7, 0, 0, 0, 6),
        poly('crimson', -1.5, 5, 1.5, 5, 3.6, 7.1, 3.6, 10.1, 1.5, 12.2,
             -1.5, 12.2, -3.6, 10.1, -3.6, 7.1),
        box('snow', -2.6, 7.8, 2.6, 9.4),
    ), ('red',)),
    Thing('mailbox', 0.6, 'floor', (
        bar('bark', 0.9, 0, 0, 0, 5),
        box('main', -3, 4.6, 3, 7.4),
        cap('main', 0, 7.4, 3, 2, 0, 180),
        box('ink', -2, 6.8, 2, 7.4),
        bar('crimson', 0.6, 3.3, 6, 3.3, 9.8),
        box('crimson', 3, 9, 5, 10.4),
    ), ('blue', *ANY)),
    Thing('bin', 0.5, 'floor', (
        poly('main', -2.6, 0, 2.6, 0, 3.2, 6, -3.2, 6),
        box('dark', -3.8, 6, 3.8, 7),
        bar('dark', 0.7, -1, 7.3, 1, 7.3),
        bar('dark', 0.5, -1.4, 0.8, -1.6, 5.4),
        bar('dark', 0.5, 0, 0.8, 0, 5.4),
        bar('dark', 0.5, 1.4, 0.8, 1.6, 5.4),
    ), ('grey', *ANY)),
    Thing('barrel', 0.55, 'floor', (
        poly('rust', -2.6, 0, 2.6, 0, 3.4, 3.4, 2.6, 6.8, -2.6, 6.8,
             -3.4, 3.4),
        disc('bark', 0, 6.8, 2.6, 0.7),
        bar('ink', 0.6, -3, 1.4, 3, 1.4),
        bar('ink', 0.6, -3, 5.4, 3, 5.4),
        bar('bark', 0.3, -1.1, 0.3, -1.3, 6.4),
        bar('bark', 0.3, 1.1, 0.3, 1.3, 6.4),
    ), ('brown',)),
    Thing('goal', 1.5, 'floor', (
        *(bar('metal', 0.15, x, 0, x, 5) for x in (-4, -2, 0, 2, 4)),
        *(bar('metal', 0.15, -6, y, 6, y) for y in (1.2, 2.5, 3.8)),
        bar('snow', 0.6, -6, 0, -6, 5, 6, 5, 6, 0),
    ), ('white',)),
    Thing('hoop', 1.6, 'floor', (
        bar('steel', 0.6, 0, 0, 0, 8.6),
        box('snow', -2.6, 7.4, 2.6, 11),
        bar('crimson', 0.4, -1, 8, 1, 8, 1, 9.6, -1, 9.6, -1, 8),
        bar('paper', 0.25, -1.2, 7.2, -0.7, 5.2),
        bar('paper', 0.25, 0, 7.2, 0, 5.2),
        bar('paper', 0.25, 1.2, 7.2, 0.7, 5.2),
        ring('flame', 0.5, 0, 7.3, 1.4, 0.4),
    ), ('orange',)),
    Thing('stairs', 1.3, 'floor', (
        *(
            box('stone' if step % 2 else 'metal', -6 + 2 * step, 0, 6,
                1.3 * (step + 1))
            for step in range(6)
        ),
        *(
            bar('snow', 0.35, -6 + 2 * step, 1.3 * (step + 1),
                -4 + 2 * step, 1.3 * (step + 1))
            for step in range(6)
        ),
    ), ('grey',)),
    Thing('bench', 0.85, 'floor', (
        bar('ink', 0.6, -5, 0, -5, 6),
        bar('ink', 0.6, 5, 0, 5, 6),
        box('main', -6, 2.4, 6, 3.4),
        box('main', -6, 4.2, 6, 5),
        box('main', -6, 5.6, 6, 6.4),
        bar('ink', 0.6, -5.4, 0, -5.4, 2.4),
    ), ('brown', *ANY)),
)  # fmt: skip

_VEHICLES = (
    Thing('car', 1.5, 'floor', (
        poly('main', -3.6, 3.2, 3, 3.2, 1.4, 5.6, -2.4, 5.6),
        poly('glass', -3, 3.4, -0.7, 3.4, -0.7, 5.1, -2.1, 5.1),
        poly('glass', -0.2, 3.4, 2.4, 3.4, 1.2, 5.1, -0.2, 5.1),
        poly('main', -6, 1, 6, 1, 6, 2.8, 3, 3.4, -5.6, 3.4),
        box('glow', 5.2, 2, 6, 2.7),
        box('crimson', -6, 2, -5.4, 2.8),
        disc('ink', -3.4, 1.2, 1.3),
        disc('ink', 3.4, 1.2, 1.3),
        disc('metal', -3.4, 1.2, 0.6),
        disc('metal', 3.4, 1.2, 0.6),
    )),
    Thing('bus', 2.3, 'floor', (
        box('main', -7, 1, 7, 7),
        *(box('glass', x, 4, x + 1.9, 6.2) for x in (-6.4, -4, -1.6, 0.8)),
        box('ink', 3.6, 1.4, 5, 6.2),
        box('glass', 5.5, 3.4, 7, 6.2),
        box('paper', -7, 2.4, 3.4, 3),
        disc('ink', -4.4, 1.2, 1.2),
        disc('ink', 4.4, 1.2, 1.2),
        disc('metal', -4.4, 1.2, 0.5),
        disc('metal', 4.4, 1.2, 0.5),
    )),
    Thing('truck', 2.0, 'floor', (
        box('paper', -7, 1.6, 2.4, 8),
        box('metal', -7, 1.2, 2.4, 2),
        bar('metal', 0.4, -4, 3, -4, 7),
        bar('metal', 0.4, -0.8, 3, -0.8, 7),
        poly('main', 2.8, 1.2, 7, 1.2, 7, 3.6, 6, 6, 2.8, 6),
        poly('glass', 4.2, 3.8, 6.5, 3.8, 5.6, 5.5, 4.2, 5.5),
        disc('ink', -5, 1.2, 1.2),
        disc('ink', -2, 1.2, 1.2),
        disc('ink', 4.8, 1.2, 1.2),
    )),
    Thing('bicycle', 1.0, 'floor', (
        ring('ink', 0.6, -4, 2.6, 2.4),
        ring('ink', 0.6, 4, 2.6, 2.4),
        bar('main', 0.7, -4, 2.6, -1.4, 5.8, 3, 5.8, 0, 2.6, -4, 2.6),
        bar('main', 0.7, -1.8, 6.4, 0, 2.6),
        bar('main', 0.7, 4, 2.6, 2.8, 7.4),
        bar('ink', 0.6, 2.4, 7.4, 4.4, 7.4),
        bar('ink', 0.9, -2.6, 6.7, -1, 6.7),
    )),
    Thing('boat', 1.5, 'floor', (
        bar('bark', 0.5, 0, 2, 0, 10),
        poly('paper', 0.5, 3, 5, 3, 0.5, 9.8),
        poly('light', -0.5, 3, -4, 3, -0.5, 8.4),
        poly('main', -6, 2.6, 6.4, 2.6, 4.4, 0, -4.8, 0),
        bar('paper', 0.4, -5.6, 2, 5.8, 2),
    )),
    Thing('cart', 0.85, 'floor', (
        bar('ink', 0.6, -5.4, 6.8, -4, 6.6, -3, 2, 4, 2),
        poly('main', -3.8, 6, 5.4, 5.4, 4.4, 2.8, -3, 2.8),
        bar('light', 0.3, -1.6, 5.8, -1.2, 2.9),
        bar('light', 0.3, 0.8, 5.7, 0.8, 2.9),
        bar('light', 0.3, 3.2, 5.5, 2.8, 2.9),
        bar('light', 0.3, -3.2, 4.4, 4.8, 4.2),
        disc('ink', -2.4, 0.8, 0.8),
        disc('ink', 3.6, 0.8, 0.8),
    )),
)  # fmt: skip

STREET = (*_BUILDINGS, *_STREET, *_VEHICLES)
