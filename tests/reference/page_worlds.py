"""What the commands of the pages need, and what they have to leave.

A function for each name that pages give to a run: it prepares the folder that
the commands run in, yields before each block of the page that has the name,
and looks at what the commands have left. Files have the names of the page.
"""

import csv
import json
import shutil
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.pool import ThreadPool
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn
from live_server import HttpServer, mjpeg
from served_page import until
from synthetic_media import decode_all

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.page import server
from stclip.page.app import Page
from stclip.results.video_actions import VideoActions
from stclip.video import live_stream
from stclip.zs_stage import rendering
from stclip.zs_stage.tracks import SIZES

#: The folder, a film and a result to put there, the exit code that is due,
#: what was printed since it was last asked for, and pytest's monkeypatch.
Here = SimpleNamespace
#: By the name of the run.
WORLDS: dict[str, Callable[[Here], Iterator[None]]] = {}


def world(function: Callable[[Here], Iterator[None]]) -> Callable:
    """Enter a function by its name."""
    WORLDS[function.__name__] = function
    return function


def put_film(here: Here, *names: str) -> None:
    for name in names:
        path = here.folder / name
        path.parent.mkdir(exist_ok=True)
        shutil.copy(here.film, path)


def labels_of(path: Path) -> list[str]:
    """The labels of a result, in which somebody was found."""
    found = json.loads(path.read_text())
    assert any(frame['persons'] for frame in found['keyframes'])
    return found['labels']


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@world
def first_commands(here: Here) -> Iterator[None]:
    yield
    assert 'torch: ' in here.shown()


@world
def infer(here: Here) -> Iterator[None]:
    put_film(here, 'video.mp4')
    yield
    out = here.folder / 'out'
    assert names_in(out) == ['video.json', 'video.mp4', 'video.png']
    assert labels_of(out / 'video.json') == ['wave', 'sit', 'drink']
    assert len(decode_all(out / 'video.mp4')) == len(decode_all(here.film))


@world
def infer_large(here: Here) -> Iterator[None]:
    yield from infer(here)


@world
def choose_words(here: Here) -> Iterator[None]:
    put_film(here, 'video.mp4')
    yield
    found = labels_of(here.folder / 'out/video.json')
    assert found == ['wave', 'sit on a chair', 'drink']


@world
def infer_and_resume(here: Here) -> Iterator[None]:
    """The first command is stopped while it draws."""

    def stop(*args: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    put_film(here, 'video.mp4')
    out, drawing = here.folder / 'out', VideoActions.save_video
    here.patch.setattr(VideoActions, 'save_video', stop)
    here.code = 130
    yield
    assert names_in(out) == ['video.json', 'video.jsonl', 'video.png']
    here.patch.setattr(VideoActions, 'save_video', drawing)
    here.code = 0
    yield
    assert names_in(out) == ['video.json', 'video.mp4', 'video.png']


@world
def infer_forms(here: Here) -> Iterator[None]:
    put_film(here, 'video.mp4')
    yield
    out = here.folder / 'out'
    for name in ('cvat.xml', 'cvat.labels.json', 'csv', 'mot.txt'):
        assert (out / f'video.{name}').stat().st_size > 0, names_in(out)
    with (out / 'video.csv').open() as file:
        assert {'prob_wave', 'prob_sit'} <= set(next(csv.reader(file)))


@world
def export(here: Here) -> Iterator[None]:
    put_film(here, 'video.mp4')
    (here.folder / 'out').mkdir()
    shutil.copy(here.result, here.folder / 'out/video.json')
    yield
    assert names_in(here.folder / 'out') == [
        'video.cvat.labels.json',
        'video.cvat.xml',
        'video.json',
        'video.labelstudio.json',
        'video.labelstudio.xml',
    ]


@world
def folders(here: Here) -> Iterator[None]:
    put_film(here, 'day1/a.mp4', 'more/b.mp4', 'clip.mov')
    (here.folder / 'labels.txt').write_text('wave\nsit\n')
    yield
    out = here.folder / 'out'
    for name in ('a', 'b', 'clip'):
        assert labels_of(out / f'{name}.json') == ['wave', 'sit']


@world
def many_videos(here: Here) -> Iterator[None]:
    put_film(here, 'day1/a.mp4', 'day1/b.mp4', 'more/c.mp4')
    (here.folder / 'labels.txt').write_text('wave\nsit\n')
    yield
    out = here.folder / 'out'
    assert names_in(out) == [
        f'{name}.{kind}' for name in 'abc' for kind in ('json', 'mp4', 'png')
    ]
    assert '3 of 3 videos are done' in here.shown()


@world
def corpora(here: Here) -> Iterator[None]:
    put_film(here, 'videos/a.mp4')
    yield
    for out, labels in (
        ('corpus', ['wave', 'sit', 'drink']),
        ('pouring', ['pour', 'stir']),
    ):
        (path,) = here.folder.glob(f'{out}/videos/*/a-*.json')
        assert labels_of(path) == labels
        assert names_in(here.folder / out / 'summary')
    assert '1 video is done; see corpus/summary' in here.shown()


@world
def cvat_round_trip(here: Here) -> Iterator[None]:
    """What CVAT exports is, here, what it was given."""
    put_film(here, 'videos/video.mp4', 'video.mp4')
    yield
    out = here.folder / 'out'
    shutil.copy(out / 'video.cvat.xml', here.folder / 'annotations.xml')
    yield
    path = here.folder / 'data/own/annotations.json'
    labels, keyframes = read_keyframe_file(path)
    assert labels.names == ('wave', 'sit')
    found = json.loads((out / 'video.json').read_text())['keyframes']
    assert [len(frame.boxes) for frame in keyframes] == [
        len(frame['persons']) for frame in found
    ]


@world
def watch_a_camera(here: Here) -> Iterator[None]:
    """Pictures over HTTP, until the camera is switched off."""
    pictures = list(mjpeg(decode_all(here.film)))

    def script(number: int) -> Iterator[bytes]:
        for picture in pictures:
            yield picture
            camera.over.wait(0.04)  # 25 a second

    camera = HttpServer(script)
    here.patch.setenv('no_proxy', '127.0.0.1')
    here.patch.setenv('CAMERA', camera.url)
    once = live_stream.Patience(delays_sec=())
    here.patch.setattr(live_stream, 'Patience', lambda: once)
    yield
    camera.stop()
    (result,) = (here.folder / 'out').iterdir()
    assert labels_of(result) == ['wave', 'sit']


@world
def serve(here: Here) -> Iterator[None]:
    """A visitor comes, and when it is gone the server ends."""
    bind, make_server, seen = server.bind, server.make_server, []

    def visit(running: uvicorn.Server) -> None:
        until(lambda: running.started)
        port = running.servers[0].sockets[0].getsockname()[1]
        with urllib.request.urlopen(f'http://127.0.0.1:{port}') as page:
            seen.append(page.read().decode())
        running.should_exit = True

    def make(page: Page) -> uvicorn.Server:
        made = make_server(page)
        threading.Thread(target=visit, args=(made,)).start()
        return made

    here.patch.setenv('no_proxy', '127.0.0.1')
    # Others on this machine may have the usual port.
    here.patch.setattr(server, 'bind', lambda host, port: bind(host, 0))
    here.patch.setattr(server, 'make_server', make)
    yield
    assert 'stclip' in seen[0]


@world
def start(here: Here) -> Iterator[None]:
    # Seven videos are enough, and processes take longer to start.
    few = replace(SIZES['tiny'], multi_videos={'train': 2, 'test': 5})
    here.patch.setitem(SIZES, 'tiny', few)
    here.patch.setattr(rendering, 'worker_pool', ThreadPool)
    yield
    out = here.folder / 'out'
    assert len(labels_of(out / 'crowd_test_004.json')) == 5


@world
def visualize_da_sti(here: Here) -> Iterator[None]:
    put_film(here, 'video.mp4')
    yield
    assert names_in(here.folder / 'out') == ['video.mp4', 'video_strip.png']


@world
def visualize_st_clip(here: Here) -> Iterator[None]:
    put_film(here, 'video.mp4')
    yield
    found = names_in(here.folder / 'out')
    assert found == [
        f'video_{name}.{kind}'
        for name in ('interest_tokens', 'temporal', 'text_features')
        for kind in ('json', 'png')
    ]
