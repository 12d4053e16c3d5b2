"""The last step: tensors for the model, a data sample for everyone."""

from typing import Any

import numpy as np
import torch
from mmaction.structures import ActionDataSample
from mmcv.transforms import BaseTransform
from mmengine.structures import InstanceData

from stclip.registry import TRANSFORMS

_META_KEYS = (
    'image_id',
    'video',
    'frame_idx',
    'timestamp',
    'img_shape',
    'label_space',
    'box_source',
    'beyond_end',
)


@TRANSFORMS.register_module()
class PackKeyframe(BaseTransform):
    """Pack a keyframe as the detectors take it.

    Returns ``inputs``, a dict of uint8 RGB tensors ``context`` (T, 3, S, S),
    ``keyframe`` (3, S, S) and, where there are any, ``crops`` (P, 3, S, S),
    and ``data_samples``, an ``ActionDataSample`` with

    - ``proposals``: ``bboxes`` (P, 4) float32 xyxy in pixels of the annotated
      frame, ``scores`` (P,) and, in training, ``labels`` (P, C) float32 0/1;
      in the order of ``crops``;
    - ``gt_instances``: ``bboxes`` (G, 4), ``labels`` (G, C) of the keyframe;
    - metainfo: ``image_id``, ``video``, ``frame_idx`` (from 0),
      ``timestamp``, ``img_shape`` (height, width), ``label_space``,
      ``box_source`` and ``beyond_end`` (whether the video ends before).
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Pack one keyframe."""
        proposals = InstanceData(
            bboxes=torch.from_numpy(results['boxes']),
            scores=torch.from_numpy(results['box_scores']),
        )
        if results['box_labels'] is not None:
            proposals.labels = torch.from_numpy(results['box_labels'])
        sample = ActionDataSample(
            proposals=proposals,
            gt_instances=InstanceData(
                bboxes=torch.from_numpy(results['gt_boxes']),
                labels=torch.from_numpy(results['gt_labels']),
            ),
            metainfo={key: results[key] for key in _META_KEYS},
        )
        # Copies, as the cache keeps its pictures; torch.tensor(array) would
        # take more time than all other steps together.
        inputs = {
            key: torch.from_numpy(np.array(results[key]))
            for key in ('context', 'keyframe', 'crops')
            if key in results
        }
        return dict(inputs=inputs, data_samples=sample)
