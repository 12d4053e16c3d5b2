"""Write mmaction2's annotation lists of a downloaded data set.

    python tools/data/make_video_lists.py ucf101 --root data/ucf101

What goes where in DIR: docs/how_to/prepare_recognition.md. Every video is
looked for; DIR/annotations/missing.txt names those that are not there. Of
UCF-101 and HMDB-51 nothing else is written then, unless --allow-missing; of
Kinetics, which loses videos every day, the lists have what is there.
"""

import argparse
import sys
from collections.abc import Sequence
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

ROOT = Path(__file__).resolve().parents[2]
SPLITS = (1, 2, 3)
# Reader of a split, and where its files lie: as unpacked, or as mmaction2's
# scripts move them.
_OFFICIAL = {
    'ucf101': (
        video_lists.read_ucf101,
        ('ucfTrainTestlist', 'annotations'),
    ),
    'hmdb51': (video_lists.read_hmdb51, ('splits', 'annotations')),
}
# Names of a csv file: DeepMind's and mmaction2's.
_CSV = {
    'train': ('train.csv', 'kinetics_train.csv'),
    'val': ('val.csv', 'validate.csv', 'kinetics_val.csv'),
    'test': ('test.csv', 'kinetics_test.csv'),
}


def parse_args(argv: Sequence[str] | None) -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        'data_set', choices=[*_OFFICIAL, 'kinetics400', 'kinetics600']
    )
    parser.add_argument('--root', type=Path, required=True, metavar='DIR')
    parser.add_argument(
        '--shots',
        type=int,
        nargs='+',
        default=[],
        metavar='K',
        help='also draw K training videos of each class of split 1',
    )
    parser.add_argument(
        '--base-to-novel',
        type=int,
        default=0,
        metavar='K',
        help='also draw K training videos of each base class, and list the '
        'test videos of base and novel classes',
    )
    parser.add_argument(
        '--seed', type=int, default=0, help='of the drawing; default: 0'
    )
    parser.add_argument(
        '--allow-missing',
        action='store_true',
        help='leave out missing videos of UCF-101 and HMDB-51',
    )
    args = parser.parse_args(argv)
    if args.shots and args.data_set not in _OFFICIAL:
        parser.error('--shots is for ucf101 and hmdb51')
    if any(number < 1 for number in args.shots):
        parser.error('--shots must be positive')
    if args.base_to_novel and args.data_set == 'kinetics600':
        parser.error('--base-to-novel is not for kinetics600')
    if args.base_to_novel < 0:
        parser.error('--base-to-novel must be positive')
    return args


def labels(name: str) -> tuple[str, ...]:
    """One of the project's label lists."""
    return read_label_list(ROOT / 'data' / 'labels' / f'{name}.txt')


def with_splits(args: argparse.Namespace) -> dict[str, VideoList]:
    """Lists of UCF-101 or HMDB-51 by name."""
    read, folders = _OFFICIAL[args.data_set]
    places = [args.root / folder for folder in folders]
    folder = next((place for place in places if place.is_dir()), places[0])
    names = labels(args.data_set)
    return {
        f'{subset}_split{split}': video_lists.locate(
            args.root / 'videos', entries
        )
        for split in SPLITS
        for subset, entries in read(folder, names, split).items()
    }


def kinetics400(args: argparse.Namespace) -> dict[str, VideoList]:
    """Lists of training and validation videos."""
    names = labels(args.data_set)
    lists = {}
    for subset in ('train', 'val'):
        path = csv_file(args.root, subset)
        rows = video_lists.read_kinetics(path)
        entries = video_lists.label_kinetics(rows, names)
        if len(entries) < len(rows):
            raise UserError(
                f'{path}: {len(rows) - len(entries)} of {len(rows)} videos '
                'are of no class of data/labels/kinetics400.txt; is it the '
                'file of Kinetics-400?'
            )
        lists[subset] = video_lists.locate_by_name(
            args.root / 'videos', entries
        )
    return lists


def kinetics600(args: argparse.Namespace) -> dict[str, VideoList]:
    """Test lists of the new classes, labelled within each split."""
    path = csv_file(args.root, 'test')
    rows = video_lists.read_kinetics(path)
    lists = {}
    for split in SPLITS:
        names = labels(f'kinetics600_split{split}')
        entries = video_lists.label_kinetics(rows, names)
        if not entries:
            raise UserError(f'{path} has no video of a new class')
        lists[f'test_split{split}'] = video_lists.locate_by_name(
            args.root / 'videos', entries
        )
    return lists


def csv_file(root: Path, subset: str) -> Path:
    """The csv of a subset, by any of its names; the first if there is none."""
    paths = [root / 'annotations' / name for name in _CSV[subset]]
    return next((path for path in paths if path.is_file()), paths[0])


def report_missing(args: argparse.Namespace, lists: dict) -> int:
    """Keep the names of missing videos; return their number."""
    missing = dict.fromkeys(
        name for found in lists.values() for name in found.missing
    )
    with atomic_write(args.root / 'annotations' / 'missing.txt') as file:
        file.writelines(f'{name}\n' for name in missing)
    return len(missing)


def few_shot(
    args: argparse.Namespace, lists: dict[str, VideoList]
) -> dict[str, Sequence[Entry]]:
    """K training videos of each class of split 1."""
    if not args.shots:
        return {}
    train = lists['train_split1'].found
    drawn = video_lists.draw_shots(train, args.shots, args.seed)
    return {
        f'few_shot/k{number}_seed{args.seed}': entries
        for number, entries in drawn.items()
    }


def base_to_novel(
    args: argparse.Namespace, lists: dict[str, VideoList]
) -> dict[str, Sequence[Entry]]:
    """Base classes to train on, and both halves to test."""
    number = args.base_to_novel
    if not number:
        return {}
    train, test = ('train_split1', 'test_split1')
    if args.data_set == 'kinetics400':
        train, test = ('train', 'val')
    names = labels(args.data_set)
    halves = {
        half: labels(f'{args.data_set}_{half}') for half in ('base', 'novel')
    }
    shots = video_lists.keep_classes(lists[train].found, names, halves['base'])
    drawn = video_lists.draw_shots(shots, [number], args.seed)
    found = {f'base_k{number}_seed{args.seed}': drawn[number]}
    for half, kept in halves.items():
        found[f'{half}_test'] = video_lists.keep_classes(
            lists[test].found, names, kept
        )
    return {f'base_to_novel/{name}': part for name, part in found.items()}


def write(args: argparse.Namespace, lists: dict[str, VideoList]) -> None:
    """Write the lists, and what is drawn from them."""
    folder = args.root / 'annotations'
    missing = report_missing(args, lists)
    if not any(found.found for found in lists.values()):
        sys.exit(f'none of {missing} videos is below {args.root / "videos"}')
    if missing and args.data_set in _OFFICIAL and not args.allow_missing:
        sys.exit(
            f'{missing} videos are missing below {args.root / "videos"}; '
            f'{folder / "missing.txt"} names them. --allow-missing leaves '
            'them out.'
        )
    drawn = few_shot(args, lists) | base_to_novel(args, lists)
    for name, found in lists.items():
        write_video_list(folder / f'{name}.txt', found.found)
        print(f'{folder / name}.txt: {found.describe()}')
    for name, entries in drawn.items():
        path = folder / f'{name}.txt'
        write_video_list(path, entries)
        print(f'{path}: {len(entries)} videos')
    if missing:
        print(f'missing videos: {folder / "missing.txt"}')


def main(argv: Sequence[str] | None = None) -> None:
    """Read, look, write."""
    args = parse_args(argv)
    read = dict(kinetics400=kinetics400, kinetics600=kinetics600)
    try:
        write(args, read.get(args.data_set, with_splits)(args))
    except (OSError, ValueError) as error:
        sys.exit(str(error))


if __name__ == '__main__':
    main()
