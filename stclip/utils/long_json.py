"""JSON files with one long list, of which an entry at a time is in memory."""

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stclip.utils.decoding import byte_order_mark, unique_keys
from stclip.utils.errors import UserError
from stclip.utils.io import require_file

_CHUNK = 1 << 18
_SPACE = ' \t\n\r'
# What may follow a value.
_ENDS = {*_SPACE, ',', ']', '}', ':'}


def read_long_json(
    path: str | Path, key: str, hint: str = 'Check the path.'
) -> dict[str, Any]:
    """Read all of a JSON object but the entries of its long list.

    Args:
        path: File to read.
        key: What the list is called.
        hint: What the user can do when the file is missing.

    Returns:
        The object; of the list, the number of its entries.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it is no JSON object, or has no such list.
    """
    value: dict[str, Any] = {}
    count = None
    for name, item in _items(require_file(path, hint), key):
        if name != key:
            value[name] = item
        elif item is None:
            count = 0
        else:
            count = (count or 0) + 1
    if count is None:
        raise UserError(f'{path} has no key {key}')
    return {**value, key: count}


def read_head(path: str | Path, key: str) -> dict[str, Any]:
    """Read what stands before the list in a file of :func:`.write_long_json`.

    Args:
        path: File to read; of its list, nothing is.
        key: What the list is called.

    Raises:
        ValueError: If it is another file.
    """
    head = []
    with Path(path).open(encoding='utf-8') as file:
        for line in file:
            if line.startswith(f' "{key}"'):
                break
            head.append(line)
    return dict(json.loads(''.join(head).rstrip().rstrip(',') + '}'))


def iter_long_json(path: str | Path, key: str) -> Iterator[Any]:
    """Give the entries of the long list of a JSON object.

    Args:
        path: File to read.
        key: What the list is called.

    Raises:
        ValueError: If it is no JSON object.
    """
    for name, item in _items(Path(path), key):
        if name == key and item is not None:
            yield item


def _items(path: Path, key: str) -> Iterator[tuple[str, Any]]:
    """Give keys and values; for the list ``None``, then each of its entries.

    Raises:
        UserError: If the file is no JSON object; names it.
    """
    try:
        yield from _Reader(path).items(key)
    except json.JSONDecodeError as error:
        near = error.doc[error.pos :][:30]
        raise UserError(
            f'{path} is not valid JSON: {error.msg} at {near!r}'
        ) from error
    except (ValueError, RecursionError) as error:
        raise UserError(f'{path} is not valid JSON: {error}') from error


class _Reader:
    """A window on the text of a file, which goes along as values are read."""

    def __init__(self, path: Path) -> None:
        self._chunks = _texts(path)
        self._text, self._at = '', 0
        self._ended = False
        self._decoder = json.JSONDecoder(object_pairs_hook=unique_keys)

    def items(self, key: str) -> Iterator[tuple[str, Any]]:
        """See :func:`_items`."""
        self._expect('{')
        seen = set()
        while self._next_in('}', first=not seen):
            name = self._value()
            if not isinstance(name, str):
                raise UserError(f'expected a key in quotes, got {name!r:.60}')
            if name in seen:
                raise UserError(f'the key {name!r} is there twice')
            seen.add(name)
            self._expect(':')
            if name == key:
                yield name, None
                yield from ((name, entry) for entry in self._entries())
            else:
                yield name, self._value()
        if self._peek():
            raise UserError('more follows after its end')

    def _entries(self) -> Iterator[Any]:
        self._expect('[')
        first = True
        while self._next_in(']', first):
            first = False
            yield self._value()

    def _next_in(self, end: str, first: bool) -> bool:
        """Pass over what stands before a value; whether there is one."""
        if self._peek() == end:
            self._expect(end)
            return False
        if not first:
            self._expect(',')
        return True

    def _expect(self, char: str) -> None:
        got = self._peek()
        if got != char:
            what = repr(got) if got else 'the end of the file'
            raise UserError(f'expected {char!r}, got {what}')
        self._at += 1

    def _peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ''

    def _value(self) -> Any:
        """Decode a value, of which the window may hold the beginning only."""
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                if not self._more():
                    raise
                continue
            # A number may go on behind the window: 1, 1.5, 1.5e3.
            if self._text[end : end + 1] in _ENDS or not self._more():
                self._at = end
                return value

    def _more(self) -> bool:
        """Read on, at least as much as there is; whether there was more."""
        parts, size = [self._text[self._at :]], 0
        while not self._ended and size <= len(parts[0]):
            chunk = next(self._chunks, None)
            self._ended = chunk is None
            parts.append(chunk or '')
            size += len(chunk or '')
        self._text, self._at = ''.join(parts), 0
        return size > 0


def _texts(path: Path) -> Iterator[str]:
    """Give a text file piece by piece, in the encoding of its mark."""
    with path.open('rb') as file:
        content = file.read(_CHUNK)
        mark, encoding = byte_order_mark(content)
        decoder = codecs.getincrementaldecoder(encoding)()
        content = content[len(mark) :]
        while content:
            # Half a character may leave nothing.
            if text := decoder.decode(content):
                yield text
            content = file.read(_CHUNK)
        decoder.decode(b'', final=True)
