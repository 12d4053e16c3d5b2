"""Recognisers whose frames meet in a temporal transformer."""

from typing import Any

from torch import Tensor
from torch.nn import functional as F

from stclip.models.recognition.base import VideoTextRecognizer
from stclip.models.recognition.temporal_transformer import TemporalTransformer


class FrameRecognizer(VideoTextRecognizer):
    """Video branch that ActionCLIP, Text4Vis, BIKE and A5 share.

    Source: ActionCLIP, arXiv:2109.08472, Sec. 3.3 ("Transf").

    Args:
        clip: See :class:`VideoTextRecognizer`.
        num_frames: Likewise.
        temporal: Arguments of :class:`TemporalTransformer`; ``None`` for its
            defaults.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.
    """

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        temporal: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        self.temporal = TemporalTransformer(
            self.clip.joint_width, **(temporal or {})
        )

    @classmethod
    def why_no_features(cls, **arguments: Any) -> str:
        """See the base class."""
        return ''

    def encode_frames(self, videos: Tensor) -> Tensor:
        """Frames that know of each other.

        Args:
            videos: (B, T, 3, S, S) normalised, or (B, T, Dt) features; see
                :meth:`~VideoTextRecognizer.frame_features`.

        Returns:
            (B, T, Dt) float32, not normalised.
        """
        return self.temporal(self.frame_features(videos)).float()

    def encode_videos(self, videos: Tensor) -> Tensor:
        """Mean frames of length 1: (B, T, 3, S, S) -> (B, Dt)."""
        return F.normalize(self.encode_frames(videos).mean(dim=1), dim=-1)
