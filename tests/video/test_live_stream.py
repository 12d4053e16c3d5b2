"""Streams and cameras, from servers on this machine."""

import gc
import threading

import numpy as np
import pytest
from live_server import (
    HttpServer,
    RtspServer,
    mjpeg,
    rtp_packets,
    transport_stream,
)

from stclip.utils.errors import UserError
from stclip.video.addresses import live_address
from stclip.video.live_reader import Patience
from stclip.video.live_stream import LiveStream

PATIENCE = Patience(timeout_sec=10, delays_sec=(1, 2))
IMPATIENT = Patience(timeout_sec=1, delays_sec=())


def plain(values, height=48, width=64):
    """Frames of one grey each."""
    values = np.array(values, np.uint8)[:, None, None, None]
    return np.broadcast_to(values, (len(values), height, width, 3))


def grey_of(frame):
    return round(float(frame.mean()))


@pytest.fixture
def serve(monkeypatch):
    """Start servers that end with the test."""
    monkeypatch.setenv('no_proxy', '127.0.0.1')
    servers = []

    def start(server, *args, **options):
        servers.append(server(*args, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def follow():
    """Follow a server's stream until the end of the test."""
    streams = []

    def start(server, num_kept=3, patience=PATIENCE, **options):
        address = live_address(server.url)
        streams.append(LiveStream(address, num_kept, patience, **options))
        return streams[-1]

    yield start
    for stream in streams:
        stream.release()


@pytest.fixture
def stalling(serve):
    """A server that goes silent after some frames, until the test ends."""

    def start(frames):
        def script(number):
            yield from mjpeg(frames)
            server.over.wait()

        server = serve(HttpServer, script)
        return server

    return start


def test_the_newest_frame_comes_first(stalling, follow):
    stream = follow(stalling(plain(range(20, 220, 10))))
    assert stream.advance(19) == 19
    assert stream.count() == 20
    shown = [grey_of(frame) for frame in stream.read([19, 18, 17])]
    np.testing.assert_allclose(shown, [210, 200, 190], atol=1)
    # No more are kept than may be asked for.
    with pytest.raises(UserError, match=r'frame 16 of .* has passed'):
        stream.read([16])


def test_frames_that_came_meanwhile_are_counted(stalling, follow):
    stream = follow(stalling(plain([50] * 20)))
    stream.advance(19)
    before = stream.num_passed_over
    assert stream.advance(4) == 19
    assert stream.num_passed_over == before + 15
    assert 'came while others were looked at' in stream.notes[0]


def test_what_stalls_ends_after_its_timeout(stalling, follow):
    stream = follow(stalling(plain([50] * 3)), patience=IMPATIENT)
    assert stream.advance(2) == 2
    assert stream.advance(3) is None
    assert grey_of(stream.read([2])) == 50


def test_what_ends_is_opened_again_after_waits_that_grow(serve, follow):
    greys = iter(([40] * 3, [80] * 3, [], [], []))

    def script(number):
        # The first one asks what it is.
        if number:
            yield from mjpeg(plain(next(greys)))

    server, waits = serve(HttpServer, script), []
    seen = threading.Event()

    def wait(seconds):
        waits.append(seconds)
        seen.wait()

    stream = follow(server, wait=wait)
    assert stream.advance(2) == 2
    seen.set()
    assert stream.advance(5) == 5
    assert grey_of(stream.read([5])) == 80
    assert stream.advance(6) is None
    # Anew from the start after a connection that gave something.
    assert waits == [1, 1, 2]
    assert server.connections == 5
    assert 'opened again 3 times' in stream.notes[-1]


def test_another_size_is_scaled_to_the_first(serve, follow):
    changes = threading.Event()

    def script(number):
        yield from mjpeg(plain([60] * 20))
        # The first one asks what it is.
        if number:
            changes.wait()
            yield from mjpeg(plain([120] * 2, 96, 32))
            server.over.wait()

    server = serve(HttpServer, script)
    stream = follow(server)
    changes.set()
    assert stream.advance(21) == 21
    assert stream.frame_hw == (48, 64)
    image = stream.read([21])[0]
    assert image.shape == (48, 64, 3)
    assert grey_of(image) == pytest.approx(120, abs=1)
    assert 'changed its size to 32 x 96 px at frame 21' in stream.notes[-1]


def test_times_are_those_of_coming(stalling, follow):
    ticks = iter(range(100, 1000, 2))
    stream = follow(stalling(plain([50] * 5)), clock=lambda: next(ticks))
    stream.advance(4)
    # The clock is read once for each frame.
    assert [stream.time_of(index) for index in (2, 3, 4)] == [4, 6, 8]


def test_an_end_in_seconds(stalling, follow):
    ticks = iter(range(0, 1000, 10))
    stream = follow(stalling(plain([50] * 5)), clock=lambda: next(ticks))
    assert stream.advance(4, until_sec=100) == 4
    # The next reading of the clock is after that.
    assert stream.advance(5, until_sec=45) is None


def test_a_transport_stream(serve, follow):
    data = transport_stream(plain([30] * 9 + [200] * 9))
    server = serve(HttpServer, lambda number: [data], kind='video/mp2t')
    stream = follow(server, wait=lambda seconds: server.over.wait())
    assert stream.advance(17) == 17
    assert stream.fps == 25
    assert grey_of(stream.read([17])) == pytest.approx(200, abs=2)


def test_rtsp_and_its_password(serve, follow):
    server = serve(RtspServer, rtp_packets(plain([30] * 9 + [200] * 9)))
    seen = threading.Event()
    stream = follow(server, wait=lambda seconds: seen.wait())
    index = stream.advance(12)
    assert grey_of(stream.read([index])) == pytest.approx(200, abs=3)
    seen.set()
    address = live_address(server.url)
    assert 'secret' not in f'{address} {address.shown} {stream.notes}'
    assert address.options == dict(rtsp_transport='tcp')


def test_what_nobody_holds_is_closed(stalling):
    stream = LiveStream(live_address(stalling(plain([50] * 30)).url))
    reader = stream._reader
    assert reader.end is None
    del stream
    gc.collect()
    assert reader.end == 'it was closed'


def test_memory_is_that_of_a_few_frames(stalling, follow):
    stream = follow(stalling(plain([50] * 100)), num_kept=4)
    stream.advance(99)
    assert len(stream._frames) == len(stream._reader._frames) == 4


@pytest.mark.parametrize(
    'source, words',
    [
        ('rtsp://127.0.0.1:9/a', 'Connection refused'),
        ('http://127.0.0.1:9/a', 'cannot be reached .*refused'),
        (4321, 'camera 4321 is not there'),
        ('4321', 'camera 4321 is not there'),
        (-1, 'camera -1 is not there'),
    ],
)
def test_sources_that_are_not_there(monkeypatch, source, words):
    monkeypatch.setenv('no_proxy', '127.0.0.1')
    with pytest.raises(UserError, match=words):
        LiveStream(live_address(source), patience=IMPATIENT)


@pytest.mark.parametrize(
    'kind, words',
    [('text/html', 'is a web page'), ('video/mp2t', 'cannot be shown')],
)
def test_answers_that_are_no_video(serve, kind, words):
    server = serve(HttpServer, lambda number: [b'hello'], kind)
    with pytest.raises(UserError, match=words):
        LiveStream(live_address(server.url), patience=IMPATIENT)


def test_what_is_a_file_or_nothing_is_not_live(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / '0').mkdir()
    for source in ('0', 'a.mp4', 'C:/a.mp4', True, None, tmp_path):
        assert live_address(source) is None
