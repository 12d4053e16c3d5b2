"""MAXI: a recogniser that learns from what might be said of a video."""

import math
from collections.abc import Sequence
from typing import Any

import torch
from mmaction.structures import ActionDataSample
from torch import Tensor
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.clip.cosines import cosines
from stclip.models.maxi.mil_nce import mil_nce
from stclip.models.recognition.mean_pooled import MeanPooledRecognizer
from stclip.registry import MODELS
from stclip.utils.errors import UserError

# Factors of cosines: at first, and at most.
_START, _LARGEST = 1 / 0.02, 1000.0

#: Words of each video of a batch, as many for each; an empty word stands for
#: the sentence of the class alone.
Bags = Sequence[Sequence[str]]


@MODELS.register_module()
class MAXIRecognizer(MeanPooledRecognizer):
    """CLIP on mean frames, tuned by classes that CLIP itself has found.

    Source: MAXI, arXiv:2303.08914, and its released code: ViFi-CLIP's model,
    trained with the words that ``AddTextBag`` draws for each video. Its class
    is the best match of the zero-shot CLIP, which ``VideoMatches`` lists.
    Videos are told apart from those of the same process.

    Differs: the bound of the scale holds without raising an error.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`; the
            release tunes both towers.
        num_frames: See :class:`VideoTextRecognizer`.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.
    """

    def __init__(
        self, clip: dict[str, Any], num_frames: int, **kwargs: Any
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        self.clip.model.logit_scale.data.fill_(math.log(_START))

    def batch_loss(
        self,
        views: Tensor,
        data_samples: Sequence[ActionDataSample],
        labels: LabelSpace,
    ) -> dict[str, Tensor]:
        """See the base class; samples may have a ``text_bag`` (M words)."""
        self.require_classes(data_samples)
        classes = torch.cat([sample.gt_label for sample in data_samples])
        bags = [sample.get('text_bag', ('',)) for sample in data_samples]
        return self.loss(views, classes.to(views.device), labels, bags)

    def loss(
        self,
        views: Tensor,
        targets: Tensor,
        labels: LabelSpace,
        bags: Bags | None = None,
    ) -> dict[str, Tensor]:
        """Videos against the bags of their batch.

        See :meth:`VideoTextRecognizer.loss`.

        Args:
            views: (B, 1, T, 3, S, S).
            targets: (B,) int64, classes that the videos were matched with.
            labels: All classes.
            bags: B bags; ``None`` for the sentences of the classes.
        """
        videos = self.encode_videos(self.single_view(views))
        names = [labels.names[index] for index in targets.tolist()]
        text = self.encode_bags(bags or [('',)] * len(names), names)
        self.bound_scale()
        scores = self.scale * cosines(videos, text.flatten(0, 1))
        scores = scores.unflatten(1, text.shape[:2])
        return dict(loss_bags=mil_nce(scores, targets))

    def encode_bags(self, bags: Bags, names: Sequence[str]) -> Tensor:
        """Features of all sentences, of which equal ones are encoded once.

        Args:
            bags: B bags of M words.
            names: B class names.

        Returns:
            (B, M, Dt), normalised.

        Raises:
            UserError: For bags of several sizes.
        """
        if len({len(bag) for bag in bags}) != 1:
            raise UserError(
                'text bags of one batch have several sizes, '
                f'{sorted({len(bag) for bag in bags})}: draw them by one '
                'AddTextBag'
            )
        classes = self.name_texts(LabelSpace(tuple(dict.fromkeys(names))))
        sentence_of = dict(zip(dict.fromkeys(names), classes, strict=True))
        wanted = [
            f'{sentence_of[name]} {word}.' if word else sentence_of[name]
            for name, bag in zip(names, bags, strict=True)
            for word in bag
        ]
        number = {text: i for i, text in enumerate(dict.fromkeys(wanted))}
        features = self.encode_tokens(self.clip.tokenizer([*number]))
        index = torch.tensor(
            [number[text] for text in wanted], device=features.device
        )
        features = F.normalize(features, dim=-1)[index]
        return features.unflatten(0, (len(bags), -1))

    @torch.no_grad()
    def bound_scale(self) -> None:
        """Keep the factor of cosines at 1000 or below."""
        self.clip.model.logit_scale.clamp_(max=math.log(_LARGEST))
