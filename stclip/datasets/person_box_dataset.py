"""Annotated persons for the training of a person detector."""

from collections.abc import Sequence
from typing import Any, ClassVar

from mmengine.dataset import BaseDataset

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.labels.label_split import read_label_split, split_columns
from stclip.labels.seen_keyframes import select_seen
from stclip.registry import DATASETS, TRANSFORMS
from stclip.utils.errors import UserError
from stclip.video.listing import find_videos


@DATASETS.register_module()
class PersonBoxDataset(BaseDataset):
    """The persons of seen actions, in the form that mmdet's models learn from.

    Only videos without any unseen action: a detector that is fine-tuned on
    them has not seen what the benchmark tests (ST-CLIP, arXiv:2408.15996,
    section 5.1).

    Args:
        ann_file: Prepared annotations, relative to ``data_root``.
        label_split: YAML file of the seen and unseen actions, relative to
            the working directory; see data/README.md.
        pipeline: Transforms; the first is :class:`LoadVideoFrame`, the others
            are mmdet's.
        frame_step: Every which annotated frame of a video is taken.
        **kwargs: Further arguments of mmengine's ``BaseDataset``:
            ``data_root``, ``data_prefix`` (with ``img``, the folder of videos
            or frame folders).

    Raises:
        FileNotFoundError: If a file or a video is missing.
        ValueError: If a file is faulty, or nothing is left.
    """

    METAINFO: ClassVar[dict] = dict(classes=('person',))

    def __init__(
        self,
        ann_file: str,
        label_split: str,
        pipeline: Sequence[dict],
        frame_step: int = 1,
        **kwargs: Any,
    ) -> None:
        self.label_split_file = label_split
        self.frame_step = frame_step
        super().__init__(
            ann_file=ann_file,
            pipeline=[TRANSFORMS.build(step) for step in pipeline],
            **kwargs,
        )

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read and select the frames; called when built."""
        labels, keyframes = read_keyframe_file(self.ann_file)
        split = read_label_split(self.label_split_file)
        seen, tested = split_columns(
            split, labels, self.ann_file, self.label_split_file
        )
        keyframes = select_seen(keyframes, seen, tested)
        if any(keyframe.frame_idx is None for keyframe in keyframes):
            raise UserError(
                f'{self.ann_file} places keyframes by time; a person detector '
                'is trained on keyframes with a frame number'
            )
        keyframes = [
            k for k in keyframes if k.frame_idx % self.frame_step == 0
        ]
        if not keyframes:
            raise UserError(
                f'{self.ann_file} has no frame to train on for '
                f'{self.label_split_file} (frame_step {self.frame_step})'
            )
        paths = find_videos(
            self.data_prefix['img'], {k.video: None for k in keyframes}
        )
        return [
            dict(
                img_id=keyframe.image_id,
                img_path=str(paths[keyframe.video]),
                frame_idx=keyframe.frame_idx,
                height=keyframe.img_shape[0],
                width=keyframe.img_shape[1],
                instances=[
                    dict(bbox=box, bbox_label=0, ignore_flag=0)
                    for box in keyframe.boxes.tolist()
                ],
            )
            for keyframe in keyframes
        ]
