"""The data sets that can be prepared, and the readers of what they give."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.labels.label_space import LabelSpace
from stclip.preparation import ava, jhmdb, ucf24
from stclip.preparation.keyframes import keyframes_of, tubes_of
from stclip.preparation.records import AnnotatedVideo, Findings
from stclip.structures.keyframe import Keyframe
from stclip.structures.tubes import Tube
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import require_file

_HINT = 'docs/how_to/prepare_data.md tells what to download.'
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
                f'puppet_mask/ nor joint_positions/. {_HINT}'
            )
        names, videos = jhmdb.read_puppets(folder, root / 'splits', findings)
    annotations = _by_subset(names, videos, findings)
    released = root / 'annotations' / _RELEASED
    if released.is_file():
        annotations.keyframes['test'] = _with_released_ids(
            annotations.keyframes['test'], released, names
        )
    return annotations


def read_ucf24(root: Path, findings: Findings) -> Annotations:
    """Read the corrected annotations."""
    folder = root / 'annotations'
    names = ('finalAnnots.mat', 'pyannot_with_class_names.pkl')
    files = [folder / name for name in names if (folder / name).is_file()]
    path = require_file((files or [folder / names[0]])[0], _HINT)
    labels, videos = ucf24.read_annotations(
        path, folder / 'testlist01.txt', findings
    )
    if not any(video.subset == 'test' for video in videos):
        raise UserError(
            f'{folder / "testlist01.txt"} lists none of the {len(videos)} '
            f'videos of {path}: expected lines <class>/<video>.avi, as that '
            f'names them. {_HINT}'
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
