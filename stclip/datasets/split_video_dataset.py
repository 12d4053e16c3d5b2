"""Whole videos of one action, to train on or to test."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmengine.dataset import BaseDataset

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.knowledge.describe import describe
from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import (
    LabelSplit,
    read_label_split,
    split_columns,
)
from stclip.labels.seen_warnings import warn_of_alike, warn_of_seen
from stclip.registry import DATASETS, TRANSFORMS
from stclip.structures.keyframe import Keyframe
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError
from stclip.video.listing import find_videos


@DATASETS.register_module()
class SplitVideoDataset(BaseDataset):
    """Videos of a label split as a recogniser takes them.

    From the annotated keyframes of J-HMDB, UCF101-24 or ZS-Stage: a video
    belongs to the action that its keyframes show. Training takes the videos
    of the actions to train on, testing those of the actions to test, and each
    tells its own actions apart.

    Args:
        ann_file: Prepared annotations, relative to ``data_root``; or several,
            whose videos are put together (of unseen actions, the official
            training videos are as unseen as the test videos).
        label_split: YAML file of the actions to train on and to test,
            relative to the working directory; see data/README.md.
        pipeline: Transforms; the first is :class:`VideoInit`.
        subset: ``'train'`` for the actions to train on, ``'test'`` for those
            to test.
        attribute_file: Description attributes, relative to the working
            directory; empty for none.
        graph_file: Knowledge graphs, likewise.
        **kwargs: Further arguments of mmengine's ``BaseDataset``:
            ``data_root``, ``data_prefix`` (with ``video``), ``test_mode``.

    Raises:
        FileNotFoundError: If a file or a video is missing.
        ValueError: If a file is faulty, a video shows several actions, or
            nothing is left.
    """

    def __init__(
        self,
        ann_file: str | Sequence[str],
        label_split: str,
        pipeline: Sequence[dict],
        subset: str = 'train',
        attribute_file: str = '',
        graph_file: str = '',
        **kwargs: Any,
    ) -> None:
        require_choice('subset', subset, ('train', 'test'))
        self.ann_files = [ann_file] if isinstance(ann_file, str) else ann_file
        self.label_split_file = label_split
        self.subset = subset
        self.text_files = attribute_file, graph_file
        super().__init__(
            pipeline=[TRANSFORMS.build(step) for step in pipeline], **kwargs
        )

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read and select the videos; called when built."""
        split = read_label_split(self.label_split_file)
        space, labels = self._select(split)
        names = getattr(split, self.subset)
        self.label_space = self.described(space, names)
        self._metainfo.update(classes=names, eval_classes=names)
        if told := warn_of_alike(split, self.label_split_file, names):
            self._metainfo['warnings'] = told
        if self.test_mode or self.subset == 'test':
            seen = split.seen_of(names)
            if seen:
                self._metainfo['seen_classes'] = seen
        else:
            warn_of_seen(
                self.label_space,
                {names[label] for label in labels.values()},
                self.label_split_file,
                ', '.join(self.ann_files),
            )
        paths = find_videos(self.data_prefix['video'], labels)
        return [
            dict(filename=str(paths[name]), label=label)
            for name, label in sorted(labels.items())
        ]

    def described(self, space: LabelSpace, names: Sequence[str]) -> LabelSpace:
        """The actions to tell apart, with their keywords and graphs.

        Args:
            space: All actions of the annotations.
            names: Those to tell apart.
        """
        return describe(space.subset(names), *self.text_files)

    def videos(self) -> set[Path]:
        """Paths of the videos that are trained on or tested.

        They are found without loading the samples (``lazy_init=True``).

        Raises:
            FileNotFoundError: If annotations or videos are missing.
            ValueError: If a file is faulty or nothing is left.
        """
        _, labels = self._select(read_label_split(self.label_split_file))
        paths = find_videos(self.data_prefix['video'], labels)
        return {path.resolve() for path in paths.values()}

    def _select(self, split: LabelSplit) -> tuple[LabelSpace, dict[str, int]]:
        """All actions, and the label of each video to train on or to test."""
        labels: dict[str, int] = {}
        for name in self.ann_files:
            path = str(Path(self.data_root, name))
            space, keyframes = read_keyframe_file(path)
            columns = dict(
                zip(
                    ('train', 'test'),
                    split_columns(split, space, path, self.label_split_file),
                    strict=True,
                )
            )[self.subset]
            labels |= _videos_of(keyframes, columns, path)
        if not labels:
            raise UserError(
                f'{self.ann_files} have no video for subset {self.subset!r} '
                f'of {self.label_split_file}'
            )
        return space, labels

    def get_data_info(self, idx: int) -> dict[str, Any]:
        """Return what the pipeline starts from."""
        info = super().get_data_info(idx)
        return dict(info, modality='RGB', label_space=self.label_space)

    def get_cat_ids(self, idx: int) -> list[int]:
        """The class of a video, for mmengine's balanced sampling.

        Args:
            idx: Number of the video.
        """
        return [super().get_data_info(idx)['label']]


def _videos_of(
    keyframes: list[Keyframe], columns: list[int], path: str
) -> dict[str, int]:
    """Label of each video that shows one of the wanted actions."""
    shown_in: dict[str, set[int]] = {}
    for keyframe in keyframes:
        shown = keyframe.labels.any(axis=0).nonzero()[0].tolist()
        shown_in.setdefault(keyframe.video, set()).update(shown)
    wanted = {column: label for label, column in enumerate(columns)}
    labels = {}
    for video, shown in shown_in.items():
        if len(shown) > 1:
            raise UserError(
                f'{path}: video {video} shows {len(shown)} actions; a '
                'recogniser is trained and tested on videos of one'
            )
        if shown & wanted.keys():
            labels[video] = wanted[shown.pop()]
    return labels
