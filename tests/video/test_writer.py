"""Written videos are decoded again and compared."""

from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from stclip.video.writer import VideoWriter


def read_back(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [
            f.to_ndarray(format='rgb24') for f in container.decode(stream)
        ]
        return frames, stream


@pytest.mark.parametrize('hw', [(120, 160), (91, 161), (1, 1), (240, 3)])
def test_frames_come_back_in_any_size(tmp_path, hw):
    greys = (10, 90, 170, 250)
    with VideoWriter(tmp_path / 'a.mp4', 12.5) as writer:
        for grey in greys:
            writer.write(np.full((*hw, 3), grey, dtype=np.uint8))
    frames, stream = read_back(tmp_path / 'a.mp4')
    even = tuple(side + side % 2 for side in hw)
    assert [frame.shape[:2] for frame in frames] == [even] * 4
    for frame, grey in zip(frames, greys, strict=True):
        assert np.abs(frame.astype(int) - grey).max() <= 3
    assert stream.average_rate == Fraction(25, 2)
    assert stream.codec_context.name == 'h264'
    assert stream.codec_context.pix_fmt == 'yuv420p'


def test_colours_and_places_survive(tmp_path):
    frame = np.zeros((64, 96, 3), dtype=np.uint8)
    frame[:32, :48] = (220, 30, 30)
    frame[32:, 48:] = (30, 40, 210)
    with VideoWriter(tmp_path / 'a.mp4', 25) as writer:
        writer.write(frame)
    (back,), _ = read_back(tmp_path / 'a.mp4')
    for row, column in ((16, 24), (48, 72), (16, 72)):
        gap = back[row, column].astype(int) - frame[row, column]
        assert np.abs(gap).max() < 12


def test_an_error_leaves_the_older_file(tmp_path):
    path = tmp_path / 'a.mp4'
    path.write_bytes(b'older')
    with (
        pytest.raises(RuntimeError, match='broke off'),
        VideoWriter(path, 10) as writer,
    ):
        writer.write(np.zeros((16, 16, 3), dtype=np.uint8))
        raise RuntimeError('broke off')
    assert path.read_bytes() == b'older'
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r'a\.avi.*\.mp4'):
        VideoWriter(tmp_path / 'a.avi', 10)
    for fps in (0, -1, float('nan'), 9e-7, 3e9, 1e300, float('inf')):
        with pytest.raises(
            ValueError, match=r'a\.mp4: fps must be from 1e-06'
        ):
            VideoWriter(tmp_path / 'a.mp4', fps)
    with (
        pytest.raises(ValueError, match='no frame'),
        VideoWriter(tmp_path / 'a.mp4', 10),
    ):
        pass
    with (
        pytest.raises(ValueError, match=r'\(8, 8, 3\).*\(16, 16, 3\)'),
        VideoWriter(tmp_path / 'a.mp4', 10) as writer,
    ):
        writer.write(np.zeros((16, 16, 3), dtype=np.uint8))
        writer.write(np.zeros((8, 8, 3), dtype=np.uint8))
    with (
        pytest.raises(ValueError, match='uint8 RGB'),
        VideoWriter(tmp_path / 'a.mp4', 10) as writer,
    ):
        writer.write(np.zeros((16, 16, 3)))
    assert list(tmp_path.iterdir()) == []


def test_frames_at_times_of_their_own(tmp_path):
    times = [0, 0.2, 0.21, 5, 5.04, 5.04]
    with VideoWriter(tmp_path / 'a.mp4', 25) as writer:
        for time in times:
            writer.write(np.zeros((16, 16, 3), np.uint8), time)
    with av.open(str(tmp_path / 'a.mp4')) as container:
        written = [frame.time for frame in container.decode(video=0)]
    np.testing.assert_allclose(written, times, atol=2e-5)
    assert (np.diff(written) > 0).all()


@pytest.mark.parametrize(
    'fps', [1e-6, 1 / 86400, 1 / 3600, 0.0002, 30000 / 1001, 1e6, 999_999.9]
)
@pytest.mark.parametrize('timed', [True, False])
def test_rates_from_time_lapse_to_high_speed(tmp_path, fps, timed):
    with VideoWriter(tmp_path / 'a.mp4', fps) as writer:
        for index in range(4):
            time = index / fps if timed else None
            writer.write(np.zeros((16, 16, 3), np.uint8), time)
    with av.open(str(tmp_path / 'a.mp4')) as container:
        written = [frame.time for frame in container.decode(video=0)]
    np.testing.assert_allclose(written, np.arange(4) / fps, rtol=1e-5)


def test_equal_frames_make_equal_files(tmp_path):
    """With x264's macroblock tree, about half of these were of their own."""
    rng = np.random.default_rng(0)
    frames = [
        cv2.resize(noise, (160, 120), interpolation=cv2.INTER_LINEAR)
        for noise in rng.integers(0, 255, (12, 15, 20, 3), np.uint8)
    ]
    written = set()
    for _ in range(12):
        with VideoWriter(tmp_path / 'a.mp4', 8) as writer:
            for frame in frames:
                writer.write(frame)
        written.add((tmp_path / 'a.mp4').read_bytes())
    assert len(written) == 1
