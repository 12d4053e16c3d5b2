"""Commands on files as Notepad, Excel and PowerShell save them."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from command_line import call
from synthetic_media import make_frames, write_frames

from stclip.apis import assignment
from stclip.cli import evaluate, infer
from stclip.datasets.ava_csv import read_ava_csv
from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.datasets.proposals import read_detections
from stclip.labels.label_list import read_label_list
from stclip.utils.errors import UserError

FORMS = {
    'Notepad': lambda text: text.replace('\n', '\r\n').encode('utf-8-sig'),
    'PowerShell': lambda text: text.replace('\n', '\r\n').encode('utf-16'),
    'UTF-16 BE': lambda text: f'\ufeff{text}'.encode('utf-16-be'),
    'old Mac': lambda text: text.replace('\n', '\r').encode(),
}
FILES = {
    'ann.json': json.dumps(
        dict(
            images=[dict(id=1, movie='Café', timestamp='902', seconds=2)],
            annotations=[
                dict(image_id=1, bbox=[0.1, 0.1, 0.5, 0.5], action_ids=[2])
            ],
        ),
        ensure_ascii=False,
        indent=1,
    ),
    'boxes.csv': 'Café,902,.1,.1,.5,.5,.9\nCafé,903,.1,.1,.5,.5,.9\n',
    'labels': 'sit\nÉlan\n',
}


@pytest.mark.parametrize('form', FORMS)
def test_recall(tmp_path, monkeypatch, capsys, form):
    monkeypatch.chdir(tmp_path)
    line = '--annotations ann.json --boxes boxes.csv --label-file labels'
    for name, text in FILES.items():
        Path(name).write_text(text)
    expected = call(capsys, evaluate.person_boxes, *line.split())
    assert expected[0] == 0 and 'Élan' in expected[1]
    assert '100.0%' in expected[1]
    for name, text in FILES.items():
        Path(name).write_bytes(FORMS[form](text))
    assert call(capsys, evaluate.person_boxes, *line.split()) == expected


@pytest.mark.parametrize('form', FORMS)
@pytest.mark.parametrize('name', ['labels', 'LABELS.TXT', 'labels.csv'])
def test_labels(tmp_path, monkeypatch, capsys, name, form):
    """They arrive at the inferencer, which is not built here."""

    seen = []

    def look(video, labels, **options):
        seen.extend(labels.names)
        raise UserError('seen')

    inferencer = SimpleNamespace(
        stream=look, batch_size=8, describe=lambda labels: labels
    )
    monkeypatch.setattr(
        assignment, 'inferencer_of', lambda *_, **options: inferencer
    )
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(FORMS[form]('kick ball\nÉlan, Mut\n'))
    write_frames(Path('v'), make_frames(1))
    words = ['v', '--labels', name, '--out', 'out', '--model', 'stage']
    assert call(capsys, infer.command, *words)[1:] == ('', 'error: seen\n')
    assert seen == ['kick ball', 'Élan, Mut']


@pytest.mark.shared
def test_the_files_that_were_reported(shared_dir):
    folder = shared_dir / 'cases' / '02_bom_labels'
    assert read_label_list(folder / 'labels.txt') == ('hug', 'run', 'golf')
    labels, keyframes = read_keyframe_file(
        folder / 'keyframes.json', folder / 'label_file.txt'
    )
    assert labels.names[0] == 'brush_hair' and len(keyframes) == 3
    rows = read_ava_csv(folder / 'ava.csv', {80: 0}, set(), 900)
    assert {row.video for row in rows} == {'vidA'}
    assert [*read_detections(folder / 'boxes.csv')] == [('vidA', 902)]
