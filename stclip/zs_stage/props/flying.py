"""Balls that are thrown, caught, kicked and hit."""

from stclip.zs_stage.figure import Figure
from stclip.zs_stage.painter import Colour, Painter
from stclip.zs_stage.props.base import (
    BALL,
    DARK,
    LIME,
    ORANGE,
    ball,
    flight,
    prop,
)


@prop(front=True)
def _caught_ball(painter: Painter, figure: Figure, colour: Colour) -> None:
    meet = 0.48
    if figure.phase < meet:
        early = meet - figure.phase
        position = figure.there(0.42 + 4.5 * early, 0.0, 0.8 + 0.8 * early)
    else:
        position = 0.5 * (figure.at('r_hand') + figure.at('l_hand'))
    ball(painter, position, 0.075 * figure.size, LIME)


@prop(front=True)
def _thrown_ball(painter: Painter, figure: Figure, colour: Colour) -> None:
    release = 0.5
    if figure.phase < release:
        position = figure.at('r_hand')
    else:
        time = figure.phase - release
        position = flight(figure, (0.32, -0.1, 0.98), (4.5, 0, 0.9), 1.6, time)
    ball(painter, position, 0.075 * figure.size, LIME)


@prop(front=True)
def _shot_ball(painter: Painter, figure: Figure, colour: Colour) -> None:
    release = 0.54
    if figure.phase < release:
        position = 0.5 * (figure.at('r_hand') + figure.at('l_hand'))
        position = position + figure.direction(0.03, 0.0, 0.03)
    else:
        time = (figure.phase - release) / 0.36
        if time < 1:
            position = figure.there(
                0.25 + 0.72 * time, 0.0,
                1.15 + 0.1 * time + 1.3 * time * (1 - time),
            )  # fmt: skip
        else:
            position = figure.there(0.97, 0.0, max(1.25 - 4 * (time - 1), 0.1))
    ball(painter, position, 0.09 * figure.size, ORANGE)


@prop(front=True)
def _kicked_ball(painter: Painter, figure: Figure, colour: Colour) -> None:
    time = max(figure.phase - 0.5, 0.0)
    start, speed = (0.28, -0.07, 0.07), (5.0, 0.0, 1.6)
    position = flight(figure, start, speed, 2.6, time)
    ball(painter, position, 0.08 * figure.size, BALL)
    painter.ellipse(position, (0.025 * figure.size,) * 2, DARK)


@prop(front=True)
def _pitched_ball(painter: Painter, figure: Figure, colour: Colour) -> None:
    early = 0.5 - figure.phase
    position = figure.there(
        0.35, 0.3 + 5 * abs(early), 0.65 + 0.3 * abs(early)
    )
    ball(painter, position, 0.04 * figure.size, BALL)


@prop(front=True)
def _golf_ball(painter: Painter, figure: Figure, colour: Colour) -> None:
    if figure.phase < 0.6:
        position = figure.there(0.42, 0.02, 0.03)
        ball(painter, position, 0.035 * figure.size, BALL)
