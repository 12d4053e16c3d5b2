"""A clip: scene, people and camera, rendered frame by frame."""

from dataclasses import dataclass

import cv2
import numpy as np

from stclip.zs_stage.actor import Actor
from stclip.zs_stage.painter import (
    HEIGHT,
    SUPERSAMPLING,
    WIDTH,
    Camera,
    Colour,
    Painter,
)
from stclip.zs_stage.scenes import Scene
from stclip.zs_stage.weather import LIGHT, weather_frame

#: Frames per second of every rendered video.
FPS = 8


@dataclass(frozen=True)
class Optics:
    """The camera's path and faults.

    Args:
        pan: Stage pixels per second the camera drifts, (x, y).
        shake: Pixels of hand shake.
        zoom: Magnification at the beginning.
        zoom_speed: Change of the magnification per second.
        blur: Whether the shutter is open for half a frame's time.
        noise: Standard deviation of the pixel noise, grey levels.
        softness: Sigma of the lens blur in pixels; 0 is sharp.
        contrast: Factor on the deviation from middle grey.
        tint: Factor on red, green and blue.
        saturation: Factor on the deviation from grey; 0 is black and white.
        exposure: Factor on the brightness.
    """

    pan: tuple[float, float] = (0.0, 0.0)
    shake: float = 0.0
    zoom: float = 1.0
    zoom_speed: float = 0.0
    blur: bool = False
    noise: float = 0.0
    softness: float = 0.0
    contrast: float = 1.0
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    saturation: float = 1.0
    exposure: float = 1.0

    def develop(
        self, image: np.ndarray, light: tuple[float, float, float]
    ) -> np.ndarray:
        """Give a picture its blur, colours and contrast.

        Args:
            image: ``(h, w, 3)`` uint8 RGB.
            light: Factor on red, green and blue.

        Returns:
            ``(h, w, 3)`` float32, not yet within 0 to 255.
        """
        if self.softness > 0:
            image = cv2.GaussianBlur(image, (0, 0), self.softness)
        gain = np.array(self.tint) * light * (self.contrast * self.exposure)
        offset = 127.5 * (1 - self.contrast)
        mix = self.saturation * np.eye(3) + (1 - self.saturation) / 3
        matrix = np.column_stack([mix @ np.diag(gain), np.full(3, offset)])
        return cv2.transform(image.astype(np.float32), matrix)


@dataclass(frozen=True)
class Occluder:
    """A post, wall or table edge between the camera and the people.

    Args:
        box: xyxy in stage pixels.
        colour: RGB.
    """

    box: tuple[float, float, float, float]
    colour: Colour

    def draw(self, painter: Painter) -> None:
        """Draw it and hide what is behind it."""
        x1, y1, x2, y2 = self.box
        painter.owner = 0
        painter.polygon(
            np.array([(x1, y1), (x2, y1), (x2, y2), (x1, y2)]), self.colour
        )
        painter.owner = None


@dataclass(frozen=True, eq=False)
class Clip:
    """Everything that determines a video.

    Args:
        scene: The empty stage.
        actors: People, in no particular order.
        optics: The camera.
        seed: Of camera shake and noise.
        occluders: What stands before the people.
    """

    scene: Scene
    actors: tuple[Actor, ...]
    optics: Optics
    seed: int
    occluders: tuple[Occluder, ...] = ()

    def _camera(self, time: float) -> Camera:
        optics = self.optics
        rng = np.random.default_rng([self.seed, 1])
        phase = rng.uniform(0, 2 * np.pi, 4)
        rate = rng.uniform(2.0, 9.0, 4)
        wobble = np.sin(phase + rate * time)
        shake = optics.shake * 0.5 * (wobble[:2] + wobble[2:])
        shift = np.array(optics.pan) * (time - 1.5) + shake
        limit = 14.0
        shift = np.clip(shift, -limit, limit)
        zoom = max(optics.zoom + optics.zoom_speed * time, 0.9)
        target = np.array([WIDTH / 2, HEIGHT / 2]) + shift
        return Camera((float(target[0]), float(target[1])), zoom)

    def _draw(self, time: float) -> Painter:
        painter = Painter(self.scene.backdrop, self._camera(time))
        order = sorted(
            range(len(self.actors)), key=lambda i: self.actors[i].placement.y
        )
        for index in order:
            self.actors[index].draw(painter, time, index + 1)
        for occluder in self.occluders:
            occluder.draw(painter)
        return painter

    def _develop(self, image: np.ndarray, index: int) -> np.ndarray:
        noise, weather = self.optics.noise, self.scene.weather
        rng = np.random.default_rng([self.seed, 3, index])
        image = weather_frame(image, weather, rng)
        image = self.optics.develop(image, LIGHT[weather])
        if noise > 0:
            rng = np.random.default_rng([self.seed, 2, index])
            grain = rng.standard_normal(image.shape[:2], np.float32)
            image += noise * grain[..., None]
        return np.clip(image, 0, 255).astype(np.uint8)

    def render(
        self, index: int
    ) -> tuple[np.ndarray, list[tuple[int, int, int, int] | None]]:
        """Render one frame.

        Args:
            index: 0-based frame.

        Returns:
            ``(HEIGHT, WIDTH, 3)`` uint8 RGB, and for every actor the tight
            xyxy pixel box of what is seen of the body (None if nothing is).
        """
        time = index / FPS
        painter = self._draw(time)
        image = painter.frame()
        if self.optics.blur:
            # Equal parts of before and after: one frame must not tell which
            # way somebody moves.
            before = self._draw(time - 0.25 / FPS).frame()
            after = self._draw(time + 0.25 / FPS).frame()
            image = cv2.addWeighted(before, 0.5, after, 0.5, 0)
        boxes = [painter.box_of(i + 1) for i in range(len(self.actors))]
        return self._develop(image, index), boxes

    def on_photograph(self, points: np.ndarray) -> np.ndarray:
        """Return ``(n, 2)`` stage points in pixels of the photograph."""
        affine = self._camera(0.0).affine()
        return SUPERSAMPLING * (points @ affine[:, :2].T + affine[:, 2])

    def photograph(
        self,
    ) -> tuple[np.ndarray, list[tuple[int, int, int, int] | None]]:
        """Return the first moment at drawing resolution.

        Returns:
            ``(SUPERSAMPLING * HEIGHT, SUPERSAMPLING * WIDTH, 3)`` uint8 RGB,
            and the actors' boxes in pixels of a frame, as :meth:`render`.
        """
        painter = self._draw(0.0)
        boxes = [painter.box_of(i + 1) for i in range(len(self.actors))]
        return self._develop(painter.canvas, 0), boxes
