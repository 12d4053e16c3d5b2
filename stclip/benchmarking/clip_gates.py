"""What the small CLIP's words have to be worth before a method is run.

The gates are those of docs/zs_stage_protocol.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from stclip.zs_stage.classes import ACTIONS
from stclip.zs_stage.verbs import VERBS
from stclip.zs_stage.words import thing_words, verb_phrases
from stclip.zs_stage.words.inflection import with_article

#: Phrases whose effective rank is taken.
NUM_PHRASES = 157

Encode = Callable[[Sequence[str]], Tensor]


@dataclass(frozen=True)
class Gate:
    """A measure and the range that it has to be in."""

    name: str
    value: float
    low: float = -np.inf
    high: float = np.inf

    @property
    def passed(self) -> bool:
        """Whether the value is in the range."""
        return bool(self.low <= self.value <= self.high)


def class_names() -> list[str]:
    """Names of the classes as labels say them."""
    return [name.replace('_', ' ') for name in ACTIONS]


def _said(phrase: str, thing: str | None) -> str:
    words = thing and with_article(thing)
    return phrase.replace('{thing}', words or '').replace(
        '{person}', 'a person'
    )


def unseen_synonyms() -> dict[str, str]:
    """Phrase that no caption holds -> name of the class that it means.

    The last phrase of a class's verb with the last name of its thing; where a
    class has no thing, nothing is left out of captions.
    """
    pairs = {}
    for name, action in ACTIONS.items():
        phrase = verb_phrases()[action.verb][-1]
        if action.thing and '{thing}' in phrase:
            last = thing_words()[action.thing][-1]
            pairs[_said(phrase, last)] = name.replace('_', ' ')
    return pairs


def common_phrases() -> list[str]:
    """The phrases whose rank is taken, evenly of all that verbs have.

    A verb's phrases have its things in turn.
    """
    phrases = []
    for name, said in verb_phrases().items():
        things = VERBS[name].things or (None,)
        for index, phrase in enumerate(said):
            thing = things[index % len(things)]
            words = thing and thing_words()[thing][0]
            phrases.append(_said(phrase, words))
    places = np.linspace(0, len(phrases) - 1, NUM_PHRASES).round().astype(int)
    return [phrases[place] for place in places]


def effective_rank(features: np.ndarray) -> float:
    r"""Exponential of the entropy of the variances along the main axes.

    Source: Roy and Vetterli, "The effective rank" (2007), of the covariance:
    :math:`\exp(-\sum_i p_i \log p_i)` with :math:`p_i` the part of the
    variance along the i-th axis.

    Args:
        features: (N, D).
    """
    centred = features - features.mean(axis=0)
    variances = np.linalg.svd(centred, compute_uv=False) ** 2
    parts = variances / variances.sum()
    parts = parts[parts > 0]
    return float(np.exp(-(parts * np.log(parts)).sum()))


def cosines_of_pairs(features: np.ndarray) -> np.ndarray:
    """Cosines of all pairs of different rows of unit length."""
    cosines = features @ features.T
    return cosines[np.triu_indices(len(features), 1)]


@torch.no_grad()
def text_gates(encode: Encode, known_share: float) -> list[Gate]:
    """Measure what the words are worth.

    Args:
        encode: From texts to (N, D) unit features.
        known_share: Part of the words of keywords, clauses and templates
            that captions use, in [0, 1].
    """
    names = class_names()
    features = encode(names).float().numpy()
    pairs = cosines_of_pairs(features)
    synonyms = unseen_synonyms()
    nearest = (encode(list(synonyms)).float().numpy() @ features.T).argmax(1)
    right = [
        names[found] == meant
        for found, meant in zip(nearest, synonyms.values(), strict=True)
    ]
    phrases = encode(common_phrases()).float().numpy()
    return [
        Gate(f'{len(right)} unseen synonyms', float(np.mean(right)), low=0.6),
        Gate(f'rank of {len(phrases)} phrases', effective_rank(phrases), 60.0),
        Gate('mean cosine of names', float(pairs.mean()), 0.3, 0.8),
        Gate('largest cosine of names', float(pairs.max()), high=0.95),
        Gate('known words', known_share, low=0.98),
    ]


def retrieval(image: Tensor, text: Tensor, top: int) -> float:
    """Part of the captions whose picture is among the nearest ``top``.

    Args:
        image: (N, D) unit features of pictures.
        text: (N, D) of their captions.
        top: Pictures that are looked at.
    """
    cosines = text @ image.T
    own = cosines.diagonal()[:, None]
    return float(((cosines > own).sum(1) < top).float().mean())
