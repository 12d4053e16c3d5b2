"""Check a downloaded data set and write its annotations for stclip.

    python tools/data/prepare.py {jhmdb,ucf24,ava} --root DIR

What goes where in DIR: docs/how_to/prepare_data.md. Every video file is read
to its end once, of frame folders the list and the first frame; a run that was
killed goes on. Faults are listed with what to do about them, in
DIR/annotations/faults.txt in full.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stclip.datasets.keyframe_file import (
    read_keyframe_file,
    write_keyframe_file,
)
from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import (
    LabelSplit,
    read_label_split,
    split_columns,
    write_label_split,
)
from stclip.preparation import ava, jhmdb, ucf24
from stclip.preparation.keyframes import keyframes_of, tubes_of
from stclip.preparation.media_check import check_media
from stclip.preparation.media_faults import missing_videos, usable_videos
from stclip.preparation.records import AnnotatedVideo, Findings
from stclip.preparation.summary import summarise, table
from stclip.preparation.train_videos import draw_train_videos
from stclip.structures.keyframe import Keyframe
from stclip.structures.tube_file import write_tubes
from stclip.structures.tubes import Tube
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import atomic_write, require_file, write_json
from stclip.video.listing import look_for_videos

ROOT = Path(__file__).resolve().parents[2]
_MEND = 'docs/how_to/prepare_data.md tells what to download.'
_RELEASED = 'jhmdb_test_gt_min.json'


@dataclass(frozen=True)
class Annotations:
    """What a reader gives.

    Args:
        labels: All actions.
        keyframes: By ``'train'`` and ``'test'``.
        tubes: Of the test videos, where the data set has them.
    """

    labels: LabelSpace
    keyframes: dict[str, list[Keyframe]]
    tubes: tuple[Tube, ...] = ()

    def of_videos(self, names: set[str]) -> 'Annotations':
        """The part that belongs to some videos."""
        return Annotations(
            self.labels,
            {
                subset: [k for k in part if k.video in names]
                for subset, part in self.keyframes.items()
            },
            tuple(tube for tube in self.tubes if tube.video in names),
        )


def read_jhmdb(root: Path, findings: Findings) -> Annotations:
    """Take boxes from the ground-truth pickle or from the puppets."""
    pickle = root / 'annotations' / 'JHMDB-GT.pkl'
    if pickle.is_file():
        names, videos = jhmdb.read_pickle(pickle)
    else:
        folders = (root / 'puppet_mask', root / 'joint_positions')
        folder = next((f for f in folders if f.is_dir()), None)
        if folder is None:
            raise MissingFileError(
                f'{root} holds neither annotations/{pickle.name} nor '
                f'puppet_mask/ nor joint_positions/. {_MEND}'
            )
        names, videos = jhmdb.read_puppets(folder, root / 'splits', findings)
    found = _by_subset(names, videos, findings)
    released = root / 'annotations' / _RELEASED
    if released.is_file():
        found.keyframes['test'] = _with_released_ids(
            found.keyframes['test'], released, names
        )
    return found


def read_ucf24(root: Path, findings: Findings) -> Annotations:
    """Read the corrected annotations."""
    folder = root / 'annotations'
    names = ('finalAnnots.mat', 'pyannot_with_class_names.pkl')
    found = [folder / name for name in names if (folder / name).is_file()]
    path = require_file((found or [folder / names[0]])[0], _MEND)
    labels, videos = ucf24.read_annotations(
        path, folder / 'testlist01.txt', findings
    )
    return _by_subset(labels, videos, findings, test_every_frame=True)


def read_ava(root: Path, findings: Findings) -> Annotations:
    """Read the official CSV files."""
    return Annotations(*ava.read_annotations(root / 'annotations', findings))


def _by_subset(
    names: list[str],
    videos: list[AnnotatedVideo],
    findings: Findings,
    test_every_frame: bool = False,
) -> Annotations:
    labels = LabelSpace(tuple(names))
    keyframes = {
        subset: keyframes_of(
            [video for video in videos if video.subset == subset],
            labels,
            findings,
            every_frame=test_every_frame and subset == 'test',
        )
        for subset in ('train', 'test')
    }
    tested = [video for video in videos if video.subset == 'test']
    return Annotations(labels, keyframes, tuple(tubes_of(tested)))


def _with_released_ids(
    keyframes: list[Keyframe], path: Path, names: list[str]
) -> list[Keyframe]:
    """Name keyframes as ST-CLIP's release does, so that its boxes fit."""
    label_file = path.with_name('all_label.txt')
    labels, released = read_keyframe_file(path, label_file)
    ids = {(k.video, k.frame_idx): k.image_id for k in released}
    lacking = {k.video for k in keyframes if (k.video, k.frame_idx) not in ids}
    if lacking or list(labels.names) != names:
        raise UserError(
            f'{path} and {label_file.name} are not those of the annotated '
            f'videos; they lack {sorted(lacking)[:3]}. Remove them, or take '
            "ST-CLIP's release."
        )
    return [
        replace(keyframe, image_id=ids[keyframe.video, keyframe.frame_idx])
        for keyframe in keyframes
    ]


@dataclass(frozen=True)
class DataSet:
    """What differs between the data sets.

    Args:
        read: Reader of the annotations.
        media: Default folder of the videos.
        label_splits: Folder of the label splits.
        test_all: Whether every test video is tested.
    """

    read: Callable[[Path, Findings], Annotations]
    media: str
    label_splits: str
    test_all: bool = False


DATA_SETS = {
    'jhmdb': DataSet(read_jhmdb, 'frames', 'zs_jhmdb'),
    'ucf24': DataSet(read_ucf24, 'videos', 'zs_ucf'),
    'ava': DataSet(read_ava, 'frames', 'zs_ava', test_all=True),
}


def parse_args(argv: Sequence[str] | None) -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('data_set', choices=DATA_SETS)
    parser.add_argument('--root', type=Path, required=True)
    parser.add_argument(
        '--media', help='folder of videos or frame folders, below the root'
    )
    parser.add_argument('--workers', type=int, default=os.cpu_count())
    parser.add_argument(
        '--allow-missing',
        action='store_true',
        help='leave out videos that are missing or unreadable',
    )
    parser.add_argument(
        '--annotations-only',
        action='store_true',
        help='do not look at the videos',
    )
    parser.add_argument(
        '--max-train-videos',
        type=int,
        metavar='N',
        help='draw N of the training videos of each label split at random, '
        'into ROOT/annotations/splits/',
    )
    parser.add_argument(
        '--seed', type=int, default=0, help='of the drawing; default: 0'
    )
    return parser.parse_args(argv)


def keep_usable(
    args: argparse.Namespace, annotations: Annotations, findings: Findings
) -> Annotations:
    """Look into the videos, and leave out those that cannot be used."""
    media = args.root / (args.media or DATA_SETS[args.data_set].media)
    together = [k for part in annotations.keyframes.values() for k in part]
    names = list(dict.fromkeys(keyframe.video for keyframe in together))
    paths = look_for_videos(media, names)
    missing_videos(paths, media, findings)
    present = {name: path for name, path in paths.items() if path}
    record = args.root / 'annotations' / 'media.json'
    facts = check_media(present, record, args.workers)
    usable = usable_videos(facts, together, findings)
    if len(usable) < len(names) and not args.allow_missing:
        report(args.root, findings)
        sys.exit(
            f'{len(names) - len(usable)} of {len(names)} videos cannot be '
            'used; --allow-missing leaves them out. Nothing was written but '
            f'{record.name} and faults.txt.'
        )
    if not usable:
        report(args.root, findings)
        sys.exit(f'none of {len(names)} videos under {media} can be used')
    return annotations.of_videos(usable)


def report(root: Path, findings: Findings) -> None:
    """Show the faults, and keep the full list."""
    if findings.faults:
        print('\n'.join(findings.lines()))
    with atomic_write(root / 'annotations' / 'faults.txt') as file:
        file.writelines(f'{line}\n' for line in findings.lines(sys.maxsize))


def write(
    args: argparse.Namespace,
    annotations: Annotations,
    splits: dict[str, LabelSplit],
) -> dict[str, dict[str, int]]:
    """Write annotations and summary; return the summary."""
    labels, keyframes = annotations.labels, annotations.keyframes
    folder = args.root / 'annotations'
    splits = draw(args, splits, annotations)
    test_all = DATA_SETS[args.data_set].test_all
    rows = summarise(labels, keyframes, splits.values(), test_all)
    if args.max_train_videos:
        for name, split in splits.items():
            write_label_split(folder / 'splits' / name, split)
    for subset, part in keyframes.items():
        write_keyframe_file(folder / f'{subset}.json', labels, part)
    if annotations.tubes:
        write_tubes(folder / 'tubes.json', annotations.tubes)
    write_json(folder / 'summary.json', rows, indent=2)
    return rows


def label_splits(
    args: argparse.Namespace, labels: LabelSpace
) -> dict[str, LabelSplit]:
    """The project's label splits by file name.

    Raises:
        ValueError: If one has actions that the data set does not list.
    """
    folder = ROOT / 'data' / 'splits' / DATA_SETS[args.data_set].label_splits
    splits = {
        path.name: read_label_split(path)
        for path in sorted(folder.glob('*.yaml'))
    }
    for split in splits.values():
        split_columns(split, labels, f'the annotations of {args.root}')
    return splits


def draw(
    args: argparse.Namespace,
    splits: dict[str, LabelSplit],
    annotations: Annotations,
) -> dict[str, LabelSplit]:
    """The label splits with training videos drawn, if that is wanted."""
    if not args.max_train_videos:
        return splits
    return {
        name: draw_train_videos(
            split,
            annotations.labels,
            annotations.keyframes['train'],
            args.max_train_videos,
            args.seed,
        )
        for name, split in splits.items()
    }


def main(argv: Sequence[str] | None = None) -> None:
    """Read, check, write."""
    args = parse_args(argv)
    data_set = DATA_SETS[args.data_set]
    findings = Findings()
    try:
        annotations = data_set.read(args.root, findings)
        splits = label_splits(args, annotations.labels)
        if not args.annotations_only:
            annotations = keep_usable(args, annotations, findings)
        rows = write(args, annotations, splits)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    report(args.root, findings)
    print(table(rows))
    folder = args.root / 'annotations'
    print(f'written to {folder}: train.json, test.json, summary.json')


if __name__ == '__main__':
    main()
