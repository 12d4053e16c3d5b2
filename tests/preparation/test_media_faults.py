from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from synthetic_media import make_frames, overwrite, packets_of, write_video

from stclip.labels.label_space import LabelSpace
from stclip.preparation import ucf24
from stclip.preparation.keyframes import keyframes_of
from stclip.preparation.media_check import MediaFacts, look_into
from stclip.preparation.media_faults import missing_videos, usable_videos
from stclip.preparation.records import Findings
from stclip.structures.keyframe import Keyframe


def keyframe(video, img_shape=(240, 320), **place):
    return Keyframe(
        image_id=f'{video}/{place}',
        video=video,
        timestamp='',
        boxes=np.zeros((0, 4), np.float32),
        labels=np.zeros((0, 2), bool),
        img_shape=img_shape,
        **place,
    )


def check(facts, keyframes):
    findings = Findings()
    return usable_videos(facts, keyframes, findings), findings.faults


def test_unreadable_video():
    facts = dict(a=MediaFacts(9, (240, 320)), b=MediaFacts(fault='b.avi is'))
    keyframes = [keyframe(name, frame_idx=20) for name in 'ab']
    usable, faults = check(facts, keyframes)
    assert usable == {'a'}
    assert faults['unreadable video'] == ['b.avi is']
    # Of what cannot be read nothing more is said.
    assert faults['keyframe after the last frame'] == ['a']


@pytest.mark.parametrize(
    'size_hw, fits',
    [
        ((240, 320), True),
        ((480, 640), True),
        ((256, 340), True),  # re-encoded, rounded to even sizes
        ((240, 426), False),
        ((320, 240), False),
    ],
)
def test_proportions(size_hw, fits):
    facts = dict(a=MediaFacts(9, size_hw))
    usable, faults = check(facts, [keyframe('a', frame_idx=8)])
    assert usable == ({'a'} if fits else set())
    assert faults == (
        {}
        if fits
        else {
            'video of other proportions than annotated': [
                f'a: {size_hw}, annotated (240, 320)'
            ]
        }
    )


@pytest.mark.parametrize(
    'num_frames, end_sec, place, beyond',
    [
        (9, 0.34, dict(frame_idx=8), False),
        (9, 0.34, dict(frame_idx=9), True),
        (51, 2.02, dict(seconds=2.0), False),
        (50, 1.98, dict(seconds=2.0), True),
        # As few frames as 2 s have, or more, at a rate that varies.
        (5, 6.5, dict(seconds=2.0), False),
        (90, 1.5, dict(seconds=2.0), True),
        (9, None, dict(seconds=2.0), False),  # depends on the config's fps
    ],
)
def test_keyframes_after_the_last_frame(num_frames, end_sec, place, beyond):
    facts = dict(a=MediaFacts(num_frames, (240, 320), end_sec))
    keyframes = [keyframe('a', None, **place), keyframe('a', None, seconds=0)]
    usable, faults = check(facts, keyframes)
    assert usable == {'a'}
    kind = 'keyframe after the last frame'
    assert faults == ({kind: ['a']} if beyond else {})


@pytest.mark.parametrize('strict', [False, True])
def test_damaged_videos_are_told_and_used(tmp_path, strict):
    path = write_video(tmp_path / 'a.mkv', make_frames(20), 'ffv1', gop=1)
    place, size = packets_of(path)[12]
    overwrite(path, place + 20, size - 40)
    facts = dict(a=look_into(path))
    assert facts['a'].num_frames == 20
    findings = Findings()
    keyframes = [keyframe('a', None, frame_idx=19)]
    usable = usable_videos(facts, keyframes, findings, strict)
    assert usable == (set() if strict else {'a'})
    assert findings.faults == {
        'damaged video': ['a: 1 frame cannot be decoded (12)']
    }


def test_missing_videos():
    findings = Findings()
    paths = dict(a=Path('v/a.avi'), b=None, c=None)
    missing_videos(paths, Path('v'), findings)
    assert findings.faults == {'missing video': ['b', 'c']}
    assert findings.hints == {'missing video': 'Unpack it to v.'}


@pytest.mark.shared
def test_three_clips_of_jhmdb_end_early(realdata, real_jhmdb_keyframes):
    late = {
        'clap/The_Slow_Clap_clap_u_cm_np1_fr_med_4': 6,
        'clap/The_Slow_Clap_clap_u_nm_np1_fr_bad_20': 7,
        'stand/BIG_FISH_stand_u_nm_np1_fr_med_27': 1,
    }
    whole = 'run/TrumanShow_run_f_nm_np1_le_med_11'
    videos = realdata / 'jhmdb' / 'videos'
    facts = {
        Path(name).name: look_into(videos / f'{name}.avi')
        for name in [*late, whole]
    }
    keyframes = [
        keyframe
        for part in real_jhmdb_keyframes[1].values()
        for keyframe in part
        if keyframe.video in facts
    ]
    usable, faults = check(facts, keyframes)
    assert usable == facts.keys()
    assert list(faults) == ['keyframe after the last frame']
    assert Counter(faults['keyframe after the last frame']) == {
        Path(name).name: number for name, number in late.items()
    }


@pytest.mark.shared
def test_clips_of_ucf_of_another_size_fit(realdata, real_ucf):
    """340 x 256, re-encoded from 320 x 240; as long as annotated."""
    files = sorted((realdata / 'ucf24' / 'videos').glob('*.mp4'))
    facts = {path.stem: look_into(path) for path in files}
    videos = [video for video in real_ucf if video.name in facts]
    assert {video.name: video.num_frames for video in videos} == {
        name: fact.num_frames for name, fact in facts.items()
    }
    keyframes = keyframes_of(
        videos, LabelSpace(ucf24.ACTIONS), Findings(), every_frame=True
    )
    assert len(keyframes) == 956
    assert check(facts, keyframes) == (facts.keys(), {})
