"""Drawings of annotate(), pixel by pixel."""

import numpy as np
import pytest
from synthetic_media import decode_all

from stclip.video import VideoWriter
from stclip.visualization.annotators import (
    ActionLabel,
    PersonMark,
    annotate,
)
from stclip.visualization.lettering import Lettering
from stclip.visualization.typography import (
    class_colour,
    ink_on,
    luminance,
    person_colour,
)

GREY = 128
RED, BLUE = (255, 0, 0), (0, 0, 255)


def grey_frame(height=240, width=320):
    return np.full((height, width, 3), GREY, dtype=np.uint8)


def mark(box, *names, colour=RED, bar=BLUE):
    labels = tuple(ActionLabel(name, 0.5, bar) for name in names)
    return PersonMark(box, labels, colour)


def pixels_of(image, colour):
    """Rows and columns of every pixel of exactly this colour."""
    return np.nonzero((image == colour).all(axis=2))


def extent(image, colour):
    rows, columns = pixels_of(image, colour)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def test_box_is_drawn_where_it_says():
    drawn = annotate(grey_frame(), [mark((100, 80, 200, 180))])
    for row, column in ((80, 150), (180, 150), (130, 100), (130, 200)):
        assert tuple(drawn[row, column]) == RED
    gap = np.subtract(extent(drawn, RED), (100, 80, 201, 181))
    assert np.abs(gap).max() < 2
    inside = drawn[90:170, 110:190]
    assert (inside == GREY).all()


def test_scene_is_left_untouched():
    frame = grey_frame()
    annotate(frame, [mark((10, 10, 50, 50), 'wave')])
    assert (frame == GREY).all()


def test_nothing_to_draw_gives_the_frame():
    assert (annotate(grey_frame(), []) == grey_frame()).all()


def test_label_bar_has_legible_ink():
    drawn = annotate(grey_frame(), [mark((100, 80, 200, 180), 'wave')])
    left, top, right, bottom = extent(drawn, BLUE)
    bar = drawn[top:bottom, left:right].reshape(-1, 3)
    white = (bar == 255).all(axis=1).mean()
    assert 0.03 < white < 0.6
    assert bottom <= 80 and left in range(98, 103)


@pytest.mark.parametrize(
    'box',
    [
        (0, 0, 40, 40),
        (280, 0, 319, 60),
        (0, 200, 60, 239),
        (290, 210, 400, 300),
        (-30, -30, 350, 270),
        (150, 100, 150, 100),
    ],
    ids=['top left', 'top right', 'bottom left', 'over edge', 'all', 'point'],
)
def test_three_lines_never_leave_the_frame(box):
    names = ('wave', 'stand', 'talk to someone')
    bars = [(1, 2, 250), (2, 250, 3), (250, 4, 250)]
    labels = tuple(
        ActionLabel(name, 0.25, bar)
        for name, bar in zip(names, bars, strict=True)
    )
    drawn = annotate(grey_frame(), [PersonMark(box, labels, RED)])
    heights = []
    for bar in bars:
        left, top, right, bottom = extent(drawn, bar)
        heights.append(bottom - top)
        assert right - left > 20
    assert len(set(heights)) == 1
    tops = [extent(drawn, bar)[1] for bar in bars]
    assert tops[1] - tops[0] == tops[2] - tops[1] == heights[0]


def test_stacks_of_people_side_by_side_do_not_cover_each_other():
    colours = [(0, 0, 250), (0, 250, 0)]
    marks = [
        mark((100, 100, 180, 200), 'pick up a ball', bar=colours[0]),
        mark((110, 104, 190, 204), 'wave with a hand', bar=colours[1]),
    ]
    alone = [annotate(grey_frame(), [one]) for one in marks]
    both = annotate(grey_frame(), marks)
    for image, colour in zip(alone, colours, strict=True):
        assert len(pixels_of(both, colour)[0]) == len(
            pixels_of(image, colour)[0]
        )


def test_a_name_that_is_too_long_keeps_its_score():
    name = 'a very long name of an action ' * 5
    drawn = [
        annotate(
            grey_frame(),
            [PersonMark((9, 60, 90, 200), (ActionLabel(name, s, BLUE),), RED)],
        )
        for s in (0.31, 0.58)
    ]
    left, _, right, _ = extent(drawn[0], BLUE)
    assert left >= 0 and right <= 320 and right - left > 280
    _, columns = np.nonzero((drawn[0] != drawn[1]).any(axis=2))
    assert right - 30 < columns.min() and columns.max() < right


def test_small_frames_are_enlarged_with_their_boxes():
    drawn = annotate(
        grey_frame(120, 160), [mark((50, 40, 100, 90))], min_side_px=360
    )
    assert drawn.shape == (360, 480, 3)
    assert tuple(drawn[120, 225]) == RED
    gap = np.subtract(extent(drawn, RED), (150, 120, 301, 271))
    assert np.abs(gap).max() < 2


def test_frames_of_another_type_are_refused():
    with pytest.raises(ValueError, match='uint8 RGB'):
        annotate(grey_frame().astype(np.float32), [])


def test_class_colours_differ_and_carry_contrast():
    colours = [class_colour(idx) for idx in range(24)]
    assert len(set(colours)) == 24
    for colour in colours:
        bright, dark = sorted(
            (luminance(colour), luminance(ink_on(colour))), reverse=True
        )
        assert (bright + 0.05) / (dark + 0.05) >= 4.5
    distance = [
        np.abs(np.subtract(colours[a], colours[b])).max()
        for a in range(8)
        for b in range(a)
    ]
    assert min(distance) > 60


EXTREME_SIZES = [
    (1, 1),
    (2, 2),
    (3, 5),
    (1600, 16),
    (1, 3000),
    (3000, 1),
    (4000, 8000),
    (40000, 2),
]


@pytest.mark.parametrize('height, width', EXTREME_SIZES)
def test_size_of_a_drawing_is_bounded_both_ways(tmp_path, height, width):
    """What is drawn fits a video, and boxes lie where they should."""
    frame = grey_frame(height, width)
    box = (0, 0, width / 2, height / 2)
    drawn = annotate(frame, [mark(box, 'wave', 'walk')], min_side_px=360)
    longer = max(drawn.shape)
    assert longer <= 4096
    assert min(drawn.shape[:2]) >= 360 or 2 * longer > 4096
    # The proportions are those of the frame, to the next pixel.
    scale = longer / max(height, width)
    np.testing.assert_allclose(
        drawn.shape[:2], np.multiply((height, width), scale), rtol=0, atol=1
    )
    with VideoWriter(tmp_path / 'a.mp4', 25) as writer:
        writer.write(drawn)
    shown = decode_all(tmp_path / 'a.mp4')[0]
    even = [side + side % 2 for side in drawn.shape[:2]]
    assert list(shown.shape[:2]) == even


@pytest.mark.parametrize('height, width', [(4000, 8000), (4500, 1000)])
def test_boxes_of_a_large_frame_are_shrunk_with_it(height, width):
    box = np.array((0.25 * width, 0.5 * height, 0.75 * width, 0.875 * height))
    drawn = annotate(grey_frame(height, width), [mark(box)])
    factor = 4096 / max(height, width)
    assert drawn.shape[:2] == (round(height * factor), round(width * factor))
    gap = np.subtract(extent(drawn, RED), box * factor)
    assert np.abs(gap).max() < 0.01 * 4096


def test_a_line_without_a_score_is_its_name(monkeypatch):
    texts = []
    real = Lettering.draw

    def draw(self, image, where, text, ink):
        texts.append(text)
        real(self, image, where, text, ink)

    monkeypatch.setattr(Lettering, 'draw', draw)
    lines = (ActionLabel('#3', None, RED), ActionLabel('wave', 0.756, BLUE))
    annotate(grey_frame(), [PersonMark((100, 80, 200, 180), lines, RED)])
    assert texts == ['#3', 'wave 0.76']


def test_stamp_is_in_the_corner_and_kept_free():
    whole = (0, 0, 319, 239)
    plain = annotate(grey_frame(), [])
    stamped = annotate(grey_frame(), [], stamp='0:03.2')
    rows, columns = np.nonzero((stamped != plain).any(axis=2))
    assert rows.min() == 0 and columns.max() == 319
    assert rows.max() < 40 and columns.min() > 220
    corner = (250, 0, 319, 39)
    drawn = annotate(
        grey_frame(), [mark(whole), mark(corner, 'wave')], stamp='0:03.2'
    )
    same = (stamped[rows, columns] == drawn[rows, columns]).all(axis=1)
    assert same.mean() > 0.95


@pytest.mark.parametrize('width_px', [160, 480])
def test_width_can_be_given(width_px):
    drawn = annotate(
        grey_frame(), [mark((64, 48, 160, 120))], 360, width_px=width_px
    )
    assert drawn.shape == (width_px * 3 // 4, width_px, 3)
    factor = width_px / 320
    expected = np.multiply((64, 48, 160, 120), factor)
    gap = np.subtract(extent(drawn, RED), expected)
    assert np.abs(gap).max() <= 2


@pytest.mark.parametrize('height, width', [(60, 80), (240, 320), (2160, 3840)])
def test_letters_are_legible_at_any_size(height, width, monkeypatch):
    sizes = []
    real = Lettering.__init__

    def note(self, size_px):
        sizes.append(size_px)
        real(self, size_px)

    monkeypatch.setattr(Lettering, '__init__', note)
    annotate(grey_frame(height, width), [mark((9, 9, 40, 40), 'wave')])
    assert sizes == [max(12, round(height / 26))]


def test_persons_have_colours_of_their_own():
    persons = [person_colour(number) for number in range(1, 25)]
    actions = [class_colour(number) for number in range(24)]
    assert len({*persons, *actions}) == 48
    near = [
        np.abs(np.subtract(persons[a], persons[b])).max()
        for a in range(8)
        for b in range(a)
    ]
    assert min(near) > 30
