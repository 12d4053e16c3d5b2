"""How well a tiny CLIP tells held-out stills by the names of classes."""

from collections.abc import Iterator

import numpy as np
import torch

from stclip.benchmarking.tiny_clip.recipe import VIEW
from stclip.models.clip.images import CLIP_MEAN, CLIP_STD
from stclip.zs_stage.classes import ACTIONS, Action
from stclip.zs_stage.pretraining import StillCollection
from stclip.zs_stage.views import middle_views

# Stills that are seen at once.
_BATCH = 128


def normalise(pictures: np.ndarray) -> torch.Tensor:
    """Turn ``(n, h, w, 3)`` uint8 RGB into CLIP's ``(n, 3, h, w)`` input."""
    mean, std = (torch.tensor(scale) for scale in (CLIP_MEAN, CLIP_STD))
    pixels = torch.from_numpy(pictures).float()
    return ((pixels - mean) / std).permute(0, 3, 1, 2)


def as_they_are(
    collection: StillCollection, chosen: np.ndarray, size: int
) -> Iterator[torch.Tensor]:
    """The middle of stills, normalised, some at a time.

    Args:
        collection: That they are of.
        chosen: ``(n,)`` indices.
        size: Pixels of a picture's side.
    """
    for some in np.array_split(chosen, len(chosen) // _BATCH + 1):
        views = middle_views(len(some), VIEW)
        yield normalise(views.pictures(collection.pictures(some), size))


def held_out_examples(
    collection: StillCollection, close: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Find stills that show one class.

    Returns:
        ``(n,)`` indices in the collection and ``(n,)`` labels.
    """
    names = list(ACTIONS.values())
    chosen, labels = [], []
    for index, shown in enumerate(collection.shown):
        done = {
            Action(doing.verb, doing.thing and doing.thing.name)
            for person in shown.people
            for doing in person.doings
        }
        action = done.pop() if len(done) == 1 else None
        if collection.close[index] == close and action in names:
            chosen.append(index)
            labels.append(names.index(action))
    return np.array(chosen), np.array(labels)


def top1(image: torch.Tensor, text: torch.Tensor, labels: np.ndarray) -> float:
    """Classify pictures by the names of the classes alone.

    Args:
        image: ``(n, d)`` image features.
        text: ``(c, d)`` unit features of the class names.
        labels: ``(n,)`` index of the right name.

    Returns:
        Part of the pictures whose nearest name is right, in [0, 1].
    """
    best = (image @ text.T).argmax(1)
    return float((best == torch.from_numpy(labels)).float().mean())
