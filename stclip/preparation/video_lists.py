"""Lists of whole videos and their class, as mmaction2 reads them.

From what the official sites of UCF-101, HMDB-51 and Kinetics give. A list has
a line for each video, ``<path below the folder of the videos> <label>``.
"""

import logging
import os
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmengine.logging import print_log

from stclip.knowledge.attributes import plain_name
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import atomic_write
from stclip.utils.text_file import read_csv, read_lines
from stclip.utils.values import MAX_SECONDS, as_name, as_whole
from stclip.video.listing import VIDEO_SUFFIXES, look_for_videos
from stclip.video.local_files import is_hidden

#: Name without suffix and label of a video.
Entry = tuple[str, int]
_HINT = 'docs/how_to/prepare_recognition.md tells what to download.'
_COLUMNS = ('label', 'youtube_id', 'time_start', 'time_end')
# In HMDB-51's files: 0 is for videos of neither.
_HMDB_SUBSETS = {'0': None, '1': 'train', '2': 'test'}


@dataclass(frozen=True)
class VideoList:
    """The videos of one list.

    Args:
        entries: Path below the folder of the videos, and label.
        missing: Names of videos that are listed officially but not there.
    """

    entries: tuple[Entry, ...]
    missing: tuple[str, ...]

    def describe(self) -> str:
        """Counts in words."""
        classes = len({label for _, label in self.entries})
        return (
            f'{len(self.entries)} videos of {classes} classes, '
            f'{len(self.missing)} missing'
        )


def read_ucf101(
    folder: Path, names: Sequence[str], split: int
) -> dict[str, list[Entry]]:
    """Read ``trainlist0N.txt`` and ``testlist0N.txt``.

    Args:
        folder: ``ucfTrainTestlist``.
        names: Class names in the order of the labels.
        split: Number N.

    Returns:
        Videos of ``'train'`` and ``'test'``, named ``<Class>/<video>``.

    Raises:
        FileNotFoundError: If a list is missing.
        ValueError: If a line is odd; file and line are named.
    """
    labels = _by_spelling(names)
    subsets = {}
    for subset in ('train', 'test'):
        path = folder / f'{subset}list{split:02d}.txt'
        entries = []
        for where, words in _lines(path):
            title, _, file = words[0].partition('/')
            label = labels.get(_spelling(title))
            if label is None:
                raise UserError(f'{where}: there is no class {title!r}')
            # Only the training lists have numbers, from 1.
            if not file or words[1:] not in ([], [str(label + 1)]):
                raise UserError(
                    f'{where}: expected <Class>/<video>.avi, with the number '
                    f'of the class in training, got {" ".join(words)!r}'
                )
            entries.append((words[0].removesuffix('.avi'), label))
        subsets[subset] = entries
    return subsets


def read_hmdb51(
    folder: Path, names: Sequence[str], split: int
) -> dict[str, list[Entry]]:
    """Read the ``<class>_test_splitN.txt`` of all classes.

    Args:
        folder: Folder of those files.
        names: Class names in the order of the labels.
        split: Number N.

    Returns:
        Videos of ``'train'`` and ``'test'``, named ``<class>/<video>``.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a line is odd; file and line are named.
    """
    labels = _by_spelling(names)
    ending = f'_test_split{split}.txt'
    paths = sorted(folder.glob(f'*{ending}'))
    if not paths:
        raise MissingFileError(f'{folder} holds no *{ending}. {_HINT}')
    subsets: dict[str, list[Entry]] = {'train': [], 'test': []}
    for path in paths:
        title = path.name.removesuffix(ending)
        label = labels.get(_spelling(title))
        if label is None:
            raise UserError(f'{path}: there is no class {title!r}')
        for where, words in _lines(path):
            if len(words) != 2 or words[1] not in _HMDB_SUBSETS:
                raise UserError(
                    f'{where}: expected <video>.avi and 0, 1 or 2, got '
                    f'{" ".join(words)!r}'
                )
            if subset := _HMDB_SUBSETS[words[1]]:
                name = f'{title}/{words[0].removesuffix(".avi")}'
                subsets[subset].append((name, label))
    return subsets


def check_split(
    subsets: Mapping[str, Sequence[Entry]], names: Sequence[str], source: str
) -> None:
    """Refuse training and test lists that do not belong together.

    A warning names classes without any video; a part of a data set lacks
    them as well.

    Args:
        subsets: Videos of ``'train'`` and ``'test'``.
        names: Class names in the order of the labels.
        source: What was read, for messages.

    Raises:
        ValueError: If a video is in both, or a class in one alone.
    """
    (train, trained), (test, tested) = (
        [set(column) for column in zip(*subsets[subset], strict=True)]
        or [set(), set()]
        for subset in ('train', 'test')
    )
    if twice := sorted(train & test):
        raise UserError(
            f'{source}: {len(twice)} videos are both to train on and to test, '
            f'such as {twice[0]}. {_HINT}'
        )
    if alone := sorted(trained ^ tested):
        raise UserError(
            f'{source}: {len(alone)} classes, such as {names[alone[0]]!r}, '
            'have videos in one of training and test alone; is a list cut '
            f'off? {_HINT}'
        )
    if absent := [
        name for label, name in enumerate(names) if label not in trained
    ]:
        print_log(
            f'{source}: {len(absent)} of {len(names)} classes have no video: '
            f'{", ".join(absent):.120}. Is a list missing or cut off?',
            'current',
            logging.WARNING,
        )


def read_kinetics(path: Path) -> list[tuple[str, str]]:
    """Read an official csv file.

    Args:
        path: File with columns ``label``, ``youtube_id``, ``time_start`` and
            ``time_end``.

    Returns:
        Name of each video, ``<id>_<start>_<end>`` as mmaction2 and other
        downloaders call it, and its class name.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If columns are missing, a class or an id is blank, or a
            time is no number.
    """
    rows = read_csv(path, _HINT)
    _, cells = next(rows, (1, []))
    head = [cell.strip() for cell in cells]
    if not set(_COLUMNS) <= set(head):
        raise UserError(
            f'{path}: expected columns {_COLUMNS}, got {head!s:.120}. The csv '
            'of the test set without labels does not do.'
        )
    entries = []
    for line_num, cells in rows:
        row = {
            column: cell.strip()
            for column, cell in zip(head, cells, strict=False)
        }
        title, video, *times = (row.get(column) for column in _COLUMNS)
        try:
            start, end = (
                as_whole(time, 'time', 0, MAX_SECONDS) for time in times
            )
        except ValueError as error:
            raise UserError(
                f'{path}, line {line_num}: times must be numbers, whole '
                f'seconds, got {times}'
            ) from error
        title, video = (
            as_name(value, f'{path}, line {line_num}: {column}')
            for value, column in ((title, 'label'), (video, 'youtube_id'))
        )
        entries.append((f'{video}_{start:06d}_{end:06d}', title))
    return entries


def label_kinetics(
    entries: Iterable[tuple[str, str]], names: Sequence[str]
) -> list[Entry]:
    """Give the videos of some classes their labels, and drop the others."""
    labels = _by_spelling(names)
    return [
        (name, labels[_spelling(title)])
        for name, title in entries
        if _spelling(title) in labels
    ]


def locate(videos: Path, entries: Sequence[Entry]) -> VideoList:
    """Find videos named ``<class>/<video>``, as files or frame folders.

    Raises:
        FileNotFoundError: If the folder of the videos is absent.
        ValueError: If a path has a space in it.
    """
    paths = look_for_videos(videos, [name for name, _ in entries])
    return _video_list(videos, entries, paths)


def locate_by_name(videos: Path, entries: Sequence[Entry]) -> VideoList:
    """Find videos by their bare name in whatever folders they lie.

    Downloaders of Kinetics put them into folders of subset, class or both.
    Empty files are what a failed download leaves; they count as missing.

    Raises:
        FileNotFoundError: If the folder of the videos is absent.
        ValueError: If a path has a space in it.
    """
    if not videos.is_dir():
        raise MissingFileError(f'{videos} does not exist. {_HINT}')
    wanted = {name for name, _ in entries}
    paths: dict[str, Path] = {}
    for folder, folders, files in os.walk(videos, followlinks=True):
        parent = Path(folder)
        for name in wanted.intersection(folders):
            paths.setdefault(name, parent / name)
        # Frames of a video need no looking at.
        folders[:] = sorted(
            name for name in set(folders) - wanted if not is_hidden(name)
        )
        for file in sorted(files):
            stem, suffix = os.path.splitext(file)
            if (
                stem in wanted
                and not is_hidden(file)
                and suffix.lower() in VIDEO_SUFFIXES
                and (parent / file).stat().st_size
            ):
                paths.setdefault(stem, parent / file)
    return _video_list(videos, entries, paths)


def _video_list(
    videos: Path, entries: Sequence[Entry], paths: Mapping[str, Path | None]
) -> VideoList:
    present, missing = [], []
    for name, label in entries:
        path = paths.get(name)
        if path is None:
            missing.append(name)
        else:
            present.append((path.relative_to(videos).as_posix(), label))
    spaced = [path for path, _ in present if ' ' in path]
    if spaced:
        raise UserError(
            f'{len(spaced)} paths below {videos} have spaces, such as '
            f'{spaced[0]!r}, which mmaction2 cannot read in a list. Rename '
            "the folders with underscores, as mmaction2's "
            'rename_classnames.sh does.'
        )
    return VideoList(tuple(present), tuple(missing))


def draw_shots(
    entries: Iterable[Entry], shots: Sequence[int], seed: int
) -> dict[int, tuple[Entry, ...]]:
    """Draw K videos of each class, the fewer among the more.

    Args:
        entries: Training videos.
        shots: Each number K.
        seed: Of the drawing, which is the same on all machines.

    Returns:
        Videos of each K, by label; with K=2 they are the first two of K=4.

    Raises:
        ValueError: If a class has fewer videos than K.
    """
    classes: dict[int, list[str]] = {}
    for path, label in sorted(entries):
        classes.setdefault(label, []).append(path)
    for label, paths in sorted(classes.items()):
        if len(paths) < max(shots):
            raise UserError(
                f'class {label} has {len(paths)} training videos, such as '
                f'{paths[0]}, fewer than the {max(shots)} to be drawn'
            )
        # By class, so that one class does not change another's drawing.
        random.Random(f'{seed}, {label}').shuffle(paths)
    return {
        count: tuple(
            (path, label)
            for label, paths in sorted(classes.items())
            for path in paths[:count]
        )
        for count in shots
    }


def keep_classes(
    entries: Iterable[Entry], names: Sequence[str], chosen: Sequence[str]
) -> list[Entry]:
    """Keep the videos of some classes, labelled by their own list.

    Args:
        entries: Videos, labelled by ``names``.
        names: All classes.
        chosen: Some of them, in whatever order.

    Raises:
        ValueError: If ``names`` lack one.
    """
    labels = _by_spelling(chosen)
    known = {_spelling(name) for name in names}
    if absent := [name for name in chosen if _spelling(name) not in known]:
        raise UserError(f'there are no classes {absent}')
    new_labels = [labels.get(_spelling(name)) for name in names]
    return [
        (path, new_labels[label])
        for path, label in entries
        if new_labels[label] is not None
    ]


def write_video_list(path: Path, entries: Iterable[Entry]) -> None:
    """Write a list, atomically."""
    with atomic_write(path) as file:
        file.writelines(f'{name} {label}\n' for name, label in entries)


def _spelling(name: str) -> str:
    """``HandstandPushups``, ``hand_stand pushups`` -> one spelling."""
    return plain_name(name).replace(' ', '')


def _by_spelling(names: Sequence[str]) -> dict[str, int]:
    return {_spelling(name): label for label, name in enumerate(names)}


def _lines(path: Path) -> Iterable[tuple[str, list[str]]]:
    """Place and words of each line that is not blank."""
    for line_num, line in read_lines(path, _HINT):
        yield f'{path}, line {line_num}', line.split()
