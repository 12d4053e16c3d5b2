"""Seen and unseen actions of a data set."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from stclip.labels.label_space import LabelSpace
from stclip.utils.choices import nearest
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import atomic_write
from stclip.utils.resources import resolve
from stclip.utils.text_file import read_yaml

_NEEDED = {'benchmark', 'split', 'train', 'test'}
# `source`, for readers, says where the lists come from.
_OPTIONAL = {'source', 'train_videos'}


@dataclass(frozen=True)
class LabelSplit:
    """One division of a data set's actions.

    What is trained on is seen; what is tested and not trained on is unseen.
    A test is zero-shot where the lists share no action, as in all benchmarks
    of the project, closed-set where all tested actions are seen, generalised
    in between.

    Args:
        benchmark: Name of the benchmark, such as ``zs_jhmdb``.
        split: Number or name of the split within it.
        train: Seen action names, in the order of the scores.
        test: Tested action names, likewise.
        train_videos: The only videos to train on; empty for all that show no
            unseen action.

    Raises:
        ValueError: If a list is empty, or holds an empty name or one twice.
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
            if not all(name.strip() for name in names):
                raise UserError(f'{part}: an action without a name: {names}')
            repeated = sorted({n for n in names if names.count(n) > 1})
            if repeated:
                raise UserError(f'{part}: actions named twice: {repeated}')

    def seen_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of some actions that are trained on, in the order given."""
        return tuple(name for name in names if name in self.train)


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
    path = resolve(path)
    try:
        content = read_yaml(path, 'Label splits are kept under data/splits/.')
    except MissingFileError:
        raise
    except UserError as error:
        raise UserError(f'label split {error}') from error
    try:
        _check_keys(content)
        return LabelSplit(
            str(_word(content['benchmark'], 'benchmark')),
            _word(content['split'], 'split'),
            *(_names(content[part], part) for part in ('train', 'test')),
            _names(content.get('train_videos', []), 'train_videos'),
        )
    except ValueError as error:
        raise UserError(f'label split {path}: {error}') from error


def split_columns(
    split: LabelSplit,
    labels: LabelSpace,
    source: str | Path,
    split_file: str | Path,
) -> tuple[list[int], list[int]]:
    """Columns of the actions to train on and of those to test.

    Args:
        split: Label split.
        labels: All actions of a data set.
        source: The file that names them, for the message.
        split_file: Where the split comes from, likewise.

    Raises:
        ValueError: If the split has actions that are not there; all are
            named, with the nearest name of the first.
    """
    unknown = sorted(set(split.train + split.test) - set(labels.names))
    if unknown:
        raise UserError(
            f'label split {split_file} names actions that are not in '
            f'{source}: {unknown}{nearest(unknown[0], labels.names)}'
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


def _check_keys(content: Any) -> None:
    if not isinstance(content, dict):
        raise UserError('expected "key: value" lines')
    missing = sorted(_NEEDED - set(content))
    unknown = sorted(map(str, set(content) - _NEEDED - _OPTIONAL))
    if missing or unknown:
        faults = [f'lacks {missing}'] * bool(missing)
        faults += [f'has unknown keys {unknown}'] * bool(unknown)
        raise UserError(
            f'{" and ".join(faults)}; its keys are {sorted(_NEEDED)} and '
            f'perhaps {sorted(_OPTIONAL)}'
        )


def _word(value: object, key: str) -> int | str:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise UserError(f'{key}: expected a name or a number, got {value!r}')
    return value


def _names(value: object, part: str) -> tuple[str, ...]:
    # YAML reads an unquoted `on` or `1` as something else than a name.
    if not isinstance(value, list) or not all(
        isinstance(name, str) for name in value
    ):
        raise UserError(
            f'{part}: expected a list of names, got {value!r}; names that are '
            'words of YAML or numbers want quotes, as "on" or "1"'
        )
    return tuple(value)
