"""Efficient-Prompting: learned words around names, a temporal transformer."""

from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.a5.prompted_names import PromptedNames
from stclip.models.clip import Needs
from stclip.models.clip.cosines import cosines
from stclip.models.recognition.frame_recognizer import FrameRecognizer
from stclip.registry import MODELS

_TEMPERATURE = 0.07
# Of the table of positions in time; twice as wide in other methods.
_STD = 0.01


@MODELS.register_module()
class A5Recognizer(FrameRecognizer):
    """Frozen CLIP on frames; what is learned is around and behind it.

    Source: Efficient-Prompting, arXiv:2112.04478, its model A5, and its
    released code. Only the learned words and the temporal transformer are
    trained; the gradient of the words goes through the frozen text tower.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`.
        num_frames: See :class:`FrameRecognizer`; no other number has
            positions.
        prefix: Learned words before a name.
        postfix: Learned words behind it.
        temporal_layers: Layers of the temporal transformer.
        temporal_heads: Of each of them; ``None`` for heads of width 64.
        **kwargs: Further arguments of :class:`FrameRecognizer`.
    """

    needs = Needs(words=True, scale=False)

    may_train_text = True

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
        temporal = dict(
            num_layers=temporal_layers,
            max_frames=num_frames,
            num_heads=temporal_heads,
            residual=False,
        )
        super().__init__(clip, num_frames, temporal, **kwargs)
        nn.init.normal_(self.temporal.positions.weight, std=_STD)
        tower = self.clip.text_tower
        self.prompts = PromptedNames(
            tower.width, tower.context_length, prefix, postfix
        )

    @property
    def trains_text(self) -> bool:
        """The learned words always do; see the base class."""
        return True

    def encode_text(self, labels: LabelSpace) -> Tensor:
        """Prompted names, (C, Dt) normalised; see the base class."""
        text = self.prompts(self.clip, self.name_texts(labels))
        return F.normalize(text, dim=-1)

    def score(self, videos: Tensor, text: Tensor) -> Tensor:
        """See :meth:`FrameRecognizer.score`."""
        return cosines(self.encode_videos(videos), text)

    def logits(self, videos: Tensor, text: Tensor) -> Tensor:
        """Cosines over a fixed temperature; CLIP's scale is not used."""
        return self.score(videos, text) / _TEMPERATURE

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Cross-entropy over all classes; see the base class."""
        return self.class_loss(views, targets, labels)
