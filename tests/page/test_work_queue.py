"""Jobs of several users: order, quick ones between, faults."""

import threading

import pytest

from stclip.page.work_queue import Cancelled, Job, WorkQueue
from stclip.utils.errors import UserError


class Book:
    """What was done, in order; jobs that wait until they are told to go on."""

    def __init__(self, queue):
        self.queue = queue
        self.done = []
        self.changed = threading.Condition()

    def job(self, name, quick=False, steps=0):
        go_on = threading.Semaphore(0)

        def work(job):
            job.begun.set()
            for _ in range(steps):
                assert go_on.acquire(timeout=10)
                job.pause()
            if name == 'faulty':
                raise RuntimeError(name)
            return name

        def end(result, error):
            with self.changed:
                self.done.append(result if error is None else repr(error))
                self.changed.notify_all()

        job = Job(work, end, quick)
        job.go_on, job.begun = go_on, threading.Event()
        return job

    def add(self, *args, **kwargs):
        job = self.job(*args, **kwargs)
        self.queue.add(job)
        return job

    def until(self, count):
        with self.changed:
            assert self.changed.wait_for(
                lambda: len(self.done) >= count, timeout=10
            )
        return self.done


@pytest.fixture
def book():
    queue = WorkQueue(2)
    yield Book(queue)
    queue.close()
    assert not queue._thread.is_alive()


def running(book, *args, **kwargs):
    """A long job that has begun."""
    job = book.add(*args, **kwargs)
    assert job.begun.wait(10)
    return job


def test_one_after_another(book):
    first = running(book, 'first', steps=1)
    second, third = book.add('second'), book.add('third')
    assert [book.queue.ahead_of(job) for job in (first, second, third)] == [
        0,
        1,
        2,
    ]
    with pytest.raises(UserError, match='2 others wait already'):
        book.add('fourth')
    first.go_on.release()
    assert book.until(3) == ['first', 'second', 'third']


def test_quick_ones_go_between(book):
    long = running(book, 'long', steps=2)
    later = book.add('later')
    book.add('quick', quick=True)
    long.go_on.release()
    assert book.until(1) == ['quick']
    long.go_on.release()
    assert book.until(3) == ['quick', 'long', 'later']
    assert book.queue.ahead_of(later) == 0


def test_who_leaves_is_not_waited_for(book):
    long = running(book, 'long', steps=1)
    waits = book.add('waits')
    book.queue.cancel(waits)
    assert book.until(1) == [repr(Cancelled())]
    book.queue.cancel(long)
    long.go_on.release()
    assert book.until(2) == [repr(Cancelled())] * 2
    book.add('next')
    assert book.until(3)[-1] == 'next'


def test_faults_stop_nobody_else(book):
    book.add('faulty')
    book.add('next')
    assert book.until(2) == ["RuntimeError('faulty')", 'next']


def test_the_end_is_everybodys(book):
    long = running(book, 'long', steps=1)
    book.add('waits')
    book.add('quick', quick=True)
    long.go_on.release()
    closing = threading.Thread(target=book.queue.close)
    closing.start()
    closing.join(10)
    assert not closing.is_alive() and len(book.done) == 3
    with pytest.raises(UserError):
        book.add('late')
