"""What of a tracked result is drawn where, pixel by pixel."""

import dataclasses

import numpy as np
import pytest
from decoded_frames import break_reading
from PIL import Image

from stclip.labels.label_space import LabelSpace
from stclip.results import pictures
from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.pictures import Pictures, shown_labels, stamp
from stclip.results.tracks import ActionSegment
from stclip.results.video_actions import VideoActions
from stclip.utils.errors import UserError
from stclip.visualization import class_colour, contact_sheet, person_colour

LABELS = LabelSpace(('walk', 'stand_up', 'wave'), (True, True, False))


@pytest.fixture
def result(video, true_boxes):
    """Ids 3 and 5; the second one does none of the labels."""
    frames = []
    for frame_idx in (0, 10, 20):
        boxes = true_boxes(frame_idx)
        probs = np.array([[0.25, 0.625, 0.125], [0.1, 0.05, 0.25]])
        frames.append(
            KeyframeActions(
                frame_idx,
                boxes,
                np.full(len(boxes), 0.5),
                probs[: len(boxes)],
                frame_idx / 10,
                np.array([3, 5])[: len(boxes)],
                np.array([0.125, 0.75])[: len(boxes)],
            )
        )
    segments = (ActionSegment(3, 'stand_up', 0, 10, 0.0, 1.0, 0.625),)
    return VideoActions(
        video,
        LABELS,
        tuple(frames),
        30,
        (96, 128),
        10.0,
        segments=segments,
    )


def marks_of(result, monkeypatch, top=2, least=0.1):
    """What is drawn on the first keyframe."""
    seen = []
    real = pictures.annotate

    def note(frame, marks, *args):
        seen.append(marks)
        return real(frame, marks, *args)

    monkeypatch.setattr(pictures, 'annotate', note)
    Pictures(result, top, least).keyframes(3)
    return seen[0]


def test_persons_have_a_colour_and_an_id(result, monkeypatch):
    first, second = marks_of(result, monkeypatch)
    assert first.colour == person_colour(3)
    assert second.colour == person_colour(5)
    lines = [(each.name, each.score) for each in first.labels]
    assert lines == [('#3', None), ('stand up', 0.625), ('walk', 0.25)]
    assert [each.colour for each in first.labels] == [
        person_colour(3),
        class_colour(1),
        class_colour(0),
    ]
    # None of the labels: nothing but who it is.
    assert [each.name for each in second.labels] == ['#5']


def test_without_ids_the_label_gives_the_colour(result, monkeypatch):
    frames = [dataclasses.replace(f, track_ids=None) for f in result.frames]
    free = dataclasses.replace(result, frames=tuple(frames))
    first, second = marks_of(free, monkeypatch)
    assert first.colour == class_colour(1)
    assert [each.name for each in first.labels] == ['stand up', 'walk']
    assert second.labels == ()
    assert len(set(second.colour)) == 1  # grey


def test_timeline_lies_below_every_frame(result):
    frames = [image for image, _ in result.annotated_frames()]
    heights = {image.shape for image in frames}
    ((height, width, _),) = heights
    assert width == 512 and height > 384
    nows = []
    for image in frames:
        strip = image[384:]
        assert (strip[3, 0] == person_colour(3)).all()
        line = (strip == 255).all(axis=(0, 2))
        nows.append(np.flatnonzero(line).mean())
    steps = np.diff(nows)
    assert steps.min() > 0 and np.ptp(steps) <= 1.01
    assert nows[0] < 80 and nows[-1] > 490
    bar = np.flatnonzero((frames[20][386] == class_colour(1)).all(axis=1))
    start = np.flatnonzero((frames[20][386] == person_colour(3)).all(axis=1))
    begin = start.max() + 1
    assert bar.min() == begin
    assert abs(bar.max() + 1 - (begin + (512 - begin) / 2)) <= 1


def test_no_segments_no_timeline(result):
    plain = dataclasses.replace(result, segments=())
    image, _ = next(plain.annotated_frames())
    assert image.shape == (384, 512, 3)


def test_those_who_do_most_are_on_the_timeline(result):
    segments = tuple(
        ActionSegment(i, 'walk', 0, i, None, None, 0.5) for i in range(1, 21)
    )
    crowd = dataclasses.replace(result, segments=segments)
    rows = Pictures(crowd, 2, 0.1)._rows
    assert [row.name for row in rows] == [f'#{i}' for i in range(13, 21)]
    # To the middle between two keyframes, ten frames apart.
    assert rows[0].spans[0].end == pytest.approx((13 + 5) / 30)
    assert rows[0].spans[0].start == 0


def test_every_frame_has_its_time(result, monkeypatch):
    stamps = []
    real = pictures.annotate

    def note(frame, marks, side, width, text):
        stamps.append(text)
        return real(frame, marks, side, width, text)

    monkeypatch.setattr(pictures, 'annotate', note)
    for _ in result.annotated_frames():
        pass
    assert len(stamps) == 30
    assert stamps[0] == '0:00.0' and stamps[29] == '0:02.9'


@pytest.mark.parametrize(
    'time_sec, text',
    [
        (None, 'frame 7'),
        (0.0, '0:00.0'),
        (0.3, '0:00.3'),
        (9.99, '0:09.9'),
        (59.95, '0:59.9'),
        (60, '1:00.0'),
        (3599.99, '59:59.9'),
        (3600.5, '1:00:00.5'),
        (36000, '10:00:00.0'),
    ],
)
def test_stamps(time_sec, text):
    assert stamp(7, time_sec) == text


def test_sheet_is_drawn_at_the_size_of_its_tiles(result, tmp_path):
    """Labels are not shrunk with the picture: tiles are pasted as they are."""
    pics = Pictures(result, 2, 0.1)
    images, captions = pics.keyframes(3, width_px=480)
    assert {image.shape for image in images} == {(360, 480, 3)}
    sheet = pics.sheet(3)
    plain = contact_sheet(images, captions, timeline=pics._rows)
    assert np.array_equal(sheet, plain)
    assert np.array_equal(sheet[8:368, 8:488], images[0])
    result.save_contact_sheet(tmp_path / 'a.png', num_images=3)
    with Image.open(tmp_path / 'a.png') as file:
        assert np.array_equal(np.asarray(file), sheet)
    # Below all, the timeline from edge to edge.
    assert (sheet[-3, 0] == person_colour(3)).all()


PROBS = np.array([0.2, 0.3, 0.5, 0.9, 0.6, 0.4])
SIX = LabelSpace(tuple('abcdef'), (True,) * 3 + (False,) * 3)


@pytest.mark.parametrize(
    'top, least, none, expected',
    [
        (2, 0, None, [2, 1, 3, 4]),
        (9, 0, None, [2, 1, 0, 3, 4]),
        (9, 0.3, None, [2, 1, 3, 4]),
        (9, 0.95, None, [3, 4]),  # independent ones have a bound of theirs
        (2, 0.1, 0.4, [2, 3, 4]),
        (2, 0.1, 0.5, [3, 4]),
        (2, 0.1, 0.95, []),
    ],
)
def test_shown_labels(top, least, none, expected):
    assert shown_labels(PROBS, SIX, top, least, none) == expected


def test_each_group_has_its_best_labels():
    labels = LabelSpace(tuple('abcdef'), groups=(0, 0, 1, 1, 1, 2))
    assert shown_labels(PROBS, labels, 1) == [3, 5, 1]


def test_a_timeline_that_has_no_room_is_left_out(result, monkeypatch):
    monkeypatch.setattr(pictures, 'MAX_SIDE_PX', 400)
    image, _ = next(result.annotated_frames())
    assert image.shape == (384, 512, 3)


def test_no_keyframe_has_no_timeline(result):
    empty = dataclasses.replace(result, frames=(), segments=())
    assert Pictures(empty, 2, 0.1)._rows == []


def test_a_video_that_cannot_be_read_is_let_go(result, video, monkeypatch):
    broken = break_reading(monkeypatch)
    with pytest.raises(UserError, match='cannot be read'):
        Pictures(result, 2, 0.1).keyframes(3)
    assert [file._container for file in broken] == [None]
