"""Prepared annotations: J-HMDB, UCF101-24, AVA, ZS-Stage (single)."""

from itertools import groupby, islice
from typing import Any

from stclip.datasets.faults import OnFault, refuse
from stclip.datasets.keyframe_dataset import KeyframeDataset, in_video_order
from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import LabelSplit
from stclip.registry import DATASETS
from stclip.structures.keyframe import Keyframe
from stclip.utils.errors import UserError


@DATASETS.register_module()
class CocoKeyframeDataset(KeyframeDataset):
    """Keyframes of a JSON file, COCO-style with action ids.

    The form that ``tools/data/prepare.py`` writes for every data set
    (docs/formats.md), and that ST-CLIP's authors released J-HMDB in.

    Args:
        *args: See :class:`KeyframeDataset`.
        label_file: Names of all actions, one a line, in the order of their
            ids; empty to take ``action_categories`` of the annotations.
        keyframe_step: From one keyframe of a video to the next that is used,
            of those that would be, the first included.
        **kwargs: See :class:`KeyframeDataset`.
    """

    def __init__(
        self,
        *args: Any,
        label_file: str = '',
        keyframe_step: int = 1,
        **kwargs: Any,
    ) -> None:
        self.label_file = label_file
        if keyframe_step < 1:
            raise UserError(
                f'keyframe_step must be at least 1, got {keyframe_step}'
            )
        self.keyframe_step = keyframe_step
        super().__init__(*args, **kwargs)

    def _join_prefix(self) -> None:
        super()._join_prefix()
        self.label_file = self._below_root(self.label_file)

    def files(self) -> list[str]:
        """See :meth:`KeyframeDataset.files`."""
        return super().files() + [self.label_file] * bool(self.label_file)

    def label_source(self) -> str:
        """See :meth:`KeyframeDataset.label_source`."""
        return self.label_file or self.ann_file

    def read_keyframes(
        self, on_fault: OnFault = refuse
    ) -> tuple[LabelSpace, list[Keyframe]]:
        """See :meth:`KeyframeDataset.read_keyframes`."""
        return read_keyframe_file(self.ann_file, self.label_file, on_fault)

    def select(
        self,
        split: LabelSplit,
        all_labels: LabelSpace,
        keyframes: list[Keyframe],
    ) -> list[Keyframe]:
        """See :meth:`KeyframeDataset.select`; then a step at a time."""
        chosen = in_video_order(super().select(split, all_labels, keyframes))
        videos = groupby(chosen, key=lambda keyframe: keyframe.video)
        return [
            keyframe
            for _, group in videos
            for keyframe in islice(group, None, None, self.keyframe_step)
        ]
