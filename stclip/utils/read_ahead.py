"""Reading ahead: the next items are made while one is worked on."""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

Item = TypeVar('Item')


class ReadAhead(
    Iterator[Item], AbstractContextManager['ReadAhead[Item]', None]
):
    """The items of an iterable, made in a thread of their own.

    Use it as a context manager: when the block is left, however that is, the
    thread ends after the item it is at, and what made the items is closed.
    Inside the block nobody else may use what they are made from.

    The first item is made where it is asked for. It may be a long way to it,
    as to the middle of a video, and there Ctrl-C is heard at once.

    Args:
        items: Gone through once, in order; what it raises is raised where
            the item would have come.
        most: Items that wait at a time, the one that is being made counted.
    """

    def __init__(self, items: Iterable[Item], most: int = 1) -> None:
        self._items = iter(items)
        self._most = most
        self._made: deque[Item] = deque()
        self._changed = threading.Condition()
        self._closing = self._ended = False
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None

    def __next__(self) -> Item:
        if self._thread is None:
            item = next(self._items)
            self._thread = threading.Thread(target=self._make, daemon=True)
            self._thread.start()
            return item
        with self._changed:
            self._changed.wait_for(lambda: self._made or self._ended)
            if self._made:
                self._changed.notify()
                return self._made.popleft()
            error, self._error = self._error, None
        raise error or StopIteration

    def __exit__(self, *_: object) -> None:
        """End the thread, and close what makes the items."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        self._made.clear()
        if hasattr(self._items, 'close'):
            self._items.close()

    def _make(self) -> None:
        try:
            while self._has_room():
                item = next(self._items)
                with self._changed:
                    self._made.append(item)
                    self._changed.notify()
                del item  # it may be large, and the next one takes long
        except StopIteration:
            pass
        except BaseException as error:
            self._error = error
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _has_room(self) -> bool:
        """Wait until another item may be made; False if none is wanted."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closing or len(self._made) < self._most
            )
            return not self._closing
