"""Work in a thread of its own, and what becomes of it."""

import threading

import pytest

from stclip.utils.read_ahead import ReadAhead


def test_items_come_in_order_from_another_thread():
    threads = set()

    def items():
        for number in range(50):
            threads.add(threading.current_thread())
            yield number

    with ReadAhead(items(), 3) as ready:
        assert list(ready) == list(range(50))
        assert next(ready, 'over') == 'over'
    (worker,) = threads
    assert worker is not threading.current_thread()
    assert not worker.is_alive()


def test_it_works_while_the_last_item_is_used_but_not_further():
    begun = [threading.Event() for _ in range(10)]

    def items():
        for number, event in enumerate(begun):
            event.set()
            yield number

    with ReadAhead(items(), 2) as ready:
        assert next(ready) == 0
        # Two wait, and one is in work, before anybody asks.
        assert all(event.wait(10) for event in begun[:4])
        assert next(ready) == 1
        assert begun[4].wait(10)
        assert not any(event.is_set() for event in begun[5:])


def test_errors_are_raised_where_their_item_is_asked_for():
    def items():
        yield 'first'
        raise OSError('a broken frame')

    with ReadAhead(items(), 5) as ready:
        assert next(ready) == 'first'
        for _ in range(2):
            with pytest.raises(OSError, match='a broken frame'):
                next(ready)


def test_whoever_leaves_early_leaves_nothing_behind():
    closed = threading.Event()

    def items():
        try:
            while True:
                yield 0
        finally:
            closed.set()

    before = threading.active_count()
    with pytest.raises(KeyError), ReadAhead(items(), 1) as ready:
        next(ready)
        raise KeyError
    assert closed.is_set()
    assert threading.active_count() == before
