"""Weather and light: what it does to a stage, and to all that is before it."""

import cv2
import numpy as np

from stclip.zs_stage.painter import HEIGHT, MARGIN, SUPERSAMPLING, WIDTH

WEATHERS = ('clear', 'rain', 'snow', 'fog', 'night', 'sunset')
#: Those that there can be under a roof.
INDOOR_WEATHERS = ('clear', 'night')

#: Factors on red, green and blue of the whole picture.
LIGHT = {
    'clear': (1.0, 1.0, 1.0),
    'rain': (0.78, 0.82, 0.9),
    'snow': (0.98, 1.0, 1.04),
    'fog': (1.0, 1.0, 1.0),
    'night': (0.5, 0.55, 0.85),
    'sunset': (1.12, 0.86, 0.68),
}
_GREY = np.array([128, 134, 145], np.float32)
_MIST = np.array([212, 215, 218], np.float32)
_WHITE = np.array([238, 242, 248], np.float32)
_ORANGE = np.array([255, 145, 50], np.float32)
_DUSK = np.array([150, 70, 130], np.float32)
_NIGHT = np.array([22, 26, 62], np.float32)
_DROPS, _FLAKES = 90, 110
# Way of a drop while the shutter is open, in frame pixels.
_FALL = np.array([-2.2, 9.0])
_FLAKE = (255, 255, 255)


def _blend(
    image: np.ndarray, colour: np.ndarray, part: np.ndarray | float
) -> np.ndarray:
    """Mix a ``part`` of a colour into a picture."""
    image = image.astype(np.float32)
    return (image + np.float32(part) * (colour - image)).astype(np.uint8)


def weather_sky(
    image: np.ndarray, edge: int, weather: str, rng: np.random.Generator
) -> None:
    """Change the sky of a stage on which nothing stands yet.

    Args:
        image: ``(h, w, 3)`` uint8 RGB, changed in place.
        edge: Rows of sky.
        weather: One of :data:`WEATHERS`.
        rng: Source of every choice.
    """
    sky = image[:edge]
    if weather == 'rain':
        sky[:] = _blend(sky, _GREY, 0.8)
    elif weather in ('snow', 'fog'):
        sky[:] = _blend(sky, _MIST, 0.8)
    elif weather == 'sunset':
        ramp = np.linspace(0, 1, edge, dtype=np.float32)[:, None, None] ** 1.5
        sky[:] = _blend(sky, _DUSK + ramp * (_ORANGE - _DUSK), 0.92)
    elif weather == 'night':
        sky[:] = _blend(sky, _NIGHT, 0.93)
    if weather == 'night':
        _light_the_sky(image, edge, rng)
    elif weather == 'sunset':
        width = image.shape[1]
        x = int(rng.uniform(0.15, 0.85) * width)
        radius = 14 * SUPERSAMPLING
        cv2.circle(sky, (x, edge), radius, (255, 225, 90), -1, cv2.LINE_AA)


def _light_the_sky(
    image: np.ndarray, edge: int, rng: np.random.Generator
) -> None:
    """Stars and the moon; bright, as the night darkens them again."""
    width = image.shape[1]
    for x, y in rng.uniform(0, (width, 0.9 * edge), (40, 2)).astype(int):
        cv2.circle(image, (int(x), int(y)), 1, (255, 255, 255), -1)
    low = (MARGIN + 6) * SUPERSAMPLING
    x = int(rng.uniform(low, width - low))
    y, radius = int(rng.uniform(low, 0.6 * edge)), 7 * SUPERSAMPLING
    back = image[max(y - radius, 0), x].tolist()
    cv2.circle(image, (x, y), radius, (255, 255, 215), -1, cv2.LINE_AA)
    side = radius // 2
    cv2.circle(image, (x - side, y - side // 2), radius, back, -1, cv2.LINE_AA)


def weather_stage(image: np.ndarray, edge: int, weather: str) -> None:
    """Change a stage with everything that stands on it.

    Args:
        image: ``(h, w, 3)`` uint8 RGB, changed in place.
        edge: Row at which the floor begins.
        weather: One of :data:`WEATHERS`.
    """
    height = len(image)
    if weather == 'fog':
        rows = np.arange(height, dtype=np.float32)[:, None, None] - edge
        near = np.clip(rows / (height - edge), 0, 1)
        image[:] = _blend(image, _MIST, 0.82 - 0.5 * near)
    elif weather == 'snow':
        image[edge:] = _blend(image[edge:], _WHITE, 0.72)
    elif weather == 'rain':
        image[:] = _blend(image, _GREY, 0.25)
    elif weather == 'sunset':
        image[edge:] = _blend(image[edge:], _ORANGE, 0.2)


def weather_frame(
    image: np.ndarray, weather: str, rng: np.random.Generator
) -> np.ndarray:
    """Draw what falls, or hangs, between the camera and the people.

    Args:
        image: ``(h, w, 3)`` uint8 RGB frame, of any size.
        weather: One of :data:`WEATHERS`.
        rng: Source of every choice.

    Returns:
        The frame, ``(h, w, 3)`` uint8.
    """
    scale = image.shape[1] / WIDTH
    size = np.array([WIDTH, HEIGHT]) * scale
    if weather == 'fog':
        return cv2.addWeighted(
            image, 0.72, np.full_like(image, 214), 0.28, 0.0
        )
    if weather not in ('rain', 'snow'):
        return image
    image = image.copy()
    count = _DROPS if weather == 'rain' else _FLAKES
    start = rng.uniform(-0.1, 1, (count, 2)) * size
    sizes = scale * rng.uniform(0.5, 1.5, (count, 1))
    if weather == 'rain':
        lines = np.stack([start, start + _FALL * sizes], axis=1)
        cv2.polylines(
            image, list(np.rint(lines * 8).astype(np.int32)), False,
            (200, 212, 228), max(1, round(0.5 * scale)), cv2.LINE_AA, 3,
        )  # fmt: skip
        return image
    flakes = np.rint(np.hstack([start, sizes]) * 8).astype(int).tolist()
    for x, y, radius in flakes:
        cv2.circle(image, (x, y), radius, _FLAKE, -1, cv2.LINE_AA, 3)
    return image
