"""Crowds who do different things at once: the multi-action track."""

from dataclasses import dataclass, replace

import numpy as np

from stclip.zs_stage.actions import MULTI_ACTIONS
from stclip.zs_stage.actor import Actor, Timing
from stclip.zs_stage.casting import (
    DUET_DISTANCE,
    facing_partner,
    layers_of,
    sample_colour,
    sample_occluders,
    sample_optics,
    tame_travel,
)
from stclip.zs_stage.clip import Clip, Optics
from stclip.zs_stage.figure import Placement
from stclip.zs_stage.gestures import DUETS, GESTURES, REACTIONS
from stclip.zs_stage.looks import ADULTS, KINDS, sample_look
from stclip.zs_stage.motions import POSES
from stclip.zs_stage.painter import HEIGHT, WIDTH
from stclip.zs_stage.places import PLACES
from stclip.zs_stage.scenes import Scene, sample_scene

_POSES = MULTI_ACTIONS['PERSON_MOVEMENT']
_OBJECTS = MULTI_ACTIONS['OBJECT_MANIPULATION']
_PERSONS = MULTI_ACTIONS['PERSON_INTERACTION']

#: Poses in which an object can be used.
_OBJECT_POSES = {
    'carry box': ('walk', 'stand'),
    'drink': ('stand', 'sit', 'walk'),
    'hold umbrella': ('stand', 'walk'),
    'read book': ('sit', 'stand', 'lie'),
    'sweep floor': ('stand',),
    'take photo': ('stand', 'crouch'),
    'talk on phone': ('stand', 'walk', 'sit'),
}
#: Interaction -> motion of the first person.
_INTERACTIONS = {
    'hug person': 'hug', 'kick person': 'kick_person',
    'punch person': 'punch', 'push person': 'push_person',
    'shake hands': 'shake_hands', 'watch person': 'watch_person',
    'wave to person': 'wave',
}  # fmt: skip
_MUTUAL = ('hug person', 'shake hands')


@dataclass(frozen=True)
class Role:
    """What one person of a crowd does.

    Args:
        pose: One of the pose classes.
        objects: Object classes, at most one.
        interaction: A person-interaction class or None.
    """

    pose: str
    objects: tuple[str, ...] = ()
    interaction: str | None = None

    def labels(self) -> tuple[str, ...]:
        """Return all class names of the role."""
        persons = (self.interaction,) if self.interaction else ()
        return (self.pose, *self.objects, *persons)


def _solo(
    rng: np.random.Generator, allowed: frozenset[str], wanted: str | None
) -> Role:
    """Draw a role without a partner, using only ``allowed`` classes."""
    poses = [pose for pose in _POSES if pose in allowed]
    objects = [name for name in _OBJECTS if name in allowed]
    if wanted in _OBJECTS or (wanted is None and rng.random() < 0.6):
        thing = wanted or str(rng.choice(objects))
        fitting = [p for p in _OBJECT_POSES[thing] if p in allowed]
        return Role(str(rng.choice(fitting)), (thing,))
    return Role(wanted or str(rng.choice(poses)))


def _solo_actor(
    role: Role,
    rng: np.random.Generator,
    placement: Placement,
    seconds: float,
    kinds: tuple[str, ...] = KINDS,
) -> Actor:
    motions = [POSES[role.pose]]
    motions += [GESTURES[name.replace(' ', '_')] for name in role.objects]
    if role.interaction:
        motions.append(GESTURES[_INTERACTIONS[role.interaction]])
    look = sample_look(rng, kinds)
    placement = replace(placement, size=look.scale * placement.size)
    layers = layers_of(tuple(motions), rng, seconds)
    body, timing, offsets = layers[0]
    timing = tame_travel(body, timing, placement.size, seconds, 55.0)
    way = body.travel * timing.speed * timing.reach * seconds * placement.size
    sign = -1.0 if placement.mirror else 1.0
    return Actor(
        look=look,
        placement=replace(placement, x=placement.x - 0.5 * sign * way),
        layers=((body, timing, offsets), *layers[1:]),
        colour=sample_colour(rng),
        labels=role.labels(),
    )


def _pair(
    interaction: str,
    rng: np.random.Generator,
    placement: Placement,
    seconds: float,
    allowed: frozenset[str],
) -> list[Actor]:
    """Cast two persons of whom the first does ``interaction``."""
    name = _INTERACTIONS[interaction]
    motion = {**DUETS, **GESTURES}[name]
    placement = replace(placement, yaw=rng.uniform(-25, 5))
    if name not in DUET_DISTANCE:
        # Watching and waving work over a distance, whatever the other does.
        lead = _solo_actor(
            Role('stand', (), interaction), rng, placement, seconds, ADULTS
        )
        role = _solo(rng, allowed, None)
        other = facing_partner(placement, rng.uniform(0.6, 0.95))
        return [lead, _solo_actor(role, rng, other, seconds, ADULTS)]
    timing = Timing(rng.uniform(), rng.uniform(0.8, 1.25))
    mutual = interaction in _MUTUAL
    answer = motion if mutual else REACTIONS[name]
    people = []
    for part, spot, role in (
        (motion, placement, Role('stand', (), interaction)),
        (
            answer,
            facing_partner(placement, DUET_DISTANCE[name]),
            Role('stand', (), interaction if mutual else None),
        ),
    ):
        people.append(
            Actor(
                look=sample_look(rng, ADULTS),
                placement=spot,
                layers=layers_of((POSES['stand'], part), rng, seconds, timing),
                colour=sample_colour(rng),
                labels=role.labels(),
            )
        )
    return people


def _spot(
    rng: np.random.Generator, scene: Scene, x: float, pose: str
) -> Placement:
    """Put somebody at ``x``; who is farther away is smaller."""
    low = max(scene.horizon + 14, 62.0)
    y = rng.uniform(low, HEIGHT - 3)
    size = rng.uniform(40, 50) + 24 * (y - low) / (HEIGHT - low)
    yaw = rng.uniform(*POSES[pose].yaw)
    return Placement(x, y, size, yaw, bool(rng.random() < 0.5))


def cast_crowd(
    featured: str,
    allowed: frozenset[str],
    rng: np.random.Generator,
    seconds: float,
    optics: Optics | None = None,
) -> Clip:
    """Draw a clip of the multi-action track with 2 to 4 people.

    Args:
        featured: Class that somebody does for sure.
        allowed: Classes that may occur; must hold ``featured``, ``'stand'``
            and at least one object.
        rng: Source of every choice.
        seconds: Length of the video.
        optics: The camera; a video camera at random if not given.

    Returns:
        The clip; every actor is annotated.
    """
    scene = sample_scene(str(rng.choice(list(PLACES))), rng)
    pairs = [name for name in _PERSONS if name in allowed]
    interaction = featured if featured in _PERSONS else None
    if interaction is None and pairs and rng.random() < 0.5:
        interaction = str(rng.choice(pairs))
    groups = rng.integers(1, 3) if interaction else rng.integers(2, 4)
    wanted: list[str | None] = [None] * groups
    if featured not in _PERSONS:
        wanted[0] = featured
    slots = groups + (1 if interaction else 0)
    centres = WIDTH * (np.arange(slots) + 0.5) / slots
    centres += rng.uniform(-6, 6, slots)
    rng.shuffle(centres)
    actors: list[Actor] = []
    for name, x in zip(wanted, centres, strict=False):
        role = _solo(rng, allowed, name)
        spot = _spot(rng, scene, x, role.pose)
        actors.append(_solo_actor(role, rng, spot, seconds))
    if interaction:
        spot = _spot(rng, scene, centres[-1], 'stand')
        sign = -1.0 if spot.mirror else 1.0
        spot = replace(spot, x=spot.x - sign * 0.3 * spot.size)
        actors += _pair(interaction, rng, spot, seconds, allowed)
    return Clip(
        scene=scene,
        actors=tuple(actors),
        optics=optics or sample_optics(rng),
        seed=int(rng.integers(2**31)),
        occluders=sample_occluders(rng, 0.1),
    )
