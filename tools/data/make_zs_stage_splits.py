"""Label splits of ZS-Stage, from the classes that the package draws.

Writes data/splits/zs_stage/single_*.yaml anew; they are committed.
"""

from pathlib import Path

from stclip.utils.io import atomic_write
from stclip.zs_stage.classes import DEVELOPMENT, FOLDS, label_split

FOLDER = Path(__file__).parents[2] / 'data' / 'splits' / 'zs_stage'
_NAMES = dict(fold='split', dev='dev')
_SOURCE = dict(
    fold='Drawn for stclip before any result was seen.',
    dev='For choosing schedules; none of its actions is unseen in a fold.',
)


def split_text(part: str, number: int) -> str:
    """Return the file of a fold or a development set."""
    seen, unseen = label_split(part, number)
    lines = [
        '# ZS-Stage, single-action track: names as in its annotations.',
        '# Made by tools/data/make_zs_stage_splits.py; a test compares them.',
        'benchmark: zs_stage_single',
        f'split: {number if part == "fold" else f"dev{number}"}',
        f'source: {_SOURCE[part]}',
        f'test:  # {len(unseen)} unseen actions',
        *(f'  - {name}' for name in unseen),
        f'train:  # {len(seen)} seen actions',
        *(f'  - {name}' for name in seen),
    ]
    return '\n'.join(lines) + '\n'


def split_texts() -> dict[str, str]:
    """Return all files by name."""
    parts = [('fold', number) for number in FOLDS]
    parts += [('dev', number) for number in DEVELOPMENT]
    return {
        f'single_{_NAMES[part]}{number}.yaml': split_text(part, number)
        for part, number in parts
    }


def main() -> None:
    """Write all files."""
    for name, text in split_texts().items():
        with atomic_write(FOLDER / name) as file:
            file.write(text)
        print(FOLDER / name)


if __name__ == '__main__':
    main()
