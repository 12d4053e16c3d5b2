"""Batches of keyframes, normalised and on the device."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from mmengine.model import BaseDataPreprocessor
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from stclip.models.clip.images import CLIP_MEAN, CLIP_STD
from stclip.models.detection.person_layout import PersonLayout
from stclip.models.detection.shared_pictures import (
    SharedPictures,
    first_equal,
    held_once,
    numbered,
)
from stclip.registry import MODELS


@dataclass(frozen=True)
class KeyframeBatch:
    """The keyframes of a batch that hold at least one person.

    Args:
        keyframes: B of (3, S, S), full frames.
        context: B of (T, 3, S, S), windows.
        frame_valid: (U, T) bool, of the distinct windows, False for padded
            frames; ``None`` if no window is padded.
        crops: M of (3, S, S), of all persons, or (T, 3, S, S), their tubes.
        persons: Where each person belongs.
        objects: N of (3, S, S), things beside the persons, if the pipeline
            crops them and there are any.
        object_layout: Where each object belongs.
        memory: (B, R, Dt) features of R frames around each keyframe, zeros
            for those that are not known, if the pipeline brings them.
        memory_valid: (B, R) bool, whether they are known.
        asked: (A,) int64, which of the M persons each of the samples' persons
            is, where samples are equal and so are here once; ``None`` if M is
            A.
    """

    keyframes: SharedPictures
    context: SharedPictures
    frame_valid: Tensor | None
    crops: SharedPictures
    persons: PersonLayout
    objects: SharedPictures | None = None
    object_layout: PersonLayout | None = None
    memory: Tensor | None = None
    memory_valid: Tensor | None = None
    asked: Tensor | None = None

    def answers(self, found: Tensor) -> Tensor:
        """(M, ...) of the persons here -> (A, ...) of those of the samples."""
        return found if self.asked is None else found[self.asked]


def pad_windows(windows: Sequence[Tensor]) -> tuple[Tensor, Tensor | None]:
    """Windows of several lengths as one tensor.

    Args:
        windows: B of (T_b, 3, S, S).

    Returns:
        (B, T, 3, S, S) with zeros behind the shorter ones; (B, T) bool, False
        for those zeros, or ``None`` if there are none.
    """
    padded = pad_sequence(list(windows), batch_first=True)
    lengths = torch.tensor([len(window) for window in windows])
    valid = torch.arange(padded.shape[1]) < lengths[:, None]
    return padded, None if valid.all() else valid


@MODELS.register_module()
class KeyframeDataPreprocessor(BaseDataPreprocessor):
    """Moves, stacks and normalises keyframes, windows and person crops.

    A keyframe without persons has nothing to be scored: its images are
    dropped here, its data sample stays. In testing, what samples of one
    ``image_id`` have in common (the same frame with boxes of several sources)
    is here once; pixels decide.

    Args:
        mean: Per channel (RGB), on the scale 0-255; CLIP's by default.
        std: Likewise.
    """

    def __init__(
        self,
        mean: Sequence[float] = CLIP_MEAN,
        std: Sequence[float] = CLIP_STD,
    ) -> None:
        super().__init__()
        for name, values in (('mean', mean), ('std', std)):
            scale = torch.tensor(values).view(-1, 1, 1)
            self.register_buffer(name, scale, persistent=False)

    def forward(self, data: dict, training: bool = False) -> dict:
        """Make the batch of one step.

        Args:
            data: ``inputs``: dict of lists with ``keyframe`` (3, S, S),
                ``context`` (T, 3, S, S) and ``crops`` (P, 3, S, S) or
                (P, T, 3, S, S), uint8 RGB, an entry per keyframe; perhaps
                ``objects`` (K, 3, S, S), likewise, and ``memory`` (R, Dt)
                with ``memory_valid`` (R,) bool; of encoded keyframes (Dt,) in
                place of (3, S, S), float32; ``data_samples``: list.
            training: Whether equal samples stay apart, for what is random in
                a model.

        Returns:
            ``inputs``: :class:`KeyframeBatch`; ``data_samples`` on the
            device.
        """
        samples = self.cast_data(data['data_samples'])
        crops = data['inputs']['crops']
        used = [index for index, each in enumerate(crops) if len(each)]
        if not used:
            empty = SharedPictures(self.mean.new_zeros(0, 3, 1, 1))
            layout = PersonLayout.from_counts([], self.device)
            batch = KeyframeBatch(empty, empty, None, empty, layout)
            return dict(inputs=batch, data_samples=samples)
        keys = self.comparable([samples[index] for index in used], training)
        picked = {
            key: [values[index] for index in used]
            for key, values in data['inputs'].items()
        }
        firsts = first_equal(keys, [*zip(*picked.values(), strict=True)])
        kept, rows = numbered(firsts)
        asked = None
        if rows is not None:
            asked = _persons_of(rows, [len(picked['crops'][k]) for k in kept])
            keys = [keys[k] for k in kept]
            picked = {key: [v[k] for k in kept] for key, v in picked.items()}
        batch = self._batch(keys, picked, asked)
        return dict(inputs=batch, data_samples=samples)

    @staticmethod
    def comparable(samples: Sequence[Any], training: bool) -> list[Hashable]:
        """Keys of samples; those of equal keys may have much in common.

        Args:
            samples: Of keyframes.
            training: Whether all shall stay apart.
        """
        if training:
            return [*range(len(samples))]
        return [each.get('image_id', k) for k, each in enumerate(samples)]

    def _batch(
        self,
        keys: Sequence[Hashable],
        picked: dict[str, list[Tensor]],
        asked: Tensor | None,
    ) -> KeyframeBatch:
        """A batch of samples of which no two are equal."""
        pictures = [*zip(picked['keyframe'], picked['context'], strict=True)]
        seen, rows = numbered(first_equal(keys, pictures))
        windows, valid = pad_windows([picked['context'][k] for k in seen])
        frames = torch.stack([picked['keyframe'][k] for k in seen])
        # Without a shared frame there is hardly a crop to share.
        once = SharedPictures if rows is None else held_once
        crops = once(torch.cat(picked['crops']))
        counts = [len(each) for each in picked['crops']]
        return KeyframeBatch(
            keyframes=self.shared(SharedPictures(frames, rows)),
            context=self.shared(SharedPictures(windows, rows)),
            frame_valid=None if valid is None else valid.to(self.device),
            crops=self.shared(crops),
            persons=PersonLayout.from_counts(counts, self.device),
            asked=None if asked is None else asked.to(self.device),
            **self._surroundings(picked, once),
        )

    def _surroundings(
        self,
        picked: dict[str, list[Tensor]],
        once: Callable[[Tensor], SharedPictures],
    ) -> dict[str, Any]:
        """What only some pipelines bring, as arguments of the batch."""
        found = {}
        counts = [len(each) for each in picked.get('objects', ())]
        if any(counts):
            objects = once(torch.cat(picked['objects']))
            found['objects'] = self.shared(objects)
            found['object_layout'] = PersonLayout.from_counts(
                counts, self.device
            )
        for key in ('memory', 'memory_valid'):
            if key in picked:
                found[key] = torch.stack(picked[key]).to(self.device)
        return found

    def shared(self, pictures: SharedPictures) -> SharedPictures:
        """The same, normalised and on the device."""
        rows = pictures.rows
        return SharedPictures(
            self.normalise(pictures.distinct),
            None if rows is None else rows.to(self.device),
        )

    def normalise(self, images: Tensor) -> Tensor:
        """(..., 3, S, S) uint8 -> normalised float on the device.

        Features (..., Dt) of pictures that were encoded before are float, and
        stay as they are.
        """
        images = images.to(self.device, non_blocking=True)
        if images.is_floating_point():
            return images
        return (images - self.mean) / self.std


def _persons_of(rows: Tensor, counts: Sequence[int]) -> Tensor:
    """Persons of samples that are equal to some others.

    Args:
        rows: (N,) int64, which of the distinct samples each one is.
        counts: Persons of each distinct sample.

    Returns:
        (A,) int64, which person of the distinct ones each person is.
    """
    persons = torch.arange(sum(counts)).split([*counts])
    return torch.cat([persons[row] for row in rows.tolist()])
