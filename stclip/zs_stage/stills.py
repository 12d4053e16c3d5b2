"""Stills like photographs from the web, to pre-train a CLIP on.

They show the same little world as the videos, but as photographers see it:
sharp, near, and near the end of what is done. So the words of a motion and of
its reverse are met with other poses, as on the web, though a video of the one
holds the same poses as a video of the other.
"""

from dataclasses import replace

import numpy as np

from stclip.zs_stage.action_casting import cast_verb, facing_side
from stclip.zs_stage.actor import Actor, Timing
from stclip.zs_stage.carriage import Carried
from stclip.zs_stage.casting import sample_occluders
from stclip.zs_stage.clip import Clip, Optics
from stclip.zs_stage.colours import COLOURS, tone
from stclip.zs_stage.painter import (
    SUPERSAMPLING,
    WIDTH,
    Backdrop,
)
from stclip.zs_stage.photographs import (
    Staged,
    Still,
    about_lead,
    close_region,
    cut,
    describe,
    inside,
    whole_region,
)
from stclip.zs_stage.pictures import (
    Doing,
    SeenGarment,
    SeenPerson,
    SeenThing,
)
from stclip.zs_stage.places import PLACES
from stclip.zs_stage.scenes import Scene, sample_scene
from stclip.zs_stage.sights import in_region
from stclip.zs_stage.styles import STYLES, in_style
from stclip.zs_stage.things import PATTERNS, THINGS, Standing
from stclip.zs_stage.things.tables import PATTERNED
from stclip.zs_stage.verb import Verb
from stclip.zs_stage.verbs import VERBS
from stclip.zs_stage.weather import INDOOR_WEATHERS, WEATHERS

Rng = np.random.Generator

#: Factors on the usual size of a thing.
SIZES = {'tiny': 0.6, 'normal': 1.0, 'big': 1.6}
_LEAST_HEIGHT = 20


def _photo_optics(rng: Rng) -> Optics:
    return Optics(
        zoom=rng.uniform(1.0, 1.25),
        noise=rng.exponential(3.0),
        softness=max(rng.normal(0.2, 0.4), 0.0),
        contrast=rng.uniform(0.85, 1.25),
        tint=tuple(rng.uniform(0.9, 1.12, 3)),
    )


def _choose(rng: Rng, names: object) -> str:
    names = tuple(names)
    return names[rng.integers(len(names))]


def sample_thing(name: str, rng: Rng) -> SeenThing:
    """Draw colour, pattern and size of a thing."""
    spec = THINGS[name]
    pattern = 'plain'
    if name in PATTERNED and rng.random() < 0.35:
        pattern = _choose(rng, PATTERNS)
    size = _choose(rng, SIZES) if rng.random() < 0.3 else 'normal'
    return SeenThing(name, _choose(rng, spec.colours), pattern, size)


def _shade(thing: SeenThing, rng: Rng) -> tuple[int, int, int]:
    return tone(COLOURS[thing.colour], rng.uniform(0.85, 1.15))


def decisive_phase(shared: float, late: float) -> float:
    """Phase at which a photograph shows a motion that goes once.

    Args:
        shared: Uniform in [0, 1]: which kind of photographer it is.
        late: Uniform in [0, 1]: which of their moments.

    Returns:
        In 70 of 100 cases from 0.6 on, else any.
    """
    return 0.6 + 0.4 * late if shared < 0.7 else late


def _decisive(actor: Actor, rng: Rng, draws: np.ndarray) -> Actor:
    """Put every motion of an actor near a moment to photograph."""
    layers = []
    for motion, timing, offsets in actor.layers:
        if motion.rate:
            moments = motion.iconic
            phase = moments[int(draws[1] * len(moments))]
            phase = (phase + 0.04 * rng.standard_normal()) % 1.0
        else:
            phase = decisive_phase(draws[0], draws[1])
        layers.append((motion, Timing(phase, timing.speed), offsets))
    return replace(actor, layers=tuple(layers))


def _seen_person(actor: Actor, doings: tuple[Doing, ...]) -> SeenPerson:
    look = actor.look
    garments = tuple(
        SeenGarment(each.kind, each.name, each.pattern)
        for each in dict.fromkeys((look.top, look.legs))
    )
    return SeenPerson(look.kind, look.hair, look.wears, garments, doings)


def _handled(verb: Verb, rng: Rng) -> SeenThing:
    """Draw the thing of a verb, as far as it can be chosen how it looks."""
    thing = sample_thing(_choose(rng, verb.things), rng)
    if verb.carriage is None:  # the motion draws it
        return SeenThing(thing.name)
    if verb.carriage.opening:  # its parts have no pattern
        return replace(thing, pattern='plain')
    return thing


def _group(
    verb_name: str, rng: Rng, scene: Scene, x: float, size: float, first: int
) -> tuple[list[Actor], list[SeenPerson]]:
    """Cast who does something, and to whom.

    Args:
        verb_name: Key of :data:`~stclip.zs_stage.verbs.VERBS`.
        rng: Source of every choice.
        scene: Where.
        x: Stage pixels of their middle.
        size: Pixels of an adult's height.
        first: Index of the first of them in the picture.
    """
    verb = VERBS[verb_name]
    thing = None
    if verb.things:
        thing = _handled(verb, rng)
    name = thing.name if thing else None
    actors = cast_verb(verb_name, verb, name, rng, scene, 1.0, size, x)
    if thing and thing.colour:
        colour = _shade(thing, rng)
        actors = [_with_thing(a, thing, colour) for a in actors]
    draws = rng.uniform(size=2)
    actors = [_decisive(actor, rng, draws) for actor in actors]
    partner = first + 1 if verb.partner else None
    doings = [Doing(verb_name, thing, partner)]
    people = [_seen_person(actors[0], tuple(doings))]
    for other in actors[1:]:
        back = (Doing(verb_name, thing, first),) if verb.mutual else ()
        people.append(_seen_person(other, back))
    return actors, people


def _with_thing(
    actor: Actor, thing: SeenThing, colour: tuple[int, int, int]
) -> Actor:
    """Let the handled thing of an actor look as was said."""
    carried = tuple(
        Carried(
            each.thing, each.carriage, colour, thing.pattern,
            SIZES[thing.size],
        )
        if each.thing == thing.name
        else each
        for each in actor.carried
    )  # fmt: skip
    return replace(actor, carried=carried)


def _put_things(
    scene: Scene, actors: list[Actor], rng: Rng
) -> tuple[list[tuple[SeenThing, str, int]], list[Standing], list[Standing]]:
    """Put up to two things about the first person, in known relations.

    The relation is the person's to the thing: somebody is in front of a tree
    that stands behind.

    Returns:
        What was put about, as captions tell it; the things that stand
        behind people, drawn already; those before them.
    """
    canvas = Backdrop(scene.backdrop)
    seen, back, front = [], [], []
    place = actors[0].placement
    side = facing_side(place)
    for _ in range(rng.choice(3, p=(0.5, 0.35, 0.15))):
        thing = sample_thing(_choose(rng, _ABOUT), rng)
        relation = _choose(rng, _OFFSETS)
        low, high, up, depth = _OFFSETS[relation]
        x = rng.uniform(low, high) * place.size
        if relation in ('facing', 'away_from'):
            x *= side
        elif relation in ('next_to', 'far_from'):
            x *= rng.choice((-1, 1))
        floor = np.array([place.x + x, place.y - up * place.size])
        unit = place.size * depth * SIZES[thing.size]
        unit *= min(1.0, 1.1 / THINGS[thing.name].size)
        colour = _shade(thing, rng)
        if relation == 'behind':
            unit *= 0.6
        put = Standing(thing.name, floor, unit, colour, thing.pattern)
        if relation == 'behind':
            front.append(put)
        else:
            put.draw(canvas)
            back.append(put)
        seen.append((thing, relation, 0))
    return seen, back, front


#: What may be put about.
_ABOUT = tuple(name for name, thing in THINGS.items() if thing.grip != 'sky')
#: Relation of the person -> range of the thing's x and its height in body
#: heights, factor on its size.
_OFFSETS = {
    'next_to': (0.35, 0.6, 0.0, 0.9),
    'in_front_of': (-0.15, 0.15, 0.1, 1.2),
    'behind': (-0.15, 0.15, -0.12, 1.0),
    'left_of': (0.4, 0.75, 0.0, 0.9),
    'right_of': (-0.75, -0.4, 0.0, 0.9),
    'under': (-0.1, 0.1, 1.15, 0.5),
    'far_from': (1.0, 1.4, 0.35, 0.6),
    'facing': (0.6, 0.9, 0.0, 0.9),
    'away_from': (-0.9, -0.6, 0.0, 0.9),
}


def stage_still(rng: Rng) -> Staged:
    """Draw a scene to photograph: nobody, one group, or several."""
    kind = _choose(rng, PLACES)
    weathers = INDOOR_WEATHERS if PLACES[kind].indoor else WEATHERS
    weather = _choose(rng, weathers) if rng.random() < 0.5 else 'clear'
    scene = sample_scene(kind, rng, weather=weather)
    style = _choose(rng, STYLES) if rng.random() < 0.25 else 'plain'
    if (style, weather) == ('dark', 'night'):
        style = 'plain'  # nothing could be seen
    groups = rng.choice(4, p=(0.03, 0.62, 0.25, 0.1))
    sizes = ((62.0, 104.0), (48.0, 72.0), (42.0, 60.0))
    actors, people = [], []
    slots = WIDTH * (np.arange(groups) + 0.5) / max(groups, 1)
    for x in slots + rng.normal(0, 5, groups):
        size = rng.uniform(*sizes[groups - 1])
        more, said = _group(
            _choose(rng, VERBS), rng, scene, x, size, len(actors)
        )
        actors += more
        people += said
    things, back, front = [], [], []
    if actors:
        things, back, front = _put_things(scene, actors, rng)
    else:
        names = dict.fromkeys(thing.name for thing in scene.things)
        things = [(SeenThing(name), 'next_to', 0) for name in names]
    clip = Clip(
        scene=scene,
        actors=tuple(actors),
        optics=in_style(_photo_optics(rng), style),
        seed=int(rng.integers(2**31)),
        occluders=(*front, *sample_occluders(rng, 0.06)),
    )
    standing = (*scene.things, *back, *front)
    return Staged(clip, tuple(people), tuple(things), standing, style)


def take_stills(rng: Rng, size: int) -> list[Still]:
    """Photograph one random scene: whole, and two close-ups if it can be.

    Args:
        rng: Source of every choice.
        size: Pixels of the square pictures.

    Returns:
        The whole scene first.
    """
    staged = stage_still(rng)
    image, boxes = staged.clip.photograph()
    boxes = [
        None
        if box is None or box[3] - box[1] < _LEAST_HEIGHT
        else np.array(box, float) * SUPERSAMPLING
        for box in boxes
    ]
    height, width = image.shape[:2]
    region = whole_region(rng, width, height)
    sights = staged.sights()

    def still(region: np.ndarray, lead: int | None) -> Still:
        part = inside(region, width, height)
        return Still(
            cut(image, part, size),
            describe(staged, boxes, region, lead),
            in_region(sights, part, size),
        )

    stills = [still(region, None)]
    stars = [
        index
        for index, person in enumerate(staged.people)
        if person.doings and boxes[index] is not None
    ]
    # Those who are nearer are photographed rather than others.
    stars.sort(key=lambda i: boxes[i][1] - boxes[i][3] + rng.normal(0, 30))
    for index in (stars * 2)[:2]:
        box = boxes[index]
        partners = [d.partner for d in staged.people[index].doings]
        for partner in partners:
            if partner is not None and boxes[partner] is not None:
                box = about_lead(box, boxes[partner])
        stills.append(still(close_region(box, rng), index))
    return stills
