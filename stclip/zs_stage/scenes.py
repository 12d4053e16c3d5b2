"""Empty stages: sky or wall, floor, what stands about, texture and light."""

from dataclasses import dataclass

import cv2
import numpy as np

from stclip.zs_stage.colours import COLOURS, tone
from stclip.zs_stage.painter import (
    HEIGHT,
    LEFT,
    MARGIN,
    RIGHT,
    SUPERSAMPLING,
    WIDTH,
    Backdrop,
    Colour,
)
from stclip.zs_stage.places import PLACES, Place
from stclip.zs_stage.scenery import Ground
from stclip.zs_stage.things import THINGS, Standing
from stclip.zs_stage.weather import weather_sky, weather_stage

# Stage pixels per body height at the front of the stage.
_UNIT = 0.6 * HEIGHT
# What is left of colour and contrast of a stage, and what is added to all.
_COLOUR, _CONTRAST, _PALE = 0.72, 0.8, 27.0


@dataclass(frozen=True)
class Scene:
    """An empty stage.

    Args:
        kind: Key of :data:`~stclip.zs_stage.places.PLACES`.
        backdrop: Picture for :class:`~stclip.zs_stage.painter.Painter`.
        horizon: Stage pixels from the top to where the floor begins.
        weather: One of :data:`~stclip.zs_stage.weather.WEATHERS`.
        things: What stands about.
    """

    kind: str
    backdrop: np.ndarray
    horizon: float
    weather: str = 'clear'
    things: tuple[Standing, ...] = ()


def _gradient(
    image: np.ndarray, top: int, bottom: int, upper: Colour, lower: Colour
) -> None:
    ramp = np.linspace(0, 1, max(bottom - top, 1))[:, None, None]
    colours = (1 - ramp) * np.array(upper) + ramp * np.array(lower)
    image[top:bottom] = colours.astype(np.uint8)


def _fade(image: np.ndarray) -> np.ndarray:
    """Make a stage paler than people, as a lens with a near focus does.

    Args:
        image: ``(h, w, 3)`` uint8 RGB.

    Returns:
        ``(h, w, 3)`` uint8.
    """
    mix = _COLOUR * np.eye(3) + (1 - _COLOUR) / 3
    matrix = np.column_stack([_CONTRAST * mix, np.full(3, _PALE)])
    return cv2.transform(image, matrix)


def _add_texture(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Coarse and fine grain, a light from one side."""
    height, width = image.shape[:2]
    slope = rng.uniform(-0.15, 0.15)
    ramp = 1 + np.linspace(-slope, slope, width, dtype=np.float32)
    light = np.repeat(ramp[None], height, axis=0)
    for cells, strength in ((6, 0.06), (40, 0.03), (120, 0.03)):
        grain = rng.standard_normal((cells * 3 // 4, cells), np.float32)
        light += cv2.resize(
            strength * grain, (width, height), interpolation=cv2.INTER_LINEAR
        )
    return cv2.multiply(image, cv2.merge([light] * 3), dtype=cv2.CV_8U)


def _put(
    canvas: Backdrop,
    name: str,
    x: float,
    y: float,
    unit: float,
    rng: np.random.Generator,
) -> Standing:
    """Draw a thing in one of its colours, facing either way."""
    colours = THINGS[name].colours
    colour = COLOURS[colours[rng.integers(len(colours))]]
    colour = tone(colour, rng.uniform(0.8, 1))
    mirror = bool(rng.random() < 0.5)
    thing = Standing(
        name, np.array([x, y]), unit, colour, mirror=mirror, outline=False
    )
    thing.draw(canvas)
    return thing


def _furnish(ground: Ground, place: Place) -> tuple[Standing, ...]:
    """Put things along the horizon, then on the floor."""
    rng, edge = ground.rng, ground.edge
    count = 2 + rng.poisson(1.5)
    slots = LEFT + (RIGHT - LEFT) * (np.arange(count) + 0.5) / count
    things = []
    for x in slots + rng.uniform(-0.3, 0.3, count) * WIDTH / count:
        name = str(rng.choice(place.far))
        unit = _UNIT * rng.uniform(*((0.65, 0.85) if place.indoor
                                     else (0.4, 0.65)))  # fmt: skip
        on_wall = THINGS[name].grip in ('wall', 'hand')
        y = edge - 0.3 * _UNIT if on_wall else edge + 3
        things.append(_put(ground.canvas, name, x, y, unit, rng))
    rows = np.sort(rng.uniform(edge + 4, HEIGHT, rng.poisson(3)))
    for y in rows:
        name = str(rng.choice(place.near))
        depth = 0.5 + 0.5 * (y - edge) / max(HEIGHT - edge, 1)
        x = rng.uniform(LEFT, RIGHT)
        unit = _UNIT * depth
        things.append(_put(ground.canvas, name, x, y, unit, rng))
    return tuple(things)


def sample_scene(
    kind: str, rng: np.random.Generator, weather: str = 'clear'
) -> Scene:
    """Build an empty stage.

    Args:
        kind: Key of :data:`~stclip.zs_stage.places.PLACES`.
        rng: Source of every choice.
        weather: One of :data:`~stclip.zs_stage.weather.WEATHERS`, indoors
            of :data:`~stclip.zs_stage.weather.INDOOR_WEATHERS`.

    Returns:
        The scene.
    """
    place = PLACES[kind]
    scale = SUPERSAMPLING
    height = (HEIGHT + 2 * MARGIN) * scale
    width = (WIDTH + 2 * MARGIN) * scale
    horizon = HEIGHT * rng.uniform(0.38, 0.58)
    edge = int((horizon + MARGIN) * scale)
    back = tone(place.backs[rng.integers(len(place.backs))],
                rng.uniform(0.85, 1.08))  # fmt: skip
    floor = tone(place.floors[rng.integers(len(place.floors))],
                 rng.uniform(0.85, 1.1))  # fmt: skip
    image = np.empty((height, width, 3), np.uint8)
    _gradient(image, 0, edge, back, tone(back, 0.85 if place.indoor else 1.15))
    _gradient(image, edge, height, tone(floor, 0.8), floor)
    if not place.indoor:
        weather_sky(image, edge, weather, rng)
    ground = Ground(Backdrop(image), horizon, floor, back, rng)
    for look in place.looks:
        look(ground)
    things = _furnish(ground, place)
    image = _fade(image)
    if not place.indoor:
        weather_stage(image, edge, weather)
    return Scene(kind, _add_texture(image, rng), horizon, weather, things)
