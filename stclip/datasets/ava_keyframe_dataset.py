"""AVA's annotation files: AVA, ZS-Stage (multi)."""

from typing import Any

from stclip.datasets.ava_csv import (
    read_ava_csv,
    read_excluded,
    read_label_map,
)
from stclip.datasets.faults import OnFault, refuse
from stclip.datasets.keyframe_dataset import KeyframeDataset
from stclip.labels.label_space import LabelSpace
from stclip.registry import DATASETS
from stclip.structures.keyframe import Keyframe


@DATASETS.register_module()
class AVAKeyframeDataset(KeyframeDataset):
    """Keyframes of AVA's own CSV, persons with several actions each.

    Args:
        *args: See :class:`KeyframeDataset`.
        label_map: Protobuf text with name, ``label_id`` and ``label_type``
            of each action. Poses exclude each other.
        exclude_file: CSV of (video, timestamp) that are left out.
        start_sec: Timestamp of the first frame of the videos: 0 for whole
            films, 900 for the usual cuts of 15 minutes.
        **kwargs: See :class:`KeyframeDataset`.
    """

    def __init__(
        self,
        *args: Any,
        label_map: str,
        exclude_file: str = '',
        start_sec: float = 900,
        **kwargs: Any,
    ) -> None:
        self.label_map = label_map
        self.exclude_file = exclude_file
        self.start_sec = start_sec
        super().__init__(*args, **dict(score_all=True, fps=30) | kwargs)

    def _join_prefix(self) -> None:
        super()._join_prefix()
        self.label_map = self._below_root(self.label_map)
        self.exclude_file = self._below_root(self.exclude_file)

    def files(self) -> list[str]:
        """See :meth:`KeyframeDataset.files`."""
        excluded = [self.exclude_file] * bool(self.exclude_file)
        return [*super().files(), self.label_map, *excluded]

    def label_source(self) -> str:
        """See :meth:`KeyframeDataset.label_source`."""
        return self.label_map

    def read_keyframes(
        self, on_fault: OnFault = refuse
    ) -> tuple[LabelSpace, list[Keyframe]]:
        """See :meth:`KeyframeDataset.read_keyframes`."""
        labels, column_of_id = read_label_map(self.label_map)
        excluded = (
            read_excluded(self.exclude_file) if self.exclude_file else set()
        )
        return labels, read_ava_csv(
            self.ann_file, column_of_id, excluded, self.start_sec, on_fault
        )
