"""Videos, streams, cameras and ranges of time that are none: one line each."""

import av
import numpy as np
import pytest
from bad_inputs import assert_one_line, assert_refused
from synthetic_media import write_frames, write_video

from stclip.video.live_reader import Patience

CASES = [
    ('nothing/*.mp4', '', 'nothing/*.mp4 matches no video'),
    ('empty', '', 'empty holds no'),
    ('same', '', 'have the same name'),
    ('same/a.mp4 other/a.mp4', '', 'would both be written to a.json'),
    ('t.mp4', '', 't.mp4 cannot be opened as a video'),
    ('sound.mp4', '', 'has no video stream; give a file with pictures'),
    ('http://127.0.0.1:9/a.mp4', '', 'cannot be reached'),
    ('rtsp://u:secret@127.0.0.1:9/a', '', 'rtsp://127.0.0.1:9/a cannot be'),
    ('4321', '', 'camera 4321 is not there'),
    ('ftp://host/a.mp4', '', 'ftp:// is not read'),
    ('v.mp4', '--from 3 --to 2', '--to must be after --from'),
    ('v.mp4', '--to 0', '--to must be after --from'),
    ('v.mp4', '--to 1 --max-seconds 1', 'are two ends'),
    ('v.mp4', '--max-seconds 0', '0'),
    ('v.mp4', '--from soon', "'soon' is no time"),
    ('v.mp4', '--from -3', "'-3' is no time"),
    ('v.mp4', '--to 1:2:3:4', "'1:2:3:4' is no time"),
    ('v.mp4', '--from nan', "'nan' is no time"),
    ('v.mp4', '--stride 0', '0 is not in the range'),
    ('v.mp4', '--stride 0s', "'--stride'"),
    ('v.mp4', '--stride infs', 'no finite number'),
    ('v.mp4', '--stride s', "'--stride'"),
    ('v.mp4', '--batch-size 0', '0 is not in the range'),
    ('v.mp4', '--batch-size many', "'--batch-size'"),
    ('v.mp4', '--from 1:00', 'ends after 0.14 s, before 60 s'),
    ('frames', '--from 1', 'set fps'),
    ('frames', '--stride 1s', 'set fps'),
]


@pytest.fixture
def folder(folder, film, monkeypatch):
    """Media of every kind."""
    monkeypatch.setattr(
        'stclip.video.live_stream.Patience', lambda: Patience(1, ())
    )
    monkeypatch.setenv('no_proxy', '127.0.0.1')
    frames = np.zeros((4, 32, 32, 3), np.uint8)
    for name in ('same/a.mp4', 'same/a.avi', 'other/a.mp4'):
        write_video(folder / name, frames)
    write_frames(folder / 'frames', frames)
    (folder / 'empty').mkdir()
    (folder / 't.mp4').write_text('text')
    write_sound(folder / 'sound.mp4')
    return folder


#: What is given, where to write, and what is said.
INTO = [
    # The results of one video, among the frames of another.
    ('v.mp4 frames', 'frames', 'frames/v.json would be written into frames'),
    ('frames', 'frames/out', 'frames/out would be written into frames'),
    # Over another video, by another name of it.
    ('v.mp4 soft.mp4', 'other', 'other/v.mp4 would be written over soft.mp4'),
    # Where the next run takes them for videos.
    ('films', 'films', 'films/a.json would be written into films'),
    ('films', 'films/out', 'films/out would be written into films'),
    ('frames v.mp4 films', 'films', 'would be written into films'),
]


def write_sound(path):
    with av.open(str(path), 'w') as container:
        stream = container.add_stream('aac', rate=16000)
        samples = np.zeros((1, 4096), np.float32)
        frame = av.AudioFrame.from_ndarray(samples, 'fltp', 'mono')
        frame.sample_rate = 16000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.mark.parametrize('videos, options, words', CASES)
def test_sources(folder, capfd, videos, options, words):
    command = f'infer {videos} --labels walk,run --model stage --out out'
    assert_one_line(f'{command} {options}', words, capfd)
    assert not (folder / 'out').exists()


@pytest.mark.parametrize('videos, out, words', INTO)
def test_results_of_one_are_kept_out_of_all(folder, capfd, videos, out, words):
    frames = np.zeros((4, 32, 32, 3), np.uint8)
    write_video(folder / 'films' / 'a.avi', frames)
    write_video(folder / 'other' / 'v.mp4', frames)
    (folder / 'soft.mp4').symlink_to('other/v.mp4')
    line = f'infer {videos} --labels walk,run --model stage --out {out}'
    assert_refused(folder, {}, f'{line} --overwrite', words, capfd)
