"""Child processes with logs and bars."""

import io
import json
import os
import select
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from stclip.benchmarking import zs_stage_data
from stclip.benchmarking.accuracy import process
from stclip.benchmarking.accuracy.watcher import GRACE_SEC
from stclip.benchmarking.zs_stage_data import Step
from stclip.utils.errors import UserError

ROOT = Path(__file__).parents[2]


def script(tmp_path: Path, text: str) -> tuple[str, ...]:
    file = tmp_path / 'tool.py'
    file.write_text(textwrap.dedent(text))
    return (sys.executable, str(file))


def telling(tmp_path: Path, *done: int, then: str = '') -> tuple[str, ...]:
    """A tool that is so far, of four."""
    return script(
        tmp_path,
        f"""
        import json
        with open({str(tmp_path / 'progress')!r}, 'a') as file:
            for done in {done}:
                print(f'step {{done}}')
                line = dict(phase='train', done=done, total=4)
                file.write(json.dumps(line) + '\\n')
        {then}
        """,
    )


def test_call_logs_and_tells_whether_it_worked(tmp_path, capfd):
    log = tmp_path / 'logs' / 'a.log'
    progress = tmp_path / 'progress'
    process.call(telling(tmp_path, 1, 3), log, 'counting', progress)
    assert log.read_text() == 'step 1\nstep 3\n'
    shown = capfd.readouterr().err
    assert 'counting' in shown and '100%' in shown
    command = telling(tmp_path, 2, then="raise ValueError('why')")
    with pytest.raises(UserError, match=r'failing failed: ValueError: why'):
        process.call(command, log, 'failing', progress)
    assert 'ValueError: why' in log.read_text()
    shown = capfd.readouterr().err
    assert ' 50%' in shown and '100%' not in shown


def test_a_tool_that_tells_nothing_has_a_bar(tmp_path, capfd):
    process.call(script(tmp_path, 'pass'), tmp_path / 'a.log', 'resting')
    shown = capfd.readouterr().err
    assert '0% |' in shown and '100% |' in shown


def test_half_a_line_waits_for_its_end(tmp_path):
    file = tmp_path / 'progress'
    file.write_text('{"done": 3, "total": 8}\n{"done": 4, "to')
    bar = process.tqdm(total=None, file=io.StringIO())
    process.show(bar, file)
    assert (bar.n, bar.total) == (3, 8)


@pytest.mark.parametrize(
    'log, reason',
    [
        (['fine', 'error: no data', 'late'], 'no data'),
        (
            [
                'Traceback (most recent call last):',
                "    raise KeyError('x')",
                "stclip.utils.errors.UserError: 'x' is missing",
                'RuntimeError: workers ended',
            ],
            "stclip.utils.errors.UserError: 'x' is missing",
        ),
        (['working', 'KeyboardInterrupt'], 'KeyboardInterrupt'),
        (['12/24 - mmengine - INFO', 'Killed', ''], 'Killed'),
        ([], 'silently'),
    ],
)
def test_reason_of_a_failure(log, reason):
    assert process.reason(log) == reason


def test_failure_shows_the_end_of_the_log(tmp_path):
    log = tmp_path / 'a.log'
    log.write_text('\n'.join(map(str, range(20))) + '\nerror: no disk\n')
    failure = process.FailedStep('training x', log)
    assert str(failure) == f'training x failed: no disk; see {log}'
    assert failure.tail == [*map(str, range(13, 20)), 'error: no disk']


@pytest.mark.parametrize(
    'sent', [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]
)
def test_children_end_with_their_parent(tmp_path, sent):
    """A grandchild as well; the log's end says so."""
    grandchild = script(
        tmp_path,
        """
        import os, signal, subprocess, sys
        if len(sys.argv) == 1:
            subprocess.run([sys.executable, __file__, 'child'])
        else:
            with open('pids', 'w') as file:
                print(os.getppid(), os.getpid(), file=file)
            os.rename('pids', 'ready')
            signal.pause()
        """,
    )
    parent = f"""
        import signal
        from pathlib import Path
        from stclip.benchmarking.accuracy import process
        # Shells let what they start in the background ignore it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            process.call({grandchild!r}, Path('a.log'), 'waiting')
        except KeyboardInterrupt:
            print('interrupted')
    """
    running = subprocess.Popen(
        [sys.executable, '-c', textwrap.dedent(parent)],
        cwd=tmp_path,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    ready = tmp_path / 'ready'
    while not ready.exists():
        assert running.poll() is None
        os.sched_yield()
    family = [os.pidfd_open(int(pid)) for pid in ready.read_text().split()]
    running.send_signal(sent)
    # What watches the children has them killed later, and holds no pipe open.
    killed = sent is signal.SIGKILL
    output, _ = running.communicate(timeout=GRACE_SEC / 2 if killed else None)
    assert output == ('' if killed else 'interrupted\n')
    for member in family:
        # Readable once the process has ended.
        assert select.select([member], [], [], 60)[0]
        os.close(member)


def test_nothing_is_ended_without_need(tmp_path):
    """The watcher of a group that ended by itself leaves with it."""
    sleeper = script(tmp_path, 'import signal; signal.pause()')
    with subprocess.Popen(sleeper, start_new_session=True) as other:
        with process.watched(other.pid):
            pass
        assert other.poll() is None
        other.kill()


def test_prepare_skips_what_is_there_and_stops_at_a_failure(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(zs_stage_data, 'shipped', lambda path: path)
    text = """
        import pathlib
        file = pathlib.Path('made')
        file.write_text(file.read_text() + 'x' if file.exists() else 'x')
    """
    (_, tool) = script(tmp_path, text)
    step = Step('make it', (tool,), makes='made')
    for _ in range(2):
        zs_stage_data.prepare((step,), tmp_path / 'logs')
    assert (tmp_path / 'made').read_text() == 'x'
    again = Step('make it again', step.command)
    zs_stage_data.prepare((again,), tmp_path / 'logs')
    assert (tmp_path / 'made').read_text() == 'xx'
    (_, tool) = script(tmp_path, '1 / 0')
    with pytest.raises(UserError, match='break failed') as error:
        zs_stage_data.prepare((Step('break', (tool,)),), tmp_path / 'logs')
    assert 'ZeroDivisionError' in str(error.value)


def test_zs_stage_is_rendered_once_and_looked_at_by_tracks():
    steps = zs_stage_data.steps_of(('single', 'multi', 'clips', 'stdd'))
    render, *detect = steps
    assert render.command[-3:] == ('--tracks', 'single', 'multi')
    assert [step.makes for step in detect] == [
        'data/zs_stage/single/detections/test.json',
        'data/zs_stage/multi/detections/test.csv',
    ]
    for step in steps:
        assert (ROOT / step.command[0]).is_file()
        for word in step.command[1:]:
            assert not word.startswith('/') or Path(word).is_file()


def test_commands_work_in_an_installed_package():
    start = (sys.executable, '-m', 'stclip.cli.main', 'test')
    assert process.stclip_command(('test', 'a.py'))[:4] == start
    words = process.stclip_command(('test', 'a.py'), num_gpus=2)
    assert words[1:5] == (
        '-m',
        'torch.distributed.run',
        '--standalone',
        '--nproc_per_node=2',
    )
    assert words[5:8] == ('-m', 'stclip.cli.main', 'test')
    assert words[-2:] == ('--launcher', 'pytorch')


def test_children_import_the_package_of_their_parent(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = 'import json, stclip; print(json.dumps(stclip.__file__))'
    log = tmp_path / 'a.log'
    process.call(script(tmp_path, text), log, 'importing')
    assert json.loads(log.read_text()) == process.stclip.__file__
