"""Sources of the descriptions of actions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from stclip.knowledge.attributes import plain_name
from stclip.utils.errors import UserError
from stclip.utils.io import read_json, require_file
from stclip.utils.text_file import read_lines

_FORMS = (
    'Expected a JSON list of {"word": NAME, "defn": DESCRIPTION} in a file '
    'named *.json, or lines of NAME<TAB>DESCRIPTION.'
)


class DescriptionSource(Protocol):
    """Anything that describes actions: a file, a dictionary, a crawler."""

    #: What records call it.
    name: str

    def find(self, class_name: str) -> str:
        """The description of an action, empty if there is none."""


class DescriptionFile:
    """Descriptions of a file, found by name in whatever spelling.

    Args:
        path: JSON list of objects with ``word`` and ``defn``, as
            ElaborativeRehearsal publishes them, or text with a name, a tab
            and a description in each line.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If an entry is faulty or there twice; it is named.
    """

    def __init__(self, path: str | Path) -> None:
        path = require_file(path, _FORMS)
        self.name = path.name
        self._table: dict[str, str] = {}
        read = _read_list if path.suffix.lower() == '.json' else _read_table
        for where, word, description in read(path):
            key = _key_of(word)
            if key in self._table:
                raise UserError(f'{path}, {where}: {word!r} is there twice')
            self._table[key] = ' '.join(description.split())

    def find(self, class_name: str) -> str:
        """The description of an action, empty if there is none."""
        return self._table.get(_key_of(class_name), '')


def _key_of(name: str) -> str:
    """ElaborativeRehearsal has "hand stand pushups", UCF-101 "handstand"."""
    return plain_name(name).replace(' ', '')


def _read_list(path: Path) -> Iterator[tuple[str, str, str]]:
    entries = read_json(path)
    if not isinstance(entries, list):
        raise UserError(f'{path} is no list. {_FORMS}')
    for index, entry in enumerate(entries, 1):
        where = f'entry {index}'
        for key in ('word', 'defn'):
            if not isinstance(entry, dict) or not isinstance(
                entry.get(key), str
            ):
                raise UserError(f'{path}, {where} has no {key!r}. {_FORMS}')
        yield where, entry['word'], entry['defn']


def _read_table(path: Path) -> Iterator[tuple[str, str, str]]:
    for line_num, line in read_lines(path):
        word, tab, description = line.partition('\t')
        if not tab or not word.strip():
            raise UserError(f'{path}, line {line_num} has no tab. {_FORMS}')
        yield f'line {line_num}', word, description
