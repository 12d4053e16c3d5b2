"""What is to be seen in a picture of the stage, as a caption may tell it."""

from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True)
class SeenThing:
    """A thing.

    Args:
        name: Key of :data:`stclip.zs_stage.things.THINGS`.
        colour: Of its main part, key of
            :data:`~stclip.zs_stage.words.settings.COLOUR_WORDS`; None where
            it has colours of its own.
        pattern: ``'plain'`` or a key of
            :data:`~stclip.zs_stage.words.settings.PATTERN_WORDS`.
        size: ``'normal'`` or a key of
            :data:`~stclip.zs_stage.words.settings.SIZE_WORDS`.
    """

    name: str
    colour: str | None = None
    pattern: str = 'plain'
    size: str = 'normal'


@dataclass(frozen=True)
class SeenGarment:
    """A piece of clothing: kind, colour and pattern, keys of the words."""

    kind: str
    colour: str
    pattern: str = 'plain'


@dataclass(frozen=True)
class Doing:
    """What somebody does.

    Args:
        verb: Key of :data:`stclip.zs_stage.words.verbs.VERB_PHRASES`.
        thing: With what, if anything.
        partner: Index of the person it is done to, if any.
    """

    verb: str
    thing: SeenThing | None = None
    partner: int | None = None


@dataclass(frozen=True)
class SeenPerson:
    """Somebody.

    Args:
        kind: Key of :data:`~stclip.zs_stage.words.settings.PERSON_WORDS`.
        hair: Key of :data:`~stclip.zs_stage.words.settings.HAIR_WORDS`.
        wears: Keys of :data:`~stclip.zs_stage.words.settings.WEAR_WORDS`.
        garments: Clothes, the upper ones first.
        doings: Empty for somebody idle; the most telling one last.
    """

    kind: str
    hair: str
    wears: tuple[str, ...]
    garments: tuple[SeenGarment, ...]
    doings: tuple[Doing, ...]


@dataclass(frozen=True)
class Picture:
    """A picture.

    Args:
        place: Key of :data:`~stclip.zs_stage.words.settings.PLACE_WORDS`.
        weather: Key of :data:`~stclip.zs_stage.words.settings.WEATHER_WORDS`.
        style: ``'plain'`` or a key of
            :data:`~stclip.zs_stage.words.settings.STYLE_WORDS`.
        people: Persons, the most important one first.
        things: What stands about: the thing, a key of
            :data:`~stclip.zs_stage.words.settings.RELATION_WORDS`, and the
            index of the person it is related to.
    """

    place: str
    weather: str
    style: str
    people: tuple[SeenPerson, ...]
    things: tuple[tuple[SeenThing, str, int], ...] = ()


_OTHER_SIDE = {'left_of': 'right_of', 'right_of': 'left_of'}


def mirrored(picture: Picture) -> Picture:
    """Return what the mirror image of a picture shows."""
    things = tuple(
        (thing, _OTHER_SIDE.get(relation, relation), person)
        for thing, relation, person in picture.things
    )
    return replace(picture, things=things)


def to_json(picture: Picture) -> dict[str, Any]:
    """Return a picture's content as JSON has it."""
    return asdict(picture)


def _thing(entry: dict | None) -> SeenThing | None:
    return None if entry is None else SeenThing(**entry)


def _person(entry: dict) -> SeenPerson:
    doings = tuple(
        Doing(each['verb'], _thing(each['thing']), each['partner'])
        for each in entry['doings']
    )
    garments = tuple(SeenGarment(**each) for each in entry['garments'])
    wears = tuple(entry['wears'])
    return SeenPerson(entry['kind'], entry['hair'], wears, garments, doings)


def from_json(entry: dict[str, Any]) -> Picture:
    """Read what :func:`to_json` wrote."""
    return Picture(
        entry['place'],
        entry['weather'],
        entry['style'],
        tuple(_person(each) for each in entry['people']),
        tuple(
            (SeenThing(**thing), relation, person)
            for thing, relation, person in entry['things']
        ),
    )
