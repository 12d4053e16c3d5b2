"""Values that annotations and results hold: numbers, names, ids, boxes.

What one file writes as 902, another writes as 902.0 or '0902'; each reader
says which of these a field may be, and all say it by these functions.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import numpy as np

from stclip.utils.decoding import is_text
from stclip.utils.errors import UserError

#: Numbers of frames, sides of pictures, seconds: beyond these it is no video.
MAX_FRAMES = 2**31 - 1
MAX_SIDE = 100_000
MAX_SECONDS = 1e10
#: Sides of boxes, wherever they lie; float32 keeps hundredths of them.
MAX_COORDINATE = 1e5
#: Scores of boxes; float32 holds more.
MAX_SCORE = 1e30
# Integers that a double keeps.
_MAX_WHOLE = 2**53
_LISTS = (list, tuple, np.ndarray)
# Python's own reading also takes 1_000 and digits of any script.
_NUMBER = re.compile(
    r'\s*[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf|infinity|nan)\s*',
    re.ASCII | re.IGNORECASE,
)


def as_number(
    value: Any,
    field: str,
    least: float = -math.inf,
    most: float = math.inf,
) -> float:
    """A finite number, perhaps written as a text.

    Args:
        value: As read from a file.
        field: Its name and where it is, for the message.
        least: Smallest one that is allowed.
        most: Largest one.

    Raises:
        ValueError: If it is something else, a truth value too.
    """
    number = _parse(value)
    if number is None:
        raise UserError(f'{field} must be a number, got {shown(value)}')
    if not -math.inf < number < math.inf:
        raise UserError(f'{field} is not finite, got {shown(value)}')
    if not least <= number <= most:
        raise UserError(
            f'{field} must be a number{_range(least, most)}, got '
            f'{shown(value)}'
        )
    return number


def as_whole(
    value: Any,
    field: str,
    least: int = -_MAX_WHOLE,
    most: int = _MAX_WHOLE,
) -> int:
    """A whole number, perhaps written as a float or as a text.

    Args:
        value: As read from a file.
        field: Its name and where it is, for the message.
        least: Smallest one that is allowed.
        most: Largest one.

    Raises:
        ValueError: If it is something else, 80.5 or a truth value too.
    """
    number = as_number(value, field)
    if number != int(number) or not least <= number <= most:
        raise UserError(
            f'{field} must be a whole number{_range(least, most)}, got '
            f'{shown(value)}'
        )
    return int(number)


def as_seconds(value: Any, field: str) -> float | None:
    """A time from 0 on, or None, which stands for one that is not known.

    Raises:
        ValueError: If it is something else.
    """
    return None if value is None else as_number(value, field, 0)


def as_name(value: Any, field: str) -> str:
    """A text that is not blank, and that UTF-8 can hold.

    Raises:
        ValueError: If it is something else, a number too.
    """
    if not isinstance(value, str) or not value.strip():
        raise UserError(f'{field} must be a name, got {shown(value)}')
    _require_text(value, field)
    return str(value)


def as_video(value: Any, field: str) -> str:
    """The name of a video, in the one form that :func:`composed` gives.

    Raises:
        ValueError: See :func:`as_name`.
    """
    return composed(as_name(value, field))


def composed(name: str) -> str:
    """A name in one form of Unicode: macOS writes accents apart.

    So names of two files can be compared.
    """
    return unicodedata.normalize('NFC', name)


def as_id(value: Any, field: str) -> int | str:
    """An integer, perhaps written as a float, or a text: :func:`as_name`.

    Texts are :func:`composed`, since ids are often made of names of videos.

    Raises:
        ValueError: If it is something else, a list or nothing too.
    """
    if isinstance(value, str):
        if value.strip():
            _require_text(value, field)
            return composed(str(value))
    else:
        number = _parse(value)
        if number is not None and number.is_integer():
            return int(value)
    raise UserError(
        f'{field} must be an integer or a string, got {shown(value)}'
    )


def require_one_kind(ids: Iterable[int | str], field: str) -> None:
    """Make sure that no two ids differ in their quotes alone, 1 and "1".

    Args:
        ids: From :func:`as_id`.
        field: What they are and where, for the message.

    Raises:
        ValueError: If two do; names them.
    """
    kinds: dict[str, type] = {}
    for one in ids:
        if kinds.setdefault(str(one), type(one)) is not type(one):
            raise UserError(
                f'{field} {one} and "{one}" differ in their quotes alone; '
                'write all ids alike'
            )


def as_flag(value: Any, field: str) -> bool:
    """A truth value, ``true`` or ``false`` in JSON.

    Raises:
        ValueError: If it is something else, ``"false"`` or 0 too.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise UserError(
            f'{field} must be true or false, without quotes, got '
            f'{shown(value)}'
        )
    return bool(value)


def as_list(value: Any, field: str) -> list:
    """The values of a list, which no text is.

    Raises:
        ValueError: If it is something else.
    """
    if not isinstance(value, _LISTS):
        raise UserError(f'{field} must be a list, got {shown(value)}')
    return value.tolist() if isinstance(value, np.ndarray) else list(value)


def as_object(value: Any, field: str) -> dict[str, Any]:
    """An object of JSON, of whose keys nothing is known yet.

    Raises:
        ValueError: If it is something else.
    """
    if not isinstance(value, dict):
        raise UserError(f'{field} must be an object, got {shown(value)}')
    return value


def as_box(value: Any, field: str) -> tuple[float, float, float, float]:
    """Four numbers, x1 y1 x2 y2, of which nothing else is known yet.

    Raises:
        ValueError: If it is something else; names the side.
    """
    sides = value
    if isinstance(sides, np.ndarray):
        sides = sides.tolist()
    if not isinstance(sides, (list, tuple)) or len(sides) != 4:
        raise UserError(
            f'{field} needs 4 numbers, [x1, y1, x2, y2], got {shown(value)}'
        )
    return tuple(
        as_number(side, f'{field}[{index}]', -MAX_COORDINATE, MAX_COORDINATE)
        for index, side in enumerate(sides)
    )


def as_numbers(
    value: Any, field: str, shape: tuple[int, ...], limit: float = MAX_SCORE
) -> np.ndarray:
    """Finite numbers, none of them written as a text, as float64.

    Args:
        value: A list, or a list of lists of equal length.
        field: Its name and where it is, for the message.
        shape: The shape it must have.
        limit: How far from 0 they may be.

    Raises:
        ValueError: If it is something else.
    """
    try:
        array = np.array(value)
    except (ValueError, OverflowError) as error:
        raise UserError(f'{field} has rows of unequal length') from error
    if array.size == 0 and shape[0] == 0:
        array = np.zeros(shape)
    # Among numbers NumPy takes True for 1.
    if (
        array.shape != shape
        or array.dtype.kind not in 'iuf'
        or bool in _types_in(value, array.ndim)
    ):
        raise UserError(
            f'{field} must be numbers of shape {shape}, got {shown(value)}'
        )
    if not np.isfinite(array).all():
        raise UserError(f'{field} must be finite, got {shown(value)}')
    if (np.abs(array) > limit).any():
        raise UserError(
            f'{field} must be numbers from {-limit:g} to {limit:g}, got '
            f'{shown(value)}'
        )
    return array.astype(np.float64)


def shown(value: Any) -> str:
    """A value as messages show it, cut where it is long."""
    try:
        return f'{value!r:.120}'
    except ValueError:  # an integer of more digits than Python writes
        return f'a {type(value).__name__} that is too long to be shown'


def _require_text(value: str, field: str) -> None:
    if not is_text(value):
        raise UserError(
            f'{field} has a character that is not UTF-8, got {shown(value)}; '
            'rename it'
        )


def _types_in(value: Any, depth: int) -> set[type]:
    if isinstance(value, np.ndarray):
        return {value.dtype.type}
    values: Iterable = value
    for _ in range(depth - 1):
        values = chain.from_iterable(values)
    return set(map(type, values))


def _parse(value: Any) -> float | None:
    """The number in a value, not always finite, or None."""
    if type(value) in (float, int):
        number = value
    elif isinstance(value, (bool, np.bool_)):
        return None
    elif isinstance(value, (float, int, np.floating, np.integer)):
        number = value.item() if isinstance(value, np.generic) else value
    elif isinstance(value, str) and _NUMBER.fullmatch(value):
        number = value
    else:
        return None
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _range(least: float, most: float) -> str:
    if most == _MAX_WHOLE or most == math.inf:
        limits = f' from {least:g} on'
    else:
        limits = f' from {least:g} to {most:.10g}'
    return '' if least in (-_MAX_WHOLE, -math.inf) else limits


def differing_keys(
    first: Mapping[str, Any], second: Mapping[str, Any]
) -> list[str]:
    """Keys that two mappings give other values, or that one of them lacks."""
    missing = object()
    return [
        key
        for key in {**first, **second}
        if first.get(key, missing) != second.get(key, missing)
    ]
