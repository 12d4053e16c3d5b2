"""Numbers on a command line that must lie in a range."""

import math
from typing import Any

import click


class Finite(click.FloatRange):
    """A number that is neither NaN, which passes any range, nor infinite."""

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Read the number and check it."""
        converted = super().convert(value, param, ctx)
        if not math.isfinite(converted):
            self.fail(f'{value} is no finite number.', param, ctx)
        return converted


#: A threshold of scores or their differences.
THRESHOLD = Finite(0, 1)
#: A threshold of overlaps, where 0 would let boxes pass that do not meet.
IOU_THRESHOLD = Finite(0, 1, min_open=True)
#: A length of time.
SECONDS = Finite(0)
#: How many of something.
COUNT = click.IntRange(1)
