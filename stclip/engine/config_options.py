"""Values of ``--cfg-options``, read as they were typed."""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mmengine.config import Config

from stclip.utils.errors import UserError

_INTEGER = re.compile(r'[+-]?\d+', re.ASCII)
_DECIMAL = re.compile(
    r'[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|nan)', re.ASCII | re.I
)
_WORDS = {'true': True, 'false': False}
_CLOSING = {'(': ')', '[': ']', '{': '}'}
_QUOTES = '\'"'
_QUOTE_IT = 'quote a text that has such a sign: KEY=\'"..."\''


def lay_over(cfg: Config, values: Mapping[str, Any]) -> None:
    """Lay values over a config, which may be laid over others again.

    MMEngine takes ``_delete_`` out of what it merges.

    Args:
        cfg: Changed in place.
        values: By dotted key.
    """
    cfg.merge_from_dict(copy.deepcopy(dict(values)))


def parse_options(options: Sequence[str]) -> dict[str, Any]:
    """Values of ``--cfg-options`` by their dotted key.

    Args:
        options: ``KEY=VALUE`` each; see :func:`parse_value`.

    Raises:
        UserError: For one without a ``=`` or a key, and for a value that
            cannot be read.
    """
    values = {}
    for option in options:
        key, equals, value = option.partition('=')
        key = key.strip()
        if not equals or not all(key.split('.')):
            raise UserError(
                f'--cfg-options: {option!r} is no KEY=VALUE; quote values '
                'that hold spaces'
            )
        try:
            values[key] = parse_value(value)
        except (ValueError, RecursionError) as error:
            raise UserError(f'--cfg-options {option}: {error}') from error
    return values


def parse_value(text: str) -> Any:
    """Read a value as OpenMMLab's users know it, and keep its spaces.

    ``1``, ``.5``, ``True`` and ``None`` are what they are in Python, any other
    word is text. ``[a,b]`` and ``a,b`` are lists, ``(a,b)`` is a tuple; they
    may hold each other. In quotes is text, whatever it looks like, except
    that quotes around a whole list or tuple are dropped.

    Args:
        text: What stands behind the ``=``.

    Raises:
        ValueError: If brackets or quotes do not match, an item of a list is
            empty, or the value is a dictionary.
    """
    text = text.strip()
    inside = _unquoted(text)
    if inside is not None:
        if not _is_list(inside):
            return inside
        text = inside
    items = list(_items(text))
    if len(items) > 1:
        return _parse_items(items)
    if _is_bracketed(text):
        values = _parse_items(list(_items(text[1:-1])))
        return tuple(values) if text[0] == '(' else values
    if text.startswith('{') and text.endswith('}') and ':' in text:
        raise ValueError(
            'a dictionary is given key by key, as model.clip.arch=ViT-B-16'
        )
    return _parse_word(text)


def _parse_items(items: list[str]) -> list[Any]:
    if items and not items[-1].strip():
        items = items[:-1]  # after the last comma, as in (1,)
    if not all(item.strip() for item in items):
        raise ValueError("an item of the list is empty; write '' for no text")
    return [parse_value(item) for item in items]


def _parse_word(text: str) -> Any:
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    return None if text == 'None' else text


def _unquoted(text: str) -> str | None:
    """What stands in the quotes that a text begins and ends with, if any."""
    if not text.startswith(tuple(_QUOTES)):
        return None
    end = text.find(text[0], 1)
    return text[1:-1] if end == len(text) - 1 else None


def _is_list(text: str) -> bool:
    try:
        return _is_bracketed(text)
    except ValueError:
        return False


def _is_bracketed(text: str) -> bool:
    """Whether one pair of brackets spans the text."""
    return text[:1] in ('(', '[') and _depths(text).index(0) == len(text) - 1


def _items(text: str) -> Iterator[str]:
    """The parts between commas that stand in no brackets and no quotes."""
    start = 0
    for idx, depth in enumerate(_depths(text)):
        if depth == 0 and text[idx] == ',':
            yield text[start:idx]
            start = idx + 1
    yield text[start:]


def _depths(text: str) -> list[int]:
    """Brackets and quotes that are open after each character.

    A quote opens at the start of an item alone: ``don't`` has none.
    """
    depths, open_signs, at_start = [], [], True
    for char in text:
        quoted = open_signs and open_signs[-1] in _QUOTES
        if quoted:
            if char == open_signs[-1]:
                open_signs.pop()
        elif char in _QUOTES and at_start:
            open_signs.append(char)
        elif char in _CLOSING:
            open_signs.append(_CLOSING[char])
        elif char in _CLOSING.values() and open_signs[-1:] != [char]:
            raise ValueError(f'{char!r} closes nothing; {_QUOTE_IT}')
        elif char in _CLOSING.values():
            open_signs.pop()
        at_start = char in ',([{' or (at_start and char.isspace())
        depths.append(len(open_signs))
    if open_signs:
        raise ValueError(f'{open_signs[-1]!r} is missing; {_QUOTE_IT}')
    return depths
