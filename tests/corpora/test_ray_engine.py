"""Looks by actors: as they are called, and in a small cluster of Ray."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from corpora import found_in
from forks import run_processes

from stclip.corpora.engines import LocalEngine
from stclip.corpora.folder import CorpusFolder
from stclip.corpora.ray_engine import Actor, RayEngine, _connect
from stclip.utils.cores import WAITING
from stclip.utils.errors import UserError

ROOT = Path(__file__).parents[2]
# Of a module that actors import: a look at the second video kills its process
# the first time, and the third one is broken.
JOBS = """
import os, signal
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stclip.corpora.folder import CorpusFolder
from stclip.corpora.ray_engine import RayEngine
from stclip.corpora.tasks import Task
from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.video_actions import VideoActions
from stclip.utils.errors import UserError

TASKS = [Task(f'/videos/{n}.mp4', f'{n}-ab') for n in range(3)]


@dataclass(frozen=True)
class Kills:
    root: Path

    def start(self):
        return self.look

    def look(self, task):
        number = int(Path(task.path).stem)
        with (self.root / f'looks{number}').open('a') as file:
            file.write('.')
            looks = file.tell()
        if number == 1 and looks == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == 2:
            raise UserError('broken')
        frame = KeyframeActions(
            0, np.zeros((1, 4), 'f4'), np.ones(1, 'f4'), np.ones((1, 1), 'f4')
        )
        return VideoActions(
            Path(task.path), LabelSpace(('sit',)), (frame,), 9, (9, 9), 3.0
        )


def main(root):
    (root / 'out').mkdir()
    folder = CorpusFolder(root / 'out')
    engine = RayEngine(actors=1, cores=1)
    told = engine.run(Kills(root), folder, TASKS)
    print(sorted((each.key, each.status) for each in told))
"""


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    """The module, which other processes find as well."""
    (tmp_path / 'jobs_of_a_test.py').write_text(JOBS)
    monkeypatch.syspath_prepend(tmp_path)
    import jobs_of_a_test

    yield jobs_of_a_test
    del sys.modules['jobs_of_a_test']


def test_an_actor_takes_one_video_at_a_time(jobs, tmp_path, monkeypatch):
    here = tmp_path / 'here'
    here.mkdir()
    out = tmp_path / 'out'
    monkeypatch.chdir(tmp_path)
    actor = Actor(jobs.Kills(tmp_path), out, str(here))
    assert os.getcwd() == str(here)
    for number, status in ((0, 'done'), (2, 'failed'), (0, 'done')):
        task = jobs.TASKS[number]
        batch = dict(path=np.array([task.path]), key=np.array([task.key]))
        told = {name: list(each) for name, each in actor(batch).items()}
        assert told == dict(key=[task.key], status=[status], fault=[''])
    # The block that was given once more was known by its file.
    assert (tmp_path / 'looks0').read_text() == '.'
    # As in one process.
    alone = CorpusFolder(tmp_path / 'alone')
    chosen = [jobs.TASKS[0], jobs.TASKS[2]]
    told = list(LocalEngine().run(jobs.Kills(tmp_path), alone, chosen))
    assert [each.status for each in told] == ['done', 'failed']
    assert found_in(out) == found_in(alone.root)


def test_a_killed_actor_is_started_again_and_goes_on(jobs, tmp_path):
    code = 'import sys, pathlib, jobs_of_a_test as jobs; '
    code += 'jobs.main(pathlib.Path(sys.argv[1]))'
    path = os.pathsep.join([str(ROOT), str(tmp_path)])
    # Not one that somebody has started on this machine.
    environ = dict(PYTHONPATH=path, RAY_ADDRESS='local')
    (done,) = run_processes(
        code, tmp_path, environs=[environ], path=[tmp_path]
    )
    assert done.returncode == 0, done.output[-3000:]
    statuses = ['done', 'done', 'failed']
    expected = [(f'{n}-ab', each) for n, each in enumerate(statuses)]
    # Before it stands what Ray says of its processes.
    assert done.output.splitlines()[-1] == str(expected)
    looks = [(tmp_path / f'looks{n}').read_text() for n in range(3)]
    assert [len(each) for each in looks] == [1, 2, 1]
    assert len(found_in(tmp_path / 'out')) == 3
    assert not list((tmp_path / 'out/begun').iterdir())


def test_actors_share_what_the_cluster_has():
    class Pool(SimpleNamespace):
        """In place of Ray Data's."""

    data = SimpleNamespace(ActorPoolStrategy=Pool)

    def share(engine, has, tasks=100):
        told = engine._share(data, has, tasks)
        return told.pop('compute').size, told

    two_cores, one_gpu = dict(num_cpus=2), dict(num_gpus=1)
    assert share(RayEngine(), dict(CPU=9.0)) == (4, two_cores)
    assert share(RayEngine(), dict(CPU=9.0), 3) == (3, two_cores)
    assert share(RayEngine(8), dict(CPU=9.0)) == (8, two_cores)
    assert share(RayEngine(), dict(CPU=9.0, GPU=3.0)) == (3, one_gpu)
    with pytest.raises(UserError, match='has 1 cores, and an actor takes 2'):
        share(RayEngine(), dict(CPU=1.0))


def test_actors_know_what_the_command_does(monkeypatch, tmp_path):
    """Their processes have imported torch before an actor runs."""
    told = {}
    ray = SimpleNamespace(init=lambda *_, **options: told.update(options))
    for name in (*WAITING, 'STCLIP_MIRROR'):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv('GOMP_SPINCOUNT', '7')
    monkeypatch.setenv('STCLIP_OFFLINE', '1')
    monkeypatch.setenv('STCLIP_INDEX', 'mine.yaml')
    _connect(ray)
    known = dict(GOMP_SPINCOUNT='7', STCLIP_OFFLINE='1')
    known['STCLIP_INDEX'] = str(tmp_path / 'mine.yaml')
    assert told['runtime_env'] == dict(env_vars=known)
