"""Things: where and how large they are, and that no two are alike."""

import cv2
import numpy as np
import pytest

from stclip.zs_stage.colours import COLOURS, contrast, palette, tone
from stclip.zs_stage.painter import HEIGHT, WIDTH, Backdrop, Canvas
from stclip.zs_stage.things import (
    PATTERNS,
    THINGS,
    draw_standing,
    draw_thing,
    tables,
)
from stclip.zs_stage.things.patterns import clip_polygon

GREY = (100, 100, 100)
UP = np.array([0.0, -1.0])
MAIN = (10, 200, 90)
OTHER = (200, 30, 200)


def sheet(size=200):
    """A grey picture whose pixels are stage pixels."""
    picture = np.full((size, size, 3), GREY, np.uint8)
    affine = np.array([[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]])
    return Canvas(picture, affine)


def drawn(name, anchor=(100.0, 100.0), axis=UP, pixels=80.0, **more):
    """A picture of a thing ``pixels`` long."""
    canvas = sheet()
    unit = pixels / THINGS[name].size
    draw_thing(canvas, name, np.array(anchor), axis, unit, **more)
    return canvas.canvas


def box_of(picture):
    rows, columns = np.nonzero((picture != GREY).any(-1))
    low = np.array([columns.min(), rows.min()])
    return low, np.array([columns.max() + 1, rows.max() + 1])


def centred(name, pixels, **more):
    """Drawn with its middle in the middle of the picture."""
    x0, y0, x1, y1 = THINGS[name].extent
    middle = np.array([x0 + x1, -y0 - y1]) * pixels / 2
    return drawn(name, 100 - middle, pixels=pixels, **more)


@pytest.mark.parametrize('name', THINGS)
def test_a_thing_has_its_size(name):
    """Its drawn box is as long as the table says, and where it says."""
    picture = centred(name, 90.0)
    low, high = box_of(picture)
    assert (high - low).max() == pytest.approx(90, rel=0.07)
    np.testing.assert_allclose((low + high) / 2, 100, atol=2)
    x0, y0, x1, y1 = THINGS[name].extent
    assert max(x1 - x0, y1 - y0) == pytest.approx(1.0)


def test_sizes_are_those_of_a_hand_or_a_stage():
    for name in tables.HELD:
        assert 0.15 <= THINGS[name].size <= 0.95
        assert THINGS[name].grip in ('hand', 'hands', 'head')
    for name in (*tables.ANIMALS, *tables.STANDING):
        assert 0.25 <= THINGS[name].size <= 3.5
        assert THINGS[name].grip in ('floor', 'wall', 'sky')
    assert len(THINGS) == 79 + 7 + 47


def test_what_stands_on_the_floor_begins_there():
    for name, thing in THINGS.items():
        low = thing.extent[1]
        if thing.grip == 'floor':
            assert -0.06 <= low <= 0.06, name
        # A hand is on the thing or at the end of its string.
        if thing.grip == 'hand':
            assert low <= 0.02 and thing.extent[3] >= -0.02, name


@pytest.mark.parametrize('name', ['bottle', 'axe', 'dog', 'flag'])
def test_mirror_mirrors(name):
    plain, mirrored = drawn(name), drawn(name, mirror=True)
    # The middle column of pixels is at 100, so one is left over.
    other = np.roll(mirrored[:, ::-1], 1, axis=1)
    gaps = np.abs(plain.astype(int) - other).max(-1)
    assert (gaps > 40).mean() < 0.005
    if name != 'bottle':
        gaps = np.abs(plain.astype(int) - mirrored).max(-1)
        assert (gaps > 40).mean() > 0.01


@pytest.mark.parametrize('degrees', [90, -90, 180])
def test_axis_turns_the_thing(degrees):
    """Clockwise on the picture: its up points where the axis does."""
    angle = np.deg2rad(degrees)
    axis = np.array([np.sin(angle), -np.cos(angle)])
    turned = drawn('flag', axis=axis)
    upright = np.rot90(drawn('flag'), -degrees // 90)
    # Turned about the corner between four pixels.
    best = min(
        (np.abs(turned.astype(int) - np.roll(upright, shift, (0, 1))) > 60)
        .any(-1).mean()
        for shift in ((0, 0), (1, 0), (0, 1), (1, 1))
    )  # fmt: skip
    assert best < 0.005


def test_anchor_is_the_origin():
    """The hand holds a balloon's string at its lower end."""
    low, high = box_of(drawn('balloon', (60.0, 150.0)))
    assert high[1] == pytest.approx(150, abs=3)
    moved = box_of(drawn('balloon', (80.0, 140.0)))
    np.testing.assert_array_equal(moved[0] - low, (20, -10))


def test_colour_is_that_of_the_main_part():
    for name, thing in THINGS.items():
        painted = any(s.paint == 'main' for s in thing.shapes)
        own = COLOURS[thing.colours[0]]
        count = (drawn(name, colour=MAIN) == MAIN).all(-1).sum()
        assert (count > 30) == painted, name
        if painted:
            usual = drawn(name)
            assert (usual == own).all(-1).sum() > 20, name
        else:
            assert len(thing.colours) == 1
            np.testing.assert_array_equal(drawn(name), drawn(name, colour=own))


@pytest.mark.parametrize('pattern', PATTERNS[1:])
def test_patterns_change_the_main_part_only(pattern):
    """At least 7 parts of 100 of a thing, at most 97 of the main part."""
    assert set(tables.PATTERNED) <= set(THINGS)
    for name in tables.PATTERNED:
        plain = drawn(name, colour=MAIN)
        marked = drawn(name, colour=MAIN, pattern=pattern)
        changed = (plain != marked).any(-1)
        # Smoothed edges are a mixture of the main colour and another.
        tinted = (plain != drawn(name, colour=OTHER)).any(-1)
        tinted = cv2.dilate(tinted.astype(np.uint8), np.ones((3, 3)))
        assert (changed & (tinted == 0)).sum() < 4, name
        for paint in ('dark', 'light'):
            other = (plain == palette(MAIN)[paint]).all(-1)
            assert (changed & other).sum() < 4, name
        assert changed.sum() > 0.07 * (plain != GREY).any(-1).sum(), name
        fixed = (plain == MAIN).all(-1)
        assert (changed & fixed).sum() < 0.97 * fixed.sum(), name
        assert (marked == contrast(MAIN)).all(-1).any(), name


def test_patterns_differ():
    images = [drawn('shield', pattern=pattern) for pattern in PATTERNS]
    for index, one in enumerate(images):
        for other in images[:index]:
            assert (one != other).any(-1).mean() > 0.005


def test_a_band_of_a_triangle():
    """Cut at half its height, it has a quarter of the area above."""
    corners = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])

    def area(points):
        x, y = points.T
        return 0.5 * abs(x @ np.roll(y, 1) - y @ np.roll(x, 1))

    assert area(clip_polygon(corners, 1, 2.0, 9.0)) == pytest.approx(2.0)
    assert area(clip_polygon(corners, 1, 1.0, 2.0)) == pytest.approx(2.5)
    assert area(clip_polygon(corners, 0, -5.0, 9.0)) == pytest.approx(8.0)
    assert len(clip_polygon(corners, 0, 5.0, 9.0)) == 0


@pytest.mark.parametrize(
    'name', ['bottle', 'broom', 'bag', 'candle', 'pillow']
)
@pytest.mark.parametrize('mirror', [False, True])
def test_things_stand_on_what_is_below_them(name, mirror):
    canvas = sheet()
    draw_standing(canvas, name, np.array([90.0, 160.0]), 110.0, mirror=mirror)
    low, high = box_of(canvas.canvas)
    assert high[1] == pytest.approx(160, abs=2)
    assert (low + high)[0] / 2 == pytest.approx(90, abs=2)
    long = (high - low)[0] > (high - low)[1]
    assert long == (name in ('broom', 'pillow'))


def test_an_edge_sets_a_thing_off(stage):
    """Dark, about half a frame pixel wide, all around, nothing else."""

    def apple(**more):
        painter = stage.painter()
        spot = np.array([80.0, 60.0])
        draw_thing(painter, 'apple', spot, UP, 200.0, colour=MAIN, **more)
        return painter.canvas

    bare, edged = apple(outline=False), apple()
    inside = (bare != stage.grey).any(-1).astype(np.uint8)
    changed = (bare != edged).any(-1)
    wide = cv2.dilate(inside, np.ones((5, 5))) > 0
    core = cv2.erode(inside, np.ones((5, 5))) > 0
    assert not (changed & ~wide).any()
    # Where one part ends before another, a little of its edge is seen.
    assert (changed & core).sum() < 0.05 * core.sum()
    rim = (inside > 0) & (cv2.erode(inside, np.ones((3, 3))) == 0)
    darker = bare[rim].mean(-1) - edged[rim].mean(-1)
    assert (darker > 10).mean() > 0.75


def test_things_do_not_change_the_map_of_people(stage):
    painter = stage.painter()
    painter.owner = 1
    painter.line(np.array([80, 20]), np.array([80, 100]), 20, MAIN)
    before = painter.owners.copy()
    painter.owner = None
    draw_thing(painter, 'bottle', np.array([80.0, 60.0]), UP, 90.0)
    np.testing.assert_array_equal(painter.owners, before)
    painter.owner = 0
    draw_thing(painter, 'bottle', np.array([80.0, 60.0]), UP, 90.0)
    assert (painter.owners != before).sum() > 50


def test_backdrop_has_the_coordinates_of_the_stage(stage):
    """What is put on a backdrop is found there by a painter."""
    picture = stage.backdrop.copy()
    spot = np.array([0.3 * WIDTH, 0.6 * HEIGHT])
    draw_thing(Backdrop(picture), 'clock', spot, UP, 100.0)
    painter = type(stage)(picture).painter()
    direct = stage.painter()
    draw_thing(direct, 'clock', spot, UP, 100.0)
    gaps = np.abs(painter.canvas.astype(int) - direct.canvas).max(-1)
    assert (gaps > 12).mean() < 0.001
    assert (direct.canvas != stage.grey).any()


def test_palette():
    paints = palette((200, 40, 40))
    assert paints['main'] == (200, 40, 40)
    assert paints['dark'] == tone((200, 40, 40), 0.6)
    assert min(paints['light']) > 100
    for colour in COLOURS.values():
        paints = palette(colour)
        for name in ('mark', 'ribbon'):
            gap = np.abs(np.subtract(paints[name], colour)).max()
            assert gap > 60, (colour, name)


def view(name, rng, back=(120, 150, 110)):
    """A thing of 16 to 40 frame pixels as a frame shows it, (features,)."""
    thing, pixels = THINGS[name], rng.uniform(16, 40)
    picture = np.full((128, 128, 3), back, np.uint8)
    canvas = Canvas(picture, np.array([[1.0, 0, 0], [0, 1.0, 0]]))
    angle = np.deg2rad(rng.uniform(-15, 15))
    axis = np.array([np.sin(angle), -np.cos(angle)])
    right = np.array([-axis[1], axis[0]])
    x0, y0, x1, y1 = thing.extent
    middle = 0.5 * ((x0 + x1) * right + (y0 + y1) * axis) * pixels
    anchor = 32 - middle + rng.normal(0, 1, 2)
    colour = COLOURS[thing.colours[rng.integers(len(thing.colours))]]
    colour = tone(colour, rng.uniform(0.85, 1.1))
    draw_thing(canvas, name, anchor, axis, pixels / thing.size, colour)
    frame = cv2.resize(picture, (64, 64), interpolation=cv2.INTER_AREA)
    side = round(1.3 * pixels)
    x, y = np.rint(32 + rng.normal(0, 0.03 * pixels, 2) - side / 2).astype(int)
    part = frame[max(y, 0) : y + side, max(x, 0) : x + side]
    part = cv2.resize(part, (20, 20), interpolation=cv2.INTER_AREA)
    part = part.astype(np.float32)
    slopes = [cv2.Sobel(part, cv2.CV_32F, x, 1 - x) for x in (0, 1)]
    edges = np.minimum(np.hypot(*slopes).max(-1), 200)
    return np.concatenate([part.ravel(), edges.ravel()])


def test_things_can_be_told_apart():
    """Every second one, by the nearest of 24 other pictures of each.

    All are in any colour, turned by up to 15 degrees; chance is 1 of 67.
    """
    names = list(THINGS)[::2]
    known, asked = (
        np.array([
            view(name, np.random.default_rng([seed, which, index]))
            for index, name in enumerate(names) for seed in range(count)
        ])
        for which, count in ((0, 24), (1, 3))
    )  # fmt: skip
    gaps = (known**2).sum(1) - 2 * asked @ known.T
    right = gaps.argmin(1) // 24 == np.repeat(np.arange(len(names)), 3)
    assert right.mean() >= 0.9
