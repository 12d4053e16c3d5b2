"""Work that is done in a thread of its own while its results are used."""

import queue
import threading
from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar('Item')

_WAIT_SEC = 0.1


class ReadAhead(Iterator[Item], Generic[Item]):
    """Goes through an iterator in a thread, a few items ahead.

    What the iterator raises is raised where its next item is asked for. Use
    it as a context manager: at its end the iterator is closed, and the thread
    is over. Nobody else may touch what the iterator works on until then.

    Args:
        items: What is gone through.
        size: Most items that wait.
    """

    def __init__(self, items: Iterator[Item], size: int) -> None:
        self._items = items
        self._ready: queue.Queue[tuple[bool, Item | BaseException]]
        self._ready = queue.Queue(size)
        self._closed = threading.Event()
        self._thread = threading.Thread(
            target=self._work, name='read ahead', daemon=True
        )
        self._thread.start()

    def __enter__(self) -> 'ReadAhead[Item]':
        return self

    def __exit__(self, *_: object) -> None:
        """End the thread, as soon as the item in work is done."""
        self._closed.set()
        self._thread.join()

    def __next__(self) -> Item:
        is_item, value = self._ready.get()
        if is_item:
            return value
        self._put((False, value))  # asked again, it is still over
        raise value

    def _work(self) -> None:
        try:
            for item in self._items:
                if not self._put((True, item)):
                    break
            over: BaseException = StopIteration()
        except BaseException as error:
            over = error
        close = getattr(self._items, 'close', None)
        if close:
            close()
        self._put((False, over))

    def _put(self, result: tuple[bool, Item | BaseException]) -> bool:
        """Wait until there is room; whether it is still wanted."""
        while not self._closed.is_set():
            try:
                self._ready.put(result, timeout=_WAIT_SEC)
            except queue.Full:
                continue
            return True
        return False
