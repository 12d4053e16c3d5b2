"""Annotations of one's own videos, in the format that everything reads."""

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mmengine.logging import print_log

from stclip.datasets.keyframe_file import write_keyframe_file
from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import LabelSplit, write_label_split
from stclip.preparation.annotation_forms.coco_video import read_coco_video
from stclip.preparation.annotation_forms.cvat import read_cvat
from stclip.preparation.annotation_forms.person_csv import (
    NEEDED,
    read_ava_persons,
    read_person_csv,
)
from stclip.preparation.annotation_forms.person_rows import (
    Annotations,
    PersonRow,
    Reading,
    require_some,
)
from stclip.preparation.annotation_forms.via import is_via, read_via
from stclip.preparation.own_configs import config_text, own_configs
from stclip.preparation.own_keyframes import OwnKeyframes, OwnVideo
from stclip.utils.choices import nearest
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import atomic_write
from stclip.utils.outputs import new_results
from stclip.utils.text_file import read_csv

#: How annotations are read, by the name of their form.
FORMS = MappingProxyType(
    {
        'cvat': read_cvat,
        'csv': read_person_csv,
        'ava': read_ava_persons,
        'coco-video': read_coco_video,
        'via': read_via,
    }
)
_SUFFIXES = ('.xml', '.csv', '.json')


@dataclass(frozen=True)
class Conversion:
    """From annotations of other tools to ours, and configs that use them.

    Args:
        source: File of annotations, or folder of them.
        videos: Folder of the videos that they name.
        out: Folder to write to.
        form: Key of :data:`FORMS`; None to tell it from each file.
        reading: How to read it.
        fps: Rate of folders of frames that are annotated by the second.
        independent: Labels that may be true beside any other one.
        unseen: Labels to test and not to train on; none: train and test all.
        configs: What configs inherit from, one each.
        overwrite: Whether results of an earlier run may be replaced.
    """

    source: Path
    videos: Path
    out: Path
    form: str | None = None
    reading: Reading = field(default_factory=Reading)
    fps: float | None = None
    independent: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    configs: tuple[str, ...] = ()
    overwrite: bool = False

    def run(self) -> None:
        """Convert; nothing is written unless all is in order.

        Raises:
            UserError: Names file, line or key, and the mend.
        """
        files = _files(self.source)
        configs = own_configs(self.out, self.configs)
        annotations = self.out / 'annotations.json'
        split_file = self.out / 'label_split.yaml'
        outputs = [annotations, split_file, *configs]
        with new_results(outputs, [self.source, self.videos], self.overwrite):
            videos: dict[str, OwnVideo] = {}
            read = [self._read(path, videos) for path in files]
            labels = self._labels(read)
            split = self._split(labels)
            keyframes = OwnKeyframes(labels, videos)
            for form, rows in read:
                keyframes.add(rows, form.fractions)
            self.out.mkdir(parents=True, exist_ok=True)
            write_keyframe_file(annotations, labels, keyframes.finished())
            write_label_split(split_file, split)
            for path, base in configs.items():
                text = config_text(
                    base, self.out, self.videos, self.fps, bool(self.unseen)
                )
                with atomic_write(path) as file:
                    file.write(text)
        print_log(
            f'{annotations}: {keyframes.num_persons} persons on '
            f'{len(keyframes.frames)} keyframes of {len(videos)} videos, '
            f'{len(labels)} labels; configs: {", ".join(map(str, configs))}',
            'current',
        )

    def _read(
        self, path: Path, videos: dict[str, OwnVideo]
    ) -> tuple[Annotations, list[PersonRow]]:
        """Read a file; a row beyond its video's end stops it at once."""
        form = FORMS[self.form or _form_of(path)](path, self.reading)
        rows = []
        for row in form.rows:
            row = replace(row, video=_name_below(self.videos, row.video))
            if row.video not in videos:
                videos[row.video] = self._video(row)
            row = videos[row.video].placed(row)
            videos[row.video].require_moment(row)
            videos[row.video].release()
            rows.append(row)
        require_some(path, any(row.box for row in rows))
        return form, rows

    def _video(self, row: PersonRow) -> OwnVideo:
        try:
            return OwnVideo(self.videos, row.video, self.fps)
        except UserError as error:
            raise UserError(f'{row.source}: {error}') from error

    def _labels(self, read: Iterable[Any]) -> LabelSpace:
        """Labels in the order of the forms, else by name."""
        names: dict[str, None] = {}
        independent = set(self.independent)
        for form, rows in read:
            told = {label for row in rows for label in row.labels}
            names |= form.labels or dict.fromkeys(sorted(told))
            independent |= form.independent
        if not names:
            raise UserError(
                f'{self.source}: no person has a label; name what they do'
            )
        _require_known('--independent', self.independent, names)
        return LabelSpace(
            tuple(names), tuple(name not in independent for name in names)
        )

    def _split(self, labels: LabelSpace) -> LabelSplit:
        _require_known('--unseen', self.unseen, labels.names)
        seen = tuple(n for n in labels.names if n not in self.unseen)
        if not seen:
            raise UserError(
                '--unseen names all labels; leave some to be trained on'
            )
        name = self.out.resolve().name
        return LabelSplit(name, 1, seen, self.unseen or labels.names)


def _require_known(
    option: str, given: Collection[str], names: Collection[str]
) -> None:
    unknown = [name for name in given if name not in names]
    if unknown:
        raise UserError(
            f'{option} {unknown[0]!r} is no label of the annotations'
            f'{nearest(unknown[0], names)}'
        )


def _name_below(videos: Path, name: str) -> str:
    """The name of a video in its folder, where a path to it is given."""
    path, folder = (Path(os.path.abspath(each)) for each in (name, videos))
    if '..' in Path(name).parts or not path.is_relative_to(folder):
        return name
    return path.relative_to(folder).as_posix()


def _files(source: Path) -> list[Path]:
    """The file, or those of a folder."""
    if not source.is_dir():
        return [source]
    files = sorted(
        path
        for path in source.iterdir()
        if path.suffix.lower() in _SUFFIXES
        and not path.name.startswith('.')
        # The labels of a task, which lie beside what we write for CVAT.
        and not path.name.endswith('.labels.json')
    )
    if not files:
        raise MissingFileError(
            f'{source} holds no annotations ({", ".join(_SUFFIXES)}); give '
            'the folder or the file that has them'
        )
    return files


def _form_of(path: Path) -> str:
    """The form that a file seems to have.

    Raises:
        UserError: If its suffix tells none.
    """
    suffix = path.suffix.lower()
    if suffix == '.xml':
        return 'cvat'
    if suffix in ('.csv', '.json') and is_via(path):
        return 'via'
    if suffix == '.json':
        return 'coco-video'
    if suffix == '.csv':
        _, cells = next(iter(read_csv(path)), (0, []))
        names = {cell.strip() for cell in cells}
        return 'csv' if len(names & set(NEEDED)) > 1 else 'ava'
    raise UserError(
        f'{path}: its name does not tell the form; name it with --from '
        f'({", ".join(FORMS)})'
    )
