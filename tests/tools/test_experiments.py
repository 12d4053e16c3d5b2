"""Tools run one after the other, with logs and bars."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def experiments(monkeypatch, tmp_path):
    """The module as the tools see it, with a root of its own."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(ROOT)
    from tools import experiments

    monkeypatch.setattr(experiments, 'ROOT', tmp_path)
    return experiments


def script(tmp_path: Path, text: str) -> tuple[str, ...]:
    file = tmp_path / 'tool.py'
    file.write_text(text)
    return (str(file),)


@pytest.mark.parametrize(
    'line, done',
    [
        ('Iter(train) [ 20/400]  lr: 1e-3  eta: 0:01:00', ('20', '400')),
        ('single: 12/640 videos, 3 s, 4 s left', ('12', '640')),
        ('[>>>>      ] 7/768, 9.1 task/s, elapsed: 1s', ('7', '768')),
        ('2026/11/24 15:10:15 - mmengine - INFO', None),
        ('loaded data/zs_stage/12/640.jpg', None),
    ],
)
def test_progress_is_read_from_what_tools_print(experiments, line, done):
    found = experiments._PROGRESS.search(line)
    assert (found and found.groups()) == done


def test_call_logs_and_tells_whether_it_worked(experiments, tmp_path, capfd):
    log = tmp_path / 'logs' / 'a.log'
    command = script(tmp_path, "print('x: 1/4')\nprint('x: 3/4')")
    assert experiments.call(command, log, 'counting')
    assert log.read_text() == 'x: 1/4\nx: 3/4\n'
    shown = capfd.readouterr().err
    assert 'counting' in shown and '100%' in shown
    command = script(tmp_path, "print('x: 2/4')\nraise ValueError('why')")
    assert not experiments.call(command, log, 'failing')
    assert 'ValueError: why' in log.read_text()
    shown = capfd.readouterr().err
    assert ' 50%' in shown and '100%' not in shown


def test_prepare_skips_what_is_there_and_stops_at_a_failure(
    experiments, tmp_path
):
    text = (
        'import pathlib\n'
        "file = pathlib.Path('made')\n"
        "file.write_text(file.read_text() + 'x' if file.exists() else 'x')"
    )
    step = experiments.Step('make it', script(tmp_path, text), makes='made')
    for _ in range(2):
        experiments.prepare((step,), tmp_path / 'logs')
    assert (tmp_path / 'made').read_text() == 'x'
    again = experiments.Step('make it again', step.command)
    experiments.prepare((again,), tmp_path / 'logs')
    assert (tmp_path / 'made').read_text() == 'xx'
    broken = experiments.Step('break', script(tmp_path, '1 / 0'))
    with pytest.raises(SystemExit, match='break failed') as error:
        experiments.prepare((broken,), tmp_path / 'logs')
    assert 'ZeroDivisionError' in str(error.value)


def test_run_trains_then_tests_the_last_checkpoint(
    experiments, tmp_path, monkeypatch
):
    folder = tmp_path / 'run'
    folder.mkdir()
    calls = []

    def call(command, log, title):
        calls.append(command)
        if 'train' in command[0]:
            (folder / 'last_checkpoint').write_text('iter_9.pth\n')
        else:
            (folder / '20261124').mkdir(exist_ok=True)
            (folder / '20261124' / 'a.json').write_text('{"mAP": 0.5}')
        return True

    monkeypatch.setattr(experiments, 'call', call)
    options = ('--work-dir', str(folder), '--seed', '3')
    method = experiments.Method('ours', 'zs_stage_single')
    assert experiments.run(method, 3, folder)
    config = 'configs/zs_stage_single.py'
    assert calls == [
        ('tools/train.py', config, '--resume', *options),
        ('tools/test.py', config, 'iter_9.pth', *options),
    ]
    metrics = json.loads((folder / 'metrics.json').read_text())
    assert metrics == {'mAP': 0.5}
    calls.clear()
    untrained = experiments.Method('CLIP', 'zs_stage_single', trained=False)
    assert experiments.run(untrained, 3, folder)
    assert calls == [('tools/test.py', config, *options)]


@pytest.mark.parametrize(
    'weights, expected', [('', 'iter_9.pth'), ('averaged.pth', None)]
)
def test_second_test_of_a_run(
    experiments, tmp_path, monkeypatch, weights, expected
):
    """Nothing is trained; the weights are those of the run above."""
    calls = []

    def call(command, log, title):
        calls.append(command)
        (folder / '20261124').mkdir(parents=True)
        (folder / '20261124' / 'a.json').write_text('{"mAP": 0.5}')
        return True

    monkeypatch.setattr(experiments, 'call', call)
    test = experiments.SecondTest('other', weights, ('y=2',))
    method = experiments.Method('ours', 'a', options=('x=1',), test=test)
    run = tmp_path / 'run'
    folder = run / test.name
    # Nothing to test before the run is there.
    assert not experiments.run(method, 3, folder)
    run.mkdir()
    (run / 'metrics.json').write_text('{}')
    (run / 'last_checkpoint').write_text('iter_9.pth\n')
    if weights:
        with pytest.raises(FileNotFoundError, match='Train it with the hook'):
            experiments.run(method, 3, folder)
        (run / weights).touch()
    assert experiments.run(method, 3, folder)
    options = ('--work-dir', str(folder), '--seed', '3')
    options += ('--cfg-options', 'x=1', 'y=2')
    tested = expected or str(run / weights)
    assert calls == [('tools/test.py', 'configs/a.py', tested, *options)]
    assert json.loads((folder / 'metrics.json').read_text()) == {'mAP': 0.5}


def test_options_of_a_method_reach_both_tools(
    experiments, tmp_path, monkeypatch
):
    calls = []
    monkeypatch.setattr(
        experiments, 'call', lambda command, *_: calls.append(command)
    )
    method = experiments.Method('CLIP', 'a', options=('x=1', 'y=2'))
    assert not experiments.run(method, 0, tmp_path)
    (command,) = calls
    assert command[-3:] == ('--cfg-options', 'x=1', 'y=2')
