"""How things are carried: where a thing is at every phase of a motion."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from stclip.zs_stage.figure import Figure
from stclip.zs_stage.painter import Colour, Painter
from stclip.zs_stage.props.base import unit

#: A place's axis that follows the tool direction of the pose.
TOOL = 'tool'
#: A place's axis from the right hand to the left one.
ACROSS = 'across'


@dataclass(frozen=True)
class Place:
    """Where a thing may be, as seen from its user.

    Args:
        at: A joint, ``'hands'`` (between both), ``'here'`` (moves with the
            body) or ``'there'`` (fixed to the stage).
        offset: From there, in body heights: forward, left, up.
        axis: Where the thing points: :data:`TOOL`, :data:`ACROSS`, or a
            direction of the body frame.
    """

    at: str
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    axis: str | tuple[float, float, float] = TOOL

    def anchor(self, figure: Figure) -> np.ndarray:
        """Return the place in stage pixels, ``(2,)``."""
        if self.at == 'there':
            return figure.there(*self.offset)
        if self.at == 'here':
            return figure.here(*self.offset)
        if self.at == 'hands':
            point = 0.5 * (figure.at('r_hand') + figure.at('l_hand'))
        else:
            point = figure.at(self.at)
        return point + figure.direction(*self.offset)

    def direction(self, figure: Figure) -> np.ndarray:
        """Return where the thing points in the image, ``(2,)``, length 1."""
        if self.axis == TOOL:
            return unit(figure.tool)
        if self.axis == ACROSS:
            return unit(figure.at('l_hand') - figure.at('r_hand'))
        return unit(figure.direction(*self.axis))


@dataclass(frozen=True)
class Carriage:
    """A thing's way through a motion.

    Args:
        stations: ``(phase, place)`` of the keys, phases ascending; between
            two of them the thing goes straight from one place to the next.
        arc: Body heights that it flies above the straight way.
        shown: Phases between which it is there at all.
        front: Whether it is drawn before its user.
        opening: ``(phase, amount)`` of a thing that opens (door, umbrella):
            0 closed to 1 open.
    """

    stations: tuple[tuple[float, Place], ...]
    arc: float = 0.0
    shown: tuple[float, float] = (0.0, 1.0)
    front: bool = True
    opening: tuple[tuple[float, float], ...] = ()

    def at(self, figure: Figure) -> tuple[np.ndarray, np.ndarray]:
        """Return anchor and direction, both ``(2,)``, at a figure's phase."""
        phase = figure.phase
        first, last = self.stations[0], self.stations[-1]
        if phase <= first[0] or len(self.stations) == 1:
            return first[1].anchor(figure), first[1].direction(figure)
        for (low, start), (high, end) in pairwise(self.stations):
            if phase < high:
                break
        else:
            return last[1].anchor(figure), last[1].direction(figure)
        if start == end:
            return start.anchor(figure), start.direction(figure)
        part = (phase - low) / (high - low)
        way = (1 - part) * start.anchor(figure) + part * end.anchor(figure)
        height = 4 * part * (1 - part) * self.arc
        turn = (1 - part) * start.direction(figure)
        turn = unit(turn + part * end.direction(figure))
        return way + figure.direction(0.0, 0.0, height), turn

    def openness(self, phase: float) -> float:
        """Return how far the thing is open at a phase of the keys."""
        phases, amounts = zip(*self.opening, strict=True)
        return float(np.interp(phase, phases, amounts))


def held(at: str = 'r_hand', **place: object) -> Carriage:
    """Carry a thing at one place all the time."""
    return Carriage(((0.0, Place(at, **place)),))


@dataclass(frozen=True)
class Carried:
    """One thing and how it is carried.

    Args:
        thing: Its name.
        carriage: Its way.
        colour: Of its main part, RGB.
        pattern: On its main part.
        size: Factor on its usual size.
    """

    thing: str
    carriage: Carriage
    colour: Colour
    pattern: str = 'plain'
    size: float = 1.0

    def draw(self, painter: Painter, figure: Figure) -> None:
        """Draw the thing where it is at the figure's phase."""
        start, end = self.carriage.shown
        if not start <= figure.phase <= end:
            return
        anchor, direction = self.carriage.at(figure)
        draw_thing(
            painter, self.thing, anchor, direction, figure.size * self.size,
            self.colour, self.pattern,
        )  # fmt: skip


def draw_thing(
    painter, name, anchor, axis, unit, colour, pattern='plain', mirror=False
):
    painter.ellipse(anchor, (0.15 * unit, 0.06 * unit), colour)
