"""How far the thing is that is being done for a user."""

import time
from dataclasses import dataclass
from typing import Any


@dataclass
class Activity:
    """What is done for the user at the moment.

    Args:
        what: In one word.
        total: Frames, as far as known.
        done: Of these.
        start: When it began, by the monotonic clock; None before.
    """

    what: str
    total: int | None = None
    done: int = 0
    start: float | None = None

    def to_json(self, ahead: int) -> dict[str, Any]:
        """Plain values.

        Args:
            ahead: Jobs of others that come first.
        """
        left = None
        if self.start is not None and self.total and self.done:
            passed = time.monotonic() - self.start
            left = passed / self.done * max(0, self.total - self.done)
        return dict(
            what=self.what,
            total=self.total,
            done=self.done,
            ahead=ahead,
            seconds_left=left if left is None else round(left, 1),
        )
