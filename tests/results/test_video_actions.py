"""Results as JSON, video and contact sheet."""

import dataclasses
import json

import av
import numpy as np
import pytest
from decoded_frames import note_decoded
from PIL import Image
from synthetic_media import (
    make_frames,
    write_frames,
    write_timed,
    write_video,
)

from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.pictures import shown_labels
from stclip.results.video_actions import VideoActions
from stclip.video.damage import Damage
from stclip.video.opening import open_video
from stclip.visualization import class_colour

LABELS = LabelSpace(('walk', 'stand_up', 'wave'), (True, True, False))


@pytest.fixture
def result(video, true_boxes):
    frames = []
    for frame_idx in (0, 10, 20):
        boxes = true_boxes(frame_idx)
        probs = np.tile([0.25, 0.75, 0.125], (len(boxes), 1))
        scores = np.full(len(boxes), 0.5)
        frames.append(
            KeyframeActions(frame_idx, boxes, scores, probs, frame_idx / 10)
        )
    return VideoActions(video, LABELS, tuple(frames), 30, (96, 128), 10.0)


def test_scores_are_products(result):
    np.testing.assert_allclose(
        result.frames[0].scores[0], [0.125, 0.375, 0.0625]
    )
    assert result.num_persons == 6


def test_json_holds_everything(result, tmp_path):
    result.save_json(tmp_path / 'a.json')
    content = json.loads((tmp_path / 'a.json').read_text())
    assert content == result.to_json()
    assert content['labels'] == ['walk', 'stand_up', 'wave']
    assert content['exclusive'] == [True, True, False]
    assert [k['time_sec'] for k in content['keyframes']] == [0, 1, 2]
    assert content['damage'] is None
    assert content['keyframes'][1]['persons'][0] == dict(
        bbox=[24, 20, 54, 60],
        box_score=0.5,
        actions=dict(walk=0.25, stand_up=0.75, wave=0.125),
    )


def test_keyframes_are_read_back(result):
    for frame in result.frames:
        value = json.loads(json.dumps(frame.to_json(LABELS.names)))
        read = KeyframeActions.from_json(value, LABELS.names)
        assert read.to_json(LABELS.names) == value
        np.testing.assert_allclose(read.scores, frame.scores, atol=1e-5)
        assert read.boxes_xyxy.shape == frame.boxes_xyxy.shape
    empty = KeyframeActions(7, np.zeros((0, 4)), np.zeros(0), np.zeros((0, 3)))
    read = KeyframeActions.from_json(empty.to_json('abc'), 'abc')
    assert read.action_probs.shape == (0, 3)
    assert read.boxes_xyxy.shape == (0, 4) and read.time_sec is None


class Stored:
    """Keyframes that can be counted and gone through, no more."""

    def __init__(self, frames):
        self.frames = frames

    def __len__(self):
        return len(self.frames)

    def __iter__(self):
        return iter(self.frames)


def test_keyframes_need_not_be_in_memory(result, tmp_path):
    stored = dataclasses.replace(result, frames=Stored(result.frames))
    for name, each in (('a', result), ('b', stored)):
        each.save_json(tmp_path / f'{name}.json')
        each.save_contact_sheet(tmp_path / f'{name}.png', num_images=2)
        each.save_video(tmp_path / f'{name}.mp4')
    assert stored.num_persons == result.num_persons
    for kind in ('json', 'png', 'mp4'):
        same = [(tmp_path / f'{name}.{kind}').read_bytes() for name in 'ab']
        assert same[0] == same[1], kind


def test_pictures_of_a_video_whose_key_frames_are_known(
    result, tmp_path, monkeypatch
):
    """The sheet is not decoded from the beginning; nothing else differs."""
    path = write_video(tmp_path / 'squares.mp4', make_frames(30, 96, 128))
    known = open_video(path)
    assert known.count() == 30
    decoded, counts = note_decoded(monkeypatch), []
    for name, source in (('a', None), ('b', known)):
        each = dataclasses.replace(result, video=path, source=source)
        saves = dict(png=each.save_contact_sheet, mp4=each.save_video)
        for kind, save in saves.items():
            decoded.clear()
            save(tmp_path / f'{name}.{kind}')
            counts.append(len(decoded))
    # Keyframes 0, 10 and 20; every fifth frame can be begun at.
    assert counts == [21, 30, 3, 30]
    for kind in ('png', 'mp4'):
        same = [(tmp_path / f'{name}.{kind}').read_bytes() for name in 'ab']
        assert same[0] == same[1], kind


def test_video_shows_the_boxes_of_the_nearest_keyframe(result, tmp_path):
    result.save_video(tmp_path / 'a.mp4')
    with av.open(str(tmp_path / 'a.mp4')) as container:
        frames = [
            f.to_ndarray(format='rgb24') for f in container.decode(video=0)
        ]
    assert len(frames) == 30
    # Enlarged four times, so that a side has at least 360 px.
    assert frames[0].shape == (384, 512, 3)
    colour = class_colour(1)
    # The middle of the left side of the red square's box at each keyframe.
    sides = {0: 4, 10: 24, 20: 44}
    for index, nearest in (
        (0, 0),
        (4, 0),
        (5, 0),
        (6, 10),
        (16, 20),
        (29, 20),
    ):
        for keyframe, x in sides.items():
            gap = np.abs(frames[index][160, 4 * x].astype(int) - colour)
            assert (gap.max() < 60) == (keyframe == nearest), (index, keyframe)


def test_contact_sheet_shows_the_keyframes(result, tmp_path):
    result.save_contact_sheet(tmp_path / 'a.png', num_images=2)
    with Image.open(tmp_path / 'a.png') as file:
        sheet = np.asarray(file)
    assert (sheet == class_colour(1)).all(axis=2).sum() > 100
    result.save_contact_sheet(tmp_path / 'b.png')
    with Image.open(tmp_path / 'b.png') as file:
        assert file.height > sheet.shape[0]


def test_shown_labels():
    probs = np.array([0.2, 0.3, 0.5, 0.9, 0.6, 0.4])
    labels = LabelSpace(tuple('abcdef'), (True,) * 3 + (False,) * 3)
    assert shown_labels(probs, labels, top=2) == [2, 1, 3, 4]
    assert shown_labels(probs, labels, top=9) == [2, 1, 0, 3, 4]


def test_drawn_video_keeps_the_clock(result, tmp_path):
    """Ten frames a second that become two, after a pause."""
    times = [i / 10 for i in range(15)] + [4 + i / 2 for i in range(15)]
    frames = make_frames(30, 96, 128)
    path = write_timed(tmp_path / 'a.mp4', frames, times, bf='2')
    dataclasses.replace(result, video=path).save_video(tmp_path / 'b.mp4')
    with av.open(str(tmp_path / 'b.mp4')) as container:
        written = [frame.time for frame in container.decode(video=0)]
    np.testing.assert_allclose(written, times, atol=1e-3)


def test_what_was_lost_stands_in_the_json(result):
    damage = Damage(lost_frames=(3, 4), cut_short=True)
    content = dataclasses.replace(result, damage=damage).to_json()
    assert content['damage'] == dict(
        lost_frames=[3, 4],
        corrupt_frames=[],
        resized_frames=[],
        cut_short=True,
    )


@pytest.mark.parametrize('height, width', [(1600, 16), (1, 900), (2, 2)])
def test_any_size_can_be_drawn(tmp_path, height, width):
    frames = np.full((2, height, width, 3), 90, np.uint8)
    folder = write_frames(tmp_path / 'clip', frames)
    probs, scores = np.array([[0.25, 0.75, 0.9]]), np.array([0.5])
    box = np.array([[0, 0, width, height]], np.float32)
    keyframe = KeyframeActions(0, box, scores, probs)
    result = VideoActions(
        folder,
        LABELS,
        (keyframe,),
        2,
        (height, width),
        5.0,
        banners=('weights of pictures that are rendered',),
    )
    result.save_json(tmp_path / 'out/clip.json')
    result.save_contact_sheet(tmp_path / 'out/clip.png')
    result.save_video(tmp_path / 'out/clip.mp4')
    with av.open(str(tmp_path / 'out/clip.mp4')) as container:
        shown = [f.to_ndarray(format='rgb24') for f in container.decode()]
    assert len(shown) == 2
    (drawn,), _ = result.annotated_keyframes(1)
    even = [side + side % 2 for side in drawn.shape[:2]]
    assert list(shown[0].shape[:2]) == even and max(even) <= 4096
    # The longer side is enlarged to at most 4096 px, by a whole factor.
    factor = drawn.shape[0] / height
    assert factor == drawn.shape[1] / width == int(factor)
    with Image.open(tmp_path / 'out/clip.png') as sheet:
        assert max(sheet.size) < 2000
    content = json.loads((tmp_path / 'out/clip.json').read_text())
    assert (content['height'], content['width']) == (height, width)
