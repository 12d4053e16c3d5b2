"""Furniture and equipment that stands on the floor."""

import numpy as np

from stclip.zs_stage.colours import tone
from stclip.zs_stage.figure import Figure
from stclip.zs_stage.painter import Colour, Painter
from stclip.zs_stage.props.base import DARK, PAPER, WOOD, prop


@prop(front=False)
def _chair(painter: Painter, figure: Figure, colour: Colour) -> None:
    size = figure.size
    corners = [(-0.36, 0.16), (0.06, 0.16), (0.06, -0.16), (-0.36, -0.16)]
    for x, y in corners:
        foot, top = figure.there(x, y, 0.0), figure.there(x, y, 0.2)
        painter.line(foot, top, 0.03 * size, tone(colour, 0.55))
    seat = np.array([figure.there(x, y, 0.215) for x, y in corners])
    painter.polygon(seat, colour)
    back = np.array(
        [
            figure.there(-0.36, 0.16, 0.22), figure.there(-0.38, 0.16, 0.56),
            figure.there(-0.38, -0.16, 0.56), figure.there(-0.36, -0.16, 0.22),
        ]
    )  # fmt: skip
    painter.polygon(back, tone(colour, 0.8))
    painter.path(back, 0.03 * size, tone(colour, 0.6))


@prop(front=False)
def _mat(painter: Painter, figure: Figure, colour: Colour) -> None:
    corners = [(-0.75, 0.2), (0.5, 0.2), (0.5, -0.2), (-0.75, -0.2)]
    flat = np.array([figure.there(x, y, 0.0) for x, y in corners])
    painter.polygon(flat, tone(colour, 0.8))


@prop(front=False)
def _stairs(painter: Painter, figure: Figure, colour: Colour) -> None:
    run, rise = 0.21 / 0.7 / 2, 0.17 / 0.7 / 2
    for step in range(12, -10, -1):
        x, z = step * run - 0.02, step * rise
        tread = [
            (x, 0.3, z), (x + run, 0.3, z), (x + run, -0.3, z), (x, -0.3, z),
        ]  # fmt: skip
        riser = [
            (x, 0.3, z), (x, -0.3, z),
            (x, -0.3, z - rise), (x, 0.3, z - rise),
        ]  # fmt: skip
        wall = [
            (x, -0.3, z), (x + run, -0.3, z),
            (x + run, -0.3, -1.0), (x, -0.3, -1.0),
        ]  # fmt: skip
        for face, light in ((tread, 1.0), (riser, 0.7), (wall, 0.5)):
            points = np.array([figure.there(*point) for point in face])
            painter.polygon(points, tone(colour, light))


@prop(front=False)
def _bar(painter: Painter, figure: Figure, colour: Colour) -> None:
    height = figure.joints[5][2] + 0.01
    for y in (-0.42, 0.42):
        painter.line(
            figure.there(0.02, y, 0.0), figure.there(0.02, y, height),
            0.035 * figure.size, tone(colour, 0.6),
        )  # fmt: skip
    painter.line(
        figure.there(0.02, -0.46, height), figure.there(0.02, 0.46, height),
        0.03 * figure.size, DARK,
    )  # fmt: skip


@prop(front=False)
def _archery(painter: Painter, figure: Figure, colour: Colour) -> None:
    centre = figure.there(1.25, 0.0, 0.72)
    painter.line(
        figure.there(1.25, 0.0, 0.0), centre, 0.04 * figure.size, WOOD
    )
    rings = ((0.17, PAPER), (0.12, (60, 110, 200)), (0.07, (210, 50, 45)),
             (0.03, (240, 210, 60)))  # fmt: skip
    for radius, paint in rings:
        painter.ellipse(
            centre, (0.6 * radius * figure.size, radius * figure.size), paint
        )
