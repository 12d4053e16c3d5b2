"""Times of frames, against the time stamps as FFmpeg gives them."""

from fractions import Fraction

import av
import numpy as np
import pytest
from synthetic_media import (
    make_frames,
    write_frames,
    write_timed,
    write_video,
)

from stclip.preparation.media_check import look_into
from stclip.utils.errors import UserError
from stclip.utils.rates import first_rate
from stclip.video.array_source import ArraySource
from stclip.video.frame_cache import FrameCache
from stclip.video.opening import open_video

RATES = {
    # 5 frames a second, then 25: the container's average is neither.
    'two rates': [i / 5 for i in range(30)] + [6 + i / 25 for i in range(30)],
    'start': [7 + i / 25 for i in range(30)],
    'gap': [i / 25 + (5 if i >= 20 else 0) for i in range(40)],
    'jitter': list(np.cumsum(np.random.default_rng(0).uniform(0.01, 0.2, 40))),
}


def stamps_of(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stamps = [frame.pts for frame in container.decode(stream)]
        return [(pts - stamps[0]) * stream.time_base for pts in stamps]


@pytest.mark.parametrize('times', RATES.values(), ids=RATES)
@pytest.mark.parametrize('name', ['a.mp4', 'a.mkv', 'a.ts', 'a.mov', 'a.flv'])
@pytest.mark.parametrize('b_frames', [0, 2])
def test_times_are_those_of_the_stamps(tmp_path, times, name, b_frames):
    path = tmp_path / name
    write_timed(path, make_frames(len(times)), times, bf=str(b_frames))
    stamps = stamps_of(path)
    video = open_video(path)
    np.testing.assert_allclose(
        [video.time_of(index) for index in range(video.num_frames)],
        [float(stamp) for stamp in stamps],
        atol=1e-3,
    )
    for tenth in range(int(10 * stamps[-1]) + 1):
        seconds = tenth / 10
        gaps = [abs(float(stamp) - seconds) for stamp in stamps]
        index = video.index_at(seconds)
        # Of two that are equally near, either is, but for rounding.
        assert gaps[index] <= min(gaps) + 1.1e-3, seconds
    assert video.index_at(float(stamps[-1]) + 3) is None


@pytest.mark.parametrize('fps', [25, 30, Fraction(30000, 1001), 10])
@pytest.mark.parametrize(
    'name, codec',
    [('a.mp4', 'mpeg4'), ('a.mkv', 'ffv1'), ('a.avi', 'mpeg4')],
)
def test_constant_rate_is_a_special_case(tmp_path, fps, name, codec):
    path = write_video(tmp_path / name, make_frames(75), codec, fps)
    video = open_video(path)
    for eighth in range(40):
        seconds = eighth / 8
        exact = Fraction(seconds) * Fraction(fps)
        if exact % 1 == Fraction(1, 2):
            expected = int(exact)  # of two, the earlier
        else:
            expected = round(exact)
        if exact > 74.5:
            expected = None
        assert video.index_at(seconds) == expected, seconds
    assert video.time_of(50) == pytest.approx(float(50 / Fraction(fps)))
    assert video.end_sec == pytest.approx(float(74.5 / Fraction(fps)))


def test_stamps_out_of_order_fall_back_to_the_rate(tmp_path):
    """AVI does not tell in which order B-frames are shown."""
    path = tmp_path / 'a.avi'
    with av.open(str(path), 'w') as container:
        stream = container.add_stream('libx264', rate=20, options={'bf': '3'})
        stream.height, stream.width, stream.pix_fmt = 24, 32, 'yuv420p'
        for frame in make_frames(40):
            picture = av.VideoFrame.from_ndarray(frame, format='rgb24')
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    for first in (0, 39):  # whatever was read before
        video = open_video(path)
        video.read([first])
        assert video.time_of(30) == pytest.approx(1.5)
        assert video.index_at(1.5) == 30
        assert video.index_at(1.99) is None
        assert not video.damage


def test_no_further_than_needed(tmp_path):
    path = write_timed(
        tmp_path / 'a.mp4', make_frames(60), RATES['two rates'], bf='0'
    )
    video = open_video(path, FrameCache(1))
    assert video.index_at(2) == 10
    assert video._known == 11
    assert video.index_at(6.04) == 31
    assert video._known == 32


def test_folder_has_the_rate_that_is_given(tmp_path):
    folder = write_frames(tmp_path / 'a', make_frames(10))
    video = open_video(folder, fps=8)
    assert [video.time_of(index) for index in (0, 4, 9)] == [0, 0.5, 1.125]
    assert video.index_at(0.99) == 8
    assert video.index_at(1.2) is None
    unknown = open_video(folder)
    assert unknown.time_of(3) is None
    with pytest.raises(UserError, match='frame rate: set fps'):
        unknown.index_at(1)


@pytest.mark.parametrize('seconds', [1, 600, 1200, 3600, 5000, 86400, 10**6])
def test_time_lapse(tmp_path, seconds):
    """A frame each so many seconds, the rate as a decimal fraction."""
    folder = write_frames(tmp_path / 'a', make_frames(5))
    for fps in (1 / seconds, float(f'{1 / seconds:.6g}')):
        video = open_video(folder, fps=fps)
        times = [video.time_of(index) for index in range(5)]
        exact = [index * seconds for index in range(5)]
        np.testing.assert_allclose(times, exact, rtol=1e-5)
        assert video.end_sec == pytest.approx(4.5 * seconds, rel=1e-5)
        assert video.index_at(2.2 * seconds) == 2
        assert video.index_at(5 * seconds) is None
    # What is exact but for a double's rounding is exact.
    assert open_video(folder, fps=1 / seconds).time_of(3) == 3 * seconds


@pytest.mark.parametrize('seconds', [1200, 3600, 86400])
def test_files_of_time_lapses(tmp_path, seconds):
    times = [index * seconds for index in range(4)]
    path = tmp_path / 'a.mkv'
    write_timed(path, make_frames(4), times, bf='0')
    video = open_video(path)
    assert [video.time_of(index) for index in range(4)] == times
    assert video.index_at(2 * seconds) == 2
    assert video.end_sec == pytest.approx(3.5 * seconds, rel=0.2)
    facts = look_into(path)
    assert (facts.num_frames, facts.fault) == (4, '')
    assert facts.end_sec == video.end_sec


@pytest.mark.parametrize(
    'fps', [0, -1, 1e-7, 2e6, 1e300, float('inf'), float('nan'), 5e-324]
)
def test_rates_that_no_video_has(tmp_path, fps):
    folder = write_frames(tmp_path / 'a', make_frames(2))
    words = 'fps must be from 1e-06 to 1e.06 frames a second, got'
    with pytest.raises(UserError, match=f'a: {words}'):
        open_video(folder, fps=fps)
    with pytest.raises(UserError, match=f'array: {words}'):
        ArraySource(make_frames(2), fps)


def test_a_stated_rate_that_no_video_has_is_none_stated():
    assert first_rate(Fraction(10**9), None) is None
    assert first_rate(Fraction(10**9), Fraction(25)) == 25
    assert first_rate(None, Fraction(0), Fraction(1, 3600)) == Fraction(
        1, 3600
    )
    assert first_rate(Fraction(1, 10**7)) is None


@pytest.mark.shared
def test_the_case_of_two_rates(shared_dir):
    """30 frames at 5 a second, then 30 at 25."""
    video = open_video(shared_dir / 'cases' / '10_vfr' / 'vfr60.mp4')
    assert video.index_at(6) == 30
    assert video.time_of(30) == 6
    assert video.time_of(59) == pytest.approx(6 + 29 / 25)
