"""Persons who are followed through a video, and what a user gets of it."""

import json

import numpy as np
import pytest
from walking_squares import find_squares, squares

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.keyframe_lines import KeyframeLines
from stclip.labels.label_space import LabelSpace
from stclip.structures.box_table import PersonBoxes
from stclip.tracking.following import with_segments
from stclip.tracking.segments import find_segments
from stclip.tracking.smoothing import smoothed
from stclip.utils.errors import UserError

LABELS = LabelSpace(('walk', 'stand up', 'wave'), (True, True, False))
BATCH, STRIDE = 4, 2


def find_blue_first(frames):
    """The blue square, which leaves, scores best: it gets the first id."""
    return [
        PersonBoxes(boxes[::-1], 1.6 - scores[::-1])
        for boxes, scores in find_squares(frames)
    ]


@pytest.fixture
def infer(config):
    return ActionInferencer(
        config, device='cpu', detector=find_blue_first, batch_size=BATCH
    )


def test_each_person_keeps_its_id(infer, video):
    result = infer(video, LABELS, stride=STRIDE)
    blue, red = result.tracks
    assert (blue.track_id, red.track_id) == (1, 2)
    assert red.frame_idx.tolist() == list(range(0, 30, 2))
    assert blue.frame_idx.tolist() == list(range(0, 22, 2))
    np.testing.assert_allclose(red.times_sec, red.frame_idx / 10)
    for track, which in ((blue, 1), (red, 0)):
        true = np.array([squares(k)[which] for k in track.frame_idx])
        assert np.abs(track.boxes_xyxy - true.clip(0, (128, 96) * 2)).max() < 2
        by_hand = [
            frame.action_probs[frame.track_ids == track.track_id][0]
            for frame in result.frames
            if track.track_id in frame.track_ids
        ]
        np.testing.assert_array_equal(track.action_probs, by_hand)
        np.testing.assert_allclose(
            track.voted_probs, np.mean(by_hand, 0), rtol=1e-6
        )


def test_nobody_is_followed_if_unwanted(infer, video):
    result = infer(video, LABELS, stride=STRIDE, track=False)
    followed = infer(video, LABELS, stride=STRIDE, smooth=0)
    for frame, same in zip(result.frames, followed.frames, strict=True):
        assert frame.track_ids is None
        np.testing.assert_array_equal(frame.action_probs, same.action_probs)
    assert (result.segments, result.tracks) == ((), ())
    assert (result.smoothed_over, followed.smoothed_over) == (0, 0)


@pytest.mark.parametrize('detect_every', [2, 3])
def test_between_detections_boxes_go_on(config, video, detect_every):
    looked = []

    def detect(frames):
        looked.append(len(frames))
        return find_blue_first(frames)

    infer = ActionInferencer(config, device='cpu', detector=detect)
    result = infer(video, LABELS, stride=1, detect_every=detect_every)
    assert sum(looked) == 30 // detect_every
    assert len(result.frames) == 30
    for frame in result.frames[:20]:
        assert frame.track_ids.tolist() == [1, 2]
        # The first velocity is known with the second detection.
        if frame.frame_idx >= 3 * detect_every:
            true = squares(frame.frame_idx)[::-1]
            true = true.clip(0, (128, 96) * 2)
            assert np.abs(frame.boxes_xyxy - true).max() <= 3
        np.testing.assert_allclose(
            frame.action_probs[:, :2].sum(1), 1, rtol=1e-5
        )
    for frame in result.frames:
        assert (frame.boxes_xyxy[:, 2:] > frame.boxes_xyxy[:, :2]).all()
        assert (frame.boxes_xyxy <= (128, 96) * 2).all()


def test_batches_do_not_tell_who_is_who(infer, video):
    expected = infer(video, LABELS, stride=1, detect_every=3)
    infer.batch_size = 5
    for frame, same in zip(
        infer(video, LABELS, stride=1, detect_every=3).frames,
        expected.frames,
        strict=True,
    ):
        np.testing.assert_array_equal(frame.track_ids, same.track_ids)
        np.testing.assert_array_equal(frame.boxes_xyxy, same.boxes_xyxy)


@pytest.mark.parametrize('detect_every', [1, 3])
def test_a_run_that_goes_on_gives_the_same_ids(
    infer, video, tmp_path, detect_every
):
    def run(path, resume=False):
        lines = KeyframeLines(path, {}, LABELS, resume)
        lines.cut(BATCH)
        stream = infer.stream(
            video,
            LABELS,
            STRIDE,
            skip=len(lines),
            detect_every=detect_every,
            before=lines if len(lines) else (),
        )
        lines.fill(stream)
        return path.read_bytes()

    whole = run(tmp_path / 'whole.jsonl')
    ids = [
        [person['track_id'] for person in json.loads(line)['persons']]
        for line in whole.splitlines()[1:-1]
    ]
    # Whoever starts in the middle would call the red square 1.
    assert ids[0] == [1, 2] and ids[-1] == [2]
    for kept in (3, 7, 12, 14):
        path = tmp_path / f'{kept}.jsonl'
        lines = whole.splitlines(keepends=True)[: 1 + kept]
        path.write_bytes(b''.join(lines))
        assert run(path, resume=True) == whole


def test_videos_share_no_ids(infer, video):
    streams = [infer.stream(video, LABELS, STRIDE) for _ in range(2)]
    for one, other in zip(*streams, strict=True):
        np.testing.assert_array_equal(one.track_ids, other.track_ids)
        assert one.track_ids.max() == 2


def test_ids_and_segments_are_in_the_file(infer, video, tmp_path):
    result = infer(video, LABELS, stride=STRIDE, smooth=1.0, threshold=0.3)
    raw = infer(video, LABELS, stride=STRIDE, smooth=0)
    frames = smoothed(raw.frames, 1.0)
    assert result.segments == find_segments(frames, LABELS.names, 0.3)
    assert len(result.segments) >= 2
    result.save_json(tmp_path / 'squares.json')
    value = json.loads((tmp_path / 'squares.json').read_text())
    assert value['smoothed_over'] == 1.0
    for segment, told in zip(result.segments, value['segments'], strict=True):
        assert told['track_id'] == segment.track_id
        assert told['label'] == segment.label
        assert told['first_frame'] == segment.first_frame
        assert told['start_sec'] == pytest.approx(segment.first_frame / 10)
        assert told['end_sec'] == pytest.approx(segment.last_frame / 10)
        assert told['score'] == pytest.approx(segment.score, abs=1e-5)
    for frame, told in zip(frames, value['keyframes'], strict=True):
        persons = told['persons']
        ids = [person['track_id'] for person in persons]
        assert ids == frame.track_ids.tolist()
        given = [list(person['actions'].values()) for person in persons]
        np.testing.assert_allclose(given, frame.action_probs, atol=1e-5)


def test_results_are_smoothed_once(infer, video):
    raw = infer(video, LABELS, stride=STRIDE, smooth=0)
    for frame, same in zip(
        with_segments(raw, 2.0).frames,
        infer(video, LABELS, stride=STRIDE, smooth=2.0).frames,
        strict=True,
    ):
        np.testing.assert_array_equal(frame.action_probs, same.action_probs)


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(detect_every=0), 'detect_every must be positive, got 0'),
        (dict(detect_every=2, track=False), 'leave out --no-track'),
        (dict(threshold=0.0), '0 < end <= start <= 1'),
        (dict(threshold=1.5), '0 < end <= start <= 1'),
        (dict(smooth=-1.0), 'window must not be negative, got -1.0'),
    ],
)
def test_bad_requests_say_what_is_wrong(infer, video, options, message):
    with pytest.raises(UserError, match=message):
        infer(video, LABELS, **options)
