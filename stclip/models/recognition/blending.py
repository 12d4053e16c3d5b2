"""Mixup and cutmix of videos, whatever the number of classes."""

from collections.abc import Mapping, Sequence
from typing import Any

from mmaction.models.utils.blending_utils import RandomBatchAugment
from mmaction.structures import ActionDataSample
from torch import Tensor

from stclip.labels.label_space import common_label_space
from stclip.registry import MODELS


@MODELS.register_module()
class LabelSpaceBlending(RandomBatchAugment):
    """One of mmaction's batch augmentations, drawn for each batch.

    All frames of a video share the factor of mixup and the box of cutmix.
    Videos are mixed with others of the same process. Differs from
    mmaction's: the number of classes is that of the label space.

    Args:
        augments: Configs of ``MixupBlending`` and ``CutmixBlending`` without
            ``num_classes``; each is as likely.
    """

    def __init__(self, augments: Sequence[Mapping[str, Any]]) -> None:
        # A number that they ask for and that only calls make use of.
        super().__init__([dict(each, num_classes=1) for each in augments])

    def __call__(
        self, imgs: Tensor, batch_data_samples: Sequence[ActionDataSample]
    ) -> tuple[Tensor, Sequence[ActionDataSample]]:
        """Mix videos, and make ``gt_label`` shares of the classes.

        Args:
            imgs: (B, T, 3, S, S) normalised.
            batch_data_samples: With ``gt_label`` (1,) and ``label_space``.

        Returns:
            Both, ``gt_label`` (C,) float32.
        """
        self.num_classes = len(common_label_space(batch_data_samples))
        return super().__call__(imgs, batch_data_samples)
