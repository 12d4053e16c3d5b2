"""The text of XML files, in whatever encoding they declare."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from stclip.utils.decoding import byte_order_mark
from stclip.utils.errors import UserError

_CHUNK = 1 << 16
_DECLARED = re.compile(rb'<\?xml\s[^>]*?\bencoding\s*=\s*["\']([\w.:-]+)["\']')
_MEND = 'save it as UTF-8 and have it say so, or export it again'


def utf8_pieces(path: Path) -> Iterator[bytes]:
    """Give a file in UTF-8, piece by piece.

    Args:
        path: XML in the encoding of its byte order mark; without one, in
            that which its first line declares, which may be any that Python
            knows; else in UTF-8.

    Raises:
        UserError: If Python does not know that encoding, or the file is not
            in it; names the line.
    """
    with path.open('rb') as file:
        content = file.read(_CHUNK)
        mark, encoding = byte_order_mark(content)
        if not mark:
            encoding = _declared(path, content) or encoding
        decoder = codecs.getincrementaldecoder(encoding)()
        content, line = content[len(mark) :], 1
        while content:
            following = file.read(_CHUNK)
            try:
                text = decoder.decode(content, final=not following)
                piece = text.encode()
            except UnicodeError as error:
                if isinstance(error, UnicodeDecodeError):
                    line += error.object[: error.start].count(b'\n')
                raise UserError(
                    f'{path}, line {line}: no XML in {encoding.upper()} '
                    f'({error}); {_MEND}'
                ) from error
            yield piece
            line += text.count('\n')
            content = following


def _declared(path: Path, head: bytes) -> str | None:
    """The encoding that a file names, or None.

    Raises:
        UserError: If Python does not know it, or it cannot be that of the
            line that names it, which is read as ASCII.
    """
    found = _DECLARED.match(head)
    if not found:
        return None
    name, line = found[1].decode(), found[0].decode()
    try:
        fault = '' if found[0].decode(name) == line else 'which it is not in'
    except LookupError:
        fault = 'which is not known'
    except UnicodeError:
        fault = 'which it is not in'
    if fault:
        raise UserError(
            f'{path}, line 1: declares the encoding {name!r}, {fault}; {_MEND}'
        )
    return name
