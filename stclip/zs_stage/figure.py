"""A posed body put on the stage: its joints in pixels and in depth."""

from dataclasses import dataclass

import numpy as np

from stclip.zs_stage.pose import JOINT

#: The camera looks down by this angle.
_ELEVATION = np.deg2rad(11.0)


@dataclass(frozen=True)
class Placement:
    """Where a person stands.

    Args:
        x: Stage pixels of the floor point below the body.
        y: As ``x``, downward.
        size: Pixels per body height.
        yaw: Angle between the body's front and the image's right, degrees;
            -90 faces the camera.
        mirror: Whether the person is turned to the left instead.
    """

    x: float
    y: float
    size: float
    yaw: float
    mirror: bool


class Figure:
    """Joints of one person in one frame.

    Args:
        joints: ``(18, 3)`` of :func:`~stclip.zs_stage.pose.joint_positions`.
        placement: Where the person stands at the beginning.
        shift: ``(3,)`` how far the body has moved since, in body heights.
        phase: Phase of the action, which some props follow.
    """

    def __init__(
        self,
        joints: np.ndarray,
        placement: Placement,
        shift: np.ndarray,
        phase: float,
    ) -> None:
        yaw = np.deg2rad(placement.yaw)
        cos, sin = np.cos(yaw), np.sin(yaw)
        sign = -1.0 if placement.mirror else 1.0
        tilt = np.sin(_ELEVATION)
        up = np.cos(_ELEVATION)
        self.size = placement.size
        self.phase = phase
        self.mirrored = placement.mirror
        self.joints = joints
        self._origin = np.array([placement.x, placement.y])
        # Rows: image right, image down, depth; columns: body x, y, z.
        self._view = np.array(
            [
                [sign * cos, -sign * sin, 0.0],
                [-sin * tilt, -cos * tilt, -up],
                [sin, cos, 0.0],
            ]
        )
        self._shift = shift
        seen = (joints + shift) @ self._view.T
        seen[-1] = joints[-1] @ self._view.T
        self.points = seen[:, :2] * self.size + self._origin
        self.points[-1] = seen[-1, :2] * self.size
        self._depth = seen[:, 2]
        #: Where the face points in the image, length <= 1.
        self.gaze = self._view[:2, 0].copy()
        #: The same in depth: negative when the face is seen.
        self.gaze_depth = float(self._view[2, 0])
        self.faces_away = self.gaze_depth > 0.35

    def at(self, joint: str) -> np.ndarray:
        """Return a joint in stage pixels, ``(2,)``."""
        return self.points[JOINT[joint]]

    @property
    def tool(self) -> np.ndarray:
        """Where a held tool points: pixels per body height, ``(2,)``."""
        return self.points[-1]

    def depth_of(self, *joints: str) -> float:
        """Return the mean depth of some joints; larger is farther."""
        return float(np.mean([self._depth[JOINT[name]] for name in joints]))

    def is_far(self, side: str) -> bool:
        """Whether the ``'r'`` or ``'l'`` side is turned away."""
        other = 'l' if side == 'r' else 'r'
        return bool(
            self._depth[JOINT[f'{side}_shoulder']]
            > self._depth[JOINT[f'{other}_shoulder']]
        )

    def here(self, x: float, y: float, z: float) -> np.ndarray:
        """Return the pixel of a point of the moving body frame, ``(2,)``."""
        point = self._view[:2] @ (np.array([x, y, z]) + self._shift)
        return point * self.size + self._origin

    def there(self, x: float, y: float, z: float) -> np.ndarray:
        """Return the pixel of a point fixed to the stage, ``(2,)``.

        Coordinates are those of the body frame at the beginning.
        """
        point = self._view[:2] @ np.array([x, y, z])
        return point * self.size + self._origin

    def direction(self, x: float, y: float, z: float) -> np.ndarray:
        """Return a body-frame direction in pixels, ``(2,)``."""
        return self._view[:2] @ np.array([x, y, z]) * self.size
