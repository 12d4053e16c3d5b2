"""What the commands of the pages need, and what they have to leave.

A function for each name that pages give to a run: it prepares the folder that
the commands run in, yields before each block of the page that has the name,
and looks at what the commands have left. Files have the names of the page.
"""

import csv
import json
import re
import shutil
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.pool import ThreadPool
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import official_layouts
import recognition_stand_ins as stand_ins
import small_annotations as small
import torch
import uvicorn
from live_server import HttpServer, mjpeg
from served_page import until
from stub_llm import StubLLM
from synthetic_media import decode_all, make_frames, write_video

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.knowledge.attributes import read_attributes
from stclip.knowledge.knowledge_graph import RELATIONS, read_graphs
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
ACTIONS = ('golf', 'clap', 'jump', 'wave')


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


def put_json(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


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
    # Five videos are enough, and processes take longer to start.
    few = replace(SIZES['tiny'], multi_videos={'train': 2, 'test': 3})
    here.patch.setitem(SIZES, 'tiny', few)
    here.patch.setattr(rendering, 'worker_pool', ThreadPool)
    yield
    out = here.folder / 'out'
    assert len(labels_of(out / 'crowd_test_002.json')) == 6


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


@world
def diagnose(here: Here) -> Iterator[None]:
    put_json(
        here.folder
        / 'work_dirs/zs_stage_single/TIME/detections_detected.json',
        small.PRED,
    )
    put_json(here.folder / 'truth.json', small.PRED)
    put_json(here.folder / 'mine.json', small.PRED)
    yield
    assert here.shown().count('frame mAP 100.00 %, on 1 keyframes') == 2


@world
def frame_map(here: Here) -> Iterator[None]:
    put_json(here.folder / 'detections_detected.json', small.PRED)
    yield
    found = json.loads((here.folder / 'result.json').read_text())
    assert found['mAP'] == 1.0


def put_tube(tubes: Path, detections: Path) -> None:
    """A person on twenty frames, who is found on each."""
    frames = [*range(1, 21)]
    tube = small.TUBE | dict(frames=frames, boxes=[small.BOX] * 20)
    found = [
        small.FOUND | dict(image_id=f'a/{frame}', timestamp=f'{frame:05d}')
        for frame in frames
    ]
    put_json(tubes, [tube])
    put_json(detections, small.PRED | dict(detections=found, gt=[]))


@world
def video_map(here: Here) -> Iterator[None]:
    detections = here.folder / 'detections_detected.json'
    put_tube(here.folder / 'tubes.json', detections)
    yield
    assert re.search(r'mean +100\.00 +100\.00', here.shown())


@world
def video_map_of_a_test(here: Here) -> Iterator[None]:
    run = here.folder / 'work_dirs/zs_jhmdb_split1/TIME'
    tubes = here.folder / 'data/jhmdb/annotations/tubes.json'
    put_tube(tubes, run / 'detections_detected.json')
    yield
    assert re.search(r'mean +100\.00 +100\.00', here.shown())


@world
def person_boxes(here: Here) -> Iterator[None]:
    put_json(here.folder / 'data/jhmdb/annotations/test.json', small.ANN)
    put_json(here.folder / 'data/jhmdb/detections/test.json', [small.BOXES])
    yield
    assert re.search(r'all +1 +100\.0%', here.shown())


@world
def prepare_ava(here: Here) -> Iterator[None]:
    official_layouts.lay_out_ava(here.folder / 'data/ava')
    yield
    assert (here.folder / 'data/ava/annotations/test.json').exists()


@world
def prepare_data(here: Here) -> Iterator[None]:
    data = here.folder / 'data'
    official_layouts.lay_out_jhmdb(data / 'jhmdb')
    official_layouts.lay_out_ucf(data / 'ucf24')
    official_layouts.lay_out_ava(data / 'ava')
    yield
    for name in ('jhmdb', 'ucf24', 'ava'):
        read_keyframe_file(data / name / 'annotations/test.json')
    yield
    assert (data / 'ava/annotations/splits/split1.yaml').exists()


@world
def video_lists(here: Here) -> Iterator[None]:
    """Names alone count: no video is opened."""
    data = here.folder / 'data'
    here.patch.setattr(stand_ins, '_video', put_name)
    here.patch.setattr(stand_ins, 'GROUPS', range(1, 18))
    for name in ('ucf101', 'hmdb51', 'kinetics400', 'kinetics600'):
        getattr(stand_ins, f'lay_out_{name}')(data / name)
    yield
    for number in (2, 4, 8, 16):
        name = f'annotations/few_shot/k{number}_seed0.txt'
        for root in (data / 'ucf101', data / 'hmdb51'):
            lines = (root / name).read_text().splitlines()
            assert len(lines) == 2 * number
    yield
    drawn = data / 'hmdb51/annotations/base_to_novel/base_k16_seed0.txt'
    assert len(drawn.read_text().splitlines()) == 16  # wave alone is a base


def put_name(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b'film')


@world
def generate(here: Here) -> Iterator[None]:
    """A language model of a few lines answers."""
    words = ['foot', 'lights', 'crowd']
    model = StubLLM(lambda body: json.dumps(words))
    here.patch.setenv('no_proxy', '127.0.0.1')
    here.patch.setenv('LLM', model.url)
    (here.folder / 'my_labels.txt').write_text('kick ball\n')
    described = 'kick ball\twhat it is\n'
    (here.folder / 'my_descriptions.tsv').write_text(described)
    yield
    (record,) = read_attributes(here.folder / 'my_attributes.jsonl')
    assert record.keywords == tuple(words)
    triples = [['hand', 'above', 'head']]
    graph = {f'{relation}_triples': triples for relation in RELATIONS}
    graph |= dict(objects=['hand', 'head'], sub_actions=['rise', 'fall'])
    model.reply = lambda body: json.dumps(
        ['where a hand is up'] if body['temperature'] else graph
    )
    yield
    model.stop()
    (made,) = read_graphs(here.folder / 'my_graphs.jsonl')
    assert made.class_name == 'kick ball'


@world
def check_attributes(here: Here) -> Iterator[None]:
    yield
    assert here.shown().endswith(' classes looked at\n')


@world
def convert(here: Here) -> Iterator[None]:
    weights = {'ln_person.weight': torch.ones(2)}
    torch.save(weights, here.folder / 'theirs.pth')
    yield
    ours = torch.load(here.folder / 'ours.pth', weights_only=True)
    assert list(ours['state_dict']) == ['adapter.norm.weight']


@world
def own_dataset(here: Here) -> Iterator[None]:
    write_own_data(here.folder)
    yield
    yield
    yield
    shown = here.shown()
    # Both tests are of the unseen labels alone, on their videos.
    tables = re.findall(r'^(golf|clap|jump|wave) +(\d+)', shown, re.M)
    assert tables == [('golf', '2'), ('clap', '2')] * 2
    assert shown.count('4 keyframes, 0 of them without') == 2
    assert (here.folder / 'runs/stclip/iter_1.pth').exists()


def write_own_data(folder: Path) -> None:
    """A video for each action, with a person on two frames."""
    rows = [['video', 'frame', 'x1', 'y1', 'x2', 'y2', 'label']]
    for seed, action in enumerate(ACTIONS):
        frames = make_frames(12, 64, 64, seed)
        write_video(folder / f'videos/{action}.mp4', frames)
        rows += [
            [f'{action}.mp4', frame, 8, 8, 40, 60, action] for frame in (4, 9)
        ]
    with (folder / 'annotations.csv').open('w', newline='') as file:
        csv.writer(file).writerows(rows)
