"""Things that are held in the hands."""

import numpy as np

from stclip.zs_stage.figure import Figure
from stclip.zs_stage.painter import Colour, Painter
from stclip.zs_stage.props.base import DARK, PAPER, WOOD, prop, unit


@prop(front=True)
def _bow(painter: Painter, figure: Figure, colour: Colour) -> None:
    hand, pull = figure.at('l_hand'), figure.at('r_hand')
    ahead = unit(figure.direction(1, 0, 0)) * figure.size
    up = unit(figure.direction(0, 0, 1)) * figure.size
    spread = np.linspace(-1, 1, 9)[:, None]
    arc = hand + 0.3 * spread * up + 0.12 * (1 - spread**2) * ahead
    arc = arc - 0.1 * ahead
    painter.path(arc, 0.04 * figure.size, WOOD)
    drawn = figure.phase < 0.72
    string = pull if drawn else 0.5 * (arc[0] + arc[-1])
    for end in (arc[0], arc[-1]):
        painter.line(end, string, 0.01 * figure.size, PAPER)
    tip = hand + 0.1 * ahead
    if not drawn:
        tip = tip + 4.0 * (figure.phase - 0.72) * ahead
        string = tip - 0.4 * ahead
    painter.line(string, tip, 0.015 * figure.size, DARK)


@prop(front=True)
def _shots(painter: Painter, figure: Figure, colour: Colour) -> None:
    if 0.44 < figure.phase % 1.0 < 0.62:
        muzzle = figure.at('r_hand') + 0.22 * figure.tool
        painter.ellipse(muzzle, (0.07 * figure.size,) * 2, (255, 200, 60))
        painter.ellipse(muzzle, (0.035 * figure.size,) * 2, (255, 250, 210))
