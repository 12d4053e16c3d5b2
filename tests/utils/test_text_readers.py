"""Every reader of a text file takes what editors and spreadsheets write."""

import codecs
import json
from pathlib import Path

import pytest
from tiny_model import ARCH

from stclip.datasets import ava_csv, keyframe_file, proposals
from stclip.evaluation.detection_file import read_frame_results
from stclip.knowledge.attributes import read_attributes
from stclip.knowledge.knowledge_graph import read_graphs
from stclip.knowledge.writing.descriptions import DescriptionFile
from stclip.labels.label_list import labels_from_option, read_label_list
from stclip.labels.label_split import read_label_split
from stclip.models.clip import clip_image_size
from stclip.preparation import jhmdb, ucf24, video_lists
from stclip.registry import DATASETS
from stclip.structures.tube_file import read_tubes

DATA = Path(__file__).parents[2] / 'data'
# Characters of two, three and four bytes.
NAME = 'café ☕ 𝄞'
IMAGE = dict(id=NAME, movie=NAME, timestamp=1, height=24, width=32)
PERSON = dict(image_id=NAME, bbox=[4, 6, 16, 18], action_ids=[1])
KEYFRAMES = dict(
    action_categories=[dict(id=1, name='run'), dict(id=2, name='sit')],
    images=[IMAGE],
    annotations=[PERSON],
)
FOUND = dict(image_id=NAME, boxes=[[1, 2, 3, 4]], scores=[[0.5, 0.5]])
FRAME_MAP = dict(
    labels=['run', NAME],
    gt=[dict(image_id=NAME, box=[1, 2, 3, 4], label=0)],
    detections=[FOUND],
)
TUBE = dict(movie=NAME, action='run', frames=[1], boxes=[[1, 2, 3, 4]])
LABEL_MAP = (
    f'label {{\n  name: "{NAME}"\n  label_id: 1\n'
    '  label_type: PERSON_MOVEMENT\n}\n'
)
AVA_ROWS = f'{NAME},902,0.1,0.1,0.5,0.5,1,0\nb,903,0.1,0.1,0.5,0.5,1,0\n'


def as_json(value):
    return json.dumps(value, ensure_ascii=False, indent=1)


def first_line(path):
    """Of a shipped file of JSON lines, with a name of ours."""
    content = json.loads((DATA / path).read_text().splitlines()[0])
    return json.dumps(dict(content, class_name=NAME), ensure_ascii=False)


def ucf101(path):
    (path.parent / 'testlist01.txt').write_text('')
    return video_lists.read_ucf101(path.parent, ['YoYo'], 1)


def listed(path):
    data = DATASETS.build(
        dict(
            type='ListedVideoDataset',
            ann_file=str(path),
            pipeline=[],
            data_prefix=dict(video='videos'),
        )
    )
    return [data.get_data_info(index) for index in range(len(data))]


def jhmdb_splits(path):
    for action in jhmdb.ACTIONS:
        other = path.parent / f'{action}_test_split1.txt'
        if not other.exists():
            other.write_text('')
    return jhmdb.read_splits(path.parent)


def with_label_file(path):
    ann = path.parent / 'ann.json'
    ann.write_text(as_json(KEYFRAMES))
    return keyframe_file.read_keyframe_file(ann, path)


#: Reader -> name and content of its file, and how it is read.
READERS = {
    'label list': ('labels', f'{NAME}\nsit\n', read_label_list),
    'label option': (
        'l.CSV',
        f'id,name\n0,{NAME}\n1,"a, b"\n',
        lambda path: labels_from_option(str(path)),
    ),
    'label split': (
        's.yaml',
        f'benchmark: b\nsplit: 1\ntrain: [{NAME}]\ntest: [sit]\n',
        read_label_split,
    ),
    'label map': ('a.pbtxt', LABEL_MAP, ava_csv.read_label_map),
    'label file': ('all_label.txt', f'{NAME}\nsit\n', with_label_file),
    'keyframes': (
        'a.json',
        as_json(KEYFRAMES),
        keyframe_file.read_keyframe_file,
    ),
    'AVA rows': (
        'a.csv',
        AVA_ROWS,
        lambda path: ava_csv.read_ava_csv(path, {1: 0}, set(), 900),
    ),
    'excluded': ('e.csv', f'{NAME},902\nb,903\n', ava_csv.read_excluded),
    'boxes, csv': (
        'b.csv',
        f'{NAME},902,.1,.1,.5,.5,.9\n',
        proposals.read_detections,
    ),
    'boxes, json': (
        'b.json',
        as_json({f'{NAME},902': [[0.1, 0.1, 0.5, 0.5, 0.9]]}),
        proposals.read_detections,
    ),
    'tubes': ('t.json', as_json([TUBE]), read_tubes),
    'frame mAP': (
        'f.json',
        as_json(FRAME_MAP),
        lambda path: read_frame_results(path, path),
    ),
    'attributes': (
        'a.jsonl',
        first_line('attributes/zs_stage.jsonl'),
        read_attributes,
    ),
    'graphs': ('g.jsonl', first_line('knowledge/zs_stage.jsonl'), read_graphs),
    'descriptions, text': (
        'd.tsv',
        f'sit\t{NAME}\n',
        lambda path: DescriptionFile(path).find('sit'),
    ),
    'descriptions, json': (
        'd.json',
        as_json([dict(word='sit', defn=NAME)]),
        lambda path: DescriptionFile(path).find('sit'),
    ),
    'CLIP': (
        'c.json',
        as_json(dict(note=NAME, model_cfg=ARCH)),
        lambda path: clip_image_size(str(path)),
    ),
    'UCF101-24': (
        'u.txt',
        f'Basketball/{NAME.replace(" ", "")}.avi 1\n',
        ucf24.read_video_list,
    ),
    'J-HMDB': (
        'run_test_split1.txt',
        f'{NAME}.avi 1\nb.avi 2\n',
        jhmdb_splits,
    ),
    'UCF-101': (
        'trainlist01.txt',
        f'YoYo/{NAME.replace(" ", "")}.avi 1\n',
        ucf101,
    ),
    'HMDB-51': (
        'run_test_split1.txt',
        f'{NAME.replace(" ", "")}.avi 1\n',
        lambda path: video_lists.read_hmdb51(path.parent, ['run'], 1),
    ),
    'Kinetics': (
        'k.csv',
        f'label,youtube_id,time_start,time_end\n{NAME},abc,1,11\n',
        video_lists.read_kinetics,
    ),
    'videos': ('v.txt', f'{NAME}.mp4 0\nb.mp4 1\n', listed),
}
FORMS = {
    'UTF-8 with a mark': lambda text: text.encode('utf-8-sig'),
    'CRLF': lambda text: text.replace('\n', '\r\n').encode(),
    'CR': lambda text: text.replace('\n', '\r').encode(),
    'Notepad': lambda text: text.replace('\n', '\r\n').encode('utf-8-sig'),
    'UTF-16 LE': lambda text: (
        codecs.BOM_UTF16_LE + text.replace('\n', '\r\n').encode('utf-16-le')
    ),
    'UTF-16 BE': lambda text: codecs.BOM_UTF16_BE + text.encode('utf-16-be'),
    'UTF-32': lambda text: codecs.BOM_UTF32_LE + text.encode('utf-32-le'),
    'no end of the last line': lambda text: text.rstrip('\n').encode(),
}
BAD = {
    'Latin-1': (lambda text: text.replace(NAME[3:], 'é').encode('latin-1')),
    'UTF-16 without a mark': lambda text: text.encode('utf-16-le'),
    'NUL': lambda text: f'{text}\0\0'.encode(),
    'Ctrl-Z': lambda text: f'{text}\x1a'.encode(),
    'two files in one': lambda text: f'{text}\ufeff{text}'.encode(),
}


def plain(value):
    """Something that can be compared: NumPy's arrays cannot."""
    return repr(value)


@pytest.mark.parametrize('form', FORMS)
@pytest.mark.parametrize('reader', READERS)
def test_read_as_plain_utf_8(tmp_path, reader, form):
    name, content, read = READERS[reader]
    path = tmp_path / name
    path.write_bytes(content.encode())
    expected = plain(read(path))
    path.write_bytes(FORMS[form](content))
    assert plain(read(path)) == expected


@pytest.mark.parametrize('form', BAD)
@pytest.mark.parametrize('reader', READERS)
def test_anything_else_names_file_line_and_encoding(tmp_path, reader, form):
    name, content, read = READERS[reader]
    path = tmp_path / name
    bad = content.replace(NAME.replace(' ', ''), NAME)
    path.write_bytes(BAD[form](bad))
    with pytest.raises(ValueError) as error:
        read(path)
    message = str(error.value)
    assert str(path) in message and '\n' not in message
    assert 'UTF-8 (line ' in message, message
