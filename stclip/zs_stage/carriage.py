"""How things are carried: where a thing is at every phase of a motion."""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from stclip.zs_stage.figure import Figure
from stclip.zs_stage.opening import OPENING
from stclip.zs_stage.painter import Colour, Painter
from stclip.zs_stage.props.base import unit
from stclip.zs_stage.things import draw_thing, standing_pose

#: A place's axis that follows the tool direction of the pose.
TOOL = 'tool'
#: A place's axis from the right hand to the left one, and the other way.
ACROSS = 'across'
ALONG = 'along'
#: A place's axis that points up, whatever its user does.
UP = (0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Place:
    """Where a thing may be, as seen from its user.

    Args:
        at: A joint, ``'hands'`` (between both), ``'here'`` (moves with the
            body) or ``'there'`` (fixed to the stage).
        offset: From there, in body heights: forward, left, up.
        axis: Where the thing's top points: :data:`TOOL`, :data:`ACROSS`,
            :data:`ALONG`, or a direction of the body frame.
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
        if self.axis in (ACROSS, ALONG):
            way = unit(figure.at('l_hand') - figure.at('r_hand'))
            return way if self.axis == ACROSS else -way
        return unit(figure.direction(*self.axis))


@dataclass(frozen=True)
class Carriage:
    """A thing's way through a motion.

    Args:
        stations: ``(phase, place)`` of the keys, phases ascending; between
            two of them the thing goes straight from one place to the next.
        arc: Body heights that it flies above the straight way between two
            points of the stage.
        shown: Phases between which it is there at all.
        front: Whether it is drawn before its user.
        stands: Whether it stands on the floor at its place.
        opening: ``(phase, amount)`` of a thing that opens (door, umbrella):
            0 closed to 1 open.
    """

    stations: tuple[tuple[float, Place], ...]
    arc: float = 0.0
    shown: tuple[float, float] = (0.0, 1.0)
    front: bool = True
    stands: bool = False
    opening: tuple[tuple[float, float], ...] = ()

    def at(self, figure: Figure) -> tuple[np.ndarray, np.ndarray]:
        """Return anchor and direction, both ``(2,)``, at a figure's phase."""
        phases = [phase for phase, _ in self.stations]
        after = bisect_right(phases, figure.phase)
        start = self.stations[max(after - 1, 0)][1]
        end = self.stations[min(after, len(phases) - 1)][1]
        if start == end:
            return start.anchor(figure), start.direction(figure)
        low, high = phases[after - 1], phases[after]
        part = (figure.phase - low) / (high - low)
        way = (1 - part) * start.anchor(figure) + part * end.anchor(figure)
        flies = start.at == end.at == 'there'
        height = 4 * part * (1 - part) * self.arc * flies
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

    def is_shown(self, figure: Figure) -> bool:
        """Whether the thing is there at the figure's phase."""
        start, end = self.carriage.shown
        return start <= figure.phase <= end

    def at(self, figure: Figure) -> tuple[np.ndarray, np.ndarray, float, bool]:
        """Return where the thing is at the figure's phase.

        Returns:
            Anchor and axis, ``(2,)``, pixels per body height, and whether it
            is mirrored, as ``draw_thing`` wants them.
        """
        anchor, axis = self.carriage.at(figure)
        unit_px = figure.size * self.size
        if self.carriage.stands:
            anchor, axis = standing_pose(
                self.thing, anchor, unit_px, figure.mirrored
            )
        return anchor, axis, unit_px, figure.mirrored

    def draw(self, painter: Painter, figure: Figure) -> None:
        """Draw the thing where it is at the figure's phase."""
        if not self.is_shown(figure):
            return
        anchor, axis, unit_px, mirrored = self.at(figure)
        if self.carriage.opening:
            openness = self.carriage.openness(figure.phase)
            draw = OPENING[self.thing]
            draw(
                painter, figure, anchor, axis, openness, unit_px, self.colour
            )  # fmt: skip
        else:
            draw_thing(
                painter, self.thing, anchor, axis, unit_px, self.colour,
                self.pattern, mirrored,
            )  # fmt: skip
