"""Efficient-Prompting: learned words around names, a temporal transformer."""

from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.a5.prompted_names import PromptedNames
from stclip.models.recognition.base import VideoTextRecognizer
from stclip.models.recognition.temporal_transformer import TemporalTransformer
from stclip.registry import MODELS

_TEMPERATURE = 0.07
# Of the table of positions in time; twice as wide in other methods.
_STD = 0.01


@MODELS.register_module()
class A5Recognizer(VideoTextRecognizer):
    """Frozen CLIP on frames; what is learned is around and behind it.

    Source: Efficient-Prompting, arXiv:2112.04478, its model A5, and its
    released code. Only the learned words and the temporal transformer are
    trained; the gradient of the words goes through the frozen text tower.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`.
        num_frames: See :class:`VideoTextRecognizer`; no other number has
            positions.
        prefix: Learned words before a name.
        postfix: Learned words behind it.
        temporal_layers: Layers of the temporal transformer; 0 for the mean of
            the frames.
        temporal_heads: Of each of them; ``None`` for heads of width 64.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.
    """

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        prefix: int = 16,
        postfix: int = 16,
        temporal_layers: int = 2,
        temporal_heads: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        context_length, width = self.clip.model.positional_embedding.shape
        self.prompts = PromptedNames(width, context_length, prefix, postfix)
        self.temporal = nn.Identity()
        if temporal_layers:
            self.temporal = TemporalTransformer(
                self.clip.joint_width,
                temporal_layers,
                num_frames,
                temporal_heads,
                residual=False,
            )
            nn.init.normal_(self.temporal.positions.weight, std=_STD)

    @property
    def trains_text(self) -> bool:
        """The learned words always do; see the base class."""
        return True

    def encode_text(self, labels: LabelSpace) -> Tensor:
        """Prompted names, (C, Dt) normalised; see the base class."""
        text = self.prompts(self.clip, self.name_texts(labels))
        return F.normalize(text, dim=-1)

    def encode_videos(self, videos: Tensor) -> Tensor:
        """Mean of the frames after they have seen each other (Sec. 3.3).

        Args:
            videos: (B, T, 3, S, S) normalised.

        Returns:
            (B, Dt) not normalised.
        """
        clip = self.clip
        frames = clip.project(clip.encode_images(videos.flatten(0, 1)))
        frames = frames.unflatten(0, videos.shape[:2])
        return self.temporal(frames).mean(dim=1)

    def score(self, videos: Tensor, text: Tensor) -> Tensor:
        """See :meth:`VideoTextRecognizer.score`."""
        video = F.normalize(self.encode_videos(videos).float(), dim=-1)
        return video @ text.T

    def logits(self, videos: Tensor, text: Tensor) -> Tensor:
        """Cosines over a fixed temperature; CLIP's scale is not used."""
        return self.score(videos, text) / _TEMPERATURE

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Cross-entropy over all classes; see the base class."""
        logits = self.logits(self.single_view(views), self.text(labels))
        return dict(loss_classes=F.cross_entropy(logits, targets))
