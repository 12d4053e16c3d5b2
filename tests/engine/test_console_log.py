"""The console of a run is read; its log file keeps all."""

import subprocess
import sys
from pathlib import Path

import pytest
from tiny_model import ARCH
from toy_run import toy_runner

from stclip.engine.caveats import warn_of_demo_weights
from stclip.models.clip import CLIPBackbone

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path, capsys):
    """Lines of the console before the first step, and the log file."""
    runner = toy_runner(tmp_path, {})
    runner.train()
    lines = capsys.readouterr().out.splitlines()
    first = next(i for i, x in enumerate(lines) if 'Iter(train)' in x)
    (file,) = tmp_path.glob('*/*.log')
    return lines[:first], file


def test_console_before_the_first_step_is_short(run):
    lines, file = run
    assert len(lines) <= 10
    assert any(f'hooks are in {file}' in line for line in lines)
    assert not any('FileClient' in line for line in lines)
    assert any('Checkpoints will be saved' in line for line in lines)


def test_the_log_file_keeps_all(run):
    text = run[1].read_text()
    for part in (
        'System environment:',
        'Config:\n',
        # In plain type: conftest.py.
        "model=dict(\n    type='ToyModel')",
        'Hooks will be executed in the following order',
        '"FileClient" will be deprecated',
    ):
        assert part in text


def test_warnings_and_tables_of_others_are_shown(tmp_path, capsys):
    runner = toy_runner(tmp_path, {})
    capsys.readouterr()
    runner.logger.info('a table\nof two lines')
    runner.logger.warning('beware')
    shown = capsys.readouterr().out
    assert 'of two lines' in shown and 'beware' in shown


def test_no_word_about_pkg_resources():
    # A base of mmdet's is what MMEngine needs pkg_resources for.
    code = (
        'import stclip; from mmengine.config import Config;'
        "Config.fromfile('configs/person_detector/zs_stage_tiny.py')"
    )
    done = subprocess.run(
        [sys.executable, '-c', code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == done.stdout == ''


class Videos:
    """A data set of one video."""

    def __init__(self, path):
        self.info = dict(filename=str(path))

    def __len__(self):
        return 1

    def get_data_info(self, index):
        return self.info


class Repeated:
    def __init__(self, dataset):
        self.dataset = dataset


@pytest.mark.parametrize('small', [True, False])
@pytest.mark.parametrize('rendered', [True, False])
@pytest.mark.parametrize('wrap', [lambda x: x, Repeated])
def test_runs_of_small_weights_on_other_data(
    small, rendered, wrap, tmp_path, log_lines
):
    video = tmp_path / 'videos' / 'a_b.mp4'
    if rendered:
        record = tmp_path / 'records' / 'a_b.json'
        record.parent.mkdir()
        record.write_text('{"stamp": {"edition": 2}, "video": "a_b"}')
    tiny = 'data/pretrained/tiny_clip/open_clip_config.json'
    clip = CLIPBackbone(tiny if small else ARCH)
    warn_of_demo_weights(clip, wrap(Videos(video)))
    warned = [line for line in log_lines if 'small demo weights' in line]
    assert len(warned) == (small and not rendered)
