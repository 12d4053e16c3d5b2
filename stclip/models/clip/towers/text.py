"""A text tower in steps, for methods that change what is between them.

Shapes: n texts, L tokens, Dw width of the tower, Dt joint width.
"""

from collections.abc import Iterable, Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.clip.attention import (
    fused_attention,
    project_qkv,
    split_heads,
)
from stclip.models.clip.recomputation import Recomputation
from stclip.models.clip.towers.image import Part

# Of CLIP's own tokenizer: its words, and the last of them, end of text.
_VOCAB_SIZE, _END_OF_TEXT = 49408, 49407


class TextTower:
    """open_clip's transformer on texts, wherever a model holds it.

    It reads weights that the model holds and is no module itself, so that
    parameters keep their names.

    Args:
        model: open_clip's model; the tower is a part of it or its ``text``.

    Attributes:
        whole: Why texts can only be read as a whole, in words; empty for
            CLIP's own kind, whose tokens see those before them alone and
            whose feature is read where a text ends.
        width: Dw.
        context_length: Tokens of a text.
        recomputed: How whole layers are run.
    """

    recomputed = Recomputation(False)

    def __init__(self, model: nn.Module) -> None:
        self._model = model
        self._tower = getattr(model, 'text', model)
        tower = self._tower
        own = tower is model
        self._pool = tower.text_pool_type if own else tower.pool_type
        self._eos_id = tower.text_eos_id if own else tower.eos_id
        self.width = tower.positional_embedding.shape[1]
        self.context_length = tower.context_length
        self.whole = self._why_whole()

    def _why_whole(self) -> str:
        if getattr(self._tower, 'cls_emb', None) is not None:
            return 'this text tower puts a class token behind them'
        if not self.causal:
            return 'the words of this text tower all see each other'
        if self._tower.vocab_size != _VOCAB_SIZE:
            return "this text tower has a tokenizer other than CLIP's"
        if self._pool == 'argmax' or self._ends_as_clip:
            return ''
        return 'this text tower reads a text elsewhere than at its end'

    @property
    def _ends_as_clip(self) -> bool:
        return self._pool == 'eos' and self._eos_id == _END_OF_TEXT

    @property
    def causal(self) -> bool:
        """Whether tokens see those before them alone."""
        return self._tower.attn_mask is not None

    @property
    def table(self) -> Tensor:
        """Embeddings of all tokens, (words, Dw)."""
        return self._tower.token_embedding.weight

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.table.device

    @property
    def layers(self) -> nn.ModuleList:
        """The tower's layers."""
        return self._tower.transformer.resblocks

    @property
    def parts(self) -> Sequence[Part]:
        """What is trained with the tower: all but the table of tokens."""
        tower = self._tower
        parts = (
            tower.transformer,
            tower.ln_final,
            tower.positional_embedding,
            tower.text_projection,
        )
        return [part for part in parts if part is not None]

    def drop(self) -> None:
        """Take the tower out of its model, which reads texts no more."""
        if self._tower is not self._model:
            del self._model.text
            return
        for name in ('transformer', 'token_embedding', 'ln_final'):
            delattr(self._model, name)

    def ends(self, tokens: Tensor) -> Tensor:
        """Where features are read: (n, L) int64 ids -> (n,) int64."""
        if self._pool == 'argmax':  # the end of text has the largest id
            return tokens.argmax(dim=1)
        if self._pool == 'eos':
            return (tokens == self._eos_id).int().argmax(dim=1)
        place = dict(first=0, last=tokens.shape[1] - 1)[self._pool]
        return tokens.new_full(tokens.shape[:1], place)

    def features(self, tokens: Tensor) -> Tensor:
        """Features of texts, with a gradient where weights are trained.

        Args:
            tokens: (n, context length) int64 ids, anywhere.

        Returns:
            (n, Dt) float32, not normalised.
        """
        if getattr(self._tower, 'cls_emb', None) is not None:
            return self._features_of_class_token(tokens.to(self.device))
        return self.read_ends(*self.embed_tokens(tokens))

    def _features_of_class_token(self, tokens: Tensor) -> Tensor:
        with torch.autocast(tokens.device.type, enabled=False):
            return self._model.encode_text(tokens, normalize=False)

    def embed_tokens(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Token embeddings of texts, without what nobody sees.

        Args:
            tokens: (n, context length) int64 ids.

        Returns:
            (n, L, Dw) embeddings; (n,) int64, where each text ends. L is up
            to the latest end where tokens see those before them alone.
        """
        ends = self.ends(tokens)
        if self.causal:
            tokens = tokens[:, : int(ends.max()) + 1]
        table = self.table
        return table[tokens.to(table.device)], ends.to(table.device)

    def embed_words(self, words: Tensor) -> Tensor:
        """Add positions: (n, L, Dw) token embeddings -> (n, L, Dw)."""
        return words + self._tower.positional_embedding[: words.shape[1]]

    def run_layers(
        self, x: Tensor, layers: Iterable[nn.Module] | None = None
    ) -> Tensor:
        """Layers of the tower.

        Args:
            x: (n, L, Dw), L up to the context length. Where tokens see those
                before them alone, padding at the end changes nothing before.
            layers: Of :attr:`layers`; ``None`` for all.

        Returns:
            (n, L, Dw).
        """
        mask = self._tower.attn_mask
        if mask is not None:
            length = x.shape[1]
            mask = mask[:length, :length]
        for layer in self.layers if layers is None else layers:
            x = self.recomputed(partial(layer, attn_mask=mask), x)
        return x

    def project(self, x: Tensor) -> Tensor:
        """ln_final and projection: (..., Dw) -> (..., Dt)."""
        x, projection = self._tower.ln_final(x), self._tower.text_projection
        if projection is None:
            return x
        if isinstance(projection, nn.Linear):
            return projection(x)
        return x @ projection

    def read_ends(self, words: Tensor, ends: Tensor) -> Tensor:
        """Features of texts whose token embeddings are given.

        Args:
            words: (n, L, Dw) token embeddings, L up to the context length.
            ends: (n,) int64, where each text ends; what is behind changes
                nothing where tokens see those before them alone.

        Returns:
            (n, Dt) float32, not normalised, with a gradient.
        """
        with torch.autocast(words.device.type, enabled=False):
            x = self.run_layers(self.embed_words(words))
            rows = torch.arange(len(ends), device=ends.device)
            return self.project(x[rows, ends])

    def every_position(self, tokens: Tensor) -> Tensor:
        """Features of every position, in float32.

        Args:
            tokens: (n, L) int64 ids, L up to the context length; all of it
                where tokens see those behind them.

        Returns:
            (n, L, Dt).
        """
        with torch.autocast(tokens.device.type, enabled=False):
            x = self.embed_words(self._tower.token_embedding(tokens))
            return self.project(self.run_layers(x))

    def run_last_layer(self, x: Tensor, ends: Tensor) -> Tensor:
        """The last layer and the projection, where texts end and nowhere else.

        Of CLIP's own kind alone.

        Args:
            x: (n, L, Dw), input of the last layer.
            ends: (n,) int64, where each text ends.

        Returns:
            (n, Dt), not normalised.
        """
        layer = self.layers[-1]
        rows = torch.arange(len(ends), device=ends.device)
        attention, normed, width = layer.attn, layer.ln_1(x), x.shape[-1]
        _, k, v = project_qkv(attention, normed, 0)
        q = F.linear(
            normed[rows, ends][:, None],
            attention.in_proj_weight[:width],
            attention.in_proj_bias[:width],
        )
        before = torch.arange(x.shape[1], device=ends.device) <= ends[:, None]
        attended = fused_attention(
            split_heads(q, attention.num_heads), k, v, before[:, None, None]
        )
        last = x[rows, ends] + layer.ls_1(attention.out_proj(attended[:, 0]))
        last = last + layer.ls_2(layer.mlp(layer.ln_2(last)))
        return self.project(last)
