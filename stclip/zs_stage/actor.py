"""One person of a clip: what he does, how, where and with what."""

from dataclasses import dataclass

import numpy as np

from stclip.zs_stage.carriage import Carried
from stclip.zs_stage.figure import Figure, Placement
from stclip.zs_stage.looks import Look
from stclip.zs_stage.motion import Motion
from stclip.zs_stage.painter import Colour, Painter
from stclip.zs_stage.people import draw_person
from stclip.zs_stage.pose import INDEX, joint_positions
from stclip.zs_stage.props import PROPS

_ANGLES = [INDEX[name] for name in ('lean', 'bend', 'twist', 'nod', 'look')]
_POINTS = list(range(8, 20))


@dataclass(frozen=True)
class Timing:
    """How fast and how far a motion goes.

    Args:
        start: Phase at time 0; for a motion that goes once, before 0 means
            that it begins later.
        speed: Factor on the motion's own rate, or phases per second of a
            motion that goes once.
        reach: Factor on the way that is gone.
        middle: Seconds at which the person is where the placement says.
    """

    start: float = 0.0
    speed: float = 1.0
    reach: float = 1.0
    middle: float = 0.0


def personal_offsets(motion: Motion, rng: np.random.Generator) -> np.ndarray:
    """Draw how one person's key poses differ from the book's.

    A part of the deviation is common to all keys (posture), a part is each
    key's own (gesture).

    Returns:
        ``(keys, 23)`` offsets.
    """
    spread = np.zeros(motion.poses.shape[1])
    spread[_ANGLES] = 4.0
    spread[_POINTS] = 0.05
    common = rng.normal(0, 1, spread.shape)
    individual = rng.normal(0, 0.6, motion.poses.shape)
    offsets = spread * (common + individual)
    # Feet that stand on the floor must not sink into it.
    for name in ('rf_z', 'lf_z'):
        offsets[:, INDEX[name]] = np.abs(offsets[:, INDEX[name]]) * 0.3
    return offsets


@dataclass(frozen=True, eq=False)
class Actor:
    """A person on the stage.

    Args:
        look: Body and clothes.
        placement: Where the person is at time 0.
        layers: ``(motion, timing, offsets)``; the first moves the whole
            body, each further one replaces what it does itself.
        colour: Of the person's objects, RGB.
        labels: Names of the actions that are annotated; empty for an extra
            who is not.
        carried: Things that the motion of the last layer handles.
    """

    look: Look
    placement: Placement
    layers: tuple[tuple[Motion, Timing, np.ndarray], ...]
    colour: Colour
    labels: tuple[str, ...] = ()
    carried: tuple[Carried, ...] = ()

    def _phase(self, layer: int, time: float) -> float:
        motion, timing, _ = self.layers[layer]
        speed = timing.speed * (motion.rate or 1.0)
        phase = timing.start + speed * time
        return phase % 1.0 if motion.rate else min(max(phase, 0.0), 1.0)

    def figure(self, time: float) -> Figure:
        """Return the person's joints at ``time`` seconds."""
        motion, timing, offsets = self.layers[0]
        phase = self._phase(0, time)
        pose = motion.pose(phase, offsets)
        key_phase = motion.key_phase(phase)
        for layer in range(1, len(self.layers)):
            upper, _, deviation = self.layers[layer]
            phase = self._phase(layer, time)
            pose = upper.overlay(pose, phase, deviation)
            key_phase = upper.key_phase(phase)
        joints = joint_positions(pose, self.look.build)
        gone = (time - timing.middle) * timing.speed * timing.reach
        shift = np.array([motion.travel * gone, 0.0, motion.rise * gone])
        return Figure(joints, self.placement, shift, key_phase)

    def props(self) -> tuple[str, ...]:
        """Return the names of the person's objects."""
        return sum((motion.props for motion, _, _ in self.layers), ())

    def draw(self, painter: Painter, time: float, owner: int) -> None:
        """Draw the person and the objects; ``owner`` marks the body."""
        figure = self.figure(time)
        for wanted in (False, True):
            if wanted:
                painter.owner = owner
                draw_person(painter, figure, self.look)
                painter.owner = None
            for name in self.props():
                front, draw = PROPS[name]
                if front is wanted:
                    draw(painter, figure, self.colour)
            for thing in self.carried:
                if thing.carriage.front is wanted:
                    thing.draw(painter, figure)
