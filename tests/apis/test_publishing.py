"""Published files of a trained detector."""

import json
import os

import pytest
import torch

from stclip.apis.publishing import publish_person_detector, read_log
from stclip.utils.errors import UserError
from tools.publish_person_detector import command

LOG = [
    dict(step=20, loss=1.23456, time=0.5),
    dict(step=40, loss=0.5, time=0.25),
    {'step': 0, 'coco/bbox_mAP_50': 0.75},
]


@pytest.fixture
def work_dir(tmp_path):
    folder = tmp_path / 'run'
    (folder / 'now' / 'vis_data').mkdir(parents=True)
    write_log(folder, '\n'.join(map(json.dumps, LOG)))
    torch.save(
        dict(
            state_dict=dict(
                weight=torch.tensor([0.5, 2.0]), steps=torch.tensor(7)
            ),
            meta=dict(dataset_meta=dict(classes=('person',))),
            optimizer=dict(state=dict()),
        ),
        folder / 'last.pth',
    )
    (folder / 'my_people.py').write_text('randomness = dict(seed=7)\n')
    (folder / 'last_checkpoint').write_text(f'{folder / "last.pth"}\n')
    return folder


def write_log(folder, text):
    (folder / 'now' / 'vis_data' / 'scalars.json').write_text(text)


def test_weights_record_and_curve(work_dir, tmp_path, capsys):
    out = tmp_path / 'tiny'
    command.main([str(work_dir), str(out)], standalone_mode=False)
    content = torch.load(out / 'tiny.pth', weights_only=True)
    assert set(content) == {'state_dict', 'meta'}
    assert content['state_dict']['weight'].tolist() == [0.5, 2.0]
    assert content['state_dict']['weight'].dtype == torch.float16
    assert content['state_dict']['steps'].dtype == torch.int64
    assert content['meta']['dataset_meta']['classes'] == ('person',)
    record = json.loads((out / 'training.json').read_text())
    assert (record['config'], record['seed']) == ('my_people.py', 7)
    # Whoever publishes has not trained.
    assert not {'machine', 'torch', 'command'} & set(record)
    assert record['iterations'] == 40
    assert record['training_seconds'] == round(0.375 * 40)
    assert record['losses'] == [[20, 1.2346], [40, 0.5]]
    assert record['average_precision_50'] == [[40, 0.75]]
    assert (out / 'curve.png').read_bytes().startswith(b'\x89PNG')
    assert "'average_precision': 0.75" in capsys.readouterr().out


@pytest.mark.parametrize(
    'text, message',
    [
        ('', 'no losses or no validations'),
        (json.dumps(LOG[0]), 'no losses or no validations'),
        (json.dumps(LOG[2]), 'validates before any loss'),
        (f'{json.dumps(LOG[0])}\n{{', r'scalars\.json, line 2 is damaged'),
        ('5', r'scalars\.json, line 1 is damaged'),
    ],
)
def test_log_that_does_not_do(work_dir, text, message):
    write_log(work_dir, text)
    with pytest.raises(UserError, match=message):
        read_log(work_dir)


def test_the_last_config_counts(work_dir, tmp_path):
    """Of two trainings in one work dir; a seed that was drawn is none."""
    early = work_dir / 'other.py'
    early.write_text('randomness = dict(seed=1)\n')
    os.utime(early, (0, 0))
    (work_dir / 'my_people.py').write_text('a = 1\n')
    publish_person_detector(work_dir, tmp_path / 'tiny')
    record = json.loads((tmp_path / 'tiny' / 'training.json').read_text())
    assert (record['config'], record['seed']) == ('my_people.py', None)


def test_a_run_without_its_config(work_dir, tmp_path):
    (work_dir / 'my_people.py').unlink()
    with pytest.raises(UserError, match='has no config of its run'):
        publish_person_detector(work_dir, tmp_path / 'tiny')
    assert not list((tmp_path / 'tiny').glob('*'))


def test_nothing_trained(tmp_path):
    with pytest.raises(UserError, match='last_checkpoint does not exist'):
        publish_person_detector(tmp_path, tmp_path / 'out')
