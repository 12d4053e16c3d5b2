"""Mean frames against one sentence a class, both towers free to train."""

from typing import Any

from torch import Tensor
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.clip.cosines import cosines
from stclip.models.clip.learned_context import PREFIX
from stclip.models.clip.text_cache import TextCache
from stclip.models.recognition.base import VideoTextRecognizer


class MeanPooledRecognizer(VideoTextRecognizer):
    """Base of the methods that tune CLIP itself on mean frames.

    Source: ViFi-CLIP, arXiv:2212.03640, Sec. 3.2; MAXI, arXiv:2303.08914,
    tunes the same model. At CLIP's weights it is CLIP on the mean frame.

    Args:
        clip: See :class:`VideoTextRecognizer`.
        num_frames: Likewise.
        **kwargs: Likewise.
    """

    may_train_text = True

    def __init__(
        self, clip: dict[str, Any], num_frames: int, **kwargs: Any
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        # Tokens stay what they are while weights are trained.
        self.tokens = TextCache()

    def encode_frames(self, videos: Tensor) -> Tensor:
        """Frame features.

        Args:
            videos: (B, T, 3, S, S) normalised.

        Returns:
            (B, T, Dt) float32, not normalised.
        """
        cls = self.encode_images(videos.flatten(0, 1))
        return self.clip.project(cls).float().unflatten(0, videos.shape[:2])

    def encode_images(self, images: Tensor) -> Tensor:
        """Features of pictures: (n, 3, S, S) -> (n, Dv)."""
        return self.clip.encode_images(images)

    def encode_videos(self, videos: Tensor) -> Tensor:
        """Mean of frames as they are, of length 1: -> (B, Dt)."""
        return F.normalize(self.encode_frames(videos).mean(dim=1), dim=-1)

    def encode_text(self, labels: LabelSpace) -> Tensor:
        """(C, Dt) features of the sentences, normalised."""
        sentences = self.name_texts(labels)
        tokens = self.tokens.get(
            tuple(sentences), lambda: self.clip.tokenizer(sentences)
        )
        return F.normalize(self.encode_tokens(tokens), dim=-1)

    def encode_tokens(self, tokens: Tensor) -> Tensor:
        """Features of sentences: (n, L) int64 -> (n, Dt) float32."""
        return self.clip.text_tower.features(tokens)

    def name_texts(self, labels: LabelSpace) -> list[str]:
        """See the base class: the sentence around each name."""
        return [f'{PREFIX} {name}.' for name in super().name_texts(labels)]

    def score(self, videos: Tensor, text: Tensor) -> Tensor:
        """See :meth:`VideoTextRecognizer.score`."""
        return cosines(self.encode_videos(videos), text)

    @property
    def scale(self) -> Tensor:
        """() factor of cosines, which these methods let grow beyond 100."""
        return self.clip.unbounded_scale
