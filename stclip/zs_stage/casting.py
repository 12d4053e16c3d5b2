"""Casting: clips of the single-action track drawn at random."""

from dataclasses import replace

import numpy as np

from stclip.zs_stage.actor import Actor, Timing, personal_offsets
from stclip.zs_stage.clip import Clip, Occluder, Optics
from stclip.zs_stage.colours import CLOTHES, COLOURS, tone
from stclip.zs_stage.figure import Placement
from stclip.zs_stage.gestures import DUETS, GESTURES, REACTIONS
from stclip.zs_stage.looks import ADULTS, KINDS, sample_look
from stclip.zs_stage.motion import Motion
from stclip.zs_stage.motions import ACTS, POSES
from stclip.zs_stage.painter import HEIGHT, WIDTH, Colour
from stclip.zs_stage.places import PLACES
from stclip.zs_stage.scenes import Scene, sample_scene

#: Where an action is mostly seen; about a third of the clips ignore this.
USUAL_SCENES = {
    'brush_hair': ('living_room', 'office'),
    'catch': ('park', 'beach', 'sports_field'),
    'climb_stairs': ('street', 'playground', 'office'),
    'drink': ('kitchen', 'street', 'office'),
    'golf': ('park', 'sports_field'),
    'hold_umbrella': ('street', 'park'),
    'jump': ('gym', 'beach', 'playground'),
    'kick_ball': ('sports_field', 'park', 'beach'),
    'pour': ('kitchen', 'living_room'),
    'pullup': ('gym', 'playground'),
    'push': ('street', 'office'),
    'read_book': ('living_room', 'park', 'office'),
    'run': ('street', 'sports_field', 'beach', 'park'),
    'shoot_ball': ('gym', 'playground'),
    'shoot_bow': ('forest', 'sports_field'),
    'shoot_gun': ('forest', 'street'),
    'sit': ('living_room', 'office', 'park'),
    'stand': ('living_room', 'office', 'park'),
    'sweep_floor': ('kitchen', 'street', 'living_room'),
    'swing_baseball': ('sports_field', 'park'),
    'throw': ('park', 'beach', 'sports_field'),
}

#: What the rest of the body may do during a gesture.
POSTURES = {
    'brush_hair': ('stand', 'sit'),
    'clap': ('stand', 'sit'),
    'wave': ('stand', 'stand', 'walk'),
    'pour': ('stand', 'sit'),
    'drink': ('stand', 'sit', 'walk'),
    'talk_on_phone': ('stand', 'walk', 'sit'),
    'read_book': ('sit', 'stand'),
    'carry_box': ('walk', 'walk', 'stand'),
    'sweep_floor': ('stand',),
    'hold_umbrella': ('walk', 'stand'),
    'take_photo': ('stand', 'stand', 'crouch'),
}

#: Distance between the two persons of a duet, in body heights.
DUET_DISTANCE = {
    'shake_hands': 0.62, 'hug': 0.3, 'punch': 0.52, 'push_person': 0.52,
    'kick_person': 0.6,
}  # fmt: skip
#: Duets in which both persons do the same.
MUTUAL = ('shake_hands', 'hug')

#: Body heights that an action needs above the floor, if more than one.
_HEADROOM = {
    'pullup': 1.35, 'jump': 1.25, 'hold_umbrella': 1.2, 'shoot_ball': 1.3,
    'climb_stairs': 1.5, 'wave': 1.1, 'golf': 1.1,
}  # fmt: skip

#: Body heights to leave free before the person.
_SPACE_AHEAD = {
    'shoot_ball': 0.55, 'shoot_bow': 0.55, 'push': 0.35, 'catch': 0.3,
    'throw': 0.3, 'kick_ball': 0.2, 'climb_stairs': 0.2,
}  # fmt: skip


def sample_timing(
    motion: Motion, rng: np.random.Generator, seconds: float
) -> Timing:
    """Draw when a motion begins and how fast it goes.

    A motion that goes once is over within ``seconds``.
    """
    if motion.rise:
        return Timing(0.0, rng.uniform(0.9, 1.3))
    if motion.rate:
        return Timing(rng.uniform(), rng.uniform(0.8, 1.25))
    duration = rng.uniform(0.7, 0.9) * seconds
    return Timing(-rng.uniform(0.0, 0.1), 1.0 / duration)


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


def usual_scene(
    action: str, rng: np.random.Generator, clutter: float = 1.0
) -> Scene:
    """Draw a scene in which ``action`` may be seen."""
    kinds = USUAL_SCENES.get(action, ())
    if not kinds or rng.random() < 0.35:
        kinds = tuple(PLACES)
    return sample_scene(str(rng.choice(kinds)), rng, clutter)


def layers_of(
    motions: tuple[Motion, ...],
    rng: np.random.Generator,
    seconds: float,
    timing: Timing | None = None,
) -> tuple:
    """Give every motion its timing and its personal deviations.

    Args:
        motions: The whole-body motion first.
        rng: Source of every choice.
        seconds: Length of the video.
        timing: Of the last motion, if it is shared with somebody.
    """
    layers = []
    for index, motion in enumerate(motions):
        last = index == len(motions) - 1
        sampled = sample_timing(motion, rng, seconds)
        layers.append(
            (
                motion,
                timing if last and timing else sampled,
                personal_offsets(motion, rng),
            )
        )
    return tuple(layers)


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


def action_motions(action: str, rng: np.random.Generator) -> tuple:
    """Return the motions of somebody who does a single-track action."""
    if action in ACTS:
        return (ACTS[action],)
    if action in POSES:
        return (POSES[action],)
    if action in DUETS:
        return (POSES['stand'], DUETS[action])
    posture = str(rng.choice(POSTURES[action]))
    return (POSES[posture], GESTURES[action])


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


def partner_of(
    action: str,
    placement: Placement,
    timing: Timing,
    rng: np.random.Generator,
    seconds: float,
    labels: tuple[str, ...],
) -> Actor:
    """Cast the second person of a duet."""
    other = {**DUETS, **GESTURES}[action] if action in MUTUAL else None
    motions = (POSES['stand'], other or REACTIONS[action])
    return Actor(
        look=sample_look(rng, ADULTS),
        placement=facing_partner(placement, DUET_DISTANCE[action]),
        layers=layers_of(motions, rng, seconds, timing),
        colour=sample_colour(rng),
        labels=labels,
    )


def bystander(
    rng: np.random.Generator, scene: Scene, seconds: float, size: float
) -> Actor:
    """Cast somebody in the background who is not annotated."""
    name = str(rng.choice(['stand', 'stand', 'walk', 'sit']))
    motion = POSES[name]
    side = rng.choice([-1, 1])
    x = WIDTH / 2 + side * rng.uniform(0.28, 0.5) * WIDTH
    look = sample_look(rng)
    size *= look.scale
    y = rng.uniform(scene.horizon + 6, scene.horizon + 28)
    placement = Placement(
        x, y, size, rng.uniform(*motion.yaw), bool(rng.random() < 0.5)
    )
    layers = layers_of((motion,), rng, seconds)
    timing = tame_travel(motion, layers[0][1], size, seconds, 40.0)
    layers = ((motion, timing, layers[0][2]),)
    return Actor(look, placement, layers, sample_colour(rng))


def _lead(
    action: str,
    rng: np.random.Generator,
    scene: Scene,
    seconds: float,
    size: float,
) -> Actor:
    motions = action_motions(action, rng)
    yaw_from = motions[-1] if action not in POSES else motions[0]
    headroom = _HEADROOM.get(action, 1.0)
    look = sample_look(rng, ADULTS if action in DUETS else KINDS)
    size = look.scale * min(size, (HEIGHT - 4) / headroom)
    placement = sample_placement(rng, scene, yaw_from, size, 0.0, headroom)
    layers = layers_of(motions, rng, seconds)
    body, timing, offsets = layers[0]
    timing = tame_travel(body, timing, size, seconds, 75.0)
    layers = ((body, timing, offsets), *layers[1:])
    way = body.travel * timing.speed * timing.reach * seconds
    ahead = 0.5 * way + _SPACE_AHEAD.get(action, 0.0)
    ahead += 0.5 * DUET_DISTANCE.get(action, 0.0)
    sign = -1.0 if placement.mirror else 1.0
    ahead *= sign * np.cos(np.deg2rad(placement.yaw)) * size
    x = rng.normal(WIDTH / 2, 12.0) - ahead
    return Actor(
        look=look,
        placement=replace(placement, x=x),
        layers=layers,
        colour=sample_colour(rng),
        labels=(action,),
    )


def cast_single(
    action: str,
    rng: np.random.Generator,
    seconds: float,
    optics: Optics | None = None,
    sizes: tuple[float, float] = (58.0, 98.0),
    bystander_chance: float = 0.35,
) -> Clip:
    """Draw a clip of the single-action track.

    Args:
        action: Name from :data:`~stclip.zs_stage.actions.SINGLE_ACTIONS` or
            a duet's.
        rng: Source of every choice.
        seconds: Length of the video.
        optics: The camera; a video camera at random if not given.
        sizes: Range of the body height in pixels.
        bystander_chance: How often somebody idle is in the picture.

    Returns:
        The clip; actors with labels are those to annotate.
    """
    scene = usual_scene(action, rng)
    size = rng.uniform(*sizes)
    lead = _lead(action, rng, scene, seconds, size)
    actors = [lead]
    if action in DUETS:
        labels = (action,) if action in MUTUAL else ()
        timing = lead.layers[-1][1]
        actors.append(
            partner_of(action, lead.placement, timing, rng, seconds, labels)
        )
    if rng.random() < bystander_chance:
        small = size * rng.uniform(0.4, 0.75)
        actors.append(bystander(rng, scene, seconds, small))
    return Clip(
        scene=scene,
        actors=tuple(actors),
        optics=optics or sample_optics(rng),
        seed=int(rng.integers(2**31)),
        occluders=sample_occluders(rng),
    )
