"""Objects that belong to an action, drawn behind or before their user."""

from collections.abc import Callable

import numpy as np

from stclip.zs_stage.painter import Painter
from stclip.zs_stage.people import tone

_WOOD = (150, 105, 60)
_METAL = (150, 155, 165)
_DARK = (40, 42, 48)
_PAPER = (245, 243, 232)
_BALL = (235, 235, 235)
_ORANGE = (225, 120, 40)

#: Name -> (whether drawn before its user, function of painter, figure and
#: the object's colour).
PROPS: dict[str, tuple[bool, Callable]] = {}


def _prop(front: bool):
    def register(draw: Callable) -> Callable:
        PROPS[draw.__name__.lstrip('_')] = (front, draw)
        return draw

    return register


def _ball(painter: Painter, centre, radius: float, colour) -> None:
    painter.ellipse(centre, (radius, radius), tone(colour, 0.8))
    shine = np.asarray(centre) - 0.2 * radius
    painter.ellipse(shine, (0.7 * radius, 0.7 * radius), colour)


def _flight(figure, start, speed, gravity: float, time: float) -> np.ndarray:
    """Place of something thrown from ``start``; body heights, phases."""
    x, y, z = np.array(start) + np.array(speed) * time
    return figure.there(x, y, max(z - gravity * time * time, 0.05))


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-6)


@_prop(front=False)
def _chair(painter, figure, colour) -> None:
    size = figure.size
    corners = [(-0.36, 0.16), (0.06, 0.16), (0.06, -0.16), (-0.36, -0.16)]
    for x, y in corners:
        foot, top = figure.there(x, y, 0.0), figure.there(x, y, 0.2)
        painter.line(foot, top, 0.03 * size, tone(colour, 0.55))
    seat = np.array([figure.there(x, y, 0.215) for x, y in corners])
    painter.polygon(seat, colour)
    back = np.array(
        [
            figure.there(-0.36, 0.16, 0.22), figure.there(-0.38, 0.16, 0.56),
            figure.there(-0.38, -0.16, 0.56), figure.there(-0.36, -0.16, 0.22),
        ]
    )  # fmt: skip
    painter.polygon(back, tone(colour, 0.8))
    painter.path(back, 0.03 * size, tone(colour, 0.6))


@_prop(front=False)
def _mat(painter, figure, colour) -> None:
    corners = [(-0.75, 0.2), (0.5, 0.2), (0.5, -0.2), (-0.75, -0.2)]
    flat = np.array([figure.there(x, y, 0.0) for x, y in corners])
    painter.polygon(flat, tone(colour, 0.8))


@_prop(front=False)
def _stairs(painter, figure, colour) -> None:
    run, rise = 0.21 / 0.7 / 2, 0.17 / 0.7 / 2
    for step in range(12, -4, -1):
        x, z = step * run - 0.02, step * rise
        tread = [
            (x, 0.3, z), (x + run, 0.3, z), (x + run, -0.3, z), (x, -0.3, z),
        ]  # fmt: skip
        riser = [
            (x, 0.3, z), (x, -0.3, z),
            (x, -0.3, z - rise), (x, 0.3, z - rise),
        ]  # fmt: skip
        wall = [
            (x, -0.3, z), (x + run, -0.3, z),
            (x + run, -0.3, -1.0), (x, -0.3, -1.0),
        ]  # fmt: skip
        for face, light in ((tread, 1.0), (riser, 0.7), (wall, 0.5)):
            points = np.array([figure.there(*point) for point in face])
            painter.polygon(points, tone(colour, light))


@_prop(front=False)
def _bar(painter, figure, colour) -> None:
    height = figure.joints[5][2] + 0.01
    for y in (-0.42, 0.42):
        painter.line(
            figure.there(0.02, y, 0.0), figure.there(0.02, y, height),
            0.035 * figure.size, tone(colour, 0.6),
        )  # fmt: skip
    painter.line(
        figure.there(0.02, -0.46, height), figure.there(0.02, 0.46, height),
        0.03 * figure.size, _DARK,
    )  # fmt: skip


@_prop(front=False)
def _hoop(painter, figure, colour) -> None:
    size = figure.size
    painter.line(
        figure.there(1.15, 0.0, 0.0), figure.there(1.15, 0.0, 1.35),
        0.04 * size, _METAL,
    )  # fmt: skip
    board = [(1.1, -0.2, 1.2), (1.1, 0.2, 1.2), (1.1, 0.2, 1.5),
             (1.1, -0.2, 1.5)]  # fmt: skip
    points = np.array([figure.there(*point) for point in board])
    painter.polygon(points, _PAPER)
    painter.path(np.vstack([points, points[:1]]), 0.02 * size, (180, 50, 40))
    rim = figure.there(0.98, 0.0, 1.22)
    painter.ellipse(rim, (0.1 * size, 0.035 * size), _ORANGE)
    for x in (-0.07, 0.0, 0.07):
        painter.line(
            rim + np.array([x, 0.0]) * size,
            rim + np.array([0.6 * x, 0.13]) * size, 0.01 * size, _PAPER,
        )  # fmt: skip


@_prop(front=False)
def _archery(painter, figure, colour) -> None:
    centre = figure.there(1.25, 0.0, 0.72)
    painter.line(
        figure.there(1.25, 0.0, 0.0), centre, 0.04 * figure.size, _WOOD
    )
    rings = ((0.17, _PAPER), (0.12, (60, 110, 200)), (0.07, (210, 50, 45)),
             (0.03, (240, 210, 60)))  # fmt: skip
    for radius, paint in rings:
        painter.ellipse(
            centre, (0.6 * radius * figure.size, radius * figure.size), paint
        )


@_prop(front=True)
def _caught_ball(painter, figure, colour) -> None:
    meet = 0.48
    if figure.phase < meet:
        early = meet - figure.phase
        place = figure.there(0.42 + 4.5 * early, 0.0, 0.8 + 0.8 * early)
    else:
        place = 0.5 * (figure.at('r_hand') + figure.at('l_hand'))
    _ball(painter, place, 0.06 * figure.size, colour)


@_prop(front=True)
def _thrown_ball(painter, figure, colour) -> None:
    release = 0.5
    if figure.phase < release:
        place = figure.at('r_hand')
    else:
        time = figure.phase - release
        place = _flight(figure, (0.32, -0.1, 0.98), (4.5, 0, 0.9), 1.6, time)
    _ball(painter, place, 0.06 * figure.size, colour)


@_prop(front=True)
def _shot_ball(painter, figure, colour) -> None:
    release = 0.54
    if figure.phase < release:
        place = 0.5 * (figure.at('r_hand') + figure.at('l_hand'))
        place = place + figure.direction(0.03, 0.0, 0.03)
    else:
        time = (figure.phase - release) / 0.36
        if time < 1:
            place = figure.there(
                0.25 + 0.72 * time, 0.0,
                1.15 + 0.1 * time + 1.3 * time * (1 - time),
            )  # fmt: skip
        else:
            place = figure.there(0.97, 0.0, max(1.25 - 4 * (time - 1), 0.1))
    _ball(painter, place, 0.075 * figure.size, _ORANGE)


@_prop(front=True)
def _kicked_ball(painter, figure, colour) -> None:
    time = max(figure.phase - 0.5, 0.0)
    start, speed = (0.28, -0.07, 0.07), (5.0, 0.0, 1.6)
    place = _flight(figure, start, speed, 2.6, time)
    _ball(painter, place, 0.07 * figure.size, _BALL)
    painter.ellipse(place, (0.025 * figure.size,) * 2, _DARK)


@_prop(front=True)
def _pitched_ball(painter, figure, colour) -> None:
    early = 0.5 - figure.phase
    place = figure.there(0.35, 0.3 + 5 * abs(early), 0.65 + 0.3 * abs(early))
    _ball(painter, place, 0.03 * figure.size, _BALL)


def _lifted(painter, figure, colour, held: bool) -> None:
    size = figure.size
    if held:
        centre = figure.at('r_hand') + figure.direction(0, 0, -0.05)
    else:
        centre = figure.there(0.3, -0.12, 0.06)
    half = 0.07 * size
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    painter.polygon(centre + square, tone(colour, 0.9))
    painter.path(centre + square, 0.02 * size, tone(colour, 0.5))


@_prop(front=True)
def _picked_object(painter, figure, colour) -> None:
    _lifted(painter, figure, colour, held=figure.phase > 0.5)


@_prop(front=True)
def _put_object(painter, figure, colour) -> None:
    _lifted(painter, figure, colour, held=figure.phase < 0.52)


@_prop(front=True)
def _cart(painter, figure, colour) -> None:
    size = figure.size
    low, high, near, far = 0.1, 0.6, 0.38, 0.86
    side = [(near, low), (far, low), (far, high), (near, high)]
    for y, light in ((0.2, 0.55), (-0.2, 0.9)):
        points = np.array([figure.here(x, y, z) for x, z in side])
        painter.polygon(points, tone(colour, light))
        for x in (near + 0.07, far - 0.07):
            wheel = figure.here(x, y, 0.06)
            painter.ellipse(wheel, (0.06 * size, 0.06 * size), _DARK)
    top = [(near, 0.2), (far, 0.2), (far, -0.2), (near, -0.2)]
    painter.polygon(
        np.array([figure.here(x, y, high) for x, y in top]), colour
    )
    painter.line(
        figure.here(near, -0.15, high), figure.here(near - 0.04, -0.15, 0.74),
        0.025 * size, _METAL,
    )  # fmt: skip


@_prop(front=True)
def _golf_club(painter, figure, colour) -> None:
    hand = figure.at('l_hand')
    end = hand + 0.42 * figure.tool
    painter.line(hand, end, 0.018 * figure.size, _METAL)
    painter.line(
        end, end + figure.direction(0.05, 0, 0), 0.045 * figure.size, _DARK
    )


@_prop(front=True)
def _golf_ball(painter, figure, colour) -> None:
    if figure.phase < 0.6:
        place = figure.there(0.42, 0.02, 0.03)
        _ball(painter, place, 0.025 * figure.size, _BALL)


@_prop(front=True)
def _bat(painter, figure, colour) -> None:
    hand = 0.5 * (figure.at('r_hand') + figure.at('l_hand'))
    middle = hand + 0.2 * figure.tool
    painter.line(hand, middle, 0.03 * figure.size, _WOOD)
    painter.line(
        middle, hand + 0.48 * figure.tool, 0.055 * figure.size, _WOOD
    )


@_prop(front=True)
def _bow(painter, figure, colour) -> None:
    hand, pull = figure.at('l_hand'), figure.at('r_hand')
    ahead = _unit(figure.direction(1, 0, 0)) * figure.size
    up = _unit(figure.direction(0, 0, 1)) * figure.size
    spread = np.linspace(-1, 1, 9)[:, None]
    arc = hand + 0.3 * spread * up + 0.12 * (1 - spread**2) * ahead
    arc = arc - 0.1 * ahead
    painter.path(arc, 0.028 * figure.size, _WOOD)
    drawn = figure.phase < 0.72
    string = pull if drawn else 0.5 * (arc[0] + arc[-1])
    for end in (arc[0], arc[-1]):
        painter.line(end, string, 0.01 * figure.size, _PAPER)
    tip = hand + 0.1 * ahead
    if not drawn:
        tip = tip + 4.0 * (figure.phase - 0.72) * ahead
        string = tip - 0.4 * ahead
    painter.line(string, tip, 0.015 * figure.size, _DARK)


@_prop(front=True)
def _gun(painter, figure, colour) -> None:
    hand = figure.at('r_hand')
    barrel = hand + 0.15 * figure.tool
    painter.line(hand, barrel, 0.04 * figure.size, _DARK)
    painter.line(
        hand, hand + figure.direction(-0.01, 0, -0.06), 0.035 * figure.size,
        _DARK,
    )  # fmt: skip


@_prop(front=True)
def _shots(painter, figure, colour) -> None:
    if 0.44 < figure.phase % 1.0 < 0.62:
        muzzle = figure.at('r_hand') + 0.22 * figure.tool
        painter.ellipse(muzzle, (0.07 * figure.size,) * 2, (255, 200, 60))
        painter.ellipse(muzzle, (0.035 * figure.size,) * 2, (255, 250, 210))


@_prop(front=True)
def _brush(painter, figure, colour) -> None:
    hand = figure.at('r_hand')
    end = hand + 0.17 * _unit(figure.tool) * figure.size
    painter.line(hand, end, 0.02 * figure.size, tone(colour, 0.7))
    painter.line(
        0.5 * (hand + end), end, 0.065 * figure.size, tone(colour, 0.9)
    )


@_prop(front=True)
def _jug(painter, figure, colour) -> None:
    hand, size = figure.at('r_hand'), figure.size
    up = 0.09 * _unit(figure.tool) * size
    painter.line(hand - 0.6 * up, hand + up, 0.1 * size, colour)
    mouth = hand + 1.5 * up
    painter.line(hand + up, mouth, 0.05 * size, tone(colour, 0.7))
    if 0.25 < figure.phase < 0.85:
        cup = figure.at('l_hand')
        painter.line(mouth, cup, 0.022 * size, (110, 180, 235))


@_prop(front=True)
def _cup(painter, figure, colour) -> None:
    hand, size = figure.at('l_hand'), figure.size
    painter.line(
        hand, hand + figure.direction(0, 0, 0.06), 0.075 * size, _PAPER
    )


@_prop(front=True)
def _bottle(painter, figure, colour) -> None:
    hand, size = figure.at('r_hand'), figure.size
    up = _unit(figure.tool) * size
    painter.line(hand - 0.03 * up, hand + 0.08 * up, 0.08 * size, colour)
    painter.line(
        hand + 0.08 * up, hand + 0.16 * up, 0.04 * size, tone(colour, 0.7)
    )


@_prop(front=True)
def _phone(painter, figure, colour) -> None:
    hand, size = figure.at('r_hand'), figure.size
    up = _unit(figure.tool) * size
    painter.line(hand - 0.04 * up, hand + 0.1 * up, 0.06 * size, _DARK)
    painter.line(
        hand + 0.01 * up, hand + 0.08 * up, 0.03 * size, (120, 190, 230)
    )


@_prop(front=True)
def _book(painter, figure, colour) -> None:
    right, left = figure.at('r_hand'), figure.at('l_hand')
    middle = 0.5 * (right + left)
    up = figure.direction(0.07, 0, 0.15)
    for hand in (right, left):
        out = middle + 1.4 * (hand - middle)
        page = np.array([middle - 0.2 * up, middle + up, out + up,
                         out - 0.2 * up])  # fmt: skip
        painter.polygon(page, _PAPER)
        painter.path(page, 0.022 * figure.size, colour)


@_prop(front=True)
def _box(painter, figure, colour) -> None:
    centre = 0.5 * (figure.joints[5] + figure.joints[8])
    half = np.array([0.11, 0.13, 0.1])
    centre = centre + np.array([0.04, 0.0, 0.05])
    signs = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    faces = (
        ([(sx, 1, sz) for sx, sz in signs], 0.6),
        ([(-1, sy, sz) for sy, sz in signs], 0.65),
        ([(1, sy, sz) for sy, sz in signs], 0.8),
        ([(sx, -1, sz) for sx, sz in signs], 0.9),
        ([(sx, sy, 1) for sx, sy in signs], 1.0),
    )
    paint = tuple((np.array(colour) + 2 * np.array((190, 145, 95))) // 3)
    for corners, light in faces:
        points = [figure.here(*(centre + half * sign)) for sign in corners]
        painter.polygon(np.array(points), tone(paint, light))


@_prop(front=True)
def _broom(painter, figure, colour) -> None:
    upper, lower = figure.at('l_hand'), figure.at('r_hand')
    way = _unit(lower - upper + 0.2 * figure.tool) * figure.size
    end = lower + 0.38 * way
    painter.line(upper - 0.15 * way, end, 0.022 * figure.size, _WOOD)
    across = np.array([0.09, 0.0]) * figure.size
    head = [end - across, end + across, end + 1.3 * across + 0.12 * way,
            end - 1.3 * across + 0.12 * way]  # fmt: skip
    painter.polygon(np.array(head), (205, 175, 80))


@_prop(front=True)
def _umbrella(painter, figure, colour) -> None:
    hand, size = figure.at('r_hand'), figure.size
    up = _unit(figure.tool) * size
    top = hand + 0.5 * up
    painter.line(hand - 0.06 * up, top, 0.018 * size, _DARK)
    angle = float(np.degrees(np.arctan2(up[1], up[0]))) + 90.0
    rim = hand + 0.34 * up
    painter.ellipse(
        rim, (0.36 * size, 0.22 * size), colour, angle, (180.0, 360.0)
    )
    painter.ellipse(
        rim, (0.13 * size, 0.22 * size), tone(colour, 0.75), angle,
        (180.0, 360.0),
    )  # fmt: skip


@_prop(front=True)
def _camera(painter, figure, colour) -> None:
    size = figure.size
    middle = 0.5 * (figure.at('r_hand') + figure.at('l_hand'))
    across = np.array([0.075, 0.0]) * size
    painter.line(middle - across, middle + across, 0.105 * size, _DARK)
    lens = middle + figure.direction(0.05, 0, 0)
    painter.ellipse(lens, (0.045 * size, 0.045 * size), _METAL)
    painter.ellipse(lens, (0.025 * size, 0.025 * size), (60, 90, 140))
