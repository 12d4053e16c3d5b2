"""The table of methods, and what each costs, with fake runs."""

import json
from pathlib import Path

import pytest
from fake_runs import task_of

from stclip.benchmarking.accuracy import costs, report, stage
from stclip.benchmarking.accuracy.runs import Bench
from stclip.registry import MODELS

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def nothing_is_rendered(monkeypatch):
    monkeypatch.setattr(report, 'prepare', lambda *_: None)


def cells_of(text, title):
    [line] = [x for x in text.splitlines() if x.startswith(f'| {title} |')]
    return [cell.strip() for cell in line.strip('| ').split('|')]


def test_methods_are_rows_of_a_track_of_their_own(run_fake, monkeypatch):
    monkeypatch.chdir(ROOT)
    text, raw, tools = run_fake(
        *('zs_stage', '--methods', 'Text4Vis', 'CLIP, names'),
        *('--seeds', '0', '--splits', '1'),
    )
    assert [task_of(words) for words in tools.commands].count('train') == 1
    assert list(raw) == [
        'Methods side by side, top-1', 'Methods side by side, top-5',
    ]  # fmt: skip
    costs = text.split('### Methods side by side, costs')[1].split('###')[0]
    assert cells_of(costs, 'CLIP, names')[1] == '0.00'
    assert float(cells_of(costs, 'Text4Vis')[1]) > 1
    assert 'ActionCLIP' not in costs


def test_all_methods_are_those_of_the_track(run_fake, monkeypatch):
    monkeypatch.setattr(report, 'costs_text', lambda *_: '')
    words = ['zs_stage', '--methods', 'all', '--seeds', '0', '--splits', '1']
    text, *_ = run_fake(*words)
    for row in stage.track_rows(['methods']):
        assert f'| {row.title} |' in text


def test_speed_is_videos_over_the_time_of_the_command(tmp_path):
    bench = Bench(tmp_path, (0,))
    [run, *_] = stage.track_tables('methods')[0].rows['ActionCLIP']
    assert costs._speed(bench, 'methods', run) == '-'
    folder = bench.test_folder(run, 0)
    (folder / 'time').mkdir(parents=True)
    answer = dict(video='a', label='run', taken_for='sit')
    content = dict(labels=['run', 'sit'], answers=[answer] * 30)
    (folder / 'time/recognition.json').write_text(json.dumps(content))
    (folder / 'test_took.json').write_text('{"seconds": 12.0}')
    assert costs._speed(bench, 'methods', run) == '2.5'


def test_every_registered_recogniser_has_a_row():
    """All that are whole methods; variants stand in other tables."""
    MODELS.get('STCLIP')
    rows = stage.track_rows(['methods'])
    kinds = {row.title.partition(',')[0].replace('-', '') for row in rows}
    known = {
        name.removesuffix('Recognizer')
        for name in MODELS.module_dict
        if name.endswith('Recognizer') and name != 'RegionRecognizer'
    }
    assert known <= kinds
