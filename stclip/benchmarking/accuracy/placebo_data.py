"""Data that lack what a claim is about, and nothing else.

As :mod:`stclip.benchmarking.accuracy.placebos`, for what models are given.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stclip.datasets.split_video_dataset import SplitVideoDataset
from stclip.datasets.transforms.clip_resize import clip_resize
from stclip.datasets.transforms.persons import CropPersons
from stclip.datasets.transforms.video_frames import VideoDecode
from stclip.labels.label_space import LabelSpace
from stclip.registry import DATASETS, TRANSFORMS
from stclip.utils.choices import require_choice

_SEED = 0


@DATASETS.register_module()
class OthersTextsVideoDataset(SplitVideoDataset):
    """Videos whose actions have keywords and graphs of other actions.

    Every action of the annotations gives its own to one and takes those of
    another, the same in training and testing. Names stay.
    """

    def described(self, space: LabelSpace, names: Sequence[str]) -> LabelSpace:
        """See :class:`SplitVideoDataset`."""
        giver = derangement(space.names, _SEED)
        others = super().described(space, [giver[name] for name in names])
        return replace(
            super().described(space, names),
            keywords=others.keywords,
            clauses=others.clauses,
        )


def derangement(names: Sequence[str], seed: int) -> dict[str, str]:
    """Another name for each name, each once; in any order of them the same.

    Args:
        names: At least two.
        seed: Of the draw.
    """
    generator = random.Random(seed)
    names = sorted(names)
    others = names
    while any(map(str.__eq__, names, others)):
        others = generator.sample(names, len(names))
    return dict(zip(names, others, strict=True))


@TRANSFORMS.register_module()
class ShuffledVideoDecode(VideoDecode):
    """The sampled frames of a video in a random order, of each its own.

    In training and testing, and whenever it is read, that order is the same.
    Keys as :class:`VideoDecode`; its ``filename`` draws the order.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the frames, and put them into another order."""
        results = super().transform(results)
        order = list(range(len(results['imgs'])))
        random.Random(Path(results['filename']).name).shuffle(order)
        for key in ('imgs', 'frame_times'):
            results[key] = [results[key][k] for k in order]
        return results


@TRANSFORMS.register_module()
class CoarseCropPersons(CropPersons):
    """Persons in no more detail than the full frame shows them in.

    The frame is made as small as CLIP takes it, and persons are cut out of
    that: what somebody who is given the whole frame could know of them. Keys
    and arguments as :class:`CropPersons`; frames are squashed, so that all of
    each is there.
    """

    def __init__(self, size: int, mode: str, **kwargs: Any) -> None:
        require_choice('mode', mode, ('squash',))
        super().__init__(size, mode, **kwargs)

    def cut(
        self, image: np.ndarray, number: int | None, results: dict[str, Any]
    ) -> np.ndarray:
        """See the base class; boxes are scaled to the small frame there."""
        small = clip_resize(image, *self.geometry).transpose(1, 2, 0)
        return super().cut(small, number, results)
