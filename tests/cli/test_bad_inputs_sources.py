"""Videos, streams, cameras and ranges of time that are none: one line each."""

import av
import numpy as np
import pytest
from bad_inputs import assert_one_line, assert_refused
from synthetic_media import write_frames, write_video

from stclip.cli.infer_sources import expand, require_each
from stclip.video.keyframe_walk import KeyframeWalk
from stclip.video.live_reader import Patience

# A byte of Latin-1, as Python keeps it, and as a shell writes it.
LATIN, SHOWN = 'caf\udce9.mp4', r'caf\xe9.mp4'
CASES = [
    (LATIN, '', f'{SHOWN}: this name is not UTF-8, in which results are'),
    ('caf\udce9/v.mp4', '', r'caf\xe9/v.mp4: this name is not UTF-8'),
    ('v.mp4', '--background fianc\udce9', r'label fianc\xe9 is not UTF-8'),
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
    ('v.mp4', f'--from {"9" * 320}', 'a time of so many digits is in no'),
    ('v.mp4', f'--to {"9" * 320}:00', 'a time of so many digits is in no'),
    ('v.mp4', '--from 99999999999', 'a time of 1e+11 s is in no video'),
    ('v.mp4', '--max-seconds 1e308', 'a time of 1e+308 s is in no video'),
    ('v.mp4', '--stride 1e308s', 'and at most 1e+10, got 1e+308s'),
    ('frames', '--from 1', 'set fps'),
    ('frames', '--fps 1e-7', "'--fps': 1e-07 is not in the range 1e-06<=x"),
    ('frames', '--fps 3e9', "'--fps': 3000000000.0 is not in the range"),
    ('frames', '--fps 0.0002 --from 9:00:00', 'ends after 17500.00 s, before'),
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
    media = ('same/a.mp4', 'same/a.avi', 'other/a.mp4')
    for name in (
        *media,
        LATIN,
        f'two/{LATIN}',
        'two/v.mp4',
        'caf\udce9/v.mp4',
    ):
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


def test_a_label_that_is_no_text(folder, capfd):
    command = 'infer v.mp4 --labels walk,caf\udce9 --model stage --out out'
    assert_one_line(command, r'the label caf\xe9 is not UTF-8', capfd)
    assert not (folder / 'out').exists()


def test_a_name_that_is_no_text_stops_no_other_video(folder, capfd):
    videos, is_many = expand(['two'])
    assert (len(videos), is_many) == (2, True)
    ready, failed = require_each(videos, False, None, KeyframeWalk())
    assert [video.source for video in ready] == ['two/v.mp4']
    assert failed == {
        f'two/{LATIN}': f'two/{SHOWN}: this name is not UTF-8, in which '
        'results are written; rename it'
    }
    assert capfd.readouterr().err.startswith(f'left out: two/{SHOWN}: this')


def test_the_name_of_the_working_folder_counts(folder, capfd, monkeypatch):
    (folder / 'frames').rename(folder / 'two/caf\udce9')
    monkeypatch.chdir(folder / 'two/caf\udce9')
    command = 'infer . --labels walk,run --model stage --out ../out'
    assert_one_line(command, r'caf\xe9: this name is not UTF-8', capfd)
