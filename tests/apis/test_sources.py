"""What an inferencer looks at: arrays, ranges, many videos, streams."""

import pickle
import shutil
import threading

import numpy as np
import pytest
import torch
from decoded_frames import note_decoded
from live_server import HttpServer, mjpeg
from synthetic_media import decode_all, make_frames, write_video

from stclip.apis import batch_size
from stclip.apis.inferencer import ActionInferencer
from stclip.structures.box_table import PersonBoxes
from stclip.utils.errors import MissingFileError, UserError
from stclip.video.array_source import ArraySource
from stclip.video.keyframe_walk import KeyframeWalk

LABELS = ('walk', 'stand up', 'wave')


@pytest.fixture
def infer(config, detector):
    torch.manual_seed(0)
    return ActionInferencer(config, device='cpu', detector=detector)


def numbers_of(result):
    return [frame.frame_idx for frame in result.frames]


def assert_same(frame, same):
    np.testing.assert_array_equal(frame.boxes_xyxy, same.boxes_xyxy)
    # To the last digits: batches may be others.
    np.testing.assert_allclose(
        frame.action_probs, same.action_probs, atol=1e-5
    )


def test_an_array_gives_what_its_file_does(infer, video):
    frames = decode_all(video)
    tensor = torch.from_numpy(frames).permute(0, 3, 1, 2)
    expected = infer(video, LABELS)
    for source in (frames, tensor, ArraySource(frames, 10)):
        result = infer(source, LABELS)
        assert numbers_of(result) == numbers_of(expected) == [0, 8, 16, 24]
        assert (result.num_frames, result.frame_hw) == (30, (96, 128))
        for pair in zip(result.frames, expected.frames, strict=True):
            assert_same(*pair)
    assert result.frames[1].time_sec == 0.8


def test_a_name_that_is_no_text(infer, video, tmp_path):
    """It is told before the look, not by the first table afterwards."""
    path = tmp_path / 'caf\udce9.mp4'
    shutil.copy(video, path)
    with pytest.raises(UserError, match=r'caf\\xe9.mp4: this name is not UTF'):
        infer(path, LABELS)


@pytest.mark.parametrize(
    'number, height, width', [(1, 48, 64), (3, 64, 20), (2, 4320, 7680)]
)
def test_one_frame_portrait_and_8k(infer, number, height, width):
    infer.detector = lambda images: [
        PersonBoxes(
            np.array([[2, 2, width - 2, height - 2]], np.float32), np.ones(1)
        )
        for _ in images
    ]
    frames = np.zeros((number, height, width, 3), np.uint8)
    result = infer(frames, LABELS, stride=1, fps=10)
    assert numbers_of(result) == list(range(number))
    assert result.frame_hw == (height, width)
    for frame in result.frames:
        np.testing.assert_array_equal(
            frame.boxes_xyxy, [[2, 2, width - 2, height - 2]]
        )


def test_an_array_is_drawn_as_its_file_is(infer, video, tmp_path):
    frames = decode_all(video)
    drawn = infer(frames, LABELS, fps=10).annotated_frames()
    expected = infer(video, LABELS).annotated_frames()
    for (image, time), (same, same_time) in zip(drawn, expected, strict=True):
        np.testing.assert_array_equal(image, same)
        assert time == same_time


def test_pictures_know_what_the_look_has_met(infer, tmp_path, monkeypatch):
    """They find a frame from the key frame before it, one of every five."""
    path = write_video(tmp_path / 'a.mp4', make_frames(30, 96, 128))
    for end_sec in (None, 0.9):
        result = infer(path, LABELS, stride=8, end_sec=end_sec)
        with monkeypatch.context() as patch:
            decoded = note_decoded(patch)
            # The middle one of four is frame 16, of three 8.
            result.annotated_keyframes(1)
            assert len(decoded) == (2 if end_sec is None else 4)
        assert len(result.source._cache) == 0  # it may be kept for long
        again = pickle.loads(pickle.dumps(result))
        drawn, same = (r.annotated_keyframes(4)[0] for r in (again, result))
        np.testing.assert_array_equal(drawn, same)


def test_a_range_of_time(infer, video):
    whole = infer(video, LABELS, stride=3, smooth=0)
    options = dict(stride=3, start_sec=0.9, end_sec=2)
    result = infer(video, LABELS, smooth=0, **options)
    # At 10 frames a second.
    assert numbers_of(result) == [9, 12, 15, 18]
    for pair in zip(result.frames, whole.frames[3:7], strict=True):
        assert_same(*pair)
    assert (result.start_frame, result.num_frames) == (9, 21)
    drawn = list(result.annotated_frames())
    assert [time for _, time in drawn] == [n / 10 for n in range(9, 21)]


def test_nothing_is_read_after_the_range(infer, video, monkeypatch):
    read = []
    kind = type(infer.loader.videos.open(video))
    usual = kind._next

    def noting(self):
        read.append(self._position)
        return usual(self)

    monkeypatch.setattr(kind, '_next', noting)
    infer(video, LABELS, stride=2, end_sec=0.8)
    # Two more keyframes are tried and the window of the last one reaches on.
    assert max(read) < 15


def test_a_range_goes_on_where_it_ended(infer, video):
    options = dict(stride=2, start_sec=0.5, end_sec=2)
    whole = infer(video, LABELS, **options)
    later = infer.stream(video, LABELS, skip=3, **options)
    assert [f.frame_idx for f in later] == numbers_of(whole)[3:]


@pytest.mark.parametrize(
    'stride, numbers',
    [('0.5s', range(0, 30, 5)), ('0.01s', range(30)), (8.0, range(0, 30, 8))],
)
def test_strides(infer, video, stride, numbers):
    assert numbers_of(infer(video, LABELS, stride)) == list(numbers)


@pytest.mark.parametrize(
    'options, words',
    [
        (dict(stride=0), 'stride must be positive.*got 0'),
        (dict(stride='0s'), 'got 0s'),
        (dict(stride='xs'), 'got xs'),
        (dict(stride='nans'), 'got nans'),
        (dict(stride='infs'), 'got infs'),
        (dict(stride=1.5), 'got 1.5'),
        (dict(start_sec=2, end_sec=1), 'from 2 s to 1 s holds nothing'),
        (dict(start_sec=2, end_sec=2), 'holds nothing'),
        (dict(start_sec=float('nan')), 'holds nothing'),
        (dict(start_sec=-1), 'holds nothing'),
        (dict(start_sec=3.5), 'ends after 2.95 s, before 3.5 s'),
    ],
)
def test_bad_ranges(infer, video, options, words):
    with pytest.raises(UserError, match=words):
        infer(video, LABELS, **options)


def test_an_array_without_times_has_no_range(infer, video):
    frames = decode_all(video)
    for options in (dict(stride='1s'), dict(start_sec=1), dict(end_sec=1)):
        with pytest.raises(UserError, match='set fps'):
            infer(frames, LABELS, **options)


def test_many_videos_of_which_one_is_broken(infer, video, tmp_path):
    folder = tmp_path / 'many'
    folder.mkdir()
    shutil.copy(video, folder / 'a.mp4')
    (folder / 'b.mp4').write_text('no video')
    shutil.copy(video, folder / 'c.mp4')
    expected = infer(video, LABELS)
    paths = sorted(folder.iterdir())
    for source in (folder, f'{folder}/*.mp4', paths, [folder]):
        results = infer(source, LABELS)
        given = list(results)
        assert [result.video for result in given] == [paths[0], paths[2]]
        assert 'b.mp4 cannot be opened' in results.failed[1]
        assert list(results.failed) == [1]
        for result in given:
            assert_same(result.frames[2], expected.frames[2])


def test_videos_are_looked_at_when_they_are_asked_for(infer, video):
    seen = []
    results = infer([video, video], LABELS, on_frame=seen.append)
    assert seen == []
    next(results)
    assert seen[-1] == 30
    assert len(seen) == 4


def test_a_question_is_no_fault_of_a_video(infer, video):
    for labels, options in (([], {}), (LABELS, dict(stride=0))):
        with pytest.raises(UserError):
            infer([video], labels, **options)


@pytest.mark.parametrize(
    'source, error, words',
    [
        ([], UserError, 'list of videos is empty'),
        ('none/*.mp4', MissingFileError, 'matches no video'),
        (None, UserError, 'NoneType is no video'),
        (1.5, UserError, 'float is no video'),
        ('ftp://host/a.mp4', UserError, 'ftp:// is not read'),
        ('no.mp4', MissingFileError, 'no.mp4 does not exist'),
    ],
)
def test_sources_of_other_kinds(infer, source, error, words):
    with pytest.raises(error, match=words):
        infer(source, LABELS)


@pytest.fixture
def goes_on():
    """Cleared by who wants the server to wait after the first frames."""
    event = threading.Event()
    event.set()
    return event


@pytest.fixture
def server(video, monkeypatch, goes_on):
    """The frames of the video as a camera shows them, then silence."""
    monkeypatch.setenv('no_proxy', '127.0.0.1')
    pictures = [*mjpeg(decode_all(video))]

    def script(number):
        yield from pictures[:15]
        goes_on.wait()
        yield from pictures[15:]
        server.over.wait()

    server = HttpServer(script)
    yield server
    server.stop()


def test_a_stream_is_told_keyframe_by_keyframe(infer, server, true_boxes):
    stream = infer.stream(server.url, LABELS, stride=29)
    # The first may come late, never the one after it.
    first = next(stream)
    if first.frame_idx < 1:
        assert next(stream).frame_idx == 29
    boxes = true_boxes(first.frame_idx)
    assert np.abs(first.boxes_xyxy - boxes).max() <= 2
    result = stream.result((first,))
    with pytest.raises(UserError, match='has passed'):
        next(iter(result.annotated_frames()))


def test_a_stream_ends_after_its_seconds(infer, server):
    result = infer(server.url, LABELS, stride='0.001s', end_sec=0.5)
    # The server is silent then, but has not ended.
    assert not server.over.is_set()
    assert 0 < len(result.frames) <= result.num_frames <= 30
    assert numbers_of(result)[-1] == result.num_frames - 1
    assert all(frame.time_sec <= 0.5 for frame in result.frames)


def test_ctrl_c_ends_a_stream_and_keeps_what_is_done(infer, server, goes_on):
    usual = infer.detector
    calls = []
    # One that shows all at once has nothing for a second look.
    goes_on.clear()

    def interrupted(images):
        calls.append(len(images))
        if len(calls) == 2:
            raise KeyboardInterrupt
        goes_on.set()
        return usual(images)

    infer.detector = interrupted
    result = infer(server.url, LABELS, stride='0.001s')
    assert len(result.frames) == 1
    # As soon as it is found: one at a time.
    assert calls == [1, 1]


def test_live_sources_begin_now(infer, server):
    with pytest.raises(UserError, match='is live, and begins now'):
        infer.stream(server.url, LABELS, start_sec=3)


class TestBatchSize:
    """Found by trying, where memory has an end."""

    def test_halves_until_it_fits(self, infer, video):
        expected = infer(video, LABELS, stride=2)
        sizes = []
        usual = infer.detector

        def small(images):
            sizes.append(len(images))
            if len(images) > 3:
                raise torch.cuda.OutOfMemoryError('no more')
            return usual(images)

        infer.detector = small
        result = infer(video, LABELS, stride=2)
        assert sizes == [8, 4, 2, 2, 2, 2, 2, 2, 2, 1]
        for frame, same in zip(result.frames, expected.frames, strict=True):
            assert_same(frame, same)

    def test_one_that_does_not_fit_is_told(self, infer, video):
        def none(images):
            raise torch.cuda.OutOfMemoryError('no more')

        infer.detector = none
        with pytest.raises(UserError, match='one keyframe does not fit'):
            infer(video, LABELS)

    @pytest.mark.parametrize(
        'free, size', [(80, 64), (79, 64), (17, 16), (16, 16), (1, 1), (0, 1)]
    )
    def test_first_guess_on_a_gpu(self, monkeypatch, free, size):
        monkeypatch.setattr(
            torch.cuda, 'mem_get_info', lambda device: (free * 2**30, None)
        )
        assert batch_size.first_size('cuda:0') == size
        assert batch_size.first_size('cpu') == 8

    @pytest.mark.parametrize(
        'height, width, size',
        [(480, 640, 64), (1080, 1920, 32), (4320, 7680, 2), (9999, 99999, 1)],
    )
    def test_large_frames(self, height, width, size):
        assert batch_size.size_for(64, (height, width)) == size


def test_a_walk_in_seconds_takes_the_rate_of_the_video():
    source = ArraySource(np.zeros((3, 4, 4, 3), np.uint8), 29.97)
    assert KeyframeWalk('0.5s').step(source) == 15
    assert KeyframeWalk('7').step(source) == 7
