"""The base of all data sets of zero-shot action detection."""

import os.path as osp
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.dataset import BaseDataset
from mmengine.logging import print_log
from mmengine.utils import is_abs

from stclip.datasets.faults import OnFault, refuse
from stclip.datasets.proposals import (
    PersonBoxesByImage,
    find_all_detections,
    keep_top_boxes,
    read_detections,
)
from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import (
    LabelSplit,
    read_label_split,
    split_columns,
)
from stclip.labels.seen_keyframes import select_seen, videos_with
from stclip.labels.seen_warnings import warn_of_alike, warn_of_seen
from stclip.registry import TRANSFORMS
from stclip.structures.box_table import PersonBoxes
from stclip.structures.boxes import clip_boxes
from stclip.structures.keyframe import Keyframe
from stclip.structures.keyframe_sample import keyframe_sample, with_labels
from stclip.utils.choices import require_choice
from stclip.utils.errors import MissingFileError, UserError
from stclip.video.listing import find_videos

BOX_SOURCES = ('detected', 'ground_truth')


class KeyframeDataset(BaseDataset):
    """Keyframes with boxes of persons and the actions of each.

    Training uses the videos without any unseen action (tested and not trained
    on), there the keyframes that are annotated with seen actions only, and
    the annotated boxes.
    Testing yields every keyframe once per box source; a keyframe without a
    detected box stays in, as its ground truth counts.

    Args:
        ann_file: Annotations, relative to ``data_root``.
        label_split: YAML file of the actions to train on and to test,
            relative to the working directory; see data/README.md.
        pipeline: Transforms.
        subset: ``'train'`` for the actions to train on, ``'test'`` for those
            to test.
        test_mode: Whether boxes come from ``box_sources`` and samples carry
            no training labels.
        score_all: Whether all keyframes are tested and all actions scored, as
            in ZS-AVA, where ``metainfo['eval_classes']`` holds the tested
            actions to average over. Else, as in ZS-JHMDB and ZS-UCF, only
            the videos that show a tested action are tested, and only the
            tested actions scored.
        fps: Frames per second of frame folders, for keyframes given by time;
            video files know theirs.
        box_sources: Where the person boxes of test samples come from.
        det_file: Detected person boxes, for the source ``'detected'``;
            ``{split}`` in it stands for the split of ``label_split``. Empty
            or ``None`` for none.
        det_thr: Detected boxes with a score above (best of the frame -
            ``det_thr``) are used.
        **kwargs: Further arguments of mmengine's ``BaseDataset``:
            ``data_root``, that the paths are relative to; ``data_prefix``,
            with ``video``, the folder of videos or frame folders.

    Raises:
        FileNotFoundError: One error for all that is missing.
        ValueError: If arguments contradict each other or a file is faulty.
    """

    def __init__(
        self,
        ann_file: str,
        label_split: str,
        pipeline: Sequence[dict],
        subset: str = 'train',
        test_mode: bool = False,
        score_all: bool = False,
        fps: float | None = None,
        box_sources: Sequence[str] = ('ground_truth',),
        det_file: str | None = '',
        det_thr: float = 0.7,
        **kwargs: Any,
    ) -> None:
        self.subset = subset
        self.score_all = score_all
        self.fps = fps
        self.box_sources = tuple(box_sources)
        self.det_file = det_file or ''
        self.det_thr = det_thr
        self.label_split_file = label_split
        self._check_arguments(test_mode)
        kwargs.setdefault('data_prefix', dict(video='videos'))
        super().__init__(
            ann_file=ann_file,
            pipeline=[TRANSFORMS.build(step) for step in pipeline],
            test_mode=test_mode,
            **kwargs,
        )

    def _check_arguments(self, test_mode: bool) -> None:
        require_choice('subset', self.subset, ('train', 'test'))
        unknown = set(self.box_sources) - set(BOX_SOURCES)
        if unknown or not self.box_sources:
            raise UserError(
                f'box_sources must be some of {BOX_SOURCES}, got '
                f'{self.box_sources}'
            )
        if 'detected' in self.box_sources and not self.det_file:
            raise UserError("box_sources has 'detected': set det_file")
        if test_mode:
            return
        if self.subset == 'test':
            raise UserError(
                "subset='test' holds the tested actions: set test_mode=True"
            )
        if self.box_sources != ('ground_truth',):
            raise UserError('training uses ground-truth boxes only')

    def _join_prefix(self) -> None:
        super()._join_prefix()
        self.det_file = self._below_root(self.det_file)

    def _below_root(self, path: str) -> str:
        return path and (
            path if is_abs(path) else osp.join(self.data_root, path)
        )

    def get_data_info(self, idx: int) -> dict[str, Any]:
        """Return what the pipeline starts from, a keyframe's sample."""
        sample = super().get_data_info(idx)
        return with_labels(sample, self.label_space, self.fps)

    def get_cat_ids(self, idx: int) -> list[int]:
        """Classes that a keyframe shows, for mmengine's balanced sampling.

        Args:
            idx: Number of the sample.
        """
        labels = super().get_data_info(idx)['gt_labels']
        return labels.any(axis=0).nonzero()[0].tolist()

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read, check and select the samples; called when built."""
        split = read_label_split(self.label_split_file)
        self.det_file = self.det_file.replace('{split}', str(split.split))
        self._require_files()
        all_labels, keyframes = self._select(split)
        names = split.train if self.subset == 'train' else split.test
        eval_names = names
        if self.score_all and self.subset == 'test':
            names = all_labels.names
        self.label_space = all_labels.subset(names)
        # Plain values: checkpoints keep them.
        self._metainfo.update(
            benchmark=split.benchmark,
            split=split.split,
            classes=names,
            exclusive=self.label_space.exclusive,
            eval_classes=eval_names,
        )
        columns = [all_labels.index(name) for name in names]
        keyframes = [
            replace(keyframe, labels=keyframe.labels[:, columns])
            for keyframe in in_video_order(keyframes)
        ]
        self._tell_seen(split, keyframes)
        return self._make_samples(keyframes)

    def videos(self) -> set[Path]:
        """Paths of the videos that are trained on or tested.

        They are found without loading the samples (``lazy_init=True``).

        Raises:
            FileNotFoundError: If annotations or videos are missing.
            ValueError: If a file is faulty or nothing is left.
        """
        _, keyframes = self._select(read_label_split(self.label_split_file))
        names = {keyframe.video: None for keyframe in keyframes}
        paths = find_videos(self.data_prefix['video'], names)
        return {path.resolve() for path in paths.values()}

    def _select(self, split: LabelSplit) -> tuple[LabelSpace, list[Keyframe]]:
        """All actions, and the keyframes to train on or to test."""
        all_labels, keyframes = self.read_keyframes()
        return all_labels, self.select(split, all_labels, keyframes)

    def select(
        self,
        split: LabelSplit,
        all_labels: LabelSpace,
        keyframes: list[Keyframe],
    ) -> list[Keyframe]:
        """Choose the keyframes to train on or to test.

        Args:
            split: That of ``label_split``.
            all_labels: All actions.
            keyframes: All keyframes, from :meth:`read_keyframes`.

        Raises:
            ValueError: If the split names other actions or videos, or nothing
                is left.
        """
        source = self.label_source()
        seen, tested = split_columns(
            split, all_labels, source, self.label_split_file
        )
        absent = set(split.train_videos) - {k.video for k in keyframes}
        if self.subset == 'train' and absent:
            raise UserError(
                f'{self.label_split_file} names videos to train on that are '
                f'not in {self.ann_file}: {sorted(absent)[:3]}'
            )
        if self.subset == 'train':
            keyframes = select_seen(
                keyframes, seen, tested, set(split.train_videos)
            )
        elif not self.score_all:
            videos = videos_with(keyframes, tested)
            keyframes = [k for k in keyframes if k.video in videos]
        if not keyframes:
            raise UserError(
                f'{self.ann_file} holds no keyframe for subset '
                f'{self.subset!r} of {self.label_split_file}: none of '
                f'{", ".join(getattr(split, self.subset))}; training leaves '
                'out videos that show an unseen action'
            )
        return keyframes

    def _tell_seen(self, split: LabelSplit, keyframes: list[Keyframe]) -> None:
        """Mark what a test has seen; warn of what cannot be learnt."""
        if told := warn_of_alike(
            split, self.label_split_file, self.label_space.names
        ):
            self._metainfo['warnings'] = told
        if self.test_mode:
            seen = split.seen_of(self._metainfo['eval_classes'])
            if seen:
                self._metainfo['seen_classes'] = seen
            return
        shown = np.any([k.labels.any(axis=0) for k in keyframes], axis=0)
        names = [self.label_space.names[c] for c in shown.nonzero()[0]]
        warn_of_seen(
            self.label_space, names, self.label_split_file, self.ann_file
        )

    def _require_files(self) -> None:
        missing = [file for file in self.files() if not Path(file).is_file()]
        if not Path(self.data_prefix['video']).is_dir():
            missing.append(f'{self.data_prefix["video"]} (folder of videos)')
        if missing:
            raise MissingFileError(
                f'{type(self).__name__} cannot be built without\n  '
                + '\n  '.join(missing)
                + '\nWhat to prepare is described in data/README.md.'
            )

    def files(self) -> list[str]:
        """Files of the data set that must be there."""
        detections = 'detected' in self.box_sources
        return [self.ann_file] + [self.det_file] * detections

    def _make_samples(self, keyframes: list[Keyframe]) -> list[dict[str, Any]]:
        paths = find_videos(
            self.data_prefix['video'], {k.video: None for k in keyframes}
        )
        detected: PersonBoxesByImage = {}
        if 'detected' in self.box_sources:
            detected = self._detections_of(keyframes)
        nobody = PersonBoxes.none()
        # Neighbours in the list share frames, so both sources of one keyframe
        # stand together.
        return [
            keyframe_sample(
                keyframe,
                paths[keyframe.video],
                detected.get(keyframe.image_id, nobody)
                if source == 'detected'
                else None,
                training=not self.test_mode,
            )
            for keyframe in keyframes
            for source in self.box_sources
        ]

    def _detections_of(self, keyframes: list[Keyframe]) -> PersonBoxesByImage:
        """Clipped and filtered boxes by image id."""
        table = read_detections(self.det_file)
        if not table:
            raise UserError(f'{self.det_file} holds no box at all')
        try:
            found = find_all_detections(table, keyframes, self.det_file)
        except ValueError as error:
            raise UserError(f'{self.det_file}: {error}') from error
        chosen, num_boxes = {}, 0
        for keyframe, persons in zip(keyframes, found, strict=True):
            if persons is None:
                continue
            boxes, scores = persons
            try:
                boxes = clip_boxes(
                    boxes, keyframe.img_shape or (1, 1), empty_ok=True
                )
            except ValueError as error:
                raise UserError(
                    f'{self.det_file}, image {keyframe.image_id}: {error}'
                ) from error
            keep = keep_top_boxes(scores, self.det_thr)
            chosen[keyframe.image_id] = PersonBoxes(boxes[keep], scores[keep])
            num_boxes += int(keep.sum())
        if not chosen:
            known = ', '.join(repr(key) for key in list(table)[:3])
            raise UserError(
                f'{self.det_file} has no box for any keyframe of '
                f'{self.ann_file}, such as {keyframes[0].image_id!r}; it has '
                f'boxes for images such as {known}'
            )
        print_log(
            f'{self.det_file}: {num_boxes} person boxes on {len(chosen)} of '
            f'{len(keyframes)} keyframes',
            'current',
        )
        return chosen

    def label_source(self) -> str:
        """The file that names the actions."""
        return self.ann_file

    @abstractmethod
    def read_keyframes(
        self, on_fault: OnFault = refuse
    ) -> tuple[LabelSpace, list[Keyframe]]:
        """Read the label space of the data set and all its keyframes.

        Args:
            on_fault: Called for each faulty entry, which is left out if it
                returns.
        """


def in_video_order(keyframes: list[Keyframe]) -> list[Keyframe]:
    """Sort by time within a video, so that testing reads each one onwards."""
    rank: dict[str, int] = {}
    for keyframe in keyframes:
        rank.setdefault(keyframe.video, len(rank))
    return sorted(
        keyframes,
        key=lambda k: (rank[k.video], k.frame_idx or 0, k.seconds or 0),
    )
