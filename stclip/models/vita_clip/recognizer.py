"""Vita-CLIP: a frozen CLIP with prompts for video and text."""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.clip import Needs
from stclip.models.clip.cosines import cosines
from stclip.models.clip.learned_context import LearnedContext
from stclip.models.recognition.base import VideoTextRecognizer
from stclip.models.vita_clip.frame_prompts import FramePrompts, keys_of_frames
from stclip.registry import MODELS
from stclip.utils.choices import require_choice

#: What is read in testing: plain names, or names behind the learned context.
TEST_TEXTS = ('names', 'context')
_STD = 0.02
_LOGIT_SCALE = math.log(1 / 0.07)


@MODELS.register_module()
class VitaCLIPRecognizer(VideoTextRecognizer):
    """Prompts in each layer of the image tower, and before each name.

    Source: Vita-CLIP, arXiv:2304.03307, and its released code. The image and
    the text tower are frozen. Differs: the projection of the class tokens is
    trained, as in the paper's count of parameters (the release freezes it by
    the filter of names); prompts ask nothing, since a layer's answers to them
    are dropped.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`.
        num_frames: See :class:`VideoTextRecognizer`; no other number has
            prompts.
        num_global: Global prompts G of each layer.
        context_words: Learned words before a name.
        num_classes: Training classes, for a context of its own for each;
            ``None`` for one context. The former cannot tell unseen classes.
        test_text: A name of ``TEST_TEXTS``. Training reads names behind the
            context.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.

    Raises:
        UserError: For another ``test_text``.
    """

    needs = Needs(class_token=True, words=True)
    may_train_text = True

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        num_global: int = 8,
        context_words: int = 8,
        num_classes: int | None = None,
        test_text: str = 'names',
        **kwargs: Any,
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        require_choice('test_text', test_text, TEST_TEXTS)
        self.test_text = test_text
        model, width = self.clip.model, self.clip.width
        model.logit_scale.requires_grad_(True)
        nn.init.constant_(model.logit_scale, _LOGIT_SCALE)
        self.context = LearnedContext(
            self.clip.text_tower.width, context_words, num_classes
        )
        self.time = nn.Parameter(torch.empty(num_frames, width))
        nn.init.normal_(self.time, std=_STD)
        patch = self.clip.image_tower.patch_size
        bound = math.sqrt(6 / (3 * patch**2 + width))
        self.global_prompts = nn.Parameter(
            torch.empty(self.clip.num_layers, num_global, width)
        )
        nn.init.uniform_(self.global_prompts, -bound, bound)
        self.layers = nn.ModuleList(
            FramePrompts(
                width, self.clip.image_tower.num_heads, num_frames, bound
            )
            for _ in self.clip.blocks
        )

    @property
    def trains_text(self) -> bool:
        """The learned context always does; see the base class."""
        return True

    def encode_text(self, labels: LabelSpace) -> Tensor:
        """(C, Dt) normalised; see the base class."""
        names = self.name_texts(labels)
        if self.training or self.test_text == 'context':
            text = self.context(self.clip, names)
        else:
            tokens = self.clip.tokenizer(names)
            text = self.clip.text_tower.features(tokens)
        return F.normalize(text, dim=-1)

    def embed(self, videos: Tensor) -> Tensor:
        """Class token, positions, those in time, and ln_pre.

        Args:
            videos: (B, T, 3, S, S) normalised.

        Returns:
            (B, T, 1 + N, Dv).
        """
        patches = self.clip.patch_tokens(videos.flatten(0, 1))
        patches = patches.unflatten(0, videos.shape[:2])
        return self.clip.embed(patches, self.time[:, None])

    def prompts(self, layer: int, cls: Tensor) -> Tensor:
        """What a layer's frames see beside their own tokens.

        Args:
            layer: Index of the layer.
            cls: (B, T, Dv) class tokens that enter it.

        Returns:
            (B, T + G + T, Dv): local, global, summary.
        """
        local, summary = self.layers[layer](cls)
        video = self.global_prompts[layer].expand(len(cls), -1, -1)
        return torch.cat([local, video, summary], dim=1)

    def run_layer(
        self, layer: int, x: Tensor, num_queries: int | None = None
    ) -> Tensor:
        """A layer of the image tower, with prompts as keys and values.

        Prompts are projected once a video: frames share all but the summary.

        Args:
            layer: Index of the layer.
            x: (B, T, L, Dv), the class token first.
            num_queries: Only the first so many tokens are wanted.

        Returns:
            (B, T, Lq, Dv).
        """
        clip, (batch, num_frames) = self.clip, x.shape[:2]
        prompts = self.prompts(layer, x[:, :, 0])
        nowhere = clip.nowhere(prompts.shape[1])
        _, *prompts = clip.qkv(layer, prompts, 0, nowhere)
        frames = x.flatten(0, 1)
        q, k, v = clip.qkv(layer, frames, num_queries)
        k, v = (
            torch.cat([own, keys_of_frames(extra, num_frames)], dim=2)
            for own, extra in zip((k, v), prompts, strict=True)
        )
        x = clip.finish_layer(layer, frames[:, :num_queries], (q, k, v))
        return x.unflatten(0, (batch, num_frames))

    def encode_frames(self, videos: Tensor) -> Tensor:
        """Frame embeddings: (B, T, 3, S, S) -> (B, T, Dt), not normalised."""
        clip, x = self.clip, self.embed(videos)
        *layers, last = range(clip.num_layers)
        for layer in layers:
            x = clip.recomputed(self.run_layer, layer, x)
        # Nothing else of the last layer is used.
        rows = clip.image_tower.pooled_rows
        x = clip.recomputed(self.run_layer, last, x, rows)
        return clip.project(clip.pooled(x))

    def score(self, videos: Tensor, text: Tensor) -> Tensor:
        """See :meth:`VideoTextRecognizer.score`; the mean of the frames."""
        video = self.encode_frames(videos).mean(dim=1)
        return cosines(F.normalize(video.float(), dim=-1), text)

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Cross-entropy over all classes; see the base class."""
        return self.class_loss(views, targets, labels)
