"""What runs the looks: this process, or actors of a Ray cluster."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from stclip.corpora.folder import CorpusFolder
from stclip.corpora.recorder import Look, Outcome, Recorder
from stclip.corpora.tasks import Task


class Job(Protocol):
    """Plain values of what is done with each video."""

    def start(self) -> Look:
        """Build what is needed, once in each process."""


class Engine(Protocol):
    """Does a job for many videos."""

    def run(
        self, job: Job, folder: CorpusFolder, tasks: Sequence[Task]
    ) -> Iterator[Outcome]:
        """Give what came of each video, in any order.

        Args:
            job: What is done.
            folder: Where it is kept.
            tasks: Those that are left to do.
        """


class LocalEngine:
    """One video after the other, in this process."""

    def run(
        self, job: Job, folder: CorpusFolder, tasks: Sequence[Task]
    ) -> Iterator[Outcome]:
        """See :meth:`Engine.run`."""
        if tasks:
            yield from map(Recorder(folder, job.start()), tasks)
