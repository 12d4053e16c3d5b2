"""Checks of the files of class records, a label list at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stclip.knowledge.attribute_check import find_faults
from stclip.knowledge.attributes import read_attributes
from stclip.knowledge.graph_check import find_graph_faults
from stclip.knowledge.knowledge_graph import read_graphs
from stclip.labels.label_list import read_label_list
from stclip.utils.resources import resolve
from stclip.utils.text_file import read_yaml

_DATA = Path('data')


@dataclass(frozen=True)
class RecordKind:
    """A kind of class records.

    Args:
        folder: In data/, with a file ``NAME.jsonl`` for each label list.
        read: Records of a file.
        find_faults: Lines that say what is wrong with records, given label
            list, tokens of a text, and senses.
    """

    folder: str
    read: Callable[[Path], Sequence[Any]]
    find_faults: Callable[..., Iterator[str]]

    def names(self) -> list[str]:
        """Label lists that have such a file, sorted."""
        folder = resolve(_DATA / self.folder)
        return sorted(path.stem for path in folder.glob('*.jsonl'))


#: Subcommand of ``stclip`` -> what its ``check`` looks through.
KINDS = {
    'attributes': RecordKind('attributes', read_attributes, find_faults),
    'graphs': RecordKind('knowledge', read_graphs, find_graph_faults),
}


def check_records(
    kind: RecordKind, name: str, num_tokens: Callable[[str], int]
) -> tuple[int, list[str]]:
    """Look through the records of a label list.

    Args:
        kind: What they are.
        name: Stands for its file, ``data/labels/NAME.txt`` and the entries
            of NAME in ``data/attributes/senses.yaml``.
        num_tokens: Tokens of a text, start and end included.

    Returns:
        How many records there are, and a line for each fault.

    Raises:
        MissingFileError: If a file is missing.
        UserError: If one cannot be read.
    """
    records = kind.read(_DATA / kind.folder / f'{name}.jsonl')
    labels = read_label_list(_DATA / 'labels' / f'{name}.txt')
    senses = _read_senses().get(name, {})
    return len(records), list(
        kind.find_faults(records, labels, num_tokens, senses)
    )


def _read_senses() -> Mapping[str, Any]:
    path = resolve(_DATA / 'attributes' / 'senses.yaml')
    return read_yaml(path, 'It says which meanings names have; {} if none.')
