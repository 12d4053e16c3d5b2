"""Drawing of a posed person."""

from collections.abc import Sequence

import numpy as np

from stclip.zs_stage.colours import COLOURS, contrast, tone
from stclip.zs_stage.figure import Figure
from stclip.zs_stage.heads import draw_back_hair, draw_head
from stclip.zs_stage.looks import Garment, Look
from stclip.zs_stage.painter import Colour, Painter
from stclip.zs_stage.pose import JOINT

# How far down the thigh and shin a garment goes: 1 is the knee.
_HEMS = {'skirt': 0.5, 'coat': 0.85, 'dress': 1.0}


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
    covered = look.legs.kind
    upper = look.legs.colour
    lower = upper if covered == 'trousers' else look.skin
    if covered in ('skirt', 'dress'):
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
    girth, sleeve = look.build.girth, look.top.colour
    lower = sleeve if look.long_sleeves else look.skin
    _limb(
        painter, figure, [f'{side}_shoulder', f'{side}_elbow', f'{side}_hand'],
        (0.06 * girth, 0.05 * girth),
        (tone(sleeve, light), tone(lower, light)),
    )  # fmt: skip
    hand = figure.points[JOINT[f'{side}_hand']]
    radius = 0.045 * figure.size
    painter.ellipse(hand, (radius, radius), tone(look.skin, light + 0.1))


def _draw_hem(
    painter: Painter, figure: Figure, look: Look, garment: Garment
) -> None:
    """Draw what hangs about the legs."""
    width = 0.085 * look.build.girth * figure.size
    hips = np.array([figure.at('r_hip'), figure.at('l_hip')])
    knees = np.array([figure.at('r_knee'), figure.at('l_knee')])
    ends = hips + _HEMS[garment.kind] * (knees - hips)
    for hip, end in zip(hips, ends, strict=True):
        painter.line(hip, end, 1.35 * width, garment.colour)
    corners = np.array([hips[0], hips[1], ends[1], ends[0]])
    painter.polygon(corners, garment.colour)
    painter.line(hips[0], hips[1], 1.35 * width, garment.colour)
    low, high = ends.mean(0), hips.mean(0)
    half = 0.5 * float(np.linalg.norm(hips[0] - hips[1])) + 0.6 * width
    _draw_pattern(painter, low, high, half, garment)
    if garment.kind == 'coat' and not figure.faces_away:
        painter.line(low, high, 0.25 * width, contrast(garment.colour))


def _draw_pattern(
    painter: Painter, low: np.ndarray, high: np.ndarray, half: float,
    garment: Garment,
) -> None:  # fmt: skip
    """Put a garment's pattern, if any, between ``low`` and ``high``."""
    way = high - low
    across = np.array([-way[1], way[0]])
    across *= half / max(float(np.linalg.norm(across)), 1e-6)
    mark, rows = contrast(garment.colour), 4
    if garment.pattern == 'striped':
        for row in range(rows):
            y = low + (row + 0.35) / rows * way
            thick = 0.4 * float(np.linalg.norm(way)) / rows
            painter.line(y - 0.85 * across, y + 0.85 * across, thick, mark)
    elif garment.pattern == 'dotted':
        for row in range(rows):
            for column in (-0.6, 0.0, 0.6) if row % 2 else (-0.35, 0.35):
                dot = low + (row + 0.5) / rows * way + column * across
                painter.ellipse(dot, (0.19 * half, 0.19 * half), mark)
    elif garment.pattern == 'checked':
        step, side = way / rows, across / 2
        for row in range(rows):
            for column in (-2, 0) if row % 2 else (-1, 1):
                corner = low + row * step + column * side
                cell = [corner, corner + side, corner + side + step,
                        corner + step]  # fmt: skip
                painter.polygon(np.array(cell), mark)


def _draw_trunk(painter: Painter, figure: Figure, look: Look) -> None:
    at, top = figure.at, look.top
    width = 0.085 * look.build.girth * figure.size
    painter.line(at('r_hip'), at('l_hip'), width, look.legs.colour)
    low, high = at('pelvis'), at('neck')
    low = low + 0.12 * (high - low)
    belly = 1.5 * width
    painter.line(low, low + 0.6 * (high - low), belly, top.colour)
    corners = [at('r_shoulder'), at('l_shoulder'), at('l_hip'), at('r_hip')]
    painter.polygon(np.array(corners), top.colour)
    painter.line(at('r_shoulder'), at('l_shoulder'), width, top.colour)
    span = float(np.linalg.norm(at('r_shoulder') - at('l_shoulder')))
    chest = low + 0.85 * (high - low)
    _draw_pattern(painter, low, chest, 0.45 * max(span, belly), top)
    if top.kind == 'coat' and not figure.faces_away:
        painter.line(at('pelvis'), high, 0.25 * width, contrast(top.colour))
    if 'backpack' in look.wears and not figure.faces_away:
        paint = tone(COLOURS[look.accent], 0.8)
        for side in 'rl':
            shoulder = 0.75 * at(f'{side}_shoulder') + 0.25 * high
            hip = 0.7 * at(f'{side}_hip') + 0.3 * shoulder
            painter.line(shoulder, hip, 0.4 * width, paint)


def _draw_backpack(painter: Painter, figure: Figure, look: Look) -> None:
    paint = COLOURS[look.accent]
    low, high = figure.at('pelvis'), figure.at('neck')
    back = -0.13 * figure.size * figure.gaze
    bottom = low + 0.2 * (high - low) + back
    top = low + 0.85 * (high - low) + back
    painter.line(bottom, top, 0.2 * figure.size, paint)
    painter.line(bottom, bottom + 0.3 * (top - bottom), 0.13 * figure.size,
                 tone(paint, 0.65))  # fmt: skip


def draw_person(painter: Painter, figure: Figure, look: Look) -> None:
    """Draw a posed person, far parts first.

    Args:
        painter: Where to draw.
        figure: The posed body.
        look: How the person looks.
    """
    neck = figure.depth_of('neck')
    parts = [
        (figure.depth_of('pelvis', 'neck'), _draw_trunk, ()),
        (figure.depth_of('neck', 'head') - 0.005, draw_head, ()),
    ]
    # What hangs down the back is behind the trunk of who faces us.
    if 'long_hair' in look.wears or 'ponytail' in look.wears:
        depth = neck - 0.08 * figure.gaze_depth
        parts.append((depth, draw_back_hair, ()))
    if 'backpack' in look.wears:
        depth = neck - 0.12 * figure.gaze_depth
        parts.append((depth, _draw_backpack, ()))
    legs = []
    for side in 'rl':
        leg = figure.depth_of(f'{side}_knee', f'{side}_foot', f'{side}_hip')
        arm = figure.depth_of(f'{side}_elbow', f'{side}_hand')
        legs.append(leg)
        parts.append((leg, _draw_leg, (side,)))
        parts.append((arm, _draw_arm, (side,)))
    for garment in dict.fromkeys((look.legs, look.top)):
        if garment.kind in _HEMS:
            parts.append((min(legs) - 1e-3, _draw_hem, (garment,)))
    parts.sort(key=lambda part: -part[0])
    for _, draw, arguments in parts:
        draw(painter, figure, look, *arguments)
