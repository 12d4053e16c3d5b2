"""Casting of single-action clips: who, where, with what, before whom."""

from dataclasses import replace

import numpy as np

from stclip.zs_stage.actor import Actor, Timing, personal_offsets
from stclip.zs_stage.carriage import Carriage, Carried
from stclip.zs_stage.casting import (
    facing_partner,
    sample_colour,
    sample_occluders,
    sample_optics,
    sample_placement,
    tame_travel,
)
from stclip.zs_stage.classes import ACTIONS
from stclip.zs_stage.clip import FPS, Clip, Optics
from stclip.zs_stage.colours import COLOURS, tone
from stclip.zs_stage.figure import Placement
from stclip.zs_stage.looks import ADULTS, HEADGEAR, sample_look
from stclip.zs_stage.motion import Motion
from stclip.zs_stage.painter import HEIGHT, WIDTH
from stclip.zs_stage.places import PLACES
from stclip.zs_stage.scenes import Scene, sample_scene
from stclip.zs_stage.things import PATTERNS, THINGS
from stclip.zs_stage.verb import Verb
from stclip.zs_stage.verbs import POSTURES, VERBS

#: What people do who do none of the actions.
IDLE = ('stand', 'walk', 'lean', 'stretch', 'look_around')
# Parts of a clip within which a motion that goes once begins and ends.
_MARGIN = 0.15
# Videos are taken by day: little is seen by night or in fog with the cameras
# of :func:`~stclip.zs_stage.casting.sample_optics`.
_WEATHERS = ('rain', 'snow', 'sunset')
_BAD_WEATHER = 0.3
# Smaller things are drawn larger, in body heights.
_LEAST_SIZE = 0.26
_PATTERN_CHANCE = 0.1
# Pixels that somebody may cross.
_ROOM = 75.0


def even_timing(
    motion: Motion, rng: np.random.Generator, seconds: float
) -> Timing:
    """Draw when a motion begins and how fast it goes.

    A motion and the same played backwards have the same law, and with the
    same numbers drawn they are in the same poses in the opposite order.

    Args:
        motion: What to time.
        rng: Source of every choice.
        seconds: Length of the video.
    """
    last = seconds - 1 / FPS
    first, second = rng.uniform(0, 1, 2)
    if not motion.rate:
        if motion.backwards:
            first, second = second, first
        begin = _MARGIN * first * last
        end = last - _MARGIN * second * last
        speed = 1 / (end - begin)
        return Timing(-begin * speed, speed, middle=0.5 * last)
    speed = 0.8 + 0.45 * second
    if motion.backwards:
        first = 1 - first - speed * motion.rate * last
    return Timing(first % 1.0, speed, middle=0.5 * last)


def sample_stage(rng: np.random.Generator) -> Scene:
    """Draw a place and weather: all of them are seen with all actions."""
    kind = str(rng.choice(list(PLACES)))
    bad = str(rng.choice(_WEATHERS))
    fine = rng.random() >= _BAD_WEATHER or PLACES[kind].indoor
    weather = 'clear' if fine else bad
    return sample_scene(kind, rng, weather=weather)


def _layers(
    verb: Verb, rng: np.random.Generator, seconds: float, size: float
) -> tuple:
    """Motions of a person with their timing and personal deviations."""
    motions = (verb.motion,)
    if verb.lower_body:
        posture = verb.lower_body[rng.integers(len(verb.lower_body))]
        motions = (POSTURES[posture], verb.motion)
    layers = []
    for motion in motions:
        timing = even_timing(motion, rng, seconds)
        timing = tame_travel(motion, timing, size, seconds, _ROOM)
        layers.append((motion, timing, personal_offsets(motion, rng)))
    return tuple(layers)


def _carried(
    thing: str, carriage: Carriage, rng: np.random.Generator
) -> Carried:
    """Draw how a thing looks."""
    spec = THINGS[thing]
    colour = COLOURS[spec.colours[rng.integers(len(spec.colours))]]
    light, chance, which = rng.uniform(size=3)
    pattern = PATTERNS[int(which * len(PATTERNS))]
    return Carried(
        thing,
        carriage,
        tone(colour, 0.85 + 0.3 * light),
        pattern if chance < _PATTERN_CHANCE else 'plain',
        max(1.0, _LEAST_SIZE / spec.size),
    )


def _partner(
    verb: Verb,
    lead: Actor,
    rng: np.random.Generator,
    seconds: float,
) -> Actor:
    """Cast the second person of a duet."""
    duet = verb.duet
    placement = facing_partner(lead.placement, duet.distance)
    if not duet.facing:
        placement = replace(
            placement, yaw=lead.placement.yaw, mirror=lead.placement.mirror
        )
    answer = replace(
        verb,
        motion=duet.answer or VERBS['look_around'].motion,
        lower_body=() if duet.answer is None else verb.lower_body,
    )
    layers = _layers(answer, rng, seconds, placement.size)
    if duet.answer:
        motion, _, offsets = layers[-1]
        layers = (*layers[:-1], (motion, lead.layers[-1][1], offsets))
    carried = ()
    if duet.carriage:
        carried = (replace(lead.carried[0], carriage=duet.carriage),)
    return Actor(
        look=sample_look(rng, ADULTS),
        placement=placement,
        layers=layers,
        colour=sample_colour(rng),
        labels=lead.labels if verb.mutual else (),
        carried=carried,
    )


def _lead(
    label: str,
    verb: Verb,
    thing: str | None,
    rng: np.random.Generator,
    scene: Scene,
    seconds: float,
    size: float,
) -> Actor:
    size = min(size, (HEIGHT - 7) / (verb.headroom + verb.footroom))
    motion = verb.motion
    placement = sample_placement(rng, scene, motion, size, 0.0, verb.headroom)
    sign = -1.0 if placement.mirror else 1.0
    ahead = sign * np.cos(np.deg2rad(placement.yaw)) * verb.ahead * size
    x = rng.normal(WIDTH / 2, 12.0) - 0.5 * ahead
    edge = 0.3 * size
    x = float(np.clip(x, edge, WIDTH - edge))
    things = [] if thing is None else [(thing, verb.carriage)]
    carried = tuple(
        _carried(name, carriage, rng)
        for name, carriage in (*things, *verb.scenery)
        if carriage is not None
    )
    y = min(placement.y, HEIGHT - 3 - verb.footroom * size)
    look = sample_look(rng, ADULTS)
    if thing and THINGS[thing].grip == 'head':
        wears = tuple(name for name in look.wears if name not in HEADGEAR)
        look = replace(look, wears=wears)
    return Actor(
        look=look,
        placement=replace(placement, x=x, y=y),
        layers=_layers(verb, rng, seconds, size),
        colour=sample_colour(rng),
        labels=(label,),
        carried=carried,
    )


def _bystander(
    rng: np.random.Generator, scene: Scene, seconds: float, size: float
) -> Actor:
    """Cast somebody idle in the background."""
    verb = VERBS[str(rng.choice(IDLE))]
    look = sample_look(rng)
    size *= look.scale
    side = rng.choice([-1, 1])
    placement = Placement(
        WIDTH / 2 + side * rng.uniform(0.28, 0.5) * WIDTH,
        rng.uniform(scene.horizon + 6, scene.horizon + 28),
        size,
        rng.uniform(*verb.motion.yaw),
        bool(rng.random() < 0.5),
    )
    return Actor(
        look,
        placement,
        _layers(verb, rng, seconds, size),
        sample_colour(rng),
    )


def facing_side(placement: Placement) -> float:
    """1 for somebody who looks to the image's right, -1 to the left."""
    forward = np.cos(np.deg2rad(placement.yaw))
    return float(np.sign(-forward if placement.mirror else forward) or 1.0)


def cast_verb(
    label: str,
    verb: Verb,
    thing: str | None,
    rng: np.random.Generator,
    scene: Scene,
    seconds: float,
    size: float,
    x: float,
) -> list[Actor]:
    """Cast who does something, and whom it is done to.

    Args:
        label: What the first person is annotated with.
        verb: What is done.
        thing: With what, if anything.
        rng: Source of every choice.
        scene: Where.
        seconds: Length of the video.
        size: Pixels of an adult's height.
        x: Stage pixels of their middle.
    """
    lead = _lead(label, verb, thing, rng, scene, seconds, size)
    aside = x - WIDTH / 2
    place = lead.placement
    lead = replace(lead, placement=replace(place, x=place.x + aside))
    if not verb.partner:
        return [lead]
    return [lead, _partner(verb, lead, rng, seconds)]


def _cast(
    label: str,
    verb: Verb,
    thing: str | None,
    rng: np.random.Generator,
    seconds: float,
    optics: Optics | None,
    sizes: tuple[float, float],
    bystander_chance: float,
) -> Clip:
    scene = sample_stage(rng)
    size = rng.uniform(*sizes)
    lead = _lead(label, verb, thing, rng, scene, seconds, size)
    actors = [lead]
    if verb.partner:
        actors.append(_partner(verb, lead, rng, seconds))
    if rng.random() < bystander_chance:
        small = size * rng.uniform(0.4, 0.75)
        actors.append(_bystander(rng, scene, seconds, small))
    return Clip(
        scene=scene,
        actors=tuple(actors),
        optics=optics or sample_optics(rng),
        seed=int(rng.integers(2**31)),
        occluders=sample_occluders(rng),
    )


def cast_action(
    name: str,
    rng: np.random.Generator,
    seconds: float,
    optics: Optics | None = None,
    sizes: tuple[float, float] = (58.0, 98.0),
    bystander_chance: float = 0.35,
) -> Clip:
    """Draw a clip of an action, in any scene.

    Args:
        name: Key of :data:`~stclip.zs_stage.classes.ACTIONS`.
        rng: Source of every choice.
        seconds: Length of the video, a multiple of the frame interval.
        optics: The camera; a video camera at random if not given.
        sizes: Range of the body height in pixels.
        bystander_chance: How often somebody idle is in the picture.

    Returns:
        The clip; actors with labels are those to annotate.
    """
    action = ACTIONS[name]
    return _cast(
        name, VERBS[action.verb], action.thing, rng, seconds, optics, sizes,
        bystander_chance,
    )  # fmt: skip


def cast_idle(rng: np.random.Generator, seconds: float) -> Clip:
    """Draw a clip of people who do none of the actions.

    Returns:
        The clip; the label of the first person is one of :data:`IDLE`.
    """
    name = str(rng.choice(IDLE))
    return _cast(
        name, VERBS[name], None, rng, seconds, None, (40.0, 98.0), 0.6
    )
