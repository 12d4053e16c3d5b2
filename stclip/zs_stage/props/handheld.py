"""Things of daily life that are held in the hands."""

import numpy as np

from stclip.zs_stage.colours import tone
from stclip.zs_stage.figure import Figure
from stclip.zs_stage.painter import Colour, Painter
from stclip.zs_stage.props.base import (
    AQUA,
    CRIMSON,
    DARK,
    MAGENTA,
    METAL,
    MINT,
    PAPER,
    ROYAL,
    WOOD,
    prop,
    unit,
)


def _lifted(painter: Painter, figure: Figure, held: bool) -> None:
    size = figure.size
    if held:
        centre = figure.at('r_hand') + figure.direction(0, 0, -0.05)
    else:
        centre = figure.there(0.3, -0.12, 0.06)
    half = 0.09 * size
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    painter.polygon(centre + square, ROYAL)
    painter.path(centre + square, 0.02 * size, tone(ROYAL, 0.5))


@prop(front=True)
def _picked_object(painter: Painter, figure: Figure, colour: Colour) -> None:
    _lifted(painter, figure, held=figure.phase > 0.5)


@prop(front=True)
def _put_object(painter: Painter, figure: Figure, colour: Colour) -> None:
    _lifted(painter, figure, held=figure.phase < 0.52)


@prop(front=True)
def _brush(painter: Painter, figure: Figure, colour: Colour) -> None:
    hand = figure.at('r_hand')
    end = hand + 0.2 * unit(figure.tool) * figure.size
    painter.line(hand, end, 0.03 * figure.size, tone(MAGENTA, 0.7))
    painter.line(0.5 * (hand + end), end, 0.09 * figure.size, MAGENTA)


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
def _bottle(painter: Painter, figure: Figure, colour: Colour) -> None:
    hand, size = figure.at('r_hand'), figure.size
    up = unit(figure.tool) * size
    painter.line(hand - 0.03 * up, hand + 0.08 * up, 0.1 * size, MINT)
    painter.line(
        hand + 0.08 * up, hand + 0.18 * up, 0.05 * size, tone(MINT, 0.7)
    )


@prop(front=True)
def _phone(painter: Painter, figure: Figure, colour: Colour) -> None:
    hand, size = figure.at('r_hand'), figure.size
    up = unit(figure.tool) * size
    painter.line(hand - 0.04 * up, hand + 0.13 * up, 0.09 * size, DARK)
    painter.line(
        hand + 0.01 * up, hand + 0.11 * up, 0.05 * size, (120, 255, 255)
    )


@prop(front=True)
def _book(painter: Painter, figure: Figure, colour: Colour) -> None:
    right, left = figure.at('r_hand'), figure.at('l_hand')
    middle = 0.5 * (right + left)
    up = figure.direction(0.07, 0, 0.15)
    for hand in (right, left):
        out = middle + 1.4 * (hand - middle)
        page = np.array([middle - 0.2 * up, middle + up, out + up,
                         out - 0.2 * up])  # fmt: skip
        painter.polygon(page, PAPER)
        painter.path(page, 0.035 * figure.size, CRIMSON)


@prop(front=True)
def _box(painter: Painter, figure: Figure, colour: Colour) -> None:
    centre = 0.5 * (figure.joints[5] + figure.joints[8])
    half = np.array([0.11, 0.13, 0.1])
    centre = centre + np.array([0.04, 0.0, 0.05])
    signs = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    faces = (
        ([(sx, 1, sz) for sx, sz in signs], 0.6),
        ([(-1, sy, sz) for sy, sz in signs], 0.65),
        ([(1, sy, sz) for sy, sz in signs], 0.8),
        ([(sx, -1, sz) for sx, sz in signs], 0.9),
        ([(sx, sy, 1) for sx, sy in signs], 1.0),
    )
    paint = tuple((np.array(colour) + 2 * np.array((190, 145, 95))) // 3)
    for corners, light in faces:
        points = [figure.here(*(centre + half * sign)) for sign in corners]
        painter.polygon(np.array(points), tone(paint, light))


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
def _umbrella(painter: Painter, figure: Figure, colour: Colour) -> None:
    hand, size = figure.at('r_hand'), figure.size
    up = unit(figure.tool) * size
    top = hand + 0.5 * up
    painter.line(hand - 0.06 * up, top, 0.018 * size, DARK)
    angle = float(np.degrees(np.arctan2(up[1], up[0]))) + 90.0
    rim = hand + 0.34 * up
    painter.ellipse(
        rim, (0.36 * size, 0.22 * size), colour, angle, (180.0, 360.0)
    )
    painter.ellipse(
        rim, (0.13 * size, 0.22 * size), tone(colour, 0.75), angle,
        (180.0, 360.0),
    )  # fmt: skip


@prop(front=True)
def _camera(painter: Painter, figure: Figure, colour: Colour) -> None:
    size = figure.size
    middle = 0.5 * (figure.at('r_hand') + figure.at('l_hand'))
    across = np.array([0.075, 0.0]) * size
    painter.line(middle - across, middle + across, 0.13 * size, DARK)
    lens = middle + figure.direction(0.05, 0, 0)
    painter.ellipse(lens, (0.06 * size, 0.06 * size), METAL)
    painter.ellipse(lens, (0.035 * size, 0.035 * size), (60, 90, 140))
