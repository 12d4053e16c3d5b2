"""Crowds who do different things at once: the multi-action track."""

from dataclasses import dataclass, replace

import numpy as np

from stclip.zs_stage.action_casting import cast_verb, sample_stage
from stclip.zs_stage.actor import Actor
from stclip.zs_stage.casting import sample_occluders, sample_optics
from stclip.zs_stage.clip import Clip
from stclip.zs_stage.crowd_classes import (
    CROWD_ACTIONS,
    OBJECTS,
    PERSONS,
    POSES,
)
from stclip.zs_stage.painter import WIDTH
from stclip.zs_stage.scenes import Scene
from stclip.zs_stage.verb import Verb
from stclip.zs_stage.verbs import VERBS

#: In which pose a thing can be used.
OBJECT_POSES = {
    'carry box': ('stand', 'walk', 'run'),
    'carry suitcase': ('stand', 'walk', 'run'),
    'drink': ('stand', 'sit', 'walk', 'kneel'),
    'eat': ('stand', 'sit', 'walk', 'kneel'),
    'hold umbrella': ('stand', 'sit', 'walk', 'kneel'),
    'play guitar': ('stand', 'sit'),
    'read book': ('stand', 'sit', 'kneel'),
    'sing': ('stand', 'sit', 'walk', 'kneel'),
    'sweep floor': ('stand',),
    'take photo': ('stand', 'sit', 'kneel'),
    'talk on phone': ('stand', 'sit', 'walk', 'run'),
    'wave flag': ('stand', 'walk', 'run', 'kneel'),
}
_WITH_OBJECT = 0.6
_WITH_PAIR = 0.5
# Body heights in pixels; four people stand side by side.
_SIZES = (44.0, 70.0)
_OCCLUDERS = 0.1
# Pixels that people stand beside their places, and body heights that they
# keep from the picture's edge.
_ASIDE = 5.0
_EDGE = 0.2


@dataclass(frozen=True)
class Role:
    """What one person of a crowd does.

    Args:
        pose: One of the pose classes.
        doing: A class of objects or persons, if any.
    """

    pose: str
    doing: str | None = None

    def labels(self) -> tuple[str, ...]:
        """Return all class names of the role."""
        return (self.pose, self.doing) if self.doing else (self.pose,)

    def verb(self) -> Verb:
        """Return the moves, over the legs that the pose has."""
        verb = VERBS[CROWD_ACTIONS[self.doing or self.pose].verb]
        legs = (self.pose,) if verb.lower_body else ()
        return replace(verb, lower_body=legs)


def _solo(
    rng: np.random.Generator, allowed: frozenset[str], wanted: str | None
) -> Role:
    """Draw a role without a partner, using only ``allowed`` classes."""
    poses = [wanted] if wanted in POSES else [p for p in POSES if p in allowed]
    things = [
        name
        for name in ([wanted] if wanted in OBJECTS else OBJECTS)
        if name in allowed and set(poses) & set(OBJECT_POSES[name])
    ]
    if wanted in OBJECTS or (things and rng.random() < _WITH_OBJECT):
        thing = str(rng.choice(things))
        fitting = [pose for pose in OBJECT_POSES[thing] if pose in poses]
        return Role(str(rng.choice(fitting)), thing)
    return Role(str(rng.choice(poses)))


def _pair(
    interaction: str, rng: np.random.Generator, allowed: frozenset[str]
) -> tuple[Role, Role]:
    """Draw who does ``interaction``, and what the other one does."""
    verb = VERBS[CROWD_ACTIONS[interaction].verb]
    pose = 'walk' if interaction == 'follow person' else 'stand'
    lead = Role(pose, interaction)
    if verb.duet.answer is None:
        # Done over a distance, whatever the other does without going away.
        still = [p for p in POSES if VERBS[p].motion.travel == 0]
        others = allowed & {*still, *OBJECTS}
        return lead, _solo(rng, others, None)
    both = verb.mutual and verb.duet.facing
    return lead, lead if both else Role(pose)


def _cast_role(
    role: Role,
    rng: np.random.Generator,
    scene: Scene,
    seconds: float,
    x: float,
) -> list[Actor]:
    """Cast somebody, and whom it is done to, all with the role's labels."""
    thing = CROWD_ACTIONS[role.doing or role.pose].thing
    size = rng.uniform(*_SIZES)
    actors = cast_verb('', role.verb(), thing, rng, scene, seconds, size, x)
    return [replace(actor, labels=role.labels()) for actor in actors]


def _cast_pair(
    roles: tuple[Role, Role],
    rng: np.random.Generator,
    scene: Scene,
    seconds: float,
    x: float,
) -> list[Actor]:
    lead, partner = _cast_role(roles[0], rng, scene, seconds, x)
    duet = roles[0].verb().duet
    if duet.answer is None:
        [other] = _cast_role(roles[1], rng, scene, seconds, x)
        partner = replace(other, placement=partner.placement)
    return [lead, replace(partner, labels=roles[1].labels())]


def _put(
    actors: list[Actor], x: float, rng: np.random.Generator, seconds: float
) -> list[Actor]:
    """Put people who belong together at ``x``, all along in the picture."""
    ways = [
        actor.figure(time).here(0.0, 0.0, 0.0)[0]
        for actor in actors
        for time in (0.0, seconds)
    ]
    left, right = min(ways), max(ways)
    half = 0.5 * (right - left)
    edge = half + _EDGE * actors[0].placement.size
    target = x + rng.uniform(-_ASIDE, _ASIDE)
    if edge < WIDTH / 2:
        target = min(max(target, edge), WIDTH - edge)
    shift = target - left - half
    return [
        replace(
            actor,
            placement=replace(actor.placement, x=actor.placement.x + shift),
        )
        for actor in actors
    ]


def cast_crowd(
    featured: str,
    allowed: frozenset[str],
    rng: np.random.Generator,
    seconds: float,
) -> Clip:
    """Draw a clip of the multi-action track with 2 to 4 people.

    Args:
        featured: Class that somebody does for sure.
        allowed: Classes that may occur; must hold ``featured`` and
            :data:`~stclip.zs_stage.crowd_classes.COMMON`.
        rng: Source of every choice.
        seconds: Length of the video.

    Returns:
        The clip; every actor is annotated.
    """
    scene = sample_stage(rng)
    pairs = [name for name in PERSONS if name in allowed]
    interaction = featured if featured in PERSONS else None
    if interaction is None and pairs and rng.random() < _WITH_PAIR:
        interaction = str(rng.choice(pairs))
    alone = rng.integers(1, 3) if interaction else rng.integers(2, 4)
    wanted: list[str | None] = [None] * alone
    if featured not in PERSONS:
        wanted[0] = featured
    # A pair takes the room of two.
    room = np.array([1] * alone + [2] * bool(interaction))
    order = rng.permutation(len(room))
    ends = np.cumsum(room[order])
    middles = np.empty(len(room))
    middles[order] = WIDTH * (ends - 0.5 * room[order]) / ends[-1]
    groups = [
        _cast_role(_solo(rng, allowed, name), rng, scene, seconds, x)
        for name, x in zip(wanted, middles, strict=False)
    ]
    if interaction:
        roles = _pair(interaction, rng, allowed)
        groups.append(_cast_pair(roles, rng, scene, seconds, middles[-1]))
    return Clip(
        scene=scene,
        actors=tuple(
            actor
            for group, x in zip(groups, middles, strict=True)
            for actor in _put(group, x, rng, seconds)
        ),
        optics=sample_optics(rng),
        seed=int(rng.integers(2**31)),
        occluders=sample_occluders(rng, _OCCLUDERS),
    )
