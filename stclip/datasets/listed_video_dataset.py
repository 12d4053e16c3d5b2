"""Whole videos of an annotation list: UCF-101, HMDB-51, Kinetics."""

import os.path as osp
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from mmaction.datasets import VideoDataset

from stclip.registry import DATASETS, TRANSFORMS
from stclip.utils.config_types import type_name
from stclip.utils.errors import UserError
from stclip.utils.io import fill_path
from stclip.utils.text_file import read_lines
from stclip.utils.values import as_whole

READERS = ('any', 'decord')

_DECORD = dict(VideoInit='DecordInit', VideoDecode='DecordDecode')
_HINT = 'docs/how_to/prepare_recognition.md tells how it is made.'
_SAMPLERS = ('UniformSample', 'SegmentStartSample', 'SampleFrames')


@DATASETS.register_module()
class ListedVideoDataset(VideoDataset):
    """mmaction's ``VideoDataset``, whose variants are arguments.

    ``{split}``, ``{part}`` and ``{shots}`` in ``ann_file`` stand for the
    arguments of these names. ``split`` and ``part`` also go to the step
    ``AddLabelSpace`` of the pipeline, whose label list so follows the videos.

    Args:
        ann_file: List of lines ``<path> <label>``, relative to ``data_root``.
        pipeline: Transforms.
        split: Which of the official splits.
        part: ``'base'`` or ``'novel'``, a half of the classes.
        shots: Training videos of each class.
        epoch_videos: Videos of an epoch, about: a shorter list is repeated as
            often as comes nearest. ``None`` to take each video once.
        views: ``'4x3'`` for 4 clips of each video in 3 crops each: the step
            that samples frames gets ``num_clips``, ``CenterCrop`` becomes
            ``ThreeCrop``, out of pictures whose short side is the crop's.
            ``None`` for those of the pipeline.
        reader: ``'any'``, the reader of the pipeline; or ``'decord'`` in place
            of :class:`~stclip.datasets.transforms.VideoInit` and
            ``VideoDecode``: faster, for video files with right headers.
        **kwargs: Further arguments of ``VideoDataset``, ``data_root`` and
            ``data_prefix`` (with ``video``) among them.

    Raises:
        FileNotFoundError: If the list is missing.
        ValueError: For a line that is no path and label, unknown views or
            another reader, or a pipeline without the steps that views change.
    """

    def __init__(
        self,
        ann_file: str,
        pipeline: Sequence[dict],
        split: int = 1,
        part: str = 'base',
        shots: int = 2,
        epoch_videos: int | None = None,
        views: str | None = None,
        reader: str = 'any',
        **kwargs: Any,
    ) -> None:
        if reader not in READERS:
            raise UserError(f'reader must be one of {READERS}, got {reader!r}')
        self.epoch_videos = epoch_videos
        steps = [dict(step) for step in pipeline]
        for step in steps:
            if type_name(step['type']) == 'AddLabelSpace':
                step.update(split=split, part=part)
            elif reader == 'decord':
                step['type'] = _DECORD.get(
                    type_name(step['type']), step['type']
                )
        if views is not None:
            _show_views(steps, views)
        super().__init__(
            fill_path(ann_file, split=split, part=part, shots=shots),
            [TRANSFORMS.build(step) for step in steps],
            **kwargs,
        )

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read the list; called when built."""
        videos = self._read_list()
        if self.epoch_videos is None:
            return videos
        return videos * max(1, round(self.epoch_videos / len(videos)))

    def get_cat_ids(self, idx: int) -> list[int]:
        """The class of a video, for mmengine's balanced sampling.

        Args:
            idx: Number of the video.
        """
        return [super().get_data_info(idx)['label']]

    def _read_list(self) -> list[dict[str, Any]]:
        """As the parent does, but a line of another form is named."""
        videos = []
        for line_num, line in read_lines(self.ann_file, _HINT):
            try:
                path, label = line.strip().rsplit(maxsplit=1)
                label = as_whole(label, 'label', 0)
            except ValueError as error:
                raise UserError(
                    f'{self.ann_file}, line {line_num}: expected "<path> '
                    '<label>", the path of a video and the number of its '
                    f'class, from 0, got {line!r:.120}'
                ) from error
            folder = self.data_prefix['video'] or ''
            videos.append(dict(filename=osp.join(folder, path), label=label))
        if not videos:
            raise UserError(f'{self.ann_file} is empty: it lists no video')
        return videos


def _show_views(steps: list[dict[str, Any]], views: str) -> None:
    """Let the steps give ``<clips>x<crops>`` views of each video."""
    numbers = re.fullmatch(r'([1-9]\d*)x([13])', str(views))
    if not numbers:
        raise UserError(
            "views must be '<clips>x1' or '<clips>x3', as '4x3', got "
            f'{views!r}'
        )
    samplers = [step for step in steps if type_name(step['type']) in _SAMPLERS]
    crops = [step for step in steps if type_name(step['type']) == 'CenterCrop']
    if len(samplers) != 1 or len(crops) != 1:
        raise UserError(
            f'views={views} needs a pipeline with one of {_SAMPLERS} and one '
            f'CenterCrop, got {[type_name(step["type"]) for step in steps]}'
        )
    samplers[0]['num_clips'] = int(numbers[1])
    if numbers[2] == '3':
        crops[0]['type'] = 'ThreeCrop'
        # Three crops side by side leave nothing out above and below.
        short_side = int(np.min(crops[0]['crop_size']))
        for step in steps:
            if type_name(step['type']) == 'Resize':
                step['scale'] = (-1, short_side)
