"""Prepared annotations: J-HMDB, UCF101-24, AVA, ZS-Stage (single)."""

from typing import Any

from stclip.datasets.faults import OnFault, refuse
from stclip.datasets.keyframe_dataset import KeyframeDataset
from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.labels.label_space import LabelSpace
from stclip.registry import DATASETS
from stclip.structures.keyframe import Keyframe


@DATASETS.register_module()
class CocoKeyframeDataset(KeyframeDataset):
    """Keyframes of a JSON file, COCO-style with action ids.

    The form that ``tools/data/prepare.py`` writes for every data set
    (docs/formats.md), and that ST-CLIP's authors released J-HMDB in.

    Args:
        *args: See :class:`KeyframeDataset`.
        label_file: Names of all actions, one a line, in the order of their
            ids; empty to take ``action_categories`` of the annotations.
        **kwargs: See :class:`KeyframeDataset`.
    """

    def __init__(
        self, *args: Any, label_file: str = '', **kwargs: Any
    ) -> None:
        self.label_file = label_file
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
