"""Label splits of ZS-Stage, from the classes that the package draws.

Writes data/splits/zs_stage and the lists data/labels/zs_stage*.txt anew; they
are committed.
"""

from pathlib import Path

from stclip.utils.io import atomic_write
from stclip.zs_stage.classes import ACTIONS, DEVELOPMENT, FOLDS, label_split
from stclip.zs_stage.crowd_classes import (
    CROWD_ACTIONS,
    CROWD_DEVELOPMENT,
    CROWD_FOLDS,
    crowd_label_split,
)

DATA = Path(__file__).parents[2] / 'data'
_NAMES = dict(fold='split', dev='dev')
_PARTS = dict(
    single=dict(fold=FOLDS, dev=DEVELOPMENT),
    multi=dict(fold=CROWD_FOLDS, dev=CROWD_DEVELOPMENT),
)
_SPLITS = dict(single=label_split, multi=crowd_label_split)
_SOURCE = dict(
    fold='Drawn for stclip before any result was seen.',
    dev='For choosing schedules; none of its actions is unseen in a fold.',
)


def split_text(track: str, part: str, number: int) -> str:
    """Return the file of a fold or a development set of a track."""
    seen, unseen = _SPLITS[track](part, number)
    lines = [
        f'# ZS-Stage, {track}-action track: names as in its annotations.',
        '# Made by tools/data/make_zs_stage_splits.py; a test compares them.',
        f'benchmark: zs_stage_{track}',
        f'split: {number if part == "fold" else f"dev{number}"}',
        f'source: {_SOURCE[part]}',
        f'test:  # {len(unseen)} unseen actions',
        *(f'  - {name}' for name in unseen),
        f'train:  # {len(seen)} seen actions',
        *(f'  - {name}' for name in seen),
    ]
    return '\n'.join(lines) + '\n'


def split_texts() -> dict[str, str]:
    """Return all files by their path below data/."""
    texts = {
        f'splits/zs_stage/{track}_{_NAMES[part]}{number}.yaml': split_text(
            track, part, number
        )
        for track, parts in _PARTS.items()
        for part, numbers in parts.items()
        for number in numbers
    }
    lists = {'zs_stage': ACTIONS, 'zs_stage_multi': CROWD_ACTIONS}
    for name, actions in lists.items():
        texts[f'labels/{name}.txt'] = '\n'.join(actions) + '\n'
    return texts


def main() -> None:
    """Write all files."""
    for name, text in split_texts().items():
        with atomic_write(DATA / name) as file:
            file.write(text)
        print(DATA / name)


if __name__ == '__main__':
    main()
