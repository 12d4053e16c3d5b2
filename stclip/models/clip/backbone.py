"""The frozen CLIP that every method stands on.

Shapes: n images, L tokens, N patches, Dv vision width, Dt joint width.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.clip.architecture import clip_domain, read_architecture
from stclip.models.clip.attention import fused_attention, project_qkv
from stclip.models.clip.build import build_clip, build_tokenizer
from stclip.models.clip.images import preprocessing_of, told_preprocessing
from stclip.models.clip.label_texts import label_warnings, warn_of_labels
from stclip.models.clip.lora import add_lora, merge_lora
from stclip.models.clip.text_cache import TextCache
from stclip.models.clip.text_tower import (
    embed_tokens,
    embed_words,
    project_words,
    read_ends,
    run_layers,
)
from stclip.utils.errors import UserError

_MAX_LOGIT_SCALE = 100.0


class CLIPBackbone(nn.Module):
    """CLIP's towers, frozen, with hooks between the image encoder's layers.

    All weights are frozen and the module stays in eval mode, but for the LoRA
    terms in the image encoder's feed-forward networks, the last image layers
    and the text tower, where they are asked for.

    Args:
        arch: open_clip name, JSON file or ``model_cfg``; see
            :func:`~stclip.models.clip.build.build_clip`.
        pretrained: open_clip tag, weight file, or ``None`` for random weights.
        lora_rank: Rank of LoRA in each feed-forward network; 0 for none.
        underscores_to_spaces: Whether ``kick_ball`` is encoded as ``kick
            ball`` by :meth:`encode_labels`. The released ST-CLIP feeds names
            as they stand.
        trained_layers: How many of the last image layers are trained, with
            ln_post, the projection and the logit scale; 0 for none, ``'all'``
            for the whole image tower and the logit scale.
        trained_text: Whether the text tower is trained too, all but its table
            of tokens.
        preprocess_cfg: open_clip's, of the weights; ``None`` for what they
            tell of themselves. See
            :func:`~stclip.models.clip.images.told_preprocessing`.

    Raises:
        UserError: For another ``trained_layers``, or more than there are.
    """

    def __init__(
        self,
        arch: str | dict[str, Any],
        pretrained: str | None = None,
        lora_rank: int = 0,
        underscores_to_spaces: bool = False,
        trained_layers: int | str = 0,
        trained_text: bool = False,
        preprocess_cfg: dict[str, Any] | None = None,
    ) -> None:
        super().__init__()
        source = dict(arch=arch, pretrained=pretrained)
        self.preprocessing = preprocessing_of(
            dict(source, preprocess_cfg=preprocess_cfg)
        )
        read = read_architecture(arch)
        #: The only pictures that the weights know; empty for any.
        self.domain = clip_domain(**source)
        self.model = build_clip(arch, pretrained)
        self.model.requires_grad_(False)
        self.num_frozen = self._unfreeze(trained_layers)
        self.trained_text = trained_text
        if trained_text:
            self._unfreeze_text()
        if lora_rank:
            for block in self.blocks:
                add_lora(block.mlp, lora_rank)
        self.underscores_to_spaces = underscores_to_spaces
        self.tokenizer = build_tokenizer(self.model, read.text_cleaning)
        self.texts = TextCache()
        self.train(False)

    def train(self, mode: bool = True) -> 'CLIPBackbone':
        """Stay in eval mode: the towers are frozen."""
        return super().train(False)

    @staticmethod
    def without_pretrained(config: dict[str, Any]) -> dict[str, Any]:
        """The arguments for a CLIP whose weights a checkpoint will bring."""
        bare = dict(config, pretrained=None)
        if preprocessing_of(config) == preprocessing_of(bare):
            return bare
        # Pictures stay those of the weights that training started from.
        told, _ = told_preprocessing(config['arch'], config['pretrained'])
        return dict(bare, preprocess_cfg=told)

    def _unfreeze(self, trained_layers: int | str) -> int:
        """Let layers be trained and return how many stay frozen."""
        if trained_layers == 'all':
            self.visual.requires_grad_(True)
            self.model.logit_scale.requires_grad_(True)
            return 0
        if trained_layers not in range(self.num_layers + 1):
            raise UserError(
                f"trained_layers must be 'all' or 0 to {self.num_layers} (the "
                f'layers that there are), got {trained_layers!r}'
            )
        num_frozen = self.num_layers - trained_layers
        if trained_layers:
            for part in (*self.blocks[num_frozen:], self.visual.ln_post):
                part.requires_grad_(True)
            self.visual.proj.requires_grad_(True)
            self.model.logit_scale.requires_grad_(True)
        return num_frozen

    def _unfreeze_text(self) -> None:
        model = self.model
        model.transformer.requires_grad_(True)
        model.ln_final.requires_grad_(True)
        for weight in (model.positional_embedding, model.text_projection):
            weight.requires_grad_(True)

    @property
    def visual(self) -> nn.Module:
        """open_clip's image tower."""
        return self.model.visual

    @property
    def blocks(self) -> nn.ModuleList:
        """The image encoder's layers."""
        return self.visual.transformer.resblocks

    @property
    def width(self) -> int:
        """Dv."""
        return self.visual.conv1.out_channels

    @property
    def joint_width(self) -> int:
        """Dt."""
        return self.visual.proj.shape[1]

    @property
    def num_layers(self) -> int:
        """Layers of the image encoder."""
        return len(self.blocks)

    @property
    def num_patches(self) -> int:
        """N."""
        return self.visual.positional_embedding.shape[-2] - 1

    def settle(self) -> None:
        """Merge LoRA and drop the text tower, to be exported.

        Pictures are encoded as before, texts and checkpoints are no more.
        """
        merge_lora(self.blocks)
        for name in ('transformer', 'token_embedding', 'ln_final'):
            delattr(self.model, name)

    def patch_tokens(self, images: Tensor) -> Tensor:
        """Patch embedding: (n, 3, S, S) normalised -> (n, N, Dv)."""
        return self.visual.conv1(images).flatten(2).transpose(1, 2)

    def embed(self, patches: Tensor) -> Tensor:
        """Class token, positions and ln_pre, Eq. (1) of ST-CLIP.

        Args:
            patches: (..., N, Dv).

        Returns:
            (..., 1 + N, Dv), the encoder's input.
        """
        visual = self.visual
        cls = visual.class_embedding.expand(*patches.shape[:-2], 1, -1)
        x = torch.cat([cls.to(patches.dtype), patches], dim=-2)
        return visual.ln_pre(x + visual.positional_embedding)

    def qkv(
        self, layer: int, x: Tensor, num_queries: int | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys, values of an encoder layer: (n, h, L, d) each."""
        block = self.blocks[layer]
        return project_qkv(block.attn, block.ln_1(x), num_queries)

    def finish_layer(
        self,
        layer: int,
        x: Tensor,
        qkv: tuple[Tensor, Tensor, Tensor],
        mask: Tensor | None = None,
    ) -> Tensor:
        """The rest of an encoder layer: attention, residuals and FFN.

        Args:
            layer: Index of the layer.
            x: (n, Lq, Dv), the tokens that the queries stand for.
            qkv: What :meth:`qkv` gave for this layer.
            mask: bool, broadcastable to (n, h, Lq, L), or ``None``.

        Returns:
            (n, Lq, Dv).
        """
        block = self.blocks[layer]
        attended = block.attn.out_proj(fused_attention(*qkv, mask))
        x = x + block.ls_1(attended)
        return x + block.ls_2(block.mlp(block.ln_2(x)))

    def encode_images(self, images: Tensor) -> Tensor:
        """Class token after ln_post, before the projection.

        The last layer computes the class token's row only: nothing else of
        it is used.

        Args:
            images: (n, 3, S, S) normalised.

        Returns:
            (n, Dv).
        """
        x = self.embed(self.patch_tokens(images))
        for layer in range(self.num_layers - 1):
            x = self.finish_layer(layer, x, self.qkv(layer, x))
        last = self.num_layers - 1
        cls = self.finish_layer(last, x[:, :1], self.qkv(last, x, 1))
        return self.visual.ln_post(cls[:, 0])

    def encode_image_tokens(self, images: Tensor) -> Tensor:
        """Class token and patch tokens in the joint space, Eq. (5) of DA-STI.

        Args:
            images: (n, 3, S, S) normalised.

        Returns:
            (n, 1 + N, Dt): ln_post and projection of all tokens.
        """
        return self.project(self.visual.ln_post(self.last_tokens(images)))

    def last_tokens(self, images: Tensor) -> Tensor:
        """All tokens after the last layer: (n, 3, S, S) -> (n, 1 + N, Dv)."""
        with torch.set_grad_enabled(
            torch.is_grad_enabled() and self.num_frozen == 0
        ):
            x = self.embed(self.patch_tokens(images))
        for layer in range(self.num_layers):
            with torch.set_grad_enabled(
                torch.is_grad_enabled() and layer >= self.num_frozen
            ):
                x = self.finish_layer(layer, x, self.qkv(layer, x))
        return x

    @property
    def logit_scale(self) -> Tensor:
        """() factor of cosines, at most 100 as in CLIP's training.

        The bound cuts no gradient: CLIP's weights lie about there, and a
        scale that is trained has to find down again.
        """
        logarithm = self.model.logit_scale
        excess = (logarithm - math.log(_MAX_LOGIT_SCALE)).clamp(min=0)
        return (logarithm - excess.detach()).exp()

    @property
    def sigmoid_scale_and_bias(self) -> tuple[float, float] | None:
        """What turns cosines into logits of a sigmoid; None if nothing does.

        Only towers that were trained by a sigmoid have a bias.
        """
        bias = getattr(self.model, 'logit_bias', None)
        if bias is None:
            return None
        return self.model.logit_scale.exp().item(), bias.item()

    def refuse_trained_text(self, reader: object) -> None:
        """UserError for a trained text tower, which ``reader`` takes as kept.

        Args:
            reader: Who encodes texts once.
        """
        if self.trained_text:
            raise UserError(
                f'{type(reader).__name__} keeps the text tower as it is: '
                'leave clip.trained_text out'
            )

    def encode_words(self, tokens: Tensor) -> Tensor:
        """Text features of every position, in float32.

        Args:
            tokens: (n, L) int64 ids, L up to the context length. Attention is
                causal: padding at the end changes nothing before it.

        Returns:
            (n, L, Dt): ln_final and projection of all positions.
        """
        model = self.model
        with torch.autocast(tokens.device.type, enabled=False):
            x = embed_words(model, model.token_embedding(tokens))
            return project_words(model, run_layers(model, x))

    def project(self, x: Tensor) -> Tensor:
        """To the joint space: (..., Dv) -> (..., Dt)."""
        return x @ self.visual.proj

    def encode_labels(
        self, names: Sequence[str], texts: Sequence[Sequence[str]] = ()
    ) -> Tensor:
        """Text features of action names, encoded once per label set.

        Args:
            names: C action names.
            texts: Of each name what is read for it, at least one; empty for
                the names themselves. The features of several texts are
                averaged as CLIP does it: unit vectors, their mean, and that
                made a unit vector.

        Returns:
            (C, Dt) fp32; of a name with one text not normalised.
        """
        texts = tuple(map(tuple, texts)) or tuple((name,) for name in names)
        return self.texts.get(
            (tuple(names), texts), lambda: self._encode_texts(names, texts)
        )

    def label_warnings(
        self, names: Sequence[str], texts: Sequence[Sequence[str]] = ()
    ) -> list[str]:
        """Why the features of some names cannot be trusted, a line each.

        Args:
            names: See :meth:`encode_labels`.
            texts: Likewise.
        """
        texts = texts or [(name,) for name in names]
        owners = [
            name for name, each in zip(names, texts, strict=True) for _ in each
        ]
        flat = [text for each in texts for text in each]
        return label_warnings(owners, self._texts(flat), self.tokenizer)

    def _texts(self, names: Sequence[str]) -> list[str]:
        if self.underscores_to_spaces:
            return [name.replace('_', ' ') for name in names]
        return list(names)

    def _encode_texts(
        self, names: Sequence[str], texts: Sequence[Sequence[str]]
    ) -> Tensor:
        flat = [text for each in texts for text in each]
        warn_of_labels(self.label_warnings(names, texts))
        device = self.model.token_embedding.weight.device
        tokens = self.tokenizer(self._texts(flat)).to(device)
        features = read_ends(self.model, *embed_tokens(self.model, tokens))
        parts = features.split([len(each) for each in texts])
        return torch.stack([_ensemble(part) for part in parts])


def _ensemble(features: Tensor) -> Tensor:
    """(n, Dt) features of a label's texts -> (Dt,); one stays as it is."""
    if len(features) == 1:
        return features[0]
    mean = F.normalize(features, dim=-1).mean(dim=0)
    return F.normalize(mean, dim=-1)
