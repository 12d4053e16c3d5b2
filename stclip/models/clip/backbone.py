"""The frozen CLIP that every method stands on.

Shapes: n images, L tokens, N patches, Dv vision width, Dt joint width.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.clip.architecture import clip_domain, read_architecture
from stclip.models.clip.build import build_clip
from stclip.models.clip.images import preprocessing_of, told_preprocessing
from stclip.models.clip.label_texts import label_warnings, warn_of_labels
from stclip.models.clip.lora import add_lora, merge_lora
from stclip.models.clip.recomputation import Recomputation
from stclip.models.clip.text_cache import TextCache
from stclip.models.clip.tokenizers import build_tokenizer, tokenizer_folder
from stclip.models.clip.towers import Needs, TextTower, image_encoder
from stclip.utils.errors import UserError

_MAX_LOGIT_SCALE = 100.0


class CLIPBackbone(nn.Module):
    """A CLIP's towers, frozen, with hooks between the image encoder's layers.

    Methods work with any image tower that has an adapter,
    :mod:`stclip.models.clip.towers`; ``image_tower`` and ``text_tower`` have
    the steps that not every method needs.

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
            what pools and projects behind them; 0 for none, ``'all'`` for
            the whole image tower. Either trains the logit scale, too, where
            the method reads it.
        trained_text: Whether the text tower is trained too, all but its table
            of tokens.
        preprocess_cfg: open_clip's, of the weights; ``None`` for what they
            tell of themselves. See
            :func:`~stclip.models.clip.images.told_preprocessing`.
        tokenizer: Folder of a tokenizer that is none of CLIP's own; see
            :func:`~stclip.models.clip.tokenizers.build_tokenizer`.
        with_cp: See :class:`~stclip.models.clip.recomputation.Recomputation`.
        needs: What the method asks of the towers.

    Raises:
        UserError: For another ``trained_layers``, or more than there are; for
            towers that do not serve the method.
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
        tokenizer: str | None = None,
        with_cp: bool = False,
        needs: Needs = Needs(),  # noqa: B008
    ) -> None:
        super().__init__()
        source = dict(arch=arch, pretrained=pretrained)
        self.preprocessing = preprocessing_of(
            dict(source, preprocess_cfg=preprocess_cfg)
        )
        read = read_architecture(arch)
        #: The only pictures that the weights know; empty for any.
        self.domain = clip_domain(**source)
        if lora_rank or with_cp or trained_layers not in (0, 'all'):
            needs = replace(needs, layers=True)
        self.model = build_clip(arch, pretrained, needs)
        self.model.requires_grad_(False)
        self.image_tower = image_encoder(self.model, read.joint_width)
        self.text_tower = TextTower(self.model)
        self.recomputed = Recomputation(with_cp)
        for tower in (self.image_tower, self.text_tower):
            tower.recomputed = self.recomputed
        #: Pixels of the square pictures.
        self.image_size = read.image_size
        self.num_frozen = self._unfreeze(trained_layers)
        if trained_layers and needs.scale:
            self.model.logit_scale.requires_grad_(True)
        self.trained_text = trained_text
        if trained_text:
            for part in self.text_tower.parts:
                part.requires_grad_(True)
        if lora_rank:
            for part in self.image_tower.feed_forwards:
                add_lora(part, lora_rank)
            self.num_frozen = 0  # each layer has a term that is trained
        self.underscores_to_spaces = underscores_to_spaces
        self.tokenizer = build_tokenizer(arch, pretrained, tokenizer)
        self.texts = TextCache()
        self.train(False)

    def train(self, mode: bool = True) -> 'CLIPBackbone':
        """Stay in eval mode: the towers are frozen."""
        return super().train(False)

    @staticmethod
    def without_pretrained(config: dict[str, Any]) -> dict[str, Any]:
        """The arguments for a CLIP whose weights a checkpoint will bring."""
        arch, pretrained = config['arch'], config.get('pretrained')
        bare = dict(config, pretrained=None)
        read = read_architecture(arch)
        if read.tokenizer_name:
            found = tokenizer_folder(read, pretrained, config.get('tokenizer'))
            bare['tokenizer'] = None if found is None else str(found)
        if preprocessing_of(config) == preprocessing_of(bare):
            return bare
        # Pictures stay those of the weights that training started from.
        told, _ = told_preprocessing(arch, pretrained)
        return dict(bare, preprocess_cfg=told)

    def _unfreeze(self, trained_layers: int | str) -> int:
        """Let layers be trained and return how many stay frozen."""
        if trained_layers == 'all':
            self.visual.requires_grad_(True)
            return 0
        if trained_layers == 0:
            return self.num_layers
        if trained_layers not in range(self.num_layers + 1):
            raise UserError(
                f"trained_layers must be 'all' or 0 to {self.num_layers} (the "
                f'layers that there are), got {trained_layers!r}'
            )
        num_frozen = self.num_layers - trained_layers
        for part in (*self.blocks[num_frozen:], *self.image_tower.last_parts):
            part.requires_grad_(True)
        return num_frozen

    @property
    def visual(self) -> nn.Module:
        """open_clip's image tower."""
        return self.model.visual

    @property
    def blocks(self) -> Sequence[nn.Module]:
        """The image encoder's layers; none of a tower that has no steps."""
        return getattr(self.image_tower, 'blocks', ())

    @property
    def width(self) -> int:
        """Dv."""
        return self.image_tower.width

    @property
    def joint_width(self) -> int:
        """Dt."""
        return self.image_tower.joint_width

    @property
    def num_layers(self) -> int:
        """Layers of the image encoder."""
        return len(self.blocks)

    @property
    def num_prefix(self) -> int:
        """Tokens before persons and patches: a class token, or none."""
        return self.image_tower.num_prefix

    @property
    def num_patches(self) -> int:
        """N."""
        return self.image_tower.num_patches

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of patches."""
        return self.image_tower.grid

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.model.logit_scale.device

    def settle(self) -> None:
        """Merge LoRA and drop the text tower, to be exported.

        Pictures are encoded as before, texts and checkpoints are no more.
        """
        for block in self.blocks:
            merge_lora(block)
        self.text_tower.drop()

    def patch_tokens(self, images: Tensor) -> Tensor:
        """Patch embedding: (n, 3, S, S) normalised -> (n, N, Dv)."""
        return self.image_tower.patch_tokens(images)

    def embed(self, patches: Tensor, shift: Tensor | None = None) -> Tensor:
        """What enters the first layer: (..., N, Dv) -> (..., prefix + N, Dv).

        See :meth:`~stclip.models.clip.towers.ImageTower.embed`.
        """
        return self.image_tower.embed(patches, shift)

    def qkv(
        self,
        layer: int,
        x: Tensor,
        num_queries: int | None = None,
        places: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """See :meth:`~stclip.models.clip.towers.ImageTower.qkv`."""
        return self.image_tower.qkv(layer, x, num_queries, places)

    def finish_layer(
        self,
        layer: int,
        x: Tensor,
        qkv: tuple[Tensor, Tensor, Tensor],
        mask: Tensor | None = None,
    ) -> Tensor:
        """See :meth:`~stclip.models.clip.towers.ImageTower.finish_layer`."""
        return self.image_tower.finish_layer(layer, x, qkv, mask)

    def nowhere(self, length: int) -> Tensor | None:
        """For :meth:`qkv`: tokens of which none is a patch."""
        none = torch.empty(0, dtype=torch.int64, device=self.device)
        return self.image_tower.places(length, none)

    def pooled(self, x: Tensor) -> Tensor:
        """Feature of pictures before projection: (..., L, Dv) -> (..., Dv).

        See :meth:`~stclip.models.clip.towers.ImageTower.pooled`.
        """
        return self.image_tower.pooled(x)

    def pooled_alone(self, x: Tensor) -> Tensor:
        """Feature of each token as if it were all there is: (..., Dv)."""
        return self.image_tower.pooled_alone(x)

    def encode_images(self, images: Tensor) -> Tensor:
        """Features of pictures before the projection.

        Args:
            images: (n, 3, S, S) normalised.

        Returns:
            (n, Dv); of CLIP's own ViT the class token after ln_post.
        """
        return self.image_tower.encode(images)

    def encode_image_tokens(self, images: Tensor) -> Tensor:
        """Pictures and their patches in the joint space, Eq. (5) of DA-STI.

        Args:
            images: (n, 3, S, S) normalised.

        Returns:
            (n, 1 + N, Dt): the feature of the whole, and of each patch alone.
        """
        return self.joint_tokens(self.last_tokens(images))

    def joint_tokens(self, tokens: Tensor) -> Tensor:
        """The same of a picture's :meth:`last_tokens`."""
        whole = self.pooled(tokens)[:, None]
        patches = self.pooled_alone(tokens[:, self.num_prefix :])
        return self.project(torch.cat([whole, patches], dim=1))

    def last_tokens(self, images: Tensor) -> Tensor:
        """All tokens after the last layer: -> (n, prefix + N, Dv)."""
        tower = self.image_tower
        wanted = torch.is_grad_enabled()
        with torch.set_grad_enabled(wanted and self.num_frozen == 0):
            x = tower.embed(tower.patch_tokens(images))
        for layer in range(self.num_layers):
            with torch.set_grad_enabled(wanted and layer >= self.num_frozen):
                x = self.recomputed(tower.run_layer, layer, x)
        return x

    @property
    def logit_scale(self) -> Tensor:
        """() factor of cosines, at most 100 as in CLIP's training.

        The bound cuts no gradient: CLIP's weights lie about there, and a
        scale that is trained has to find down again.
        """
        excess = self.model.logit_scale - math.log(_MAX_LOGIT_SCALE)
        return (self.model.logit_scale - excess.clamp(min=0).detach()).exp()

    @property
    def unbounded_scale(self) -> Tensor:
        """() the same where a release lets training go beyond 100."""
        return self.model.logit_scale.exp()

    @property
    def is_sigmoid(self) -> bool:
        """Whether a sigmoid has trained the towers; others have no bias."""
        return getattr(self.model, 'logit_bias', None) is not None

    def sigmoid_scale_and_bias(self) -> tuple[Tensor, Tensor]:
        """() each: what turns cosines into logits where :attr:`is_sigmoid`."""
        return self.unbounded_scale, self.model.logit_bias

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
            tokens: (n, L) int64 ids, L up to the context length; see
                :meth:`~stclip.models.clip.towers.TextTower.every_position`.

        Returns:
            (n, L, Dt).
        """
        return self.text_tower.every_position(tokens)

    def project(self, x: Tensor) -> Tensor:
        """To the joint space: (..., Dv) -> (..., Dt)."""
        return self.image_tower.project(x)

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
        tokens = self.tokenizer(self._texts(flat))
        features = self.text_tower.features(tokens)
        parts = features.split([len(each) for each in texts])
        return torch.stack([_ensemble(part) for part in parts])


def _ensemble(features: Tensor) -> Tensor:
    """(n, Dt) features of a label's texts -> (Dt,); one stays as it is."""
    if len(features) == 1:
        return features[0]
    mean = F.normalize(features, dim=-1).mean(dim=0)
    return F.normalize(mean, dim=-1)
