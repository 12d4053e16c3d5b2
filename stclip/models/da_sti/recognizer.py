"""DA-STI: description attributes and spatio-temporal interaction."""

from typing import Any

import torch
from mmengine.dist import all_gather, is_distributed
from torch import Tensor, nn
from torch.distributed.nn import functional as distributed

from stclip.labels.label_space import LabelSpace
from stclip.models.clip import Needs
from stclip.models.da_sti.attribute_text import (
    WORD_MASKS,
    ClassText,
    encode_classes,
)
from stclip.models.da_sti.co_attention import CoAttentionScore
from stclip.models.da_sti.spatio_temporal_interaction import (
    SpatioTemporalInteraction,
)
from stclip.models.da_sti.symmetric_loss import symmetric_cross_entropy
from stclip.models.recognition.base import VideoTextRecognizer
from stclip.models.recognition.temporal_transformer import TemporalTransformer
from stclip.registry import MODELS
from stclip.utils.choices import require_choice

#: How frames and words meet (Table 6).
FUSIONS = ('st', 'coattn', 'coattn+st')


@MODELS.register_module()
class DASTIRecognizer(VideoTextRecognizer):
    """Scores of videos and attribute sentences, word by patch and frame.

    Source: DA-STI, arXiv:2510.27255, Fig. 3. The label space brings the
    keywords of each class; a class without any is its plain name.

    Without both interactions and temporal layers it is CLIP on the mean of
    the frames; without the interactions it is ActionCLIP, the baseline of
    Table 4.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`.
        num_frames: See :class:`VideoTextRecognizer`.
        num_attributes: Keywords of a class that are used, N_a (Table 5).
        word_mask: Which tokens count as words; see
            :data:`~stclip.models.da_sti.attribute_text.WORD_MASKS`.
        attributes_in_class: Whether the class embedding is that of the
            attribute sentence, or that of the class name alone.
        temporal_layers: Layers of the temporal transformer; 0 for none.
        interaction: Arguments of :class:`SpatioTemporalInteraction`; not
            read with ``fusion='coattn'``, which has none.
        fusion: ``'st'``, the interaction; or, for Table 6, ``'coattn'``,
            co-attention of frames and words in its place, or
            ``'coattn+st'``, both.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.

    Raises:
        UserError: For an unknown option, or one that ``fusion`` cannot have;
            see :class:`.CoAttentionScore`.
    """

    needs = Needs(layers=True, words=True)

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        num_attributes: int = 8,
        word_mask: str = 'content',
        attributes_in_class: bool = True,
        temporal_layers: int = 6,
        interaction: dict[str, Any] | None = None,
        fusion: str = 'st',
        **kwargs: Any,
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        require_choice('word_mask', word_mask, WORD_MASKS)
        self.num_attributes = num_attributes
        self.word_mask = word_mask
        self.attributes_in_class = attributes_in_class
        width = self.clip.joint_width
        self.temporal = (
            TemporalTransformer(width, temporal_layers)
            if temporal_layers
            else nn.Identity()
        )
        require_choice('fusion', fusion, FUSIONS)
        self.interaction = None
        if fusion != 'coattn':
            self.interaction = SpatioTemporalInteraction(
                width, **(interaction or {})
            )
        if fusion != 'st':
            self.interaction = CoAttentionScore(width, self.interaction)

    def encode_text(self, labels: LabelSpace) -> ClassText:
        """See :meth:`VideoTextRecognizer.encode_text`."""
        return encode_classes(
            self.clip,
            labels,
            self.num_attributes,
            self.word_mask,
            self.attributes_in_class,
        )

    def encode_videos(self, videos: Tensor) -> tuple[Tensor, Tensor]:
        """Frame and patch embeddings, Eq. (5).

        Args:
            videos: (B, T, 3, S, S) normalised.

        Returns:
            (B, T, Dt) v, after the temporal transformer; (B, T, N, Dt) p.
        """
        tokens = self.clip.encode_image_tokens(videos.flatten(0, 1))
        tokens = tokens.unflatten(0, videos.shape[:2])
        frames, patches = tokens[:, :, 0], tokens[:, :, 1:]
        return self.temporal(frames), patches

    def score(self, videos: Tensor, text: ClassText) -> Tensor:
        """See :meth:`VideoTextRecognizer.score`."""
        frames, patches = self.encode_videos(videos)
        return self.interaction(frames, patches, text)

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Loss over the videos of all processes.

        Only classes that occur among them are scored, each with each video.

        Args:
            views: (B, 1, T, 3, S, S).
            targets: (B,) int64, indices in ``labels``.
            labels: All classes.
        """
        videos = self.single_view(views)
        everywhere = torch.cat(all_gather(targets))
        present, target_idx = everywhere.unique(return_inverse=True)
        scores = self.score(videos, self.text(labels).select(present))
        if is_distributed():
            scores = torch.cat(distributed.all_gather(scores))
        logits = self.clip.logit_scale * scores.float()
        return dict(loss_symmetric=symmetric_cross_entropy(logits, target_idx))
