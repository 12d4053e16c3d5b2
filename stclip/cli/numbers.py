"""Numbers on a command line that must lie in a range."""

import math
import re
from typing import Any

import click

from stclip.utils.rates import MAX_RATE, MIN_RATE


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
#: Frames a second.
RATE = Finite(MIN_RATE, MAX_RATE)
#: A length of time.
SECONDS = Finite(0)
#: How many of something.
COUNT = click.IntRange(1)


class Stride(click.ParamType):
    """A number of frames, or of seconds as ``0.5s``."""

    name = 'stride'

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int | str:
        """Read the number and check it."""
        text = str(value).strip()
        if not text.endswith('s'):
            return COUNT.convert(value, param, ctx)
        seconds = Finite(0, min_open=True).convert(text[:-1], param, ctx)
        return f'{seconds:g}s'


class Moment(click.ParamType):
    """A time in a video: seconds, ``mm:ss`` or ``hh:mm:ss``."""

    name = 'time'

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Read it, in seconds."""
        if isinstance(value, float):
            return value
        if not re.fullmatch(r'(\d+:){0,2}\d+(\.\d+)?', value):
            self.fail(
                f'{value!r} is no time: give seconds, mm:ss or hh:mm:ss.',
                param,
                ctx,
            )
        seconds = 0.0
        for part in value.split(':'):
            seconds = 60 * seconds + float(part)
        if not math.isfinite(seconds):
            self.fail('a time of so many digits is in no video.', param, ctx)
        return seconds


class BatchSize(click.ParamType):
    """A number, or ``auto``."""

    name = 'batch size'

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int | str:
        """Read the number and check it."""
        return value if value == 'auto' else COUNT.convert(value, param, ctx)
