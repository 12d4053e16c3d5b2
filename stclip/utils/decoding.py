"""Text of bytes, and JSON of text: what is odd is told with its line."""

import codecs
import json
import re
from typing import Any

from stclip.utils.errors import UserError

# UTF-32's mark begins with UTF-16's, so it is looked for first.
_MARKS = (
    (codecs.BOM_UTF8, 'utf-8'),
    (codecs.BOM_UTF32_LE, 'utf-32-le'),
    (codecs.BOM_UTF32_BE, 'utf-32-be'),
    (codecs.BOM_UTF16_LE, 'utf-16-le'),
    (codecs.BOM_UTF16_BE, 'utf-16-be'),
)
_LONE = re.compile('[\ud800-\udfff]')
_ODD = {
    '\0': 'a NUL character: UTF-16 without a byte order mark, or no text',
    '\x1a': 'a Ctrl-Z character, the end of a file of DOS',
    '\ufeff': 'a byte order mark that is not at the start of the file',
}


def decode(content: bytes) -> str:
    r"""Text of a file, with ``\n`` at the end of each line.

    Args:
        content: UTF-8, or what its byte order mark says: UTF-8, UTF-16 or
            UTF-32. Lines end in LF, CRLF or CR.

    Raises:
        ValueError: For another encoding, or characters that no text has;
            line, byte and the encoding that was tried are named.
    """
    mark, encoding = byte_order_mark(content)
    title = encoding[:6].upper()
    content = content[len(mark) :]
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding)
        byte = content[error.start]
        raise UserError(
            f'not a text file in {title} (line {_lines(before)}: byte '
            f'0x{byte:02x}, number {len(mark) + error.start + 1} of the '
            f'file, is not {title}: {error.reason}). Save it as UTF-8.'
        ) from error
    if odd := re.search('[\0\x1a\ufeff]', text):
        raise UserError(
            f'not a text file in {title} (line '
            f'{_lines(text[: odd.start()])} has {_ODD[odd[0]]}). Save it as '
            'UTF-8.'
        )
    return _unify(text)


def is_text(text: str) -> bool:
    r"""Whether UTF-8 can hold a text.

    Python keeps bytes of names and arguments that are no UTF-8 as lone
    surrogates, and JSON may tell such, as ``\\udce9``.
    """
    return not _LONE.search(text)


def readable(text: str) -> str:
    r"""A text with what UTF-8 cannot hold as shells write it: ``caf\xe9``."""
    return _LONE.sub(_escaped, text)


def byte_order_mark(content: bytes) -> tuple[bytes, str]:
    """The mark that a file starts with, or nothing, and the encoding."""
    return next(
        (entry for entry in _MARKS if content.startswith(entry[0])),
        (b'', 'utf-8'),
    )


def parse_json(text: str) -> Any:
    """Value of a JSON text.

    Raises:
        ValueError: If it is none, with line and column; or if a key of an
            object is there twice, of which the first would be lost.
        RecursionError: If it is nested too deeply.
    """
    return json.loads(text, object_pairs_hook=unique_keys)


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Object of JSON; refuses a key that is there twice."""
    value = dict(pairs)
    if len(value) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise UserError(f'the key {twice!r} is there twice in one object')
    return value


def _escaped(lone: re.Match) -> str:
    code = ord(lone[0])
    # Bytes from 0x80 on are kept as U+DC80 and so on.
    if 0xDC80 <= code <= 0xDCFF:
        return f'\\x{code - 0xDC00:02x}'
    return f'\\u{code:04x}'


def _lines(text: str) -> int:
    """Number of the line that a text ends in."""
    return _unify(text).count('\n') + 1


def _unify(text: str) -> str:
    return text.replace('\r\n', '\n').replace('\r', '\n')
