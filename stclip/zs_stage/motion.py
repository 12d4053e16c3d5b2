"""Keyframe animation: pose numbers as curves over the phase of an action."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from stclip.utils.errors import UserError
from stclip.zs_stage.pose import INDEX, PARAMS, expand, relaxed_pose


@dataclass(frozen=True, eq=False)
class Motion:
    """How a body moves through one action.

    Args:
        keys: ``(phase, values)`` with phase in [0, 1], ascending; a value
            that a key leaves out comes from ``base``.
        base: Pose values that differ from standing still.
        rate: Cycles per second of a repeated motion; 0 for one that goes
            once from its first key to its last.
        travel: Forward speed in body heights per second.
        rise: Upward speed in body heights per second.
        yaw: Range of the angle between the body and the image's right, in
            degrees; -90 faces the camera.
        iconic: Phases that a photographer would choose.
        props: Names of the objects that belong to the action.
        backwards: Whether the keys are played from the last to the first.
    """

    keys: Sequence[tuple[float, dict]]
    base: dict = field(default_factory=dict)
    rate: float = 0.0
    travel: float = 0.0
    rise: float = 0.0
    yaw: tuple[float, float] = (-75.0, -10.0)
    iconic: tuple[float, ...] = (0.5,)
    props: tuple[str, ...] = ()
    backwards: bool = False

    def __post_init__(self) -> None:
        phases = [phase for phase, _ in self.keys]
        if phases != sorted(phases) or not 0 <= phases[0] <= phases[-1] <= 1:
            raise UserError(f'key phases must ascend in [0, 1]: {phases}')
        base = expand(self.base)
        flat = [expand(values) for _, values in self.keys]
        rest = relaxed_pose()
        poses = np.tile(rest, (len(flat), 1))
        used = np.zeros(len(PARAMS), bool)
        for pose, values in zip(poses, flat, strict=True):
            for name, value in {**base, **values}.items():
                pose[INDEX[name]] = value
                used[INDEX[name]] = True
        object.__setattr__(self, 'phases', np.array(phases))
        object.__setattr__(self, 'poses', poses)
        object.__setattr__(self, 'used', used)

    def key_phase(self, phase: float) -> float:
        """Return where among the keys a phase of the action is.

        Things follow this one: they are the same forwards and backwards.
        """
        return 1.0 - phase if self.backwards else phase

    def pose(
        self, phase: float, offsets: np.ndarray | None = None
    ) -> np.ndarray:
        """Return the pose at ``phase``.

        Args:
            phase: In [0, 1]; repeated motions wrap around.
            offsets: ``(keys, 23)`` personal deviations of the key poses.

        Returns:
            ``(23,)`` pose numbers.
        """
        poses = self.poses if offsets is None else self.poses + offsets
        phases = self.phases
        phase = self.key_phase(phase)
        if self.rate:
            phase = phase % 1.0
            after = int(np.searchsorted(phases, phase, side='right'))
            low, high = (after - 1) % len(phases), after % len(phases)
            span = (phases[high] - phases[low]) % 1.0 or 1.0
            part = ((phase - phases[low]) % 1.0) / span
        else:
            after = int(np.searchsorted(phases, phase, side='right'))
            low = max(after - 1, 0)
            high = min(after, len(phases) - 1)
            span = phases[high] - phases[low]
            part = (phase - phases[low]) / span if span > 0 else 0.0
        part = min(max(part, 0.0), 1.0)
        part = part * part * (3 - 2 * part)
        return poses[low] + part * (poses[high] - poses[low])

    def overlay(
        self, pose: np.ndarray, phase: float, offsets: np.ndarray | None = None
    ) -> np.ndarray:
        """Put what this motion does itself over another motion's pose."""
        return np.where(self.used, self.pose(phase, offsets), pose)


def reversed_motion(motion: Motion) -> Motion:
    """Return the motion played from its end to its beginning.

    The way is gone backwards too, so that a person whose
    :class:`~stclip.zs_stage.actor.Timing` has its middle in the middle of
    the clip is seen in the same frames in the other order.
    """
    return replace(
        motion,
        backwards=not motion.backwards,
        travel=-motion.travel,
        rise=-motion.rise,
        iconic=tuple(1.0 - phase for phase in motion.iconic),
    )
