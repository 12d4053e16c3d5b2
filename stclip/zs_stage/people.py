"""Looks of one person, and drawing of a posed one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stclip.zs_stage.colours import CLOTHES, COLOURS, tone
from stclip.zs_stage.figure import Figure
from stclip.zs_stage.painter import Colour, Painter
from stclip.zs_stage.pose import JOINT, Build

#: Skin and hair colours, RGB.
SKINS = (
    (255, 219, 190), (240, 195, 160), (222, 170, 125), (190, 135, 90),
    (150, 100, 65), (110, 70, 45), (85, 55, 38),
)  # fmt: skip
HAIRS = {
    'black': (25, 22, 22), 'brown': (85, 52, 30), 'blond': (225, 190, 105),
    'red': (165, 70, 30), 'grey': (165, 165, 165),
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """Body, clothes and hair of one person."""

    build: Build
    skin: Colour
    hair: Colour
    shirt: Colour
    trousers: Colour
    shoes: Colour
    shirt_name: str
    woman: bool
    long_sleeves: bool
    legwear: str
    hat: bool


def sample_look(rng: np.random.Generator) -> Look:
    """Draw somebody at random."""
    woman = bool(rng.random() < 0.5)
    names = CLOTHES
    shirt_name, trousers_name = rng.choice(names, 2)
    jitter = rng.uniform(0.85, 1.12, 3)

    def shade(colour: Colour) -> Colour:
        return tuple(
            int(np.clip(part * jitter[axis], 0, 255))
            for axis, part in enumerate(colour)
        )

    build = Build(
        leg=0.46 * rng.uniform(0.94, 1.05),
        trunk=0.29 * rng.uniform(0.95, 1.06),
        arm=0.37 * rng.uniform(0.95, 1.07),
        shoulder=0.10 * rng.uniform(0.85, 1.15) * (0.92 if woman else 1.05),
        head=0.078 * rng.uniform(0.9, 1.12),
        girth=rng.uniform(0.85, 1.3),
    )
    legwear = rng.choice(
        ['trousers', 'shorts', 'skirt'],
        p=[0.55, 0.2, 0.25] if woman else [0.7, 0.3, 0.0],
    )
    return Look(
        build=build,
        skin=shade(SKINS[rng.integers(len(SKINS))]),
        hair=HAIRS[rng.choice(list(HAIRS))],
        shirt=shade(COLOURS[shirt_name]),
        trousers=shade(COLOURS[trousers_name]),
        shoes=tone(COLOURS[rng.choice(names)], 0.6),
        shirt_name=str(shirt_name),
        woman=woman,
        long_sleeves=bool(rng.random() < 0.2),
        legwear=str(legwear),
        hat=bool(rng.random() < 0.18),
    )


def _limb(
    painter: Painter, figure: Figure, names: Sequence[str],
    widths: Sequence[float], colours: Sequence[Colour],
) -> None:  # fmt: skip
    points = [figure.points[JOINT[name]] for name in names]
    parts = zip(points[:-1], points[1:], widths, colours, strict=True)
    for start, end, width, colour in parts:
        painter.line(start, end, width * figure.size, colour)


def _draw_leg(painter: Painter, figure: Figure, look: Look, side: str) -> None:
    light = 0.78 if figure.is_far(side) else 1.0
    girth = look.build.girth
    upper = look.trousers
    lower = look.trousers if look.legwear == 'trousers' else look.skin
    if look.legwear == 'skirt':
        upper = look.skin
    _limb(
        painter, figure,
        [f'{side}_knee', f'{side}_foot', f'{side}_toe'],
        (0.062 * girth, 0.05), (tone(lower, light), tone(look.shoes, light)),
    )  # fmt: skip
    _limb(
        painter, figure, [f'{side}_hip', f'{side}_knee'],
        (0.085 * girth,), (tone(upper, light),),
    )  # fmt: skip


def _draw_arm(painter: Painter, figure: Figure, look: Look, side: str) -> None:
    light = 0.7 if figure.is_far(side) else 0.85
    girth = look.build.girth
    lower = look.shirt if look.long_sleeves else look.skin
    _limb(
        painter, figure, [f'{side}_shoulder', f'{side}_elbow', f'{side}_hand'],
        (0.06 * girth, 0.05 * girth),
        (tone(look.shirt, light), tone(lower, light)),
    )  # fmt: skip
    hand = figure.points[JOINT[f'{side}_hand']]
    radius = 0.045 * figure.size
    painter.ellipse(hand, (radius, radius), tone(look.skin, light + 0.1))


def _draw_trunk(painter: Painter, figure: Figure, look: Look) -> None:
    at = figure.at
    width = 0.085 * look.build.girth * figure.size
    painter.line(at('r_hip'), at('l_hip'), width, look.trousers)
    if look.legwear == 'skirt':
        hem = 0.45 * (at('r_knee') - at('r_hip')) + at('r_hip')
        other = 0.45 * (at('l_knee') - at('l_hip')) + at('l_hip')
        for hip, end in ((at('r_hip'), hem), (at('l_hip'), other)):
            painter.line(hip, end, 1.35 * width, look.trousers)
    low, high = at('pelvis'), at('neck')
    low = low + 0.12 * (high - low)
    belly = 1.5 * width
    painter.line(low, low + 0.6 * (high - low), belly, look.shirt)
    painter.polygon(
        np.array(
            [at('r_shoulder'), at('l_shoulder'), at('l_hip'), at('r_hip')]
        ),
        look.shirt,
    )
    painter.line(at('r_shoulder'), at('l_shoulder'), width, look.shirt)


def _draw_long_hair(painter: Painter, figure: Figure, look: Look) -> None:
    neck, head = figure.at('neck'), figure.at('head')
    radius = look.build.head * figure.size
    ends = neck - figure.gaze * 0.7 * radius - 0.2 * (head - neck)
    painter.line(head, ends, 1.5 * radius, look.hair)


def _draw_head(painter: Painter, figure: Figure, look: Look) -> None:
    neck, head = figure.at('neck'), figure.at('head')
    radius = look.build.head * figure.size
    painter.line(neck, head, 0.055 * figure.size, tone(look.skin, 0.85))
    up = (head - neck) / max(np.linalg.norm(head - neck), 1e-6)
    gaze = figure.gaze
    hair = head - gaze * 0.28 * radius + up * 0.2 * radius
    painter.ellipse(head, (radius, radius), look.skin)
    angle = float(np.degrees(np.arctan2(up[1], up[0])))
    if figure.faces_away:
        painter.ellipse(hair, (radius, radius), look.hair)
    else:
        top = head - gaze * 0.22 * radius + up * 0.12 * radius
        painter.ellipse(
            top, (1.05 * radius, 1.05 * radius), look.hair, angle,
            (-100.0, 100.0) if look.woman else (-80.0, 80.0),
        )  # fmt: skip
        face = head + gaze * 0.25 * radius - up * 0.28 * radius
        painter.ellipse(face, (0.7 * radius, 0.66 * radius), look.skin)
        eye = head + gaze * 0.55 * radius + up * 0.02 * radius
        across = (
            np.array([-up[1], up[0]]) * 0.3 * radius * abs(figure.gaze_depth)
        )
        for sign in (-1, 1):
            dot = 0.13 * radius
            painter.ellipse(eye + sign * across, (dot, dot), (20, 20, 25))
    if look.hat:
        brim = head + up * 0.45 * radius
        painter.ellipse(
            brim, (1.1 * radius, 1.12 * radius), tone(look.trousers, 0.8),
            angle, (-90.0, 90.0),
        )  # fmt: skip
        painter.line(
            brim, brim + gaze * 1.6 * radius, 0.25 * radius,
            tone(look.trousers, 0.65),
        )  # fmt: skip


def draw_person(painter: Painter, figure: Figure, look: Look) -> None:
    """Draw a posed person, far parts first.

    Args:
        painter: Where to draw.
        figure: The posed body.
        look: How the person looks.
    """
    parts = [
        (figure.depth_of('pelvis', 'neck'), _draw_trunk, ()),
        (figure.depth_of('neck', 'head') - 0.005, _draw_head, ()),
    ]
    if look.woman:
        # Hair hangs down the back: behind the trunk of who faces us.
        hair = figure.depth_of('neck') - 0.08 * figure.gaze_depth
        parts.append((hair, _draw_long_hair, ()))
    for side in 'rl':
        leg = figure.depth_of(f'{side}_knee', f'{side}_foot', f'{side}_hip')
        arm = figure.depth_of(f'{side}_elbow', f'{side}_hand')
        parts.append((leg, _draw_leg, (side,)))
        parts.append((arm, _draw_arm, (side,)))
    parts.sort(key=lambda part: -part[0])
    for _, draw, arguments in parts:
        draw(painter, figure, look, *arguments)
