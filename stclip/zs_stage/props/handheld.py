"""Things that are held in the hands."""

import numpy as np

from stclip.zs_stage.colours import tone
from stclip.zs_stage.figure import Figure
from stclip.zs_stage.painter import Colour, Painter
from stclip.zs_stage.props.base import AQUA, DARK, PAPER, WOOD, prop, unit


@prop(front=True)
def _jug(painter: Painter, figure: Figure, colour: Colour) -> None:
    hand, size = figure.at('r_hand'), figure.size
    up = 0.09 * unit(figure.tool) * size
    painter.line(hand - 0.6 * up, hand + up, 0.12 * size, AQUA)
    mouth = hand + 1.5 * up
    painter.line(hand + up, mouth, 0.06 * size, tone(AQUA, 0.7))
    if 0.25 < figure.phase < 0.85:
        cup = figure.at('l_hand')
        painter.line(mouth, cup, 0.022 * size, (110, 180, 235))


@prop(front=True)
def _cup(painter: Painter, figure: Figure, colour: Colour) -> None:
    hand, size = figure.at('l_hand'), figure.size
    painter.line(
        hand, hand + figure.direction(0, 0, 0.06), 0.075 * size, PAPER
    )


@prop(front=True)
def _broom(painter: Painter, figure: Figure, colour: Colour) -> None:
    upper, lower = figure.at('l_hand'), figure.at('r_hand')
    way = unit(lower - upper + 0.2 * figure.tool) * figure.size
    end = lower + 0.38 * way
    painter.line(upper - 0.15 * way, end, 0.022 * figure.size, WOOD)
    across = np.array([0.09, 0.0]) * figure.size
    head = [end - across, end + across, end + 1.3 * across + 0.12 * way,
            end - 1.3 * across + 0.12 * way]  # fmt: skip
    painter.polygon(np.array(head), (205, 175, 80))


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
