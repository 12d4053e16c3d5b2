"""X-CLIP: cross-frame communication, multi-frame integration, prompts."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.clip import Needs
from stclip.models.clip.cosines import cosines
from stclip.models.clip.layers import VideoSpecificPrompting
from stclip.models.recognition.base import VideoTextRecognizer
from stclip.models.recognition.sentences import sentence_features
from stclip.models.recognition.temporal_transformer import TemporalTransformer
from stclip.models.x_clip.messages import CrossFrameMessage
from stclip.registry import MODELS


@MODELS.register_module()
class XCLIPRecognizer(VideoTextRecognizer):
    """Frames exchange messages, and the video prompts the texts of labels.

    Source: X-CLIP, arXiv:2208.02816, and its released code. Differs: DropPath
    and the mixing of videos are left out; texts are read once per label set,
    and reading them does not put the model back into training mode.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`; the
            release trains all of CLIP, ST-CLIP's comparator none of it.
        num_frames: See :class:`VideoTextRecognizer`; the longest video.
        integration_layers: Layers of the multi-frame integration transformer.
        prompting_layers: Of the video-specific prompting; 2 in the release, 1
            in the counts of ST-CLIP's paper.
        label_smoothing: Mass of the target that all classes share.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.
    """

    needs = Needs(class_token=True)
    may_train_text = True

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        integration_layers: int = 1,
        prompting_layers: int = 2,
        label_smoothing: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        width, joint_width = self.clip.width, self.clip.joint_width
        self.label_smoothing = label_smoothing
        self.messages = nn.ModuleList(
            CrossFrameMessage(width, self.clip.image_tower.num_heads)
            for _ in self.clip.blocks
        )
        self.integration = TemporalTransformer(
            joint_width, integration_layers, num_frames
        )
        self.norm_patches = nn.LayerNorm(width)
        self.patch_projection = nn.Parameter(torch.randn(width, joint_width))
        self.prompting = VideoSpecificPrompting(joint_width, prompting_layers)

    def encode_text(self, labels: LabelSpace) -> Tensor:
        """(C, Dt), not normalised; see the base class."""
        tokens = self.clip.tokenizer(self.name_texts(labels))
        return sentence_features(self.clip, tokens)

    def run_layer(self, layer: int, x: Tensor) -> Tensor:
        """A layer whose frames also see their message, Eqs. (5) and (6).

        The message asks nothing: what a layer answers to it is dropped.

        Args:
            layer: Index of the layer.
            x: (B, T, 1 + N, Dv).

        Returns:
            (B, T, 1 + N, Dv).
        """
        clip, frames = self.clip, x.flatten(0, 1)
        message = self.messages[layer](x[:, :, 0]).flatten(0, 1)
        _, *heard = clip.qkv(layer, message[:, None], 0, clip.nowhere(1))
        q, *own = clip.qkv(layer, frames)
        k, v = (
            torch.cat(pair, dim=2) for pair in zip(own, heard, strict=True)
        )
        return clip.finish_layer(layer, frames, (q, k, v)).view_as(x)

    def encode_tokens(self, videos: Tensor) -> Tensor:
        """Tokens after all layers: (B, T, 3, S, S) -> (B, T, 1 + N, Dv)."""
        clip = self.clip
        x = clip.embed(clip.patch_tokens(videos.flatten(0, 1)))
        x = x.unflatten(0, videos.shape[:2])
        for layer in range(clip.num_layers):
            x = clip.recomputed(self.run_layer, layer, x)
        return x

    def video_features(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """What a video is compared by, and what it prompts with.

        Args:
            tokens: (B, T, 1 + N, Dv) of :meth:`encode_tokens`.

        Returns:
            (B, Dt), the mean of the frames after their integration, Eq. (7);
            (B, N, Dt), the mean of the patches over time, whose projection
            comes after the mean, since it is linear.
        """
        clip = self.clip
        frames = clip.project(clip.pooled(tokens))
        patches = self.norm_patches(tokens[:, :, 1:]).mean(dim=1)
        video = self.integration(frames).mean(dim=1)
        return video, patches @ self.patch_projection

    def score(self, videos: Tensor, text: Tensor) -> Tensor:
        """Cosines of videos and texts that they have prompted, Eq. (9).

        See :meth:`VideoTextRecognizer.score`.
        """
        video, patches = self.video_features(self.encode_tokens(videos))
        text = text.expand(len(video), -1, -1)
        text = text + self.prompting(text, patches)
        video = F.normalize(video.float(), dim=-1)
        prompted = F.normalize(text.float(), dim=-1)
        return cosines(video, prompted)

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Cross-entropy over all classes; see the base class."""
        return self.class_loss(views, targets, labels, self.label_smoothing)
