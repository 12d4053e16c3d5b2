"""What commands on files of data sets need, and what they have to leave.

See page_worlds.py.
"""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import official_layouts
import recognition_stand_ins as stand_ins
import small_annotations as small
import torch
from page_worlds import Here, world
from stub_llm import StubLLM
from synthetic_media import make_frames, write_video

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.knowledge.attributes import read_attributes
from stclip.knowledge.knowledge_graph import RELATIONS, read_graphs

ACTIONS = ('golf', 'clap', 'jump', 'wave')


def put_json(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


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
def ovad(here: Here) -> Iterator[None]:
    run = here.folder / 'work_dirs/jhmdb50_full_frame/TIME'
    put_json(run / 'ovad_detected.json', small.OVAD)
    yield
    assert re.search(r'base +100\.00 +100\.00', here.shown())


@world
def coco_map(here: Here) -> Iterator[None]:
    put_json(here.folder / 'detections_detected.json', small.PRED)
    yield
    assert re.search(r'mean +1 +100\.00 +100\.00', here.shown())


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
