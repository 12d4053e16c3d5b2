"""Label splits of open-vocabulary detection: OpenMixer's and SiA's.

    python tools/data/make_ovad_splits.py open_vocabulary_splits.json

Writes data/splits/ovad anew from a file that holds the class lists which both
papers' code draws or names; the splits are committed.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from stclip.cli.command import Command, run
from stclip.utils.io import atomic_write, read_json

FOLDER = Path(__file__).parents[2] / 'data' / 'splits' / 'ovad'
_OPENMIXER = (
    'OpenMixer, WACV 2025: the list that its script gives for split 0 of '
    'folder train{share}%, which its configs read; the released file was not '
    'seen.'
)
_SCRIPT = (
    'OpenMixer, WACV 2025: draw 0 of the 32 that its script makes of '
    'train{share}% (seed 42).'
)
_SIA = 'SiA: draw {draw} of novel classes ({share} %), as listed in its code.'


@dataclass(frozen=True)
class OvadSplit:
    """Base and novel actions of a data set.

    Args:
        data: ``jhmdb`` or ``ucf24``.
        name: Of the split, and with ``data`` of its file.
        source: Where the list comes from.
        base: Names of the actions to train on, as in the annotations.
        novel: The others.
    """

    data: str
    name: str
    source: str
    base: tuple[str, ...]
    novel: tuple[str, ...]

    @property
    def file(self) -> str:
        """Name of its file."""
        return f'{self.data}_{self.name}.yaml'

    @property
    def text(self) -> str:
        """What the file holds."""
        lines = [
            '# Open-vocabulary detection: base actions are trained on, novel '
            'ones are not.',
            '# Made by tools/data/make_ovad_splits.py; a test compares them.',
            f'benchmark: ovad_{self.data}',
            f'split: {self.name}',
            'source: >-',
            *textwrap.wrap(
                self.source, 79, initial_indent='  ', subsequent_indent='  '
            ),
            f'test:  # {len(self.novel)} novel actions',
            *(f'  - {name}' for name in self.novel),
            f'train:  # {len(self.base)} base actions',
            *(f'  - {name}' for name in self.base),
        ]
        return '\n'.join(lines) + '\n'


def ovad_splits(content: dict[str, Any]) -> Iterator[OvadSplit]:
    """All splits, from the lists of the file.

    Args:
        content: ``vocabulary`` by data set, ``openmixer_released_...`` and
            ``openmixer_script_32`` with base classes, ``sia`` with novel
            ones.
    """
    released = content['openmixer_released_train50_train75']
    drawn, sia = content['openmixer_script_32'], content['sia']
    for data, vocabulary in content['vocabulary'].items():
        for share in (50, 75):
            yield make_split(
                (data, f'openmixer{share}'),
                _OPENMIXER.format(share=share),
                vocabulary,
                released[data][f'train{share}%'],
            )
            yield make_split(
                (data, f'openmixer{share}_script'),
                _SCRIPT.format(share=share),
                vocabulary,
                drawn[data][f'train{share}%_32splits']['splits'][0],
            )
        for share in (25, 50):
            for draw, novel in enumerate(sia[data][f'novel{share}']):
                yield make_split(
                    (data, f'sia{share}_draw{draw}'),
                    _SIA.format(draw=draw, share=share),
                    vocabulary,
                    [name for name in vocabulary if name not in novel],
                )


def make_split(
    name: tuple[str, str],
    source: str,
    vocabulary: list[str],
    base: list[str],
) -> OvadSplit:
    """A split, its actions in alphabetical order and in words.

    Args:
        name: Data set, and name of the split.
        source: Where the list comes from.
        vocabulary: All classes.
        base: Those to train on.
    """
    novel = [each for each in vocabulary if each not in base]
    return OvadSplit(
        *name,
        source,
        tuple(in_words(each) for each in sorted(base)),
        tuple(in_words(each) for each in sorted(novel)),
    )


def in_words(name: str) -> str:
    """A class folder of UCF101 as the annotations name it: Ice Dancing."""
    return re.sub('(?<=[a-z])(?=[A-Z])', ' ', name)


@click.command(cls=Command)
@click.argument('lists', metavar='FILE')
def command(lists: str) -> None:
    """Write all label splits of data/splits/ovad from FILE."""
    for split in ovad_splits(read_json(lists)):
        with atomic_write(FOLDER / split.file) as file:
            file.write(split.text)
        print(FOLDER / split.file)


if __name__ == '__main__':
    run(command)
