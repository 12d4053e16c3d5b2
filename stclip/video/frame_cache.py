"""A cache of images that is bounded in bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

import numpy as np

DEFAULT_CACHE_BYTES = 256 * 2**20


class FrameCache:
    """The most recently used arrays that fit into a number of bytes.

    A copy made by pickling (for a data worker) starts empty.

    Args:
        max_bytes: Upper bound of the arrays' bytes together; an array larger
            than that is never kept.
    """

    def __init__(self, max_bytes: int = DEFAULT_CACHE_BYTES) -> None:
        self.max_bytes = int(max_bytes)
        self._arrays: OrderedDict[Hashable, np.ndarray] = OrderedDict()
        self.num_bytes = 0

    def __len__(self) -> int:
        return len(self._arrays)

    def __getstate__(self) -> dict[str, Any]:
        return {'max_bytes': self.max_bytes}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)

    def get(self, key: Hashable) -> np.ndarray | None:
        """Return the array kept under ``key`` (not writable), or None."""
        if key not in self._arrays:
            return None
        self._arrays.move_to_end(key)
        return self._arrays[key]

    def put(self, key: Hashable, array: np.ndarray) -> None:
        """Keep ``array``, at the cost of the least recently used ones."""
        self.num_bytes += array.nbytes - self._drop(key)
        array.flags.writeable = False
        self._arrays[key] = array
        while self.num_bytes > self.max_bytes:
            self.num_bytes -= self._drop(next(iter(self._arrays)))

    def drop_before(self, video: str, frame_idx: int) -> None:
        """Drop what is kept under the keys ``(video, 0 .. frame_idx - 1)``."""
        for key in list(self._arrays):
            if key[0] == video and key[1] < frame_idx:
                self.num_bytes -= self._drop(key)

    def _drop(self, key: Hashable) -> int:
        array = self._arrays.pop(key, None)
        return 0 if array is None else array.nbytes
