"""Numbers of a config, held against the ranges in which they mean anything."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmengine.config import Config

from stclip.utils.errors import UserError
from stclip.utils.rates import MAX_RATE, MIN_RATE


@dataclass(frozen=True)
class _Range:
    """Numbers from ``low`` to ``high``.

    Args:
        low: Least number.
        high: Greatest.
        whole: Whether fractions are out.
        low_open: Whether ``low`` itself is out.
    """

    low: float
    high: float = math.inf
    whole: bool = False
    low_open: bool = False

    def __contains__(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        if self.whole and value != int(value):
            return False
        above = value > self.low if self.low_open else value >= self.low
        return above and value <= self.high

    def __str__(self) -> str:
        kind = 'a whole number' if self.whole else 'a number'
        low = f'{"above" if self.low_open else "of at least"} {self.low:g}'
        high = '' if self.high == math.inf else f' and at most {self.high:g}'
        return f'{kind} {low}{high}'


# By the last part of the key, whatever part of a run it belongs to. None,
# which some take for "no limit", is not looked at.
_RANGES = {
    'batch_size': _Range(1, whole=True),
    'base_batch_size': _Range(1, whole=True),
    'num_workers': _Range(0, whole=True),
    'max_iters': _Range(1, whole=True),
    'max_epochs': _Range(1, whole=True),
    'num_frames': _Range(1, whole=True),
    'accumulative_counts': _Range(1, whole=True),
    'lr': _Range(0),
    'fps': _Range(MIN_RATE, MAX_RATE),
    'iou_thr': _Range(0, 1, low_open=True),
    'score_thr': _Range(0, 1),
    'det_thr': _Range(0, 1),
}


def check_numbers(cfg: Config) -> None:
    """Refuse numbers that no run can mean.

    Args:
        cfg: The whole config.

    Raises:
        UserError: For a NaN anywhere, or a size, count, rate or threshold
            outside of its range; names the key and the range.
    """
    for key, value in _leaves(cfg.to_dict()):
        if isinstance(value, float) and math.isnan(value):
            raise UserError(f'{key} is NaN; give a number')
        wanted = _RANGES.get(key.rpartition('.')[2])
        if wanted and value is not None and value not in wanted:
            raise UserError(f'{key} must be {wanted}, got {value!r}')


def _leaves(value: Any, key: str = '') -> Iterator[tuple[str, Any]]:
    """Plain values of a config with their dotted keys."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f'{key}.{name}' if key else str(name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f'{key}.{index}')
    else:
        yield key, value
