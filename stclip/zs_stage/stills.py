"""Stills like photographs from the web, to pre-train a CLIP on.

They show the same little world as the videos, but as photographers see it:
sharp, near, in the decisive moment.
"""

from dataclasses import replace

import cv2
import numpy as np

from stclip.zs_stage.actions import SINGLE_ACTIONS, multi_action_names
from stclip.zs_stage.actor import Actor, Timing
from stclip.zs_stage.captions import Person, Still, action_key
from stclip.zs_stage.casting import cast_single
from stclip.zs_stage.clip import Clip, Optics
from stclip.zs_stage.crowd import cast_crowd
from stclip.zs_stage.motions import POSES
from stclip.zs_stage.painter import SUPERSAMPLING

_POSTURE_OF = {id(motion): name for name, motion in POSES.items()}
#: Actions of two persons that the single-action track does not have.
_EXTRA_DUETS = ('push_person',)


def _photo_optics(rng: np.random.Generator) -> Optics:
    return Optics(
        zoom=rng.uniform(1.0, 1.25),
        noise=rng.exponential(3.0),
        softness=max(rng.normal(0.2, 0.4), 0.0),
        contrast=rng.uniform(0.85, 1.25),
        tint=tuple(rng.uniform(0.9, 1.12, 3)),
    )


def _decisive(actor: Actor, shared: float, rng: np.random.Generator) -> Actor:
    """Put every motion of an actor near one of its iconic phases."""
    layers = []
    for motion, timing, offsets in actor.layers:
        moments = motion.iconic
        phase = moments[int(shared * len(moments))] + rng.normal(0, 0.04)
        if rng.random() < 0.15:
            phase = rng.uniform()
        layers.append((motion, Timing(phase, timing.speed), offsets))
    return replace(actor, layers=tuple(layers))


def _describe(actor: Actor) -> Person:
    motion = actor.layers[0][0]
    posture = _POSTURE_OF.get(id(motion), '')
    actions = tuple(action_key(name) for name in actor.labels)
    if len(actions) > 1 and actions[0] == 'stand':
        actions = actions[1:]
    look = actor.look
    return Person(actions, posture, look.woman, look.shirt_name, look.hat)


def cast_still(rng: np.random.Generator) -> Clip:
    """Draw a scene to photograph: one action, or several people."""
    optics = _photo_optics(rng)
    if rng.random() < 0.7:
        name = str(rng.choice((*SINGLE_ACTIONS, *_EXTRA_DUETS)))
        clip = cast_single(
            name, rng, 0.1, optics, sizes=(62.0, 108.0), bystander_chance=0.2
        )
    else:
        names = multi_action_names()
        clip = cast_crowd(
            str(rng.choice(names)), frozenset(names), rng, 0.1, optics
        )
    shared = rng.uniform()
    actors = tuple(_decisive(actor, shared, rng) for actor in clip.actors)
    return replace(clip, actors=actors)


def _cut(
    image: np.ndarray, region: tuple[float, float, float, float], size: int
) -> np.ndarray:
    height, width = image.shape[:2]
    x1, y1 = max(int(region[0]), 0), max(int(region[1]), 0)
    x2 = min(max(int(region[2]), x1 + 8), width)
    y2 = min(max(int(region[3]), y1 + 8), height)
    part = image[y1:y2, min(x1, width - 8) : x2]
    return cv2.resize(part, (size, size), interpolation=cv2.INTER_AREA)


def _visible_part(
    box: np.ndarray, region: tuple[float, float, float, float]
) -> float:
    """Part of a box's area that lies in a region, in [0, 1]."""
    low = np.maximum(box[:2], region[:2])
    high = np.minimum(box[2:], region[2:])
    return float(
        np.prod(np.maximum(high - low, 0)) / np.prod(box[2:] - box[:2])
    )


def _close_region(
    box: np.ndarray, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    width, height = box[2:] - box[:2]
    centre = 0.5 * (box[:2] + box[2:])
    if rng.random() < 0.4:
        # A portrait cut to the person, squeezed to a square.
        half = 0.5 * np.array([width, height]) * rng.uniform(0.95, 1.3)
    else:
        side = max(width, height) * rng.uniform(0.9, 1.5)
        half = 0.5 * side * rng.uniform(0.88, 1.14, 2)
        centre = centre + rng.normal(0, 0.06, 2) * side
    return (*(centre - half), *(centre + half))


def take_stills(
    rng: np.random.Generator, size: int
) -> list[tuple[np.ndarray, Still]]:
    """Photograph one random scene: whole, and two close-ups if it can be.

    Args:
        rng: Source of every choice.
        size: Pixels of the square pictures.

    Returns:
        ``(size, size, 3)`` uint8 RGB pictures with what they show.
    """
    clip = cast_still(rng)
    image, boxes = clip.photograph()
    seen = [
        (np.array(box, float) * SUPERSAMPLING, actor)
        for box, actor in zip(boxes, clip.actors, strict=True)
        if box is not None and box[3] - box[1] >= 20
    ]
    height, width = image.shape[:2]
    scene = clip.scene.kind
    stars = [(box, _describe(a)) for box, a in seen if a.labels]
    if rng.random() < 0.4:
        region = (0, 0, width, height)
    else:
        side = height * rng.uniform(0.85, 1.0)
        x = rng.normal(0.5 * width, 0.08 * width) - 0.5 * side
        y = rng.uniform(0, height - side)
        region = (x, y, x + side, y + side)
    people = tuple(
        person for box, person in stars if _visible_part(box, region) > 0.5
    )
    stills = [(_cut(image, region, size), Still(scene, False, people))]
    # Those who are nearer are photographed rather than others.
    stars.sort(key=lambda star: star[0][1] - star[0][3] + rng.normal(0, 30))
    for box, person in (stars * 2)[:2]:
        picture = _cut(image, _close_region(box, rng), size)
        stills.append((picture, Still(scene, True, (person,))))
    return stills
