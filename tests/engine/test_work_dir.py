"""Work dirs: one run at a time, and nothing in them is lost unasked."""

import json
import shutil
from contextlib import nullcontext

import pytest
from mmengine.config import Config
from other_writer import WAIT, kill, other_process
from tools_in_process import name_run
from toy_run import CONFIG

from stclip.cli.command import run
from stclip.cli.test import command as test_command
from stclip.cli.train import command as train_command
from stclip.engine.work_dir import own_work_dir


@pytest.fixture
def stops(capsys):
    """Run a command that has to end in a line with these words."""

    def stops(command, *words, because):
        with pytest.raises(SystemExit) as stop:
            run(command, list(map(str, words)), 'stclip')
        shown = capsys.readouterr().err
        assert stop.value.code == 2 and shown.count('error: ') == 1
        assert because in shown.splitlines()[-1]

    return stops


def train(config, work_dir, *words):
    options = ('--cfg-options', f'experiment_name={name_run()}')
    words = (config, '--work-dir', work_dir, '--seed', 3, *words, *options)
    run(train_command, list(map(str, words)), 'stclip')


@pytest.fixture(scope='module')
def finished(tmp_path_factory):
    """Work dir of a finished training."""
    folder = tmp_path_factory.mktemp('finished')
    train(CONFIG, folder)
    return folder


@pytest.fixture
def work_dir(finished, tmp_path):
    """A copy of that, to do to as one likes."""
    return shutil.copytree(finished, tmp_path / 'work')


def contents(folder):
    return {p.name: p.read_bytes() for p in folder.glob('*.pth')}


def test_earlier_training_is_kept(work_dir, stops):
    before = contents(work_dir)
    assert set(before) == {'iter_6.pth', 'iter_8.pth'}
    words = (CONFIG, '--work-dir', work_dir)
    stops(train_command, *words, because='--overwrite replaces it')
    # Another run's checkpoint would be saved over those here.
    other = work_dir.parent / 'iter_6.pth'
    other.write_bytes(before['iter_6.pth'])
    resume = (*words, '--resume', other)
    stops(train_command, *resume, because='iter_6.pth is of an earlier')
    assert contents(work_dir) == before


def test_going_on_and_overwriting_are_asked_for(work_dir):
    before = contents(work_dir)
    for name in before:
        (work_dir / name).rename(work_dir / name.replace('pth', 'old'))
    (work_dir / 'iter_6.old').rename(work_dir / 'iter_6.pth')
    train(CONFIG, work_dir, '--resume', work_dir / 'iter_6.pth')
    assert set(contents(work_dir)) == {'iter_6.pth', 'iter_8.pth'}
    train(CONFIG, work_dir, '--overwrite')
    assert set(contents(work_dir)) == {'iter_6.pth', 'iter_8.pth'}
    assert not (work_dir / '.lock').exists()


def test_start_of_a_training_is_not_saved_over(work_dir, stops):
    start = f'load_from={work_dir}/iter_8.pth'
    words = (CONFIG, '--work-dir', work_dir, '--cfg-options', start)
    because = 'iter_8.pth, which the training starts from, lies where it'
    stops(train_command, *words, because=because)
    stops(train_command, *words, '--overwrite', because=because)


def test_checkpoints_that_go_elsewhere(work_dir, stops):
    shutil.copytree(work_dir, work_dir.parent / 'all' / 'new')
    elsewhere = f'default_hooks.checkpoint.out_dir={work_dir.parent}/all'
    words = (CONFIG, '--work-dir', work_dir.parent / 'new')
    words = (*words, '--cfg-options', elsewhere)
    stops(train_command, *words, because='all/new/iter_6.pth is of an')


def test_half_a_checkpoint_of_a_killed_run_goes(tmp_path):
    part = tmp_path / 'iter_500.pth.part'
    part.write_text('half')
    train(CONFIG, tmp_path)
    assert not list(tmp_path.glob('*.part'))


def holding(folder):
    return (
        f'import stclip.engine.work_dir as w\n'
        f'cfg = dict(work_dir={str(folder)!r}, runner_type="any")\n'
        f'with w.own_work_dir(cfg, "train"): {WAIT}'
    )


@pytest.mark.parametrize('command', [train_command, test_command])
def test_second_run_is_refused(tmp_path, stops, command):
    with other_process(holding(tmp_path / 'work')) as other:
        words = (CONFIG, '--work-dir', tmp_path / 'work')
        because = f'{tmp_path}/work is being written by process {other.pid} on'
        stops(command, *words, because=because)
    assert not (tmp_path / 'work').exists()


def test_killed_run_does_not_block(tmp_path):
    with other_process(holding(tmp_path)) as other:
        kill(other)
    train(CONFIG, tmp_path)
    assert (tmp_path / 'iter_8.pth').exists()


@pytest.mark.parametrize(
    'launcher, rank',
    [
        ('pytorch', 'RANK'),
        ('slurm', 'SLURM_PROCID'),
        ('mpi', 'OMPI_COMM_WORLD_RANK'),
    ],
)
def test_processes_of_one_run_share_a_work_dir(
    tmp_path, monkeypatch, launcher, rank
):
    cfg = dict(work_dir=str(tmp_path), runner_type='any', launcher=launcher)
    with other_process(holding(tmp_path)):
        monkeypatch.setenv(rank, '1')
        with own_work_dir(cfg, 'train'):
            pass
        monkeypatch.setenv(rank, '0')
        with (
            pytest.raises(ValueError, match='is being written'),
            own_work_dir(cfg, 'train'),
        ):
            pass
    # The sign of a launcher that was not named does not count.
    monkeypatch.setenv(rank, '1')
    with own_work_dir(dict(cfg, launcher='none'), 'train'):
        assert (tmp_path / '.lock').exists()


def test_config_in_the_work_dir_is_not_written_over(tmp_path):
    Config.fromfile(CONFIG).dump(tmp_path / 'mine.py')
    text = '# mine\n' + (tmp_path / 'mine.py').read_text()
    (tmp_path / 'mine.py').write_text(text)
    train(tmp_path / 'mine.py', tmp_path)
    assert (tmp_path / 'mine.py').read_text() == text
    # It lies with the log of the run, and in other work dirs as ever.
    assert list(tmp_path.glob('*/vis_data/config.py'))
    train(tmp_path / 'mine.py', tmp_path / 'other')
    assert 'max_iters' in (tmp_path / 'other' / 'mine.py').read_text()


def test_config_beside_a_runner_that_would_replace_it(tmp_path, stops):
    content = Config.fromfile(CONFIG).to_dict()
    del content['runner_type']
    Config(content).dump(tmp_path / 'mine.py')
    words = (tmp_path / 'mine.py', '--work-dir', tmp_path)
    stops(train_command, *words, because='mine.py would be written over')


@pytest.mark.parametrize(
    'part, name',
    [
        (dict(type='FrameMAP', out_dir='.'), 'detections_detected.json'),
        (dict(type='stclip.FrameMAP', out_dir='.'), 'detections_a.csv'),
        (dict(type='MetricsFileHook', path='metrics.json'), 'metrics.json'),
    ],
)
def test_results_of_a_name_that_the_config_states(
    tmp_path, monkeypatch, part, name
):
    monkeypatch.chdir(tmp_path)
    hook = part['type'] == 'MetricsFileHook'
    where = 'default_hooks' if hook else 'test_evaluator'
    cfg = dict(work_dir='w', runner_type='any')
    cfg[where] = dict(own=part) if hook else [part, dict(type='VideoMAP')]
    with own_work_dir(cfg, 'test'):
        (tmp_path / name).write_text(json.dumps('old'))
    refused = pytest.raises(ValueError, match=f'{name} is there already')
    cases = [(False, refused), (True, nullcontext())]
    for overwrite, outcome in cases:
        with outcome, own_work_dir(cfg, 'test', overwrite):
            pass
    # Not even then over what is tested on.
    data = dict(dataset=dict(ann_file=name))
    over = pytest.raises(ValueError, match=f'{name} would be written over')
    with over, own_work_dir(dict(cfg, test_dataloader=data), 'test', True):
        pass
