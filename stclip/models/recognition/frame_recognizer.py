"""Recognisers whose frames meet in a temporal transformer."""

from typing import Any

from torch import Tensor
from torch.nn import functional as F

from stclip.models.recognition.base import (
    DIMS_OF_FEATURES,
    VideoTextRecognizer,
)
from stclip.models.recognition.temporal_transformer import TemporalTransformer
from stclip.utils.errors import UserError


class FrameRecognizer(VideoTextRecognizer):
    """Video branch that ActionCLIP, Text4Vis, BIKE and A5 share.

    Source: ActionCLIP, arXiv:2109.08472, Sec. 3.3 ("Transf").

    Args:
        clip: See :class:`VideoTextRecognizer`.
        num_frames: Likewise.
        temporal: Arguments of :class:`TemporalTransformer`; ``None`` for its
            defaults.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.

    Raises:
        UserError: If the text tower is to be trained, and the method does
            not.
    """

    may_train_text = False
    takes_features = True

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        temporal: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        if not self.may_train_text:
            self.clip.refuse_trained_text(self)
        self.temporal = TemporalTransformer(
            self.clip.joint_width, **(temporal or {})
        )

    def frame_features(self, videos: Tensor) -> Tensor:
        """CLIP's image features of frames.

        Args:
            videos: (B, T, 3, S, S) normalised; or (B, T, Dt), features of
                frames that were encoded before.

        Returns:
            (B, T, Dt), not normalised.

        Raises:
            UserError: For features of another width.
        """
        if videos.dim() == DIMS_OF_FEATURES:
            if videos.shape[-1] != self.clip.joint_width:
                raise UserError(
                    f'the features of frames have {videos.shape[-1]} values, '
                    f'but this CLIP makes {self.clip.joint_width}: encode them'
                    ' anew'
                )
            return videos
        cls = self.clip.encode_images(videos.flatten(0, 1))
        return self.clip.project(cls).unflatten(0, videos.shape[:2])

    def encode_frames(self, videos: Tensor) -> Tensor:
        """Frames that know of each other.

        Args:
            videos: (B, T, 3, S, S) normalised, or (B, T, Dt) features; see
                :meth:`frame_features`.

        Returns:
            (B, T, Dt) float32, not normalised.
        """
        return self.temporal(self.frame_features(videos)).float()

    def encode_videos(self, videos: Tensor) -> Tensor:
        """Mean frames of length 1: (B, T, 3, S, S) -> (B, Dt)."""
        return F.normalize(self.encode_frames(videos).mean(dim=1), dim=-1)
