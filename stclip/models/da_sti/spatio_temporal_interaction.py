"""Spatial and temporal interaction of a video and the words of classes.

Source: DA-STI, arXiv:2510.27255, Sec. 3.3, Eqs. (6)-(10). B videos, T frames,
N patches, C classes, W words in all, D joint width. Each score belongs to a
pair of a video and a class, whose words choose the frames that count.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.models.da_sti.attribute_text import ClassText
from stclip.models.da_sti.max_similarity import max_similarity
from stclip.models.recognition.packed_text import PackedText
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError

_EPS = 1e-6


class SpatioTemporalInteraction(nn.Module):
    """Cosine of every video and class, over the frames the words point at.

    Differs: Eq. (7) compares directions, not lengths, unless ``similarity``
    is ``'dot'`` (raw products over tau saturate); the temporal softmax runs
    over frames, as Eq. (9) and Fig. 4b have it and the text does not.

    Args:
        width: Joint width D.
        spatial: Whether patches and words weight the frames, Eqs. (7)-(8).
        temporal: Whether words choose among the frames, Eq. (9).
        similarity: ``'cos'`` to normalise projected tokens, ``'dot'`` for the
            paper's literal products.
        query: Which words Eq. (9) asks with: ``'projected'``, or ``'raw'``,
            before Eq. (6).
        init: ``'identity'`` for projections that start in CLIP's own space,
            ``'normal'`` for N(0, 0.02).
        tau: Temperature of Eq. (9).
        renormalise: Whether the video embedding of Eq. (10) is normalised
            before it is compared with the class.

    Raises:
        ValueError: For an unknown option.
    """

    def __init__(
        self,
        width: int,
        spatial: bool = True,
        temporal: bool = True,
        similarity: str = 'cos',
        query: str = 'projected',
        init: str = 'identity',
        tau: float = 0.01,
        renormalise: bool = True,
    ) -> None:
        super().__init__()
        require_choice('similarity', similarity, ('cos', 'dot'))
        require_choice('query', query, ('projected', 'raw'))
        require_choice('init', init, ('identity', 'normal'))
        self.temporal = temporal
        self.similarity = similarity
        self.query = query
        self.tau = tau
        self.renormalise = renormalise
        # W_p and W_w of Eq. (6).
        self.patch_projection = self.word_projection = None
        if spatial:
            self.patch_projection = _projection(width, init)
        if spatial or (temporal and query == 'projected'):
            self.word_projection = _projection(width, init)
        self._asked = _ProjectedWords()

    def forward(
        self, frames: Tensor, patches: Tensor, text: ClassText
    ) -> Tensor:
        """Score all pairs.

        Args:
            frames: (B, T, D) frame embeddings v.
            patches: (B, T, N, D) patch embeddings p; not used without the
                spatial interaction.
            text: Word embeddings a and class embeddings z of C classes.

        Returns:
            (B, C) cosines (fp32).
        """
        frames = F.normalize(frames.float(), dim=-1)
        saliency = self.saliency(frames, patches, text.words)
        classes = F.normalize(text.classes.float(), dim=-1)
        with torch.autocast(frames.device.type, enabled=False):
            return weighted_cosine(
                frames, saliency.weights, classes, self.renormalise
            )

    def project(self, tokens: Tensor, projection: nn.Linear) -> Tensor:
        """Eq. (6): ReLU(x W), then to length 1 unless products are wanted."""
        projected = F.relu(projection(tokens))
        if self.similarity == 'dot':
            return projected
        return F.normalize(projected, dim=-1, eps=_EPS)

    def _projected_words(self, embeddings: Tensor) -> Tensor:
        """a~ of Eq. (6), in testing once per label set and set of weights."""

        def project() -> Tensor:
            return self.project(embeddings, self.word_projection)

        if self.training or torch.is_grad_enabled():
            return project()
        return self._asked.get(embeddings, project)

    def saliency(
        self, frames: Tensor, patches: Tensor, words: PackedText
    ) -> 'Saliency':
        """Weights of the frames for each class.

        Args:
            frames: (B, T, D), normalised.
            patches: As in :meth:`forward`.
            words: Word embeddings a of the classes.
        """
        projected, spatial = words, None
        if self.word_projection is not None:
            projected = words.with_embeddings(
                self._projected_words(words.embeddings)
            )
        if self.patch_projection is not None:
            patches = self.project(patches, self.patch_projection)
            spatial = max_similarity(patches, projected).float()
        query = projected
        if self.query == 'raw':
            embeddings = F.normalize(words.embeddings.float(), dim=-1)
            query = words.with_embeddings(embeddings)
        if self.temporal:
            weights = temporal_saliency(frames, spatial, query, self.tau)
        elif spatial is not None:
            weights = relative_weights(spatial)
        else:
            shape = (len(frames), words.num_classes, frames.shape[1])
            weights = frames.new_full(shape, 1 / frames.shape[1])
        return Saliency(spatial, weights)

    def patch_heat(self, patches: Tensor, words: Tensor) -> Tensor:
        """Where Eq. (7) finds its maximum: that of each patch over the words.

        To be drawn (Fig. 6), for the words of one class; scores take
        :func:`max_similarity`, which keeps no such map.

        Args:
            patches: (T, N, D) patch embeddings p.
            words: (W, D) word embeddings a of the class.

        Returns:
            (T, N).

        Raises:
            ValueError: Without the spatial interaction.
        """
        if self.patch_projection is None:
            raise UserError(
                'without the spatial interaction no patch is compared with a '
                'word: there is no map to show'
            )
        patches = self.project(patches, self.patch_projection)
        words = self.project(words, self.word_projection)
        return (patches @ words.T).amax(dim=-1)


@dataclass(frozen=True)
class Saliency:
    """How much each frame counts for each class.

    Args:
        spatial: (B, C, T) S_sp of Eq. (7), or ``None``.
        weights: (B, C, T), which sum to 1 over the frames.
    """

    spatial: Tensor | None
    weights: Tensor


def temporal_saliency(
    frames: Tensor, spatial: Tensor | None, words: PackedText, tau: float
) -> Tensor:
    """S_temp, Eq. (9): softmax over frames, mean over the words of a class.

    f_sp of Eq. (8) scales the rows of v, so that its product with a word is
    S_sp times that of v: f_sp itself, B C T D numbers, is not built.

    Args:
        frames: (B, T, D) v.
        spatial: (B, C, T) S_sp; ``None`` stands for 1.
        words: Query words.
        tau: Temperature.

    Returns:
        (B, C, T).
    """
    with torch.autocast(frames.device.type, enabled=False):
        logits = frames.float() @ words.embeddings.float().T  # (B, T, W)
        if spatial is not None:
            logits = logits * words.expand(spatial.transpose(1, 2))
        attention = torch.softmax(logits / tau, dim=1)
        return words.mean(attention).transpose(1, 2)


def relative_weights(spatial: Tensor) -> Tensor:
    """S_sp as weights over frames; equal ones where it is 0 everywhere.

    Args:
        spatial: (..., T), none negative.
    """
    total = spatial.sum(dim=-1, keepdim=True)
    equal = torch.full_like(spatial, 1 / spatial.shape[-1])
    return torch.where(total > 0, spatial / total.clamp(min=_EPS), equal)


def weighted_cosine(
    frames: Tensor, weights: Tensor, classes: Tensor, renormalise: bool = True
) -> Tensor:
    """cos(z, f_st) with f_st = sum_t S_temp v_t, Eq. (10).

    From products of frames with classes and with each other: the B C video
    embeddings are not built.

    Args:
        frames: (B, T, D).
        weights: (B, C, T) S_temp.
        classes: (C, D), normalised.
        renormalise: Whether to divide by the length of f_st.

    Returns:
        (B, C).
    """
    products = torch.einsum('btd,cd->bct', frames, classes)
    scores = (weights * products).sum(dim=-1)
    if not renormalise:
        return scores
    gram = frames @ frames.transpose(1, 2)  # (B, T, T)
    squared = ((weights @ gram) * weights).sum(dim=-1)
    return scores / squared.clamp(min=_EPS**2).sqrt()


def _projection(width: int, init: str) -> nn.Linear:
    """A square matrix without bias."""
    projection = nn.Linear(width, width, bias=False)
    if init == 'identity':
        nn.init.eye_(projection.weight)
    else:
        nn.init.normal_(projection.weight, std=0.02)
    return projection


class _ProjectedWords(nn.Module):
    """What testing keeps of the last label set's words.

    A module without weights, as a part of the one whose weights project:
    ``train()``, ``eval()`` and loading weights empty it, so that nothing in it
    is older than the weights.
    """

    def __init__(self) -> None:
        super().__init__()
        self._last: tuple[Tensor, bool, Tensor] | None = None
        self.register_load_state_dict_pre_hook(
            lambda module, *_: module.train(module.training)
        )

    def train(self, mode: bool = True) -> '_ProjectedWords':
        """Forget, as weights may have changed."""
        self._last = None
        return super().train(mode)

    def get(self, embeddings: Tensor, project: Callable[[], Tensor]) -> Tensor:
        """Return the projection of the same embeddings, or make it.

        Args:
            embeddings: (W, D).
            project: Gives their projection.
        """
        autocast = torch.is_autocast_enabled(embeddings.device.type)
        last = self._last
        if last is None or last[0] is not embeddings or last[1] != autocast:
            self._last = last = embeddings, autocast, project()
        return last[2]
