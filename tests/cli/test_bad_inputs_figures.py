"""Pictures and exports that cannot be: one line each, no model built.

Each row is the rest of a command and words that the line must have.
"""

import sys

import pytest
import torch
from bad_inputs import assert_one_line, everything, forbid_models

pytestmark = pytest.mark.usefixtures('film')
LABELS = '--labels "walk, run"'
DRAW = f'visualize interest-tokens v.mp4 {LABELS} --out out'
TEXTS = f'visualize text-features v.mp4 {LABELS} --out out'
TIME = f'visualize temporal v.mp4 {LABELS} --out out'
DA_STI = f'visualize da_sti v.mp4 {LABELS} --out out'
PLAIN = 'configs/clip/zs_stage_multi_person_crop.py'
EXPORT = 'export-model configs/zs_stage_multi.py'
TO = f'{LABELS} --format torch --out a.pt2'
CASES = [
    (f'{DRAW} --config {PLAIN}', 'STCLIP, but the model of'),
    (f'{DRAW} --config configs/da_sti/dasti_zs_stage.py', 'DASTIRecognizer'),
    (f'{DRAW} --config configs/zs_stage_single.py', 'num_interest_tokens'),
    (f'{DRAW} --config no.py', 'no.py'),
    (f'{DRAW} --class fly', "unknown action 'fly'"),
    (f'{DRAW} --at later', "'later' is no time"),
    (f'{DRAW} --attributes a.jsonl', 'has no --attributes'),
    (f'{TEXTS} --class run', 'has no --class'),
    (f'{TEXTS} --config {PLAIN}', 'STCLIP, but the model of'),
    (f'{TIME} --class run', 'has no --class'),
    (f'{TIME} --config {PLAIN}', 'STCLIP, but the model of'),
    (f'{DA_STI} --at 3', 'has no --at'),
    (f'{DA_STI} --detector stage', 'has no --detector'),
    (f'visualize tokens v.mp4 {LABELS} --out out', "'tokens' is not one of"),
    (f'visualize temporal no.mp4 {LABELS} --out out', 'no.mp4'),
    (f'visualize temporal v.mp4 {LABELS} --out there', '--overwrite'),
    (f'visualize temporal v.mp4 {LABELS} --out v.mp4', 'v.mp4'),
    (f'{EXPORT} {LABELS} --format tflite --out a.tflite', "'tflite'"),
    (f'{EXPORT} {LABELS} --format torch --out a.onnx', 'ends in .pt2'),
    (f'{EXPORT} {LABELS} --format onnx --out a.pt2', 'ends in .onnx'),
    (f'{EXPORT} {LABELS} --format torch --out there.pt2', '--overwrite'),
    (f'{EXPORT} {LABELS} --format torch --out v.mp4/a.pt2', 'v.mp4'),
    (f'{EXPORT} no.pth {TO}', 'no.pth'),
    (f'{EXPORT} v.mp4 {TO}', 'v.mp4'),
    (f'{EXPORT} --labels " , " --format torch --out a.pt2', 'at least one'),
    (f'export-model nothing {TO}', 'nothing'),
    (f'export-model configs/da_sti/dasti_zs_stage.py {TO}', 'DASTIRecognizer'),
    (f'export-model configs/stdd/stdd_zs_jhmdb_split1.py {TO}', 'wanted is a'),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Results; a test may build models."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'there').mkdir()
    (tmp_path / 'there/v_temporal.png').write_text('a picture')
    (tmp_path / 'there.json').write_text('{}')
    return tmp_path


@pytest.mark.parametrize('line, words', CASES)
def test_one_line(folder, monkeypatch, capfd, line, words):
    forbid_models(monkeypatch)
    before = everything(folder)
    assert_one_line(line, words, capfd)
    assert everything(folder) == before


@pytest.mark.parametrize('name', ['onnx', 'onnxscript'])
def test_onnx_that_is_not_installed(folder, monkeypatch, capfd, name):
    forbid_models(monkeypatch)
    monkeypatch.setitem(sys.modules, name, None)
    before = everything(folder)
    line = f'{EXPORT} {LABELS} --out a.onnx'
    words = f"{name} is not installed: pip install 'stclip[export]'"
    assert_one_line(line, words, capfd)
    assert everything(folder) == before


def test_a_checkpoint_of_another_model(folder, capfd):
    """It is named, as is what does not fit; nothing is written."""
    torch.save(dict(state_dict=dict(head=torch.ones(3))), 'other.pth')
    before = everything(folder)
    line = f'{EXPORT} other.pth {TO}'
    assert_one_line(line, 'other.pth does not fit the STCLIP', capfd)
    line = f'{DRAW} --checkpoint other.pth'
    assert_one_line(line, 'other.pth does not fit the STCLIP', capfd)
    assert everything(folder) == before
