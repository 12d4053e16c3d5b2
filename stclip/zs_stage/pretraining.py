"""Stills with noisy captions to pre-train a CLIP on."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from stclip.utils.io import atomic_write, read_json
from stclip.zs_stage.pictures import Picture, from_json, mirrored, to_json
from stclip.zs_stage.stills import take_stills
from stclip.zs_stage.writing import write_caption

#: Pixels of the stored stills; training cuts a random part out of them.
STILL_SIZE = 124
#: Scenes of one file.
SHARD_SCENES = 500

# Captions that belong to another picture, as on the web.
_WRONG_CAPTIONS = 0.1
# Part of the batches whose pictures are all of one place.
_ONE_PLACE = 0.75


def render_shard(folder: Path, shard_idx: int, seed: int) -> Path:
    """Photograph :data:`SHARD_SCENES` scenes unless it is done already.

    Args:
        folder: Where ``<shard_idx>.npy`` (pictures), ``<shard_idx>.npz``
            (where what is) and ``<shard_idx>.json`` (what they show) go.
        shard_idx: Of the shard; decides with ``seed`` what is drawn.
        seed: Of the whole collection.

    Returns:
        The JSON file.
    """
    index = folder / f'{shard_idx:04d}.json'
    if index.is_file():
        return index
    pictures, shown, sights = [], [], []
    for scene in range(SHARD_SCENES):
        rng = np.random.default_rng([seed, shard_idx, scene])
        for number, still in enumerate(take_stills(rng, STILL_SIZE)):
            pictures.append(still.pixels)
            sights.append(still.sights)
            shown.append([number > 0, to_json(still.shown)])
    with atomic_write(index.with_suffix('.npy'), 'wb') as file:
        np.save(file, np.stack(pictures))
    ends = np.cumsum([len(points) for points in sights])
    with atomic_write(index.with_suffix('.npz'), 'wb') as file:
        np.savez(file, points=np.concatenate(sights), ends=ends)
    with atomic_write(index) as file:
        json.dump(shown, file)
    return index


class StillCollection:
    """All rendered stills, pictures left on disk.

    Args:
        indices: JSON files of :func:`render_shard`.
    """

    def __init__(self, indices: Sequence[Path]) -> None:
        self._pictures, self._sights = [], []
        self.shown: list[Picture] = []
        self._where: list[tuple[int, int]] = []
        close = []
        for shard, index in enumerate(indices):
            pictures = np.load(index.with_suffix('.npy'), mmap_mode='r')
            self._pictures.append(pictures)
            with np.load(index.with_suffix('.npz')) as found:
                self._sights += np.split(found['points'], found['ends'][:-1])
            for row, (is_close, content) in enumerate(read_json(index)):
                close.append(is_close)
                self.shown.append(from_json(content))
                self._where.append((shard, row))
        #: (N,) bool, whether each is a close-up.
        self.close = np.array(close, bool)
        places = np.array([shown.place for shown in self.shown])
        #: Places of which there are stills of both kinds.
        self.places = sorted(
            set(places[self.close]) & set(places[~self.close])
        )
        self._rows = {
            (place, kind): np.flatnonzero(
                (self.close == kind) & ((places == place) | (place is None))
            )
            for place in (None, *self.places)
            for kind in (False, True)
        }

    def __len__(self) -> int:
        return len(self.shown)

    def sample(
        self, count: int, close_share: float, rng: np.random.Generator
    ) -> np.ndarray:
        """Draw stills, repeats allowed, most times all of one place.

        Where they are is learnt at a glance. What people do has to be
        looked at where nothing else tells the pictures of a batch apart.

        Args:
            count: Stills to draw.
            close_share: Chance of each to be a close-up, in [0, 1].
            rng: Source of every choice.

        Returns:
            ``(count,)`` int64 indices.
        """
        place = None
        if rng.random() < _ONE_PLACE:
            place = self.places[rng.integers(len(self.places))]
        close = rng.random(count) < close_share
        whole, near = (
            rng.choice(self._rows[place, kind], count)
            for kind in (False, True)
        )
        return np.where(close, near, whole)

    def pictures(self, chosen: np.ndarray) -> np.ndarray:
        """Return pictures, ``(n, STILL_SIZE, STILL_SIZE, 3)`` uint8 RGB."""
        return np.stack(
            [self._pictures[s][r] for s, r in (self._where[i] for i in chosen)]
        )

    def sights(self, chosen: np.ndarray) -> list[np.ndarray]:
        """Return where body parts and things are.

        Returns:
            ``(m, 3)`` uint8 of each still, as
            :func:`~stclip.zs_stage.sights.in_region` has them.
        """
        return [self._sights[index] for index in chosen]


def caption_batch(
    collection: StillCollection,
    chosen: np.ndarray,
    mirror: np.ndarray,
    rng: np.random.Generator,
) -> tuple[list[str], torch.Tensor]:
    """Write captions for stills, some of them for the wrong still.

    Args:
        collection: What is captioned.
        chosen: ``(n,)`` indices.
        mirror: ``(n,)`` bool, which of them are seen in a mirror.
        rng: Source of every choice.

    Returns:
        The captions, and a boolean ``(n, n)``: whether caption ``j`` is word
        for word that of picture ``i`` (never on the diagonal).
    """
    sources = chosen.copy()
    wrong = rng.random(len(chosen)) < _WRONG_CAPTIONS
    sources[wrong] = rng.integers(0, len(collection), wrong.sum())
    captions = []
    for index, is_mirrored in zip(sources, mirror, strict=True):
        shown = collection.shown[index]
        shown = mirrored(shown) if is_mirrored else shown
        captions.append(write_caption(shown, rng))
    words = np.array(captions)
    same = words[:, None] == words[None]
    np.fill_diagonal(same, False)
    return captions, torch.from_numpy(same)
