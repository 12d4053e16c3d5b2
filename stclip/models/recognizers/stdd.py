"""STDD: space-time cross attention and knowledge-graph prompts."""

import copy
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.layers.packed_words import PackedWords
from stclip.models.layers.running_cells import RunningCells, frame_order
from stclip.models.layers.space_time_cross import space_time_cross_layer
from stclip.models.recognizers.base import VideoTextRecognizer
from stclip.registry import MODELS
from stclip.text.label_space import LabelSpace
from stclip.text.prompts import compose_prompts

# Prompts that go through the text tower at once.
_BATCH = 128
# How much of the student the projector adds, as in the released code.
_RESIDUAL = 0.1


@MODELS.register_module()
class STDDRecognizer(VideoTextRecognizer):
    """Frames that see each other's channels, compared with many prompts.

    Source: STDD, arXiv:2412.09895, and its released code. Differs: masks are
    the same at every test (the release shuffles them), repeated prompts count
    once, and the regulariser has a gradient (the release cuts it off; 0
    behaves like the release).

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`; the
            release trains the whole image tower (``trained_layers=-1``).
        num_frames: See :class:`VideoTextRecognizer`.
        mask_rate: Share of the patches that the crossing branch leaves out.
        cell: Height and width of a cell of the mask.
        fold: Part of the width that comes from either side, D / fold.
        scales: Farthest frame of each pass of the crossing branch; empty for
            CLIP's own layers.
        prompts: Set of prompts; see :data:`stclip.text.prompts.MODES`.
        num_templates: Templates of a prompt set.
        regulariser: Weight of the distance to the frozen CLIP's frames; 0 for
            none.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.

    Raises:
        ValueError: If a cell does not fit the patches, or a scale is below 1.
    """

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        mask_rate: float = 0.5,
        cell: Sequence[int] = (2, 2),
        fold: int = 32,
        scales: Sequence[int] = (1, 2),
        prompts: str = 'xmix',
        num_templates: int = 8,
        regulariser: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        if any(scale < 1 for scale in scales):
            raise ValueError(
                f'scales count frames and are at least 1, got {list(scales)}'
            )
        grid = self.clip.visual.grid_size[0]
        self.cells = RunningCells(grid, mask_rate, tuple(cell))
        self.span = self.clip.width // fold
        self.scales = tuple(scales)
        self.prompts = prompts
        self.num_templates = num_templates
        self.regulariser = regulariser
        # Not a part of the model: frozen, and never saved.
        self._teacher: tuple[nn.Module, ...] = ()
        if regulariser:
            teacher = copy.deepcopy(self.clip.visual)
            self._teacher = (teacher.requires_grad_(False).eval(),)
            self.projector = _projector(self.clip.joint_width)

    @torch.no_grad()
    def encode_text(self, labels: LabelSpace) -> PackedWords:
        """Normalised embeddings of all prompts, packed by class."""
        clip = self.clip
        lists = compose_prompts(labels, self.prompts, self.num_templates)
        texts = [text for prompts in lists for text in prompts]
        device = clip.model.token_embedding.weight.device
        with torch.autocast(device.type, enabled=False):
            found = [
                clip.model.encode_text(
                    clip.tokenizer(texts[start : start + _BATCH]).to(device)
                )
                for start in range(0, len(texts), _BATCH)
            ]
        counts = torch.tensor([len(prompts) for prompts in lists])
        class_idx = torch.arange(len(lists)).repeat_interleave(counts)
        return PackedWords(
            F.normalize(torch.cat(found), dim=-1),
            class_idx.to(device),
            len(lists),
        )

    def encode_frames(self, videos: Tensor) -> Tensor:
        """Frame embeddings.

        Args:
            videos: (B, T, 3, S, S) normalised.

        Returns:
            (B, T, Dt), normalised.
        """
        clip = self.clip
        shape = videos.shape[:2]
        x = clip.embed(clip.patch_tokens(videos.flatten(0, 1)))
        x = x.unflatten(0, shape)
        # In testing all layers have the same masks.
        fixed = None if self.training else self._draw(shape, videos.device)
        for layer, block in enumerate(clip.blocks):
            if self.scales:
                kept, masked = fixed or self._draw(shape, videos.device)
                x = space_time_cross_layer(
                    block, x, kept, masked, self.span, self.scales
                )
            else:
                flat = x.flatten(0, 1)
                flat = clip.finish_layer(layer, flat, clip.qkv(layer, flat))
                x = flat.unflatten(0, shape)
        frames = clip.project(clip.visual.ln_post(x[:, :, 0]))
        return F.normalize(frames.float(), dim=-1)

    def _draw(
        self, shape: Sequence[int], device: torch.device
    ) -> tuple[Tensor, Tensor]:
        """Kept and masked patches: drawn in training, fixed in testing."""
        batch, num_frames = shape
        order = frame_order(batch, num_frames, self.training, device)
        offset = torch.zeros(batch, dtype=torch.int64, device=device)
        if self.training:
            offset = torch.randint(self.cells.size, (batch,), device=device)
        return self.cells.split(order, offset)

    def score(self, videos: Tensor, text: PackedWords) -> Tensor:
        """See :meth:`VideoTextRecognizer.score`."""
        return frame_prompt_score(self.encode_frames(videos), text)

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Cross-entropy over all classes, and the regulariser.

        Args:
            views: (B, 1, T, 3, S, S).
            targets: (B,) int64, places in ``labels``.
            labels: All classes.
        """
        videos = self.single_view(views)
        frames = self.encode_frames(videos)
        scores = frame_prompt_score(frames, self.text(labels))
        logits = self.clip.logit_scale * scores
        losses = dict(loss_classes=F.cross_entropy(logits, targets))
        if self.regulariser:
            distance = self.distance_to_clip(frames, videos)
            losses['loss_regulariser'] = self.regulariser * distance
        return losses

    def distance_to_clip(self, frames: Tensor, videos: Tensor) -> Tensor:
        """1 - mean cosine of adapted frames and those of the frozen CLIP.

        Args:
            frames: (B, T, Dt), normalised.
            videos: (B, T, 3, S, S), what they are of.

        Returns:
            (), with a gradient to frames and projector.
        """
        with torch.no_grad():
            teacher = self._teacher[0].to(videos.device)
            raw = teacher(videos.flatten(0, 1)).unflatten(0, frames.shape[:2])
        adapted = frames + _RESIDUAL * self.projector(frames)
        return 1 - F.cosine_similarity(adapted, raw.float(), dim=-1).mean()


def frame_prompt_score(frames: Tensor, prompts: PackedWords) -> Tensor:
    """Half the best frame of each prompt, half the best prompt of each frame.

    Args:
        frames: (B, T, Dt), normalised.
        prompts: Normalised embeddings of the prompts of C classes.

    Returns:
        (B, C): mean over a of max over t, and mean over t of max over a.
    """
    with torch.autocast(frames.device.type, enabled=False):
        similar = frames @ prompts.embeddings.T  # (B, T, P)
    best_frames = prompts.mean(similar.amax(dim=1))
    best_prompts = prompts.amax(similar).mean(dim=1)
    return (best_frames + best_prompts) / 2


def _projector(width: int) -> nn.Sequential:
    """Two layers without bias, of which the second starts at zero."""
    first, second = (nn.Linear(width, width, bias=False) for _ in range(2))
    nn.init.kaiming_normal_(first.weight)
    nn.init.zeros_(second.weight)
    return nn.Sequential(first, nn.GELU(), second)
