"""Looks by actors of a Ray cluster, by Ray Data.

An actor builds the models once and decodes by itself: only paths go through
Ray. Blocks hold one video each up to :data:`_MOST_BLOCKS` videos. What is done
is known by the files of the videos alone: an actor that is given a block once
more, since another died with it, passes over what has a file. Ray's own
checkpoints are not used.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from stclip.apis.model_index import OWN_INDEX
from stclip.corpora.engines import Job
from stclip.corpora.faults import DeviceLostError
from stclip.corpora.folder import CorpusFolder
from stclip.corpora.recorder import Outcome, Recorder
from stclip.corpora.tasks import Task
from stclip.utils.cores import WAITING
from stclip.utils.downloads import MIRROR, OFFLINE
from stclip.utils.errors import UserError
from stclip.utils.resources import resolve

_MOST_BLOCKS = 10_000
_HERE = 'local'
# What an actor has to know as the command knows it, wherever it runs.
_SETTLED = (*WAITING, OFFLINE, MIRROR)
# Shared memory of a cluster that is started here; no frames go through it.
_STORE_BYTES = 2**28


def require_ray() -> Any:
    """Ray, told to keep to itself.

    Raises:
        UserError: If it is not installed.
    """
    # Read when it is imported: statistics would be sent.
    os.environ.setdefault('RAY_USAGE_STATS_ENABLED', '0')
    try:
        return import_module('ray')
    except ImportError as error:
        raise UserError(
            "Ray is not installed: pip install 'stclip[ray]'"
        ) from error


@dataclass(frozen=True)
class RayEngine:
    """Videos shared among actors.

    The cluster is that of ``RAY_ADDRESS`` (``auto`` for the one that this
    machine has joined), or one of this machine's cores and GPUs.

    Args:
        actors: Their number; None for as many as the cluster has GPUs, or
            cores for.
        cores: Of each actor, where there is no GPU.
    """

    actors: int | None = None
    cores: int = 2

    def run(
        self, job: Job, folder: CorpusFolder, tasks: Sequence[Task]
    ) -> Iterator[Outcome]:
        """See :meth:`.Engine.run`.

        Raises:
            UserError: If there are fewer cores than an actor takes, or an
                actor cannot build its models.
        """
        if not tasks:
            return
        ray = require_ray()
        # Its processes were not ended by a video, as ours was not.
        folder.forget_begun()
        _connect(ray)
        try:
            yield from self._outcomes(ray, job, folder, tasks)
        except ray.exceptions.RayError as error:
            raise _plain(error) from error
        finally:
            ray.shutdown()

    def _outcomes(
        self, ray: Any, job: Job, folder: CorpusFolder, tasks: Sequence[Task]
    ) -> Iterator[Outcome]:
        data = import_module('ray.data')
        context = data.DataContext.get_current()
        context.enable_progress_bars = False
        logging.getLogger('ray.data').setLevel(logging.ERROR)
        rows = [dict(path=task.path, key=task.key) for task in tasks]
        blocks = min(len(rows), _MOST_BLOCKS)
        outcomes = data.from_items(rows, override_num_blocks=blocks)
        outcomes = outcomes.map_batches(
            Actor,
            batch_size=1,
            fn_constructor_args=(job, folder.root.absolute(), os.getcwd()),
            **self._share(data, ray.cluster_resources(), len(tasks)),
        )
        for batch in outcomes.iter_batches(batch_size=1, prefetch_batches=0):
            yield Outcome(**{name: each[0] for name, each in batch.items()})

    def _share(
        self, data: Any, has: dict[str, float], num_tasks: int
    ) -> dict[str, Any]:
        """What each actor takes, and how many there are."""
        gpus, cores = int(has.get('GPU', 0)), int(has.get('CPU', 0))
        if not gpus and cores < self.cores:
            raise UserError(
                f'the cluster has {cores} cores, and an actor takes '
                f'{self.cores}: --actor-cores'
            )
        actors = self.actors or gpus or cores // self.cores
        takes = dict(num_gpus=1) if gpus else dict(num_cpus=self.cores)
        pool = data.ActorPoolStrategy(size=min(actors, num_tasks))
        return dict(compute=pool, **takes)


class Actor:
    """A process of the cluster that looks at the videos it is given.

    Args:
        job: What is done with them.
        root: Folder of the corpus, which all machines share.
        folder: Where the command was started: relative paths of models and
            configs begin there.
    """

    def __init__(self, job: Job, root: Path, folder: str) -> None:
        if os.path.isdir(folder):
            os.chdir(folder)
        self._record = Recorder(CorpusFolder(root), job.start())

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Look at a video.

        Args:
            batch: (1,) arrays of the values of a :class:`.Task`.

        Returns:
            Likewise of an :class:`.Outcome`.
        """
        task = Task(str(batch['path'][0]), str(batch['key'][0]))
        try:
            told = self._record(task)
        except DeviceLostError:
            # Ray starts another process, and gives it the block once more.
            os._exit(1)
        return {name: np.array([each]) for name, each in vars(told).items()}


def _connect(ray: Any) -> None:
    # As the command settled it. Known before a process starts, for torch is
    # imported with the job, before any line of an actor runs. How many
    # threads there are Ray itself says, by the cores that an actor takes.
    settled = {n: os.environ[n] for n in _SETTLED if n in os.environ}
    if index := os.environ.get(OWN_INDEX):
        settled[OWN_INDEX] = os.path.abspath(resolve(index))
    options = dict(
        runtime_env=dict(env_vars=settled),
        include_dashboard=False,
        log_to_driver=False,
        logging_level=logging.ERROR,
    )
    # Ray's workers give way to everything else; here they are the work.
    os.environ.setdefault('RAY_worker_niceness', '0')
    # Not one that happens to run here: it ends with whoever has started it.
    address = os.environ.get('RAY_ADDRESS', _HERE)
    if address == _HERE:
        options['object_store_memory'] = _STORE_BYTES
    try:
        ray.init(address, **options)
    except ConnectionError as error:
        raise UserError(
            f'RAY_ADDRESS is {address}, and no cluster is there: start it, or '
            'unset it'
        ) from error


def _plain(error: Exception) -> Exception:
    """What an actor could not do, if its user can mend it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, UserError):
            return UserError(str(cause).strip().rpartition('\n')[2])
        cause = getattr(cause, 'cause', None) or cause.__cause__
    return error
