"""Places, ways and cameras of clips, drawn at random."""

from dataclasses import replace

import numpy as np

from stclip.zs_stage.actor import Timing
from stclip.zs_stage.clip import Occluder, Optics
from stclip.zs_stage.colours import CLOTHES, COLOURS, tone
from stclip.zs_stage.figure import Placement
from stclip.zs_stage.motion import Motion
from stclip.zs_stage.painter import HEIGHT, WIDTH, Colour
from stclip.zs_stage.scenes import Scene


def sample_optics(rng: np.random.Generator) -> Optics:
    """Draw a hand-held video camera, a cheap one in poor light.

    As between real CLIP's photographs and J-HMDB's clips, its pictures are
    softer, paler, noisier and of other colours than the stills that CLIP was
    trained on: what seen actions teach about them helps with unseen ones.
    """
    return Optics(
        pan=(rng.normal(0, 2.0), rng.normal(0, 0.7)),
        shake=rng.exponential(0.8),
        zoom=rng.uniform(0.95, 1.12),
        zoom_speed=rng.normal(0, 0.015),
        blur=bool(rng.random() < 0.35),
        noise=rng.uniform(4.0, 10.0),
        softness=rng.uniform(0.6, 1.2),
        contrast=rng.uniform(0.45, 0.75),
        tint=tuple(rng.uniform(0.8, 1.2, 3)),
    )


def sample_occluders(
    rng: np.random.Generator, chance: float = 0.15
) -> tuple[Occluder, ...]:
    """Draw what stands before the people: mostly nothing."""
    if rng.random() >= chance:
        return ()
    colour = tone(COLOURS[rng.choice(CLOTHES)], rng.uniform(0.3, 0.8))
    x = rng.uniform(0, WIDTH)
    if rng.random() < 0.5:
        width = rng.uniform(3, 9)
        return (Occluder((x, -40, x + width, HEIGHT + 40), colour),)
    top = rng.uniform(0.8, 0.95) * HEIGHT
    width = rng.uniform(20, 70)
    return (Occluder((x - width, top, x + width, HEIGHT + 40), colour),)


def sample_colour(rng: np.random.Generator) -> Colour:
    """Draw the colour of an object."""
    return tone(COLOURS[rng.choice(CLOTHES)], rng.uniform(0.8, 1.1))


def tame_travel(
    motion: Motion, timing: Timing, size: float, seconds: float, room: float
) -> Timing:
    """Shorten the way of somebody who would leave the picture.

    Args:
        motion: Whole-body motion.
        timing: Its timing.
        size: Pixels per body height.
        seconds: Length of the video.
        room: Pixels there are to cross.
    """
    way = abs(motion.travel) * timing.speed * size * seconds
    if motion.rise or way <= room:
        return timing
    return replace(timing, reach=room / way)


def sample_placement(
    rng: np.random.Generator,
    scene: Scene,
    motion: Motion,
    size: float,
    x: float,
    headroom: float = 1.0,
) -> Placement:
    """Put a person on the floor of a scene, facing as the motion wants."""
    low = max(scene.horizon + 8, min(headroom * size + 4, HEIGHT - 6))
    y = rng.uniform(low, max(low + 1, HEIGHT - 3))
    yaw = rng.uniform(*motion.yaw)
    return Placement(x, y, size, yaw, bool(rng.random() < 0.5))


def facing_partner(placement: Placement, distance: float) -> Placement:
    """Return where somebody stands face to face with another."""
    sign = -1.0 if placement.mirror else 1.0
    across = (
        sign * np.cos(np.deg2rad(placement.yaw)) * distance * placement.size
    )
    return Placement(
        placement.x + across,
        placement.y - 0.5,
        placement.size,
        -placement.yaw,
        not placement.mirror,
    )
