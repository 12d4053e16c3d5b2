"""Jobs of all users, done one after another by one thread.

Models are shared, so nobody else may use them meanwhile. Quick jobs (other
labels, the reasons of one moment) do not wait for the end of a long one: it
lets them go first whenever it tells how far it is.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from stclip.utils.errors import UserError


class Cancelled(Exception):
    """The one who asked for a job has left."""


@dataclass(eq=False)
class Job:
    """Something to be done.

    Args:
        work: Does it; is called with the job.
        done: Called at the end with what ``work`` returned, and the error
            if it raised one.
        quick: Whether it may be done in the middle of another one.
        is_cancelled: Set when nobody waits for it any more.
        is_running: Whether it has begun.
    """

    work: Callable[['Job'], Any]
    done: Callable[[Any, BaseException | None], None]
    quick: bool = False
    is_cancelled: bool = False
    is_running: bool = False
    between: Callable[[], None] = field(default=lambda: None, repr=False)

    def pause(self) -> None:
        """Stop if nobody waits any more; let quick jobs go first.

        Raises:
            Cancelled: In the first case.
        """
        if self.is_cancelled:
            raise Cancelled
        self.between()
        if self.is_cancelled:
            raise Cancelled


class WorkQueue:
    """One thread and those who wait for it.

    Args:
        max_waiting: Long jobs that wait at a time; as many quick ones.
        on_change: Called when the places in the queue have changed.
    """

    def __init__(
        self, max_waiting: int, on_change: Callable[[], None] = lambda: None
    ) -> None:
        self.max_waiting = max_waiting
        self.on_change = on_change
        self._long: list[Job] = []
        self._quick: list[Job] = []
        self._running: Job | None = None
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._go, name='stclip-jobs')
        self._thread.start()

    def add(self, job: Job) -> None:
        """Let a job wait for its turn.

        Raises:
            UserError: If too many wait.
        """
        with self._changed:
            line = self._quick if job.quick else self._long
            if len(line) >= self.max_waiting or self._is_closed:
                raise UserError(
                    f'{len(line)} others wait already: try again in a while'
                )
            job.between = self._do_quick_ones
            line.append(job)
            self._changed.notify_all()
        self.on_change()

    def ahead_of(self, job: Job) -> int:
        """How many long jobs are done before this one begins."""
        with self._changed:
            if job not in self._long:
                return 0
            return self._long.index(job) + (self._running is not None)

    def cancel(self, job: Job) -> None:
        """Take a job out, or stop it as soon as it pauses."""
        job.is_cancelled = True
        with self._changed:
            waits = [q for q in (self._long, self._quick) if job in q]
            for line in waits:
                line.remove(job)
        if waits:
            job.done(None, Cancelled())
            self.on_change()

    def close(self) -> None:
        """Cancel all jobs and wait for the end of the thread."""
        with self._changed:
            self._is_closed = True
            jobs = [*self._long, *self._quick]
            if self._running:
                self._running.is_cancelled = True
            self._changed.notify_all()
        for job in jobs:
            self.cancel(job)
        self._thread.join()

    def _go(self) -> None:
        while (job := self._next()) is not None:
            with self._in_hand(job):
                self._do(job)
            self.on_change()

    @contextmanager
    def _in_hand(self, job: Job) -> Iterator[None]:
        try:
            self.on_change()
            yield
        finally:
            with self._changed:
                self._running = None

    def _next(self) -> Job | None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._quick or self._long or self._is_closed
            )
            line = self._quick or self._long
            if not line:
                return None
            job = line.pop(0)
            if not job.quick:
                self._running = job
            return job

    def _do_quick_ones(self) -> None:
        while True:
            with self._changed:
                if not self._quick:
                    return
                job = self._quick.pop(0)
            self._do(job)

    @staticmethod
    def _do(job: Job) -> None:
        job.is_running = True
        try:
            result, error = job.work(job), None
        # Whatever it is: the thread serves the others as well.
        except BaseException as caught:
            result, error = None, caught
        job.done(result, error)
