"""Empty stages: sky or wall, floor, clutter, texture and light."""

from dataclasses import dataclass

import cv2
import numpy as np

from stclip.zs_stage import scenery
from stclip.zs_stage.colours import tone
from stclip.zs_stage.painter import (
    HEIGHT,
    MARGIN,
    SUPERSAMPLING,
    WIDTH,
    Colour,
)


@dataclass(frozen=True)
class SceneKind:
    """What a kind of scene is made of.

    Args:
        indoor: Whether a wall takes the place of the sky.
        floors: Possible floor colours, RGB.
        backs: Possible sky (upper) or wall colours, RGB.
        far: Names of scenery along the horizon or the wall.
        near: Names of scenery on the floor.
    """

    indoor: bool
    floors: tuple[Colour, ...]
    backs: tuple[Colour, ...]
    far: tuple[str, ...]
    near: tuple[str, ...]


_SKY = ((120, 170, 230), (170, 200, 235), (205, 205, 210), (240, 190, 150))
_WALL = (
    (215, 200, 175), (180, 195, 205), (225, 225, 220), (190, 165, 160),
    (150, 170, 150), (120, 125, 150),
)  # fmt: skip
_LOOSE = ('loose_ball', 'crate', 'stick')

SCENES = {
    'park': SceneKind(
        False, ((85, 140, 60), (110, 150, 70)), _SKY,
        ('tree', 'bush', 'tree', 'house'), ('seat', 'bush', *_LOOSE),
    ),
    'street': SceneKind(
        False, ((110, 110, 112), (140, 135, 130)), _SKY,
        ('house', 'house', 'house', 'lamp'),
        ('car', 'lamp', 'crate', 'stick'),
    ),
    'beach': SceneKind(
        False, ((225, 205, 150), (210, 185, 130)), _SKY[:2],
        ('bush', 'tree'), _LOOSE,
    ),
    'forest': SceneKind(
        False, ((80, 85, 45), (95, 75, 50)), ((90, 120, 85), (140, 165, 140)),
        ('tree', 'tree', 'tree', 'bush'), ('tree', 'bush', 'stick'),
    ),
    'sports field': SceneKind(
        False, ((60, 150, 70), (80, 160, 60)), _SKY,
        ('goal', 'fence', 'tree'), ('loose_ball', 'crate', 'stick'),
    ),
    'playground': SceneKind(
        False, ((190, 150, 105), (150, 145, 135)), _SKY,
        ('fence', 'house', 'tree'), ('seat', 'fence', *_LOOSE),
    ),
    'living room': SceneKind(
        True, ((145, 100, 65), (120, 85, 90)), _WALL,
        ('window', 'window', 'shelf'), ('table', 'seat', 'crate', 'stick'),
    ),
    'kitchen': SceneKind(
        True, ((200, 195, 185), (160, 150, 140)), _WALL,
        ('shelf', 'window', 'shelf'), ('table', 'seat', 'crate'),
    ),
    'office': SceneKind(
        True, ((105, 110, 120), (130, 125, 115)), _WALL,
        ('window', 'shelf', 'window'), ('table', 'seat', 'table', 'crate'),
    ),
    'gym': SceneKind(
        True, ((195, 150, 90), (90, 110, 140)), _WALL,
        ('fence', 'window', 'fence'), ('loose_ball', 'crate', 'stick'),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """An empty stage.

    Args:
        kind: Key of :data:`SCENES`.
        backdrop: Picture for :class:`~stclip.zs_stage.painter.Painter`.
        horizon: Stage pixels from the top to where the floor begins.
    """

    kind: str
    backdrop: np.ndarray
    horizon: float


def _gradient(
    image: np.ndarray, top: int, bottom: int, upper: Colour, lower: Colour
) -> None:
    ramp = np.linspace(0, 1, max(bottom - top, 1))[:, None, None]
    colours = (1 - ramp) * np.array(upper) + ramp * np.array(lower)
    image[top:bottom] = colours


def _fade(image: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """Make scenery paler than people, as a lens with a near focus does.

    Args:
        image: ``(h, w, 3)`` uint8 RGB stage with all its things.
        plain: The same without them.

    Returns:
        ``(h, w, 3)`` float32.
    """
    faded = cv2.addWeighted(image, 0.45, plain, 0.55, 0).astype(np.float32)
    grey = faded.mean(axis=2, keepdims=True)
    return grey + 0.5 * (faded - grey)


def _add_texture(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Coarse and fine grain, a light from one side."""
    height, width = image.shape[:2]
    light = np.zeros((height, width), np.float32)
    for cells, strength in ((6, 0.08), (40, 0.03), (120, 0.03)):
        grain = rng.standard_normal((cells * 3 // 4, cells)).astype(np.float32)
        light += strength * cv2.resize(
            grain, (width, height), interpolation=cv2.INTER_LINEAR
        )
    slope = rng.uniform(-0.15, 0.15)
    light += np.linspace(-slope, slope, width, dtype=np.float32)[None]
    textured = image * (1 + light[..., None])
    return np.clip(textured, 0, 255).astype(np.uint8)


def sample_scene(
    kind: str, rng: np.random.Generator, clutter: float = 1.0
) -> Scene:
    """Build an empty stage.

    Args:
        kind: Key of :data:`SCENES`.
        rng: Source of every choice.
        clutter: Factor on the number of things that stand about.

    Returns:
        The scene.
    """
    spec = SCENES[kind]
    scale = SUPERSAMPLING
    height = (HEIGHT + 2 * MARGIN) * scale
    width = (WIDTH + 2 * MARGIN) * scale
    horizon = HEIGHT * rng.uniform(0.38, 0.58)
    edge = int((horizon + MARGIN) * scale)
    back = tone(spec.backs[rng.integers(len(spec.backs))],
                rng.uniform(0.75, 1.1))  # fmt: skip
    floor = tone(spec.floors[rng.integers(len(spec.floors))],
                 rng.uniform(0.75, 1.15))  # fmt: skip
    image = np.empty((height, width, 3), np.uint8)
    _gradient(image, 0, edge, back, tone(back, 0.85 if spec.indoor else 1.15))
    _gradient(image, edge, height, tone(floor, 0.8), floor)
    sketch = scenery.Sketch(image, HEIGHT * 0.6 * scale, rng)
    if kind == 'beach':
        sea = edge - rng.uniform(8, 25) * scale
        _gradient(image, int(sea), edge, (50, 110, 160), (90, 160, 190))
    plain = image.copy()
    unit = sketch.unit
    for _ in range(rng.poisson(5 * clutter) + 1):
        item = getattr(scenery, str(rng.choice(spec.far)))
        x = rng.uniform(0, width)
        if spec.indoor:
            y = edge - rng.uniform(-0.05, 0.35) * unit
            item(sketch, x, y, unit * rng.uniform(0.5, 0.9))
        else:
            item(sketch, x, edge + 4, unit * rng.uniform(0.4, 1.1))
    rows = np.sort(rng.uniform(edge, height, rng.poisson(4 * clutter)))
    for y in rows:
        item = getattr(scenery, str(rng.choice(spec.near)))
        depth = 0.45 + 0.55 * (y - edge) / max(height - edge, 1)
        item(sketch, rng.uniform(0, width), y, unit * depth)
    return Scene(kind, _add_texture(_fade(image, plain), rng), horizon)
