"""Who does what from when to when, beside a plain loop."""

from dataclasses import astuple, replace

import numpy as np
import pytest
from followed_actions import keyframe, random_frames

from stclip.results.tracks import ActionSegment
from stclip.tracking.segments import find_segments
from stclip.utils.errors import UserError

NAMES = ('walk', 'sit', 'wave')


def by_plain_loops(frames, start, end, gap):
    """Pieces of each person and label, then joined."""
    found = []
    ids = sorted({i for frame in frames for i in frame.track_ids.tolist()})
    clock = [
        number if frame.time_sec is None else frame.time_sec
        for number, frame in enumerate(frames)
    ]

    def is_gap(before, after):
        return after - before > 1 and clock[after] - clock[before] > gap

    for track_id in ids:
        seen = {
            number: frame.action_probs[row]
            for number, frame in enumerate(frames)
            for row, other_id in enumerate(frame.track_ids)
            if other_id == track_id
        }
        for label, name in enumerate(NAMES):
            probs = {number: values[label] for number, values in seen.items()}
            for first, last in pieces_of(probs, is_gap, start, end):
                inside = [
                    prob
                    for number, prob in probs.items()
                    if first <= number <= last
                ]
                ends = (frames[first], frames[last])
                found.append(
                    (
                        *(track_id, name),
                        *(frame.frame_idx for frame in ends),
                        *(frame.time_sec for frame in ends),
                        np.mean(inside, dtype=np.float64),
                    )
                )
    return found


def pieces_of(probs, is_gap, start, end):
    """First and last keyframe of each piece, those close by joined."""
    pieces, before = [], None
    for number, prob in probs.items():
        away = before is not None and is_gap(before, number)
        inside = pieces and pieces[-1][-1] == before and not away
        if prob >= (end if inside else start):
            if inside:
                pieces[-1].append(number)
            else:
                pieces.append([number])
        before = number
    joined = []
    for piece in pieces:
        if joined and not is_gap(joined[-1][1], piece[0]):
            joined[-1][1] = piece[-1]
        else:
            joined.append([piece[0], piece[-1]])
    return joined


@pytest.mark.parametrize('timed', [True, False])
@pytest.mark.parametrize('seed', range(4))
@pytest.mark.parametrize(
    'start, end, gap',
    [
        (0.5, 0.35, 1.0),
        (0.7, 0.2, 0.0),
        (0.6, 0.6, 3.0),
        (0.9, 0.5, 0.5),
    ],
)
def test_segments_are_those_of_plain_loops(seed, start, end, gap, timed):
    frames = random_frames(seed, timed=timed)
    found = find_segments(iter(frames), NAMES, start, end, gap)
    expected = by_plain_loops(frames, start, end, gap)
    assert len(expected) > 3
    rows = sorted(
        (astuple(segment) for segment in found), key=lambda row: row[:3]
    )
    expected.sort(key=lambda row: row[:3])
    for row, same in zip(rows, expected, strict=True):
        assert row[:6] == same[:6]
        assert row[6] == pytest.approx(same[6], abs=1e-6)
    order = [(s.first_frame, s.track_id) for s in found]
    assert order == sorted(order)


def one_person(*probs, step_sec=0.25):
    return [
        keyframe(2 * k, {4: [prob]}, k * step_sec)
        for k, prob in enumerate(probs)
        if prob is not None
    ]


def spans(frames, **options):
    segments = find_segments(frames, ['walk'], 0.5, 0.25, **options)
    return [(s.first_frame, s.last_frame) for s in segments]


def test_a_segment_begins_high_and_goes_on_lower():
    frames = one_person(0.375, 0.5, 0.25, 0.375, 0.125, 0.375)
    assert find_segments(frames, ['walk'], 0.5, 0.25, gap=0) == (
        ActionSegment(4, 'walk', 2, 6, 0.25, 0.75, 0.375),
    )


def test_short_gaps_are_bridged_and_long_ones_not():
    frames = one_person(0.5, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.5)
    assert spans(frames, gap=0.5) == [(0, 0), (6, 6), (16, 16)]
    assert spans(frames, gap=0.75) == [(0, 6), (16, 16)]
    assert spans(frames, gap=2.0) == [(0, 16)]


def test_who_is_away_for_long_begins_anew():
    kept = [0.5, None, 0.375]
    frames = [
        keyframe(k, {1: [p]} if p else {}, float(k))
        for k, p in enumerate(kept)
    ]
    assert spans(frames, gap=2.0) == [(0, 2)]
    assert spans(frames, gap=1.0) == [(0, 0)]


def test_the_end_follows_the_start_by_default():
    frames = one_person(0.5, 0.375, 0.25)
    found = find_segments(frames, ['walk'], 0.5)
    assert [(s.first_frame, s.last_frame) for s in found] == [(0, 2)]
    # Seven tenths of it are 0.35.
    found = find_segments(one_person(0.5, 0.36, 0.34), ['walk'], 0.5)
    assert [(s.first_frame, s.last_frame) for s in found] == [(0, 2)]


def test_keyframes_that_are_far_apart_are_no_gap():
    assert spans(one_person(0.5, 0.5, 0.5, step_sec=60.0)) == [(0, 4)]


def test_nobody_and_nobody_followed():
    assert find_segments([], NAMES) == ()
    frames = [keyframe(0, {}, 0.0), keyframe(1, {1: [1, 1, 1]}, 1.0)]
    assert len(find_segments(frames, NAMES)) == 3
    nameless = [replace(frame, track_ids=None) for frame in frames]
    assert find_segments(nameless, NAMES) == ()


@pytest.mark.parametrize(
    'start, end', [(0.0, None), (1.5, None), (0.5, 0.6), (0.5, 0.0)]
)
def test_thresholds_that_make_no_sense(start, end):
    with pytest.raises(UserError, match='0 < end <= start <= 1'):
        find_segments([], NAMES, start, end)
