"""Items that are made in a thread while others are worked on."""

import threading

import pytest

from stclip.utils.read_ahead import ReadAhead


def threads():
    return {thread.ident for thread in threading.enumerate()}


def test_all_items_in_order():
    before = threads()
    with ReadAhead(range(100), 3) as items:
        assert list(items) == list(range(100))
        assert list(items) == []
    assert threads() == before
    with ReadAhead([]) as items:
        assert list(items) == []


def test_no_more_wait_than_are_wanted():
    made, worked = [], threading.Semaphore(0)

    def numbers():
        for number in range(9):
            made.append(number)
            worked.release()
            yield number

    def wait(count):
        for _ in range(count):
            assert worked.acquire(timeout=30)

    with ReadAhead(numbers(), 2) as items:
        assert made == []
        assert next(items) == 0
        # The next ones come while nobody asks for them.
        wait(3)
        assert made == [0, 1, 2]
        assert next(items) == 1
        wait(1)
        assert made == [0, 1, 2, 3]
        assert list(items) == list(range(2, 9))


def test_an_error_comes_where_the_item_would():
    error = KeyError('the third')

    def numbers():
        yield from range(2)
        raise error

    with ReadAhead(numbers(), 5) as items:
        assert [next(items), next(items)] == [0, 1]
        with pytest.raises(KeyError) as caught:
            next(items)
        assert caught.value is error
        assert list(items) == []


@pytest.mark.parametrize('taken', [0, 1, 3])
def test_closing_early_ends_all(taken):
    closed = []

    def numbers():
        try:
            number = 0
            while True:
                yield number
                number += 1
        finally:
            closed.append(threading.current_thread())

    before = threads()
    with (
        pytest.raises(ValueError, match='enough'),
        ReadAhead(numbers()) as items,
    ):
        assert [next(items) for _ in range(taken)] == list(range(taken))
        raise ValueError('enough')
    assert threads() == before
    # What was never begun has nothing to close.
    assert closed == [threading.main_thread()] * (taken > 0)
    assert list(items) == []
