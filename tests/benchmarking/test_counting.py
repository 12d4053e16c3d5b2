"""How many runs there are, and how long they may take."""

import json
from dataclasses import replace

import pytest

from stclip.benchmarking.accuracy.counting import counted, work_of
from stclip.benchmarking.accuracy.rows import Model, Run
from stclip.benchmarking.accuracy.runs import Bench, seconds_of
from stclip.benchmarking.accuracy.schedules import Schedule
from stclip.benchmarking.accuracy.tables import Table
from stclip.cli.benchmark import group

SHORT, LONG = Schedule(1.0, 200), Schedule(1.0, 400)


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path, (0, 1))


def table_of(*models):
    rows = {model.name: (Run(model),) for model in models}
    return Table('t', {'top-1': (0, 'acc/top1')}, rows)


def finish(folder, task, seconds):
    folder.mkdir(parents=True, exist_ok=True)
    name = dict(train='trained', test='metrics')[task]
    (folder / f'{name}.json').write_text('{}')
    content = json.dumps(dict(seconds=seconds))
    (folder / f'{task}_took.json').write_text(content)


def test_each_run_counts_once(bench):
    """Also where tables share it, or a training starts from another."""
    start = Model('start', 'a')
    tables = [table_of(Model('plain', 'a', trained=False), start)] * 2
    tables.append(table_of(Model('tuned', 'b', start=start)))
    text = counted(work_of(bench, tables))
    assert text.startswith('4 trainings, 0 finished; 5 tests, 0 finished\n')
    assert not list(bench.out.iterdir())


def test_time_is_that_of_what_is_most_alike(bench):
    """Trainings of 60 s and 600 s by their lengths, tests of 30 s."""
    short = [Model(f's{k}', 'a', schedule=SHORT) for k in range(2)]
    long = [Model(f'l{k}', 'a', schedule=LONG) for k in range(2)]
    tables = [table_of(*short, *long)]
    text = counted(work_of(bench, tables))
    assert text.endswith('can be told once some have finished')
    for model, seconds in ((short[0], 60), (long[0], 600)):
        for seed in bench.seeds:
            finish(bench.train_folder(model, seed), 'train', seconds)
            finish(bench.test_folder(Run(model), seed), 'test', 30)
    assert counted(work_of(bench, tables)) == (
        '8 trainings, 4 finished; 8 tests, 4 finished\n'
        'about 0 h 24 min left, if all take as long as those that have '
        'finished'
    )
    # Of another config nothing is known but that it is a training.
    other = [table_of(*short, *long, Model('o', 'b'))]
    # The median of 60, 60, 600, 600 twice, and two tests.
    assert 'about 0 h 36 min left' in counted(work_of(bench, other))


def test_all_done(bench):
    model = Model('a', 'a', trained=False)
    finish(bench.test_folder(Run(model), 0), 'test', 3)
    text = counted(work_of(bench, [table_of(model)]))
    assert text.endswith('1 tests, 1 finished\nnothing is left to do')


def test_a_kept_test_needs_no_training(bench):
    """A second test of the same model does."""
    model = Model('a', 'a')
    finish(bench.test_folder(Run(model), 0), 'test', 3)
    bench = replace(bench, seeds=[0])
    text = counted(work_of(bench, [table_of(model)]))
    assert text.startswith('0 trainings, 0 finished; 1 tests, 1 finished')
    bench = replace(bench, seeds=[0, 1])
    text = counted(work_of(bench, [table_of(model)]))
    assert text.startswith('1 trainings, 0 finished; 2 tests, 1 finished')


def test_command_counts_and_runs_nothing(run_fake, tmp_path, capsys):
    words = ['zs_ucf', '--splits', '1', '--seeds', '0', '1']
    out = tmp_path / 'runs'
    group.main([*words, '--count', '--out', str(out)], standalone_mode=False)
    text = capsys.readouterr().out
    assert text.startswith('2 trainings, 0 finished; 3 tests, 0 finished')
    assert not out.exists()
    metrics = {
        f'{boxes}/{voted}frame_mAP@0.5': 0.5
        for boxes in ('detected', 'ground_truth')
        for voted in ('', 'voted/')
    }
    run_fake(*words, out=out, metrics=metrics)
    assert seconds_of(out / 'zs_ucf_split1' / 'seed1', 'train') is not None
    capsys.readouterr()
    group.main([*words, '--count', '--out', str(out)], standalone_mode=False)
    assert capsys.readouterr().out == (
        '2 trainings, 2 finished; 3 tests, 3 finished\nnothing is left to do\n'
    )
