"""What the checks of attributes and of knowledge graphs share."""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from stclip.labels.label_list import read_label_list

DATA = Path(__file__).resolve().parents[1] / 'data'

#: Faults of a file's records, given label list and senses.
Finder = Callable[[Sequence, Sequence[str], Mapping[str, Any]], Iterable[str]]


def check_files(
    description: str,
    folder: str,
    read: Callable[[Path], Sequence],
    find: Finder,
    argv: Sequence[str] | None,
) -> None:
    """Print all faults of the files of a folder; exit with 1 if there are any.

    Args:
        description: Of the command line.
        folder: In data/, with a file ``NAME.jsonl`` for each label list.
        read: Records of a file.
        find: Lines that say what is wrong with them.
        argv: The command line: names of label lists.
    """
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('names', nargs='*', metavar='NAME')
    names = parser.parse_args(argv).names
    if not names:
        names = sorted(path.stem for path in (DATA / folder).glob('*.jsonl'))
    text = (DATA / 'attributes' / 'senses.yaml').read_text(encoding='utf-8')
    senses = yaml.safe_load(text)
    number = 0
    for name in names:
        records = read(DATA / folder / f'{name}.jsonl')
        labels = read_label_list(DATA / 'labels' / f'{name}.txt')
        for fault in find(records, labels, senses.get(name, {})):
            number += 1
            print(f'{name}: {fault}')
        print(f'{name}: {len(records)} classes looked at')
    if number:
        sys.exit(f'{number} faults')
