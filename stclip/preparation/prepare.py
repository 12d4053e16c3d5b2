"""A downloaded data set, checked and written as annotations for stclip."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from stclip.datasets.keyframe_file import write_keyframe_file
from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import (
    LabelSplit,
    read_label_split,
    split_columns,
    write_label_split,
)
from stclip.preparation.data_sets import DATA_SETS, Annotations
from stclip.preparation.media_check import check_media
from stclip.preparation.media_faults import missing_videos, usable_videos
from stclip.preparation.records import Findings
from stclip.preparation.summary import summarise, table
from stclip.preparation.train_videos import draw_train_videos
from stclip.structures.tube_file import write_tubes
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, write_json
from stclip.utils.outputs import own_folder, require_own
from stclip.utils.resources import shipped
from stclip.video.listing import look_for_videos

# Every run leaves the faults, and writes them first.
_FAULTS = 'faults.txt'
_WRITTEN = ('train.json', 'test.json', 'tubes.json', 'summary.json')


@dataclass(frozen=True)
class Preparation:
    """One data set, from its download to what is trained on.

    Args:
        data_set: Key of :data:`DATA_SETS`.
        root: Folder of the download; its ``annotations`` get the files.
        media: Folder of videos or frame folders below ``root``; ``None`` for
            the usual one.
        workers: Processes that look into the videos, >= 1.
        allow_missing: Leave out videos that are missing or unreadable.
        annotations_only: Do not look at the videos.
        max_train_videos: Training videos to draw for each label split, >= 1;
            ``None`` for all.
        seed: Of the drawing.
        strict: Whether damaged videos count as unreadable.
        overwrite: Whether annotations that come from elsewhere may be
            replaced.
        findings: Gets the faults of the download.
    """

    data_set: str
    root: Path
    media: str | None = None
    workers: int = 1
    allow_missing: bool = False
    annotations_only: bool = False
    max_train_videos: int | None = None
    seed: int = 0
    strict: bool = False
    overwrite: bool = False
    findings: Findings = field(default_factory=Findings)

    @property
    def folder(self) -> Path:
        """Where the annotations lie and go."""
        return self.root / 'annotations'

    def run(self) -> None:
        """Read, check, write, and print what there is.

        Raises:
            FileNotFoundError: If a file of the download is missing.
            ValueError: If one is faulty, or videos cannot be used; nothing
                but the faults is written then. If annotations that come from
                elsewhere would be replaced.
        """
        with own_folder(self.folder, '--root'):
            if not self.overwrite:
                files = [self.folder / name for name in _WRITTEN]
                mend = '--overwrite replaces it'
                require_own(files, self.folder / _FAULTS, mend)
            self._run()

    def _run(self) -> None:
        annotations = DATA_SETS[self.data_set].read(self.root, self.findings)
        if not any(annotations.keyframes.values()):
            self.report()
            first = next(iter(self.findings.faults.values()), ['none'])[0]
            raise UserError(
                f'the annotations of {self.root} hold no usable keyframe; '
                f'{self.folder / _FAULTS} has their faults, the first: '
                f'{first}. Download them again.'
            )
        splits = self.label_splits(annotations.labels)
        if not self.annotations_only:
            annotations = self.keep_usable(annotations)
        self.report()
        rows = self.write(annotations, splits)
        print(table(rows))
        print(f'written to {self.folder}: train.json, test.json, summary.json')

    def label_splits(self, labels: LabelSpace) -> dict[str, LabelSplit]:
        """The project's label splits by file name.

        Raises:
            ValueError: If one has actions that the data set does not list.
        """
        name = DATA_SETS[self.data_set].label_splits
        source = f'the annotations of {self.root}'
        splits = {}
        for path in sorted(shipped(f'data/splits/{name}').glob('*.yaml')):
            splits[path.name] = read_label_split(path)
            split_columns(splits[path.name], labels, source, path)
        return splits

    def keep_usable(self, annotations: Annotations) -> Annotations:
        """Look into the videos, and leave out those that cannot be used."""
        media = self.root / (self.media or DATA_SETS[self.data_set].media)
        together = [k for part in annotations.keyframes.values() for k in part]
        names = list(dict.fromkeys(keyframe.video for keyframe in together))
        paths = look_for_videos(media, names)
        missing_videos(paths, media, self.findings)
        present = {name: path for name, path in paths.items() if path}
        record = self.folder / 'media.json'
        facts = check_media(present, record, self.workers)
        usable = usable_videos(facts, together, self.findings, self.strict)
        if len(usable) < len(names) and not self.allow_missing:
            self.report()
            raise UserError(
                f'{len(names) - len(usable)} of {len(names)} videos cannot be '
                'used; --allow-missing leaves them out. Nothing was written '
                f'but {record.name} and {_FAULTS}.'
            )
        if not usable:
            self.report()
            raise UserError(
                f'none of {len(names)} videos under {media} can be used'
            )
        return annotations.of_videos(usable)

    def report(self) -> None:
        """Show the faults, and write the full list."""
        if self.findings.faults:
            print('\n'.join(self.findings.lines()))
        with atomic_write(self.folder / _FAULTS) as file:
            file.writelines(
                f'{line}\n' for line in self.findings.lines(sys.maxsize)
            )

    def write(
        self, annotations: Annotations, splits: dict[str, LabelSplit]
    ) -> dict[str, dict[str, int]]:
        """Write annotations and summary; return the summary."""
        labels, keyframes = annotations.labels, annotations.keyframes
        splits = self.draw(splits, annotations)
        test_all = DATA_SETS[self.data_set].test_all
        rows = summarise(labels, keyframes, splits.values(), test_all)
        if self.max_train_videos:
            for name, split in splits.items():
                write_label_split(self.folder / 'splits' / name, split)
        for subset, part in keyframes.items():
            write_keyframe_file(self.folder / f'{subset}.json', labels, part)
        if annotations.tubes:
            write_tubes(self.folder / 'tubes.json', annotations.tubes)
        write_json(self.folder / 'summary.json', rows, indent=2)
        return rows

    def draw(
        self, splits: dict[str, LabelSplit], annotations: Annotations
    ) -> dict[str, LabelSplit]:
        """The label splits with training videos drawn, if that is wanted."""
        if not self.max_train_videos:
            return splits
        return {
            name: draw_train_videos(
                split,
                annotations.labels,
                annotations.keyframes['train'],
                self.max_train_videos,
                self.seed,
            )
            for name, split in splits.items()
        }
