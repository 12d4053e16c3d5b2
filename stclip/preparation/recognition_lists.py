"""mmaction2's annotation lists of a downloaded recognition data set."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stclip.labels.label_list import read_label_list
from stclip.preparation import video_lists
from stclip.preparation.video_lists import (
    Entry,
    VideoList,
    write_video_list,
)
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write
from stclip.utils.outputs import own_folder, require_own
from stclip.utils.resources import shipped

SPLITS = (1, 2, 3)
# Every run leaves these names, and writes them first.
_MISSING = 'missing.txt'
# Reader of a split, and where its files lie: as unpacked, or as mmaction2's
# scripts move them.
_OFFICIAL = {
    'ucf101': (
        video_lists.read_ucf101,
        ('ucfTrainTestlist', 'annotations'),
    ),
    'hmdb51': (video_lists.read_hmdb51, ('splits', 'annotations')),
}
#: Data sets that lists can be written of.
DATA_SETS = (*_OFFICIAL, 'kinetics400', 'kinetics600')
# Names of a csv file: DeepMind's and mmaction2's.
_CSV = {
    'train': ('train.csv', 'kinetics_train.csv'),
    'val': ('val.csv', 'validate.csv', 'kinetics_val.csv'),
    'test': ('test.csv', 'kinetics_test.csv'),
}


def labels(name: str) -> tuple[str, ...]:
    """One of the project's label lists."""
    return read_label_list(shipped(f'data/labels/{name}.txt'))


def csv_file(root: Path, subset: str) -> Path:
    """The csv of a subset, by any of its names; the first if there is none."""
    paths = [root / 'annotations' / name for name in _CSV[subset]]
    return next((path for path in paths if path.is_file()), paths[0])


@dataclass(frozen=True)
class RecognitionLists:
    """The lists of one data set, and what is drawn from them.

    Args:
        data_set: One of :data:`DATA_SETS`.
        root: Folder of the download; its ``annotations`` get the lists.
        shots: Also draw so many training videos of each class of split 1, for
            each number K; UCF-101 and HMDB-51 only.
        base_to_novel: Also draw so many training videos of each base class,
            and list the test videos of base and novel classes; ``None`` not
            to. Not of Kinetics-600.
        seed: Of the drawing.
        allow_missing: Leave out missing videos of UCF-101 and HMDB-51.
        overwrite: Whether lists that come from elsewhere may be replaced.

    Raises:
        ValueError: For a drawing that the data set has no lists for.
    """

    data_set: str
    root: Path
    shots: tuple[int, ...] = ()
    base_to_novel: int | None = None
    seed: int = 0
    allow_missing: bool = False
    overwrite: bool = False

    def __post_init__(self) -> None:
        if self.shots and self.data_set not in _OFFICIAL:
            raise UserError('--shots is for ucf101 and hmdb51')
        if self.base_to_novel and self.data_set == 'kinetics600':
            raise UserError('--base-to-novel is not for kinetics600')

    @property
    def folder(self) -> Path:
        """Where the lists go."""
        return self.root / 'annotations'

    def run(self) -> None:
        """Read, look, write, and print what there is.

        Raises:
            FileNotFoundError: If a list or the folder of the videos is
                missing.
            ValueError: If a list is faulty or videos are missing; nothing but
                their names is written then.
        """
        read = dict(kinetics400=self.kinetics400, kinetics600=self.kinetics600)
        with own_folder(self.folder, '--root'):
            self.write(read.get(self.data_set, self.with_splits)())

    def with_splits(self) -> dict[str, VideoList]:
        """Lists of UCF-101 or HMDB-51 by name."""
        read, names = _OFFICIAL[self.data_set]
        folders = [self.root / name for name in names]
        folder = next((f for f in folders if f.is_dir()), folders[0])
        classes = labels(self.data_set)
        lists = {}
        for split in SPLITS:
            subsets = read(folder, classes, split)
            video_lists.check_split(
                subsets, classes, f'{folder}, split {split}'
            )
            for subset, entries in subsets.items():
                lists[f'{subset}_split{split}'] = video_lists.locate(
                    self.root / 'videos', entries
                )
        return lists

    def kinetics400(self) -> dict[str, VideoList]:
        """Lists of training and validation videos."""
        classes = labels(self.data_set)
        lists = {}
        for subset in ('train', 'val'):
            path = csv_file(self.root, subset)
            rows = video_lists.read_kinetics(path)
            entries = video_lists.label_kinetics(rows, classes)
            if len(entries) < len(rows):
                raise UserError(
                    f'{path}: {len(rows) - len(entries)} of {len(rows)} '
                    'videos are of no class of data/labels/kinetics400.txt; '
                    'is it the file of Kinetics-400?'
                )
            lists[subset] = video_lists.locate_by_name(
                self.root / 'videos', entries
            )
        return lists

    def kinetics600(self) -> dict[str, VideoList]:
        """Test lists of the new classes, labelled within each split."""
        path = csv_file(self.root, 'test')
        rows = video_lists.read_kinetics(path)
        lists = {}
        for split in SPLITS:
            classes = labels(f'kinetics600_split{split}')
            entries = video_lists.label_kinetics(rows, classes)
            if not entries:
                raise UserError(
                    f'{path} has no video of a new class; is it the file of '
                    'Kinetics-600?'
                )
            lists[f'test_split{split}'] = video_lists.locate_by_name(
                self.root / 'videos', entries
            )
        return lists

    def report_missing(self, lists: dict[str, VideoList]) -> int:
        """Write the names of missing videos; return how many there are."""
        missing = dict.fromkeys(
            name for videos in lists.values() for name in videos.missing
        )
        with atomic_write(self.folder / _MISSING) as file:
            file.writelines(f'{name}\n' for name in missing)
        return len(missing)

    def few_shot(
        self, lists: dict[str, VideoList]
    ) -> dict[str, Sequence[Entry]]:
        """K training videos of each class of split 1."""
        if not self.shots:
            return {}
        train = lists['train_split1'].entries
        drawn = video_lists.draw_shots(train, self.shots, self.seed)
        return {
            f'few_shot/k{shots}_seed{self.seed}': entries
            for shots, entries in drawn.items()
        }

    def base_and_novel(
        self, lists: dict[str, VideoList]
    ) -> dict[str, Sequence[Entry]]:
        """Base classes to train on, and both halves to test."""
        shots = self.base_to_novel
        if not shots:
            return {}
        train, test = ('train_split1', 'test_split1')
        if self.data_set == 'kinetics400':
            train, test = ('train', 'val')
        classes = labels(self.data_set)
        halves = {
            half: labels(f'{self.data_set}_{half}')
            for half in ('base', 'novel')
        }
        base = video_lists.keep_classes(
            lists[train].entries, classes, halves['base']
        )
        drawn = video_lists.draw_shots(base, [shots], self.seed)
        parts = {f'base_k{shots}_seed{self.seed}': drawn[shots]}
        for half, names in halves.items():
            parts[f'{half}_test'] = video_lists.keep_classes(
                lists[test].entries, classes, names
            )
        return {f'base_to_novel/{name}': part for name, part in parts.items()}

    def write(self, lists: dict[str, VideoList]) -> None:
        """Write the lists, and what is drawn from them."""
        names = self.folder / _MISSING
        if not self.overwrite:
            files = [self.folder / f'{name}.txt' for name in lists]
            require_own(files, names, '--overwrite replaces it')
        missing = self.report_missing(lists)
        videos = self.root / 'videos'
        if not any(part.entries for part in lists.values()):
            raise UserError(f'none of {missing} videos is below {videos}')
        if missing and self.data_set in _OFFICIAL and not self.allow_missing:
            raise UserError(
                f'{missing} videos are missing below {videos}; {names} names '
                'them. --allow-missing leaves them out.'
            )
        drawn = self.few_shot(lists) | self.base_and_novel(lists)
        for name, part in lists.items():
            write_video_list(self.folder / f'{name}.txt', part.entries)
            print(f'{self.folder / name}.txt: {part.describe()}')
        for name, entries in drawn.items():
            path = self.folder / f'{name}.txt'
            write_video_list(path, entries)
            print(f'{path}: {len(entries)} videos')
        if missing:
            print(f'missing videos: {names}')
