"""STDD: space-time cross attention and knowledge-graph prompts."""

from collections.abc import Sequence
from typing import Any

import torch
from mmengine.dist import is_main_process
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from stclip.knowledge.prompts import compose_prompts
from stclip.labels.label_space import LabelSpace
from stclip.models.clip import Needs
from stclip.models.clip.label_texts import cut_texts, warn_of_labels
from stclip.models.recognition.base import VideoTextRecognizer
from stclip.models.recognition.packed_text import PackedText
from stclip.models.recognition.sentences import SENTENCES_AT_ONCE
from stclip.models.stdd.frame_prompt_score import SCORES, frame_prompt_score
from stclip.models.stdd.frozen_teacher import FrozenTeacher
from stclip.models.stdd.running_cells import RunningCells, frame_order
from stclip.models.stdd.space_time_cross import SpaceTimeCross
from stclip.registry import MODELS
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError

# Batches that are worth a progress bar.
_LONG = 8
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
            release trains the whole image tower (``trained_layers='all'``).
        num_frames: See :class:`VideoTextRecognizer`.
        crossing: Arguments of :func:`build_crossing`, the space-time cross
            attention; ``None`` for CLIP's own layers.
        prompts: Set of prompts; see :data:`stclip.knowledge.prompts.MODES`.
        num_templates: Templates of a prompt set.
        score_kind: A name of
            :data:`~stclip.models.stdd.frame_prompt_score.SCORES`; with
            ``'mean'`` a class is the normalised mean of its prompts; of the
            28 of ``prompts='hand'``, as in the release without text
            augmentation.
        regulariser: Weight of the distance to the frozen CLIP's frames; 0 for
            none.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.

    Raises:
        ValueError: If parts do not fit each other, or for an unknown name.
    """

    needs = Needs(class_token=True)

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        crossing: dict[str, Any] | None = None,
        prompts: str = 'xmix',
        num_templates: int = 8,
        score_kind: str = 'both',
        regulariser: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        require_choice('score_kind', score_kind, SCORES)
        self.prompts = prompts
        self.num_templates = num_templates
        self.score_kind = score_kind
        self.regulariser = regulariser
        self.cells = self.crossing = None
        if crossing is not None:
            grid = self.clip.grid[0]
            self.cells, self.crossing = build_crossing(
                self.clip.width, grid, **crossing
            )
        self.teacher = self.projector = None
        if regulariser:
            self.teacher = FrozenTeacher(self.clip.image_tower)
            self.projector = _projector(self.clip.joint_width)

    def encode_frames(self, videos: Tensor) -> Tensor:
        """Frame embeddings.

        Args:
            videos: (B, T, 3, S, S) normalised.

        Returns:
            (B, T, Dt), normalised.
        """
        clip = self.clip
        if self.crossing is None:
            frames = clip.encode_images(videos.flatten(0, 1))
            frames = frames.unflatten(0, videos.shape[:2])
        else:
            frames = clip.pooled(self._cross(videos))
        return F.normalize(clip.project(frames).float(), dim=-1)

    def _cross(self, videos: Tensor) -> Tensor:
        """What is pooled after all layers, (B, T, rows, Dv)."""
        tower, shape = self.clip.image_tower, videos.shape[:2]
        run, crossing = self.clip.recomputed, self.crossing
        x = tower.embed(tower.patch_tokens(videos.flatten(0, 1)))
        x = x.unflatten(0, shape)
        *layers, last = enumerate(self.kept_patches(shape, videos.device))
        for layer, kept in layers:
            x = run(crossing.layer, tower, layer, x, kept)
        if tower.pooled_rows > 1:
            return run(crossing.layer, tower, last[0], x, last[1])
        cls = run(crossing.last_layer, tower, last[0], x, last[1])
        return cls[:, :, None]

    def kept_patches(
        self, shape: Sequence[int], device: torch.device
    ) -> list[Tensor]:
        """Of each layer: drawn anew in training, always the same in testing.

        Args:
            shape: B videos and T frames.
            device: Where they are wanted.

        Returns:
            One (B, T, K) int64 a layer.
        """
        batch, num_frames = shape
        num_layers = self.clip.num_layers
        if not self.training:
            order = frame_order(batch, num_frames, False, device)
            offset = torch.zeros(batch, dtype=torch.int64, device=device)
            return [self.cells.kept(order, offset)] * num_layers
        return [
            self.cells.kept(
                frame_order(batch, num_frames, True, device),
                torch.randint(self.cells.size, (batch,), device=device),
            )
            for _ in range(num_layers)
        ]

    @torch.no_grad()
    def encode_text(self, labels: LabelSpace) -> PackedText:
        """Normalised embeddings of all prompts, packed by class."""
        lists = compose_prompts(labels, self.prompts, self.num_templates)
        prompts = self._encode_prompts(
            [text for each in lists for text in each]
        )
        counts = torch.tensor([len(each) for each in lists])
        class_idx = torch.arange(len(lists)).repeat_interleave(counts)
        text = PackedText(prompts, class_idx.to(prompts.device), len(lists))
        if self.score_kind != 'mean':
            return text
        means = F.normalize(text.mean(prompts.T).T, dim=-1)
        return PackedText(
            means, torch.arange(len(lists), device=means.device), len(lists)
        )

    def name_texts(self, labels: LabelSpace) -> list[str]:
        """See the base class: the first prompt, which is that of the name."""
        return [lists[0] for lists in compose_prompts(labels, 'a', 1)]

    def _encode_prompts(self, texts: list[str]) -> Tensor:
        """(P, Dt) normalised; short ones together, without their padding."""
        clip = self.clip
        tokens = clip.tokenizer(texts)
        ends = clip.text_tower.ends(tokens)
        full = (ends == tokens.shape[1] - 1).nonzero()[:, 0].tolist()
        if cut := cut_texts([texts[index] for index in full], clip.tokenizer):
            warn_of_labels(
                [
                    f'{len(cut)} of {len(texts)} prompts fill the '
                    f'{tokens.shape[1]} tokens of the text tower and are cut '
                    f'off, such as {cut[0]!r}'
                ]
            )
        device = clip.text_tower.device
        out = torch.empty(len(texts), clip.joint_width, device=device)
        batches = ends.argsort().split(SENTENCES_AT_ONCE)
        bar = tqdm(
            batches,
            'encoding prompts',
            disable=len(batches) < _LONG or not is_main_process(),
        )
        for part in bar:
            features = clip.text_tower.features(tokens[part])
            out[part.to(device)] = F.normalize(features, dim=-1)
        return out

    def score(self, videos: Tensor, text: PackedText) -> Tensor:
        """See :meth:`VideoTextRecognizer.score`."""
        return frame_prompt_score(
            self.encode_frames(videos), text, self.score_kind
        )

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Cross-entropy over all classes, and the regulariser.

        See :meth:`VideoTextRecognizer.loss`.
        """
        videos = self.single_view(views)
        frames = self.encode_frames(videos)
        scores = frame_prompt_score(frames, self.text(labels), self.score_kind)
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
        raw = self.teacher(videos.flatten(0, 1))
        raw = raw.unflatten(0, frames.shape[:2])
        adapted = frames + _RESIDUAL * self.projector(frames)
        return 1 - F.cosine_similarity(adapted, raw.float(), dim=-1).mean()


def build_crossing(
    width: int,
    grid: int,
    mask_rate: float = 0.5,
    cell: Sequence[int] = (2, 2),
    fold: int = 32,
    scales: Sequence[int] = (1, 2),
    class_token: str = 'crossing',
) -> tuple[RunningCells, SpaceTimeCross]:
    """Space-time cross attention for an image tower.

    Args:
        width: Of the tower.
        grid: Patches along a side.
        mask_rate: Share of the patches that the crossing branch leaves out, a
            whole number of a cell's; 0 for none.
        cell: Height and width of a cell of the mask, which must divide the
            grid: 14 x 14 patches of ViT-B/16 take 2 x 2, 7 x 7 of ViT-B/32 do
            not.
        fold: Channels that come from either side are the width over this; 0
            mixes none.
        scales: Farthest frame of each pass of the crossing branch.
        class_token: Branch that it comes from; see
            :data:`~stclip.models.stdd.space_time_cross.CLASS_TOKEN_BRANCHES`.

    Raises:
        ValueError: If a cell does not fit the grid, the rate no cell, the
            fold no width, a scale no channel.
    """
    if fold != 0 and not 2 <= fold <= width:
        raise UserError(
            f'fold must be 0 or 2 to {width} (the width), got {fold}'
        )
    span = width // fold if fold else 0
    return (
        RunningCells(grid, mask_rate, tuple(cell)),
        SpaceTimeCross(span, tuple(scales), class_token),
    )


def _projector(width: int) -> nn.Sequential:
    """Two layers without bias, of which the second starts at zero."""
    first, second = (nn.Linear(width, width, bias=False) for _ in range(2))
    nn.init.kaiming_normal_(first.weight)
    nn.init.zeros_(second.weight)
    return nn.Sequential(first, nn.GELU(), second)
