"""Looks of one person: who it is, clothes, hair and what is worn besides."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stclip.zs_stage.colours import CLOTHES, COLOURS, tone
from stclip.zs_stage.painter import Colour
from stclip.zs_stage.pose import Build
from stclip.zs_stage.things import PATTERNS

ADULTS = ('man', 'woman', 'old_man', 'old_woman')
CHILDREN = ('boy', 'girl')
KINDS = ('man', 'woman', 'boy', 'girl', 'old_man', 'old_woman')
_CHANCES = {
    'man': 0.3, 'woman': 0.3, 'boy': 0.1, 'girl': 0.1, 'old_man': 0.1,
    'old_woman': 0.1,
}  # fmt: skip

#: Skin and hair colours, RGB.
SKINS = (
    (255, 219, 190), (240, 195, 160), (222, 170, 125), (190, 135, 90),
    (150, 100, 65), (110, 70, 45), (85, 55, 38),
)  # fmt: skip
HAIRS = {
    'black': (25, 22, 22), 'brown': (85, 52, 30), 'blond': (240, 205, 95),
    'red': (195, 75, 25), 'grey': (178, 178, 182),
}  # fmt: skip
BALD = 'bald'

TOPS = ('shirt', 'coat', 'dress')
LEGWEAR = ('trousers', 'shorts', 'skirt')
HEADGEAR = ('cap', 'helmet', 'crown')
#: What may be worn or grown besides, at most one of each group.
EXTRAS = (
    ('long_hair', 'ponytail'), ('beard',), ('glasses',), HEADGEAR,
    ('scarf',), ('backpack',),
)  # fmt: skip


@dataclass(frozen=True)
class Garment:
    """A piece of clothing.

    Args:
        kind: One of :data:`TOPS` or :data:`LEGWEAR`; a dress is both.
        name: Key of :data:`~stclip.zs_stage.colours.COLOURS`.
        colour: RGB, near that colour.
        pattern: One of :data:`~stclip.zs_stage.things.PATTERNS`.
    """

    kind: str
    name: str
    colour: Colour
    pattern: str = 'plain'


@dataclass(frozen=True)
class Look:
    """Body, clothes and hair of one person.

    Args:
        build: Lengths of the body.
        kind: One of :data:`KINDS`.
        skin: RGB.
        hair: Key of :data:`HAIRS`, or :data:`BALD`.
        top: What the trunk wears.
        legs: What the legs wear; the top itself if that is a dress.
        shoes: RGB.
        long_sleeves: Whether the arms are covered.
        wears: Some of :data:`EXTRAS`.
        accent: Key of the colour of cap, helmet, scarf and backpack.
    """

    build: Build
    kind: str
    skin: Colour
    hair: str
    top: Garment
    legs: Garment
    shoes: Colour
    long_sleeves: bool = False
    wears: tuple[str, ...] = ()
    accent: str = 'red'

    @property
    def woman(self) -> bool:
        """Whether it is a woman or a girl."""
        return self.kind in ('woman', 'girl', 'old_woman')

    @property
    def scale(self) -> float:
        """Height as a part of an adult's."""
        return 0.68 if self.kind in CHILDREN else 1.0

    @property
    def hat(self) -> bool:
        """Whether something is on the head."""
        return any(name in self.wears for name in HEADGEAR)


def _sample_build(rng: np.random.Generator, kind: str) -> Build:
    woman, child = kind in ('woman', 'old_woman'), kind in CHILDREN
    return Build(
        leg=(0.42 if child else 0.46) * rng.uniform(0.94, 1.05),
        trunk=0.29 * rng.uniform(0.95, 1.06),
        arm=0.37 * rng.uniform(0.95, 1.07),
        shoulder=0.10 * rng.uniform(0.85, 1.15) * (0.92 if woman else 1.05),
        head=(0.108 if child else 0.078) * rng.uniform(0.9, 1.12),
        girth=rng.uniform(0.85, 1.3),
        stoop=12.0 if kind.startswith('old') else 0.0,
    )


def _sample_hair(rng: np.random.Generator, kind: str) -> str:
    if kind in ('man', 'old_man') and rng.random() < 0.2:
        return BALD
    if kind.startswith('old'):
        return 'grey'
    names = [name for name in HAIRS if name != 'grey' or kind not in CHILDREN]
    return str(rng.choice(names))


def _sample_extras(
    rng: np.random.Generator, kind: str, hair: str
) -> tuple[str, ...]:
    chances = dict(
        long_hair=0.06, ponytail=0.03, beard=0.0, glasses=0.15, cap=0.12,
        helmet=0.06, crown=0.03, scarf=0.12, backpack=0.14,
    )  # fmt: skip
    if kind in ('woman', 'girl', 'old_woman'):
        chances |= dict(long_hair=0.5, ponytail=0.25)
    elif kind in ADULTS:
        chances |= dict(beard=0.3)
    if hair == BALD:
        chances |= dict(long_hair=0.0, ponytail=0.0)
    wears = []
    for group in EXTRAS:
        chance = rng.random()
        for name in group:
            chance -= chances[name]
            if chance < 0:
                wears.append(name)
                break
    return tuple(wears)


def _sample_clothes(
    rng: np.random.Generator, kind: str, shade: np.ndarray
) -> tuple[Garment, Garment]:
    woman = kind in ('woman', 'girl', 'old_woman')
    tops, legs = ([0.6, 0.12, 0.28], [0.5, 0.2, 0.3]) if woman else (
        [0.86, 0.14, 0.0], [0.65, 0.35, 0.0])  # fmt: skip
    names = [str(name) for name in rng.choice(CLOTHES, 2)]
    colours = [
        tuple(np.clip(COLOURS[name] * shade, 0, 255).astype(int).tolist())
        for name in names
    ]
    pattern = str(rng.choice(PATTERNS, p=[0.55, 0.15, 0.15, 0.15]))
    top = Garment(str(rng.choice(TOPS, p=tops)), names[0], colours[0], pattern)
    if top.kind == 'dress':
        return top, top
    lower = str(rng.choice(LEGWEAR, p=legs))
    return top, Garment(lower, names[1], colours[1])


def sample_look(
    rng: np.random.Generator, kinds: Sequence[str] = KINDS
) -> Look:
    """Draw somebody at random.

    Args:
        rng: Source of every choice.
        kinds: Some of :data:`KINDS`, to draw from.
    """
    chances = np.array([_CHANCES[kind] for kind in kinds])
    kind = str(rng.choice(kinds, p=chances / chances.sum()))
    shade = rng.uniform(0.85, 1.12, 3)
    skin = np.array(SKINS[rng.integers(len(SKINS))]) * shade
    top, legs = _sample_clothes(rng, kind, shade)
    hair = _sample_hair(rng, kind)
    return Look(
        build=_sample_build(rng, kind),
        kind=kind,
        skin=tuple(np.clip(skin, 0, 255).astype(int).tolist()),
        hair=hair,
        top=top,
        legs=legs,
        shoes=tone(COLOURS[rng.choice(CLOTHES)], 0.6),
        long_sleeves=bool(top.kind == 'coat' or rng.random() < 0.15),
        wears=_sample_extras(rng, kind, hair),
        accent=str(rng.choice(CLOTHES)),
    )
