"""Open-VCLIP: a CLIP whose frames look at the frames next to them."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor
from torch.nn import functional as F

from stclip.knowledge.hand_templates import HAND_TEMPLATES
from stclip.labels.label_space import LabelSpace
from stclip.models.clip import Needs
from stclip.models.clip.cosines import cosines
from stclip.models.open_vclip.neighbour_frames import with_neighbours
from stclip.models.recognition.base import VideoTextRecognizer
from stclip.models.recognition.sentences import sentence_features
from stclip.registry import MODELS
from stclip.utils.errors import UserError


@MODELS.register_module()
class OpenVCLIPRecognizer(VideoTextRecognizer):
    """CLIP's weights and no other; attention over neighbouring frames.

    Source: Open-VCLIP, arXiv:2302.00624, and its released code. The
    interpolated optimisation that goes with it is
    :class:`~stclip.engine.interpolated_optimisation.InterpolatedOptimWrapper`.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`; the
            release trains the whole image tower (``trained_layers='all'``).
        num_frames: See :class:`VideoTextRecognizer`.
        view: Frames that each frame looks at, itself in the middle: 3 in the
            paper, wider in options of the release; 1 for CLIP itself.
        templates: Sentences around a name, of which the features are
            averaged.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.

    Raises:
        UserError: For an even view, or a text tower that is to be trained.
    """

    needs = Needs(layers=True)

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        view: int = 3,
        templates: Sequence[str] = HAND_TEMPLATES,
        **kwargs: Any,
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        if view < 1 or view % 2 == 0:
            raise UserError(
                f'view must be odd, so that a frame is in its middle: {view}'
            )
        self.view = view
        self.templates = tuple(templates)

    def encode_text(self, labels: LabelSpace) -> Tensor:
        """Mean of a name's sentences, (C, Dt) of length 1.

        Source: the released code; of unit vectors, and made one.
        """
        sentences = [
            template.format(name)
            for name in super().name_texts(labels)
            for template in self.templates
        ]
        tokens = self.clip.tokenizer(sentences)
        features = F.normalize(sentence_features(self.clip, tokens), dim=-1)
        means = features.unflatten(0, (len(labels), -1)).mean(dim=1)
        return F.normalize(means, dim=-1)

    def name_texts(self, labels: LabelSpace) -> list[str]:
        """See the base class: the longest sentence about each name."""
        longest = max(self.templates, key=len)
        return [longest.format(name) for name in super().name_texts(labels)]

    def encode_frames(self, videos: Tensor) -> Tensor:
        """Frames that have looked at their neighbours.

        Args:
            videos: (B, T, 3, S, S) normalised.

        Returns:
            (B, T, Dt) float32, not normalised.
        """
        clip, num_frames = self.clip, videos.shape[1]
        x = clip.embed(clip.patch_tokens(videos.flatten(0, 1)))
        last = clip.num_layers - 1
        for layer in range(last):
            x = clip.recomputed(self.layer, layer, x, num_frames)
        rows = clip.image_tower.pooled_rows
        x = clip.recomputed(self.layer, last, x, num_frames, rows)
        frames = clip.project(clip.pooled(x))
        return frames.float().unflatten(0, videos.shape[:2])

    def layer(
        self,
        layer: int,
        x: Tensor,
        num_frames: int,
        num_queries: int | None = None,
    ) -> Tensor:
        """An encoder layer with one softmax over all frames of the view.

        Source: Open-VCLIP, arXiv:2302.00624, temporal attention view.

        Args:
            layer: Index of the layer.
            x: (B T, 1 + N, Dv).
            num_frames: T.
            num_queries: Only the first so many tokens are wanted; ``None``
                for all.

        Returns:
            (B T, 1 + N or fewer, Dv).
        """
        q, k, v = self.clip.qkv(layer, x, num_queries)
        k, v = (
            with_neighbours(each, num_frames, self.view) for each in (k, v)
        )
        return self.clip.finish_layer(layer, x[:, :num_queries], (q, k, v))

    def score(self, videos: Tensor, text: Tensor) -> Tensor:
        """Mean cosine of a video's frames and a class: (B, C).

        Source: the released code. It is the product with the mean of unit
        vectors, which is none itself. See :meth:`VideoTextRecognizer.score`.
        """
        frames = F.normalize(self.encode_frames(videos), dim=-1).mean(dim=1)
        return cosines(frames, text)

    @property
    def scale(self) -> Tensor:
        """() factor of mean cosines.

        It has no bound, as in the release: CLIP's own, which lies at that of
        :attr:`CLIPBackbone.logit_scale`, may grow in training.
        """
        return self.clip.unbounded_scale

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Cross-entropy over all classes; see the base class."""
        return self.class_loss(views, targets, labels)
