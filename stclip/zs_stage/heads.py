"""Drawing of a head: hair, face, and what is worn on it."""

from dataclasses import dataclass

import numpy as np

from stclip.zs_stage.colours import COLOURS, MATERIALS, tone
from stclip.zs_stage.figure import Figure
from stclip.zs_stage.looks import BALD, HAIRS, Look
from stclip.zs_stage.painter import Colour, Painter

_INK = (20, 20, 25)


@dataclass(frozen=True, eq=False)
class _Head:
    """Where a head is: directions are ``(2,)`` image vectors.

    ``up`` is of length 1, ``gaze`` shorter the more the head is turned to or
    from the camera; ``radius`` is in stage pixels, ``angle`` is of ``up`` in
    degrees.
    """

    painter: Painter
    look: Look
    centre: np.ndarray
    up: np.ndarray
    gaze: np.ndarray
    radius: float
    angle: float
    facing: float

    def at(self, ahead: float, up: float, across: float = 0.0) -> np.ndarray:
        """A point, in radii from the middle."""
        side = np.array([-self.up[1], self.up[0]])
        offset = ahead * self.gaze + up * self.up + across * side
        return self.centre + self.radius * offset

    def dot(self, centre: np.ndarray, radius: float, colour: Colour) -> None:
        """Fill a circle; its radius in radii of the head."""
        self.painter.ellipse(centre, (radius * self.radius,) * 2, colour)

    def dome(
        self, centre: np.ndarray, radius: float, half: float, colour: Colour
    ) -> None:
        """Fill the upper part of a circle, up to an angle on both sides."""
        axes = (radius * self.radius,) * 2
        self.painter.ellipse(centre, axes, colour, self.angle, (-half, half))

    def line(
        self, start: np.ndarray, end: np.ndarray, width: float, colour: Colour
    ) -> None:
        """Draw a line; its width in radii."""
        self.painter.line(start, end, width * self.radius, colour)


def _head_of(painter: Painter, figure: Figure, look: Look) -> _Head:
    neck, head = figure.at('neck'), figure.at('head')
    up = (head - neck) / max(np.linalg.norm(head - neck), 1e-6)
    return _Head(
        painter, look, head, up, figure.gaze, look.build.head * figure.size,
        float(np.degrees(np.arctan2(up[1], up[0]))), abs(figure.gaze_depth),
    )  # fmt: skip


def _draw_face(head: _Head) -> None:
    look = head.look
    if look.hair != BALD:
        half = 100.0 if look.woman else 80.0
        head.dome(head.at(-0.22, 0.12), 1.05, half, HAIRS[look.hair])
    face = head.at(0.25, -0.28)
    axes = (0.7 * head.radius, 0.66 * head.radius)
    head.painter.ellipse(face, axes, look.skin)
    if 'beard' in look.wears:
        hair = HAIRS.get(look.hair, HAIRS['brown'])
        wide = 0.5 * head.facing
        head.dot(head.at(0.25, -0.7), 0.6, hair)
        head.line(head.at(0.4, -0.5, -wide), head.at(0.4, -0.5, wide), 0.4,
                  hair)  # fmt: skip
    spread = 0.3 * head.facing
    eyes = [head.at(0.55, 0.02, sign * spread) for sign in (-1, 1)]
    if 'glasses' in look.wears:
        wide = 0.42 * head.facing
        lenses = [head.at(0.62, 0.02, sign * wide) for sign in (-1, 1)]
        head.line(lenses[0], head.at(-0.5, 0.1, -1.6 * wide), 0.16, _INK)
        head.line(lenses[0], lenses[1], 0.16, _INK)
        for lens in lenses:
            head.dot(lens, 0.38, _INK)
            head.dot(lens, 0.22, MATERIALS['screen'])
        return
    for eye in eyes:
        head.dot(eye, 0.13, _INK)


def _draw_headwear(head: _Head) -> None:
    paint = COLOURS[head.look.accent]
    if 'cap' in head.look.wears:
        brim = head.at(0, 0.45)
        head.dome(brim, 1.12, 90.0, paint)
        head.line(brim, head.at(1.6, 0.45), 0.25, tone(paint, 0.7))
    elif 'helmet' in head.look.wears:
        head.dome(head.at(-0.1, 0.2), 1.32, 105.0, paint)
        head.dome(head.at(-0.1, 0.2), 1.32, 18.0, (245, 245, 245))
    elif 'crown' in head.look.wears:
        gold = MATERIALS['gold']
        head.line(head.at(0, 0.85, -0.75), head.at(0, 0.85, 0.75), 0.4, gold)
        for across in (-0.7, 0.0, 0.7):
            corners = [
                head.at(0, 0.8, across - 0.35), head.at(0, 0.8, across + 0.35),
                head.at(0, 1.75, 1.15 * across),
            ]  # fmt: skip
            head.painter.polygon(np.array(corners), gold)
            head.dot(head.at(0, 1.7, 1.15 * across), 0.14, (225, 35, 50))


def draw_head(painter: Painter, figure: Figure, look: Look) -> None:
    """Draw neck and head of a posed person."""
    head = _head_of(painter, figure, look)
    neck = figure.at('neck')
    painter.line(neck, head.centre, 0.055 * figure.size, tone(look.skin, 0.85))
    head.dot(head.centre, 1.0, look.skin)
    if not figure.faces_away:
        _draw_face(head)
    elif look.hair != BALD:
        head.dot(head.at(-0.28, 0.2), 1.0, HAIRS[look.hair])
    _draw_headwear(head)
    if 'scarf' in look.wears:
        paint = COLOURS[look.accent]
        throat = neck + 0.25 * (head.centre - neck)
        side = np.array([-head.up[1], head.up[0]]) * 0.55 * head.radius
        painter.line(throat - side, throat + side, 0.6 * head.radius, paint)
        if not figure.faces_away:
            knot = throat + 0.5 * head.radius * figure.gaze + 0.4 * side
            end = knot - 1.7 * head.radius * head.up
            painter.line(knot, end, 0.5 * head.radius, tone(paint, 0.8))


def draw_back_hair(painter: Painter, figure: Figure, look: Look) -> None:
    """Draw what hangs down the back of a head."""
    head = _head_of(painter, figure, look)
    hair, radius = HAIRS[look.hair], head.radius
    if 'ponytail' in look.wears:
        knot = head.at(-1.0, 0.55)
        end = head.at(-1.5, -1.5)
        if figure.faces_away:
            knot, end = head.at(-0.3, 0.4), head.at(-0.3, -1.9)
        painter.path(
            np.array([knot, 0.5 * (knot + end) - 0.3 * radius * figure.gaze,
                      end]),
            0.6 * radius, hair,
        )  # fmt: skip
        head.dot(knot, 0.36, COLOURS[look.accent])
        return
    neck = figure.at('neck')
    ends = neck - figure.gaze * 0.7 * radius - 0.35 * (head.centre - neck)
    painter.line(head.centre, ends, 1.7 * radius, hair)
