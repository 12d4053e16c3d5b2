"""Videos at addresses: what is a file, and which version of it is here."""

import pytest
from file_server import server

from stclip.utils.downloads import OFFLINE
from stclip.utils.errors import MissingFileError, UserError
from stclip.video import served_files
from stclip.video.addresses import live_address
from stclip.video.served_files import ask, local_video

# The fixture is used by its name.
__all__ = ['server']


@pytest.fixture
def chunked(server):
    """Serves what it is given without telling its length."""

    def serve(name, headers):
        return server.serve(name, b'video', headers=headers, length=None)

    return serve


@pytest.mark.parametrize(
    'name, headers',
    [
        ('/a.mp4', {'Content-Type': 'application/octet-stream'}),
        ('/A.MKV?key=1', {'Content-Type': 'binary/octet-stream'}),
        ('/play', {'Content-Type': 'video/quicktime'}),
        ('/play', {'Content-Type': 'video/x', 'Accept-Ranges': 'bytes'}),
        ('/get', {'Content-Disposition': 'attachment; filename=a.ts'}),
    ],
)
def test_files_that_come_in_pieces(chunked, name, headers):
    url = chunked(name, headers)
    assert live_address(url) is None
    assert local_video(url).read_bytes() == b'video'


@pytest.mark.parametrize(
    'name, kind',
    [
        ('/live', 'video/mp2t'),
        ('/live', 'video/webm'),
        ('/camera.mp4', 'multipart/x-mixed-replace; boundary=frame'),
        ('/mjpg/video.mjpg', 'application/octet-stream'),
    ],
)
def test_what_has_no_end_is_live(chunked, name, kind):
    url = chunked(name, {'Content-Type': kind, 'Accept-Ranges': 'none'})
    assert live_address(url).url == url


def test_playlists_are_live_whatever_their_server_says(server):
    url = server.serve('/a/index.m3u8?key=secret', b'#EXTM3U')
    assert live_address(url).shown == url.partition('?')[0]
    assert not server.asked


def test_a_file_is_downloaded_again_only_when_it_has_changed(server):
    url = server.serve('/a%20b.mp4', b'first', headers={'ETag': '"1"'})
    first = local_video(url)
    assert (first.name, first.read_bytes()) == ('a_b.mp4', b'first')
    assert local_video(url) == first
    asked = len(server.asked)
    assert asked == 3  # asked and downloaded, then asked
    server.serve('/a%20b.mp4', b'other', headers={'ETag': '"2"'})
    second = local_video(url)
    assert second.read_bytes() == b'other' and not first.exists()
    assert len(server.asked) == asked + 2
    # The length alone tells, too.
    server.serve('/a%20b.mp4', b'a third', headers={'ETag': '"2"'})
    assert local_video(url).read_bytes() == b'a third'


@pytest.fixture
def told(monkeypatch):
    """The warnings."""
    told = []
    monkeypatch.setattr(
        served_files, 'print_log', lambda line, *rest: told.append(line)
    )
    return told


def test_without_the_net_what_is_here_is_taken(server, monkeypatch, told):
    url = server.serve('/a.mp4', b'first')
    with pytest.raises(MissingFileError, match='OFFLINE is set'):
        monkeypatch.setenv(OFFLINE, '1')
        local_video(url)
    monkeypatch.setenv(OFFLINE, '0')
    path = local_video(url)
    monkeypatch.setenv(OFFLINE, '1')
    asked = len(server.asked)
    assert live_address(url) is None and local_video(url) == path
    assert len(told) == 1 and told[0].endswith(f' before: {path}')
    assert told[0].startswith(f'{url} is not asked for ({OFFLINE} is set)')
    assert len(server.asked) == asked
    monkeypatch.setenv(OFFLINE, '0')
    server.stop()
    assert local_video(url) == path
    assert told[1].startswith(f'{url} cannot be reached')


def test_passwords_reach_the_server_and_nobody_else(server):
    url = server.serve('/a.mp4', b'x').replace('//', '//me:a%40b@')
    assert local_video(url).read_bytes() == b'x'
    gone = url.replace('/a.mp4', '/b.mp4?token=t')
    with pytest.raises(UserError, match=r'/b\.mp4 cannot be reached') as error:
        ask(gone)
    assert 'a%40b' not in str(error.value) and '=t' not in str(error.value)
    assert server.authorised[-1] == 'Basic bWU6YUBi'
