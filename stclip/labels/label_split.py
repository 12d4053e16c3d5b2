"""Seen and unseen actions of a data set."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from stclip.labels.label_space import LabelSpace
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, require_file
from stclip.utils.resources import resolve


@dataclass(frozen=True)
class LabelSplit:
    """One division of a data set's actions.

    Args:
        benchmark: Name of the benchmark, such as ``zs_jhmdb``.
        split: Number or name of the split within it.
        train: Seen action names, in the order of the scores.
        test: Unseen action names, likewise.
        train_videos: The only videos to train on; empty for all that show no
            unseen action.

    Raises:
        ValueError: If a list is empty, or a name appears twice or in both.
    """

    benchmark: str
    split: int | str
    train: tuple[str, ...]
    test: tuple[str, ...]
    train_videos: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for part in ('train', 'test'):
            names = getattr(self, part)
            if not names:
                raise UserError(f'{part}: needs at least one action')
            repeated = sorted({n for n in names if names.count(n) > 1})
            if repeated:
                raise UserError(f'{part}: actions named twice: {repeated}')
        both = sorted(set(self.train) & set(self.test))
        if both:
            raise UserError(f'actions both in train and in test: {both}')


def read_label_split(path: str | Path) -> LabelSplit:
    """Read a label split.

    Args:
        path: YAML file with ``benchmark``, ``split``, and the lists of
            action names ``train`` and ``test``; perhaps ``train_videos``. See
            data/README.md.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it is not such a file; the message names it.
    """
    path = require_file(
        resolve(path), 'Label splits are kept under data/splits/.'
    )
    try:
        content = yaml.safe_load(path.read_text(encoding='utf-8'))
        if not isinstance(content, dict):
            raise UserError('expected "key: value" lines')
        missing = {'benchmark', 'split', 'train', 'test'} - set(content)
        if missing:
            raise UserError(f'lacks {sorted(missing)}')
        return LabelSplit(
            str(content['benchmark']),
            content['split'],
            *(_names(content[part], part) for part in ('train', 'test')),
            _names(content.get('train_videos', []), 'train_videos'),
        )
    except (ValueError, yaml.YAMLError) as error:
        raise UserError(f'label split {path}: {error}') from error


def split_columns(
    split: LabelSplit, labels: LabelSpace, source: str | Path
) -> tuple[list[int], list[int]]:
    """Columns of the seen and of the unseen actions.

    Args:
        split: Label split.
        labels: All actions of a data set.
        source: The file that names them, for the message.

    Raises:
        ValueError: If the split has actions that are not there; all are
            named.
    """
    unknown = set(split.train + split.test) - set(labels.names)
    if unknown:
        raise UserError(
            f'label split {split.split} of {split.benchmark} names actions '
            f'that are not in {source}: {sorted(unknown)}'
        )
    return (
        [labels.index(name) for name in split.train],
        [labels.index(name) for name in split.test],
    )


def write_label_split(path: str | Path, split: LabelSplit) -> None:
    """Write a label split, atomically; it is read back as it was."""
    content = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in vars(split).items()
    }
    with atomic_write(path) as file:
        yaml.safe_dump(content, file, sort_keys=False, allow_unicode=True)


def _names(value: object, part: str) -> tuple[str, ...]:
    # YAML reads an unquoted `on` or `1` as something else than a name.
    if not isinstance(value, list) or not all(
        isinstance(name, str) for name in value
    ):
        raise UserError(f'{part}: expected a list of names, got {value!r}')
    return tuple(value)
