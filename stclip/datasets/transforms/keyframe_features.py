"""Keyframes and boxes that were encoded once, in place of their pictures.

Beside what :mod:`~stclip.datasets.transforms.frame_features` says, the file of
a video then has the fields of :class:`RegionFeatures`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from stclip.datasets.transforms.frame_features import (
    FrameFeatures,
    keyframe_features_file,
    read_arrays,
    require_store,
)
from stclip.datasets.transforms.loading import fit_boxes, without_persons
from stclip.registry import TRANSFORMS
from stclip.utils.errors import UserError

_ADVICE = '`stclip prepare features CONFIG --out FOLDER --crops` makes them'


@dataclass(frozen=True)
class RegionFeatures:
    """What a frozen CLIP makes of boxes in a video's keyframes.

    Args:
        moments: (M,) float64, of all keyframes: the number of the frame, or
            seconds where keyframes are given by time.
        moment_frame_idx: (M,) int64, the frame of each.
        beyond_end: (M,) bool, whether the video ends before.
        frame_hw: (2,) int64, height and width in px.
        fps: () float64, not a number where it is not known.
        box_frame_idx: (N,) int64, the frame of each box.
        boxes: (N, 4) float32 in px of the annotated frame.
        box_features: (N, Dt) float16, of what :class:`CropPersons` cuts out.
    """

    moments: np.ndarray
    moment_frame_idx: np.ndarray
    beyond_end: np.ndarray
    frame_hw: np.ndarray
    fps: np.ndarray
    box_frame_idx: np.ndarray
    boxes: np.ndarray
    box_features: np.ndarray

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it, by name."""
        return asdict(self)

    def of(self, frame_idx: int, boxes: np.ndarray) -> np.ndarray | None:
        """Features of boxes in a frame.

        Args:
            frame_idx: Of a keyframe.
            boxes: (P, 4) float32, likewise.

        Returns:
            (P, Dt) float32; ``None`` if one of the boxes is not there.
        """
        rows = np.flatnonzero(self.box_frame_idx == frame_idx)
        equal = (boxes[:, None] == self.boxes[rows]).all(axis=2)
        if not equal.any(axis=1).all():
            return None
        row_of = equal @ np.arange(len(rows))
        return np.asarray(self.box_features[rows[row_of]], np.float32)


def read_with_regions(file: Path) -> tuple[FrameFeatures, RegionFeatures]:
    """All of a video's file: the frames' part, and that of the boxes.

    Args:
        file: Of :func:`keyframe_features_file`.

    Raises:
        MissingFileError: If there is no such file.
        UserError: If it has no part of boxes, or cannot be read.
    """
    names = [each.name for each in fields(RegionFeatures)]
    otherwise = f'has no features of boxes: {_ADVICE}'
    arrays = read_arrays(file, ('frame_idx', 'features', *names), otherwise)
    frames = FrameFeatures(
        file, arrays.pop('frame_idx'), arrays.pop('features')
    )
    return frames, RegionFeatures(**arrays)


@dataclass(frozen=True)
class EncodedVideo:
    """What is left to know of a video whose keyframes were encoded."""

    fps: float


@TRANSFORMS.register_module()
class LoadKeyframeFeatures(BaseTransform):
    """Take the place of :class:`LoadKeyframe` where keyframes were encoded.

    No video is opened. Required keys: those of :class:`LoadKeyframe`. Added:
    ``keyframe`` (Dt,) and ``context`` (1, Dt) float32, for detectors that
    look at no window; ``source``, of which the rate is known alone;
    ``regions``, from which :class:`TakeCropFeatures` and
    :class:`TakeObjectFeatures` take; ``encoded_frames``, from which
    :class:`AddMemory` does; ``beyond_end``. Changed: ``frame_idx``; where
    ``img_shape`` is None, it and the boxes, to pixels; of a keyframe after
    the last frame the persons are left out, as they were when it was encoded.

    A file is read once for samples of its video that follow each other.

    Args:
        folder: Store that ``stclip prepare features --crops`` made.
        clip: The model's ``arch`` and ``pretrained``, which have to be those
            of the store.

    Raises:
        MissingFileError: If there is no store, or in it no such video.
        UserError: If the store is another CLIP's, or was made of other
            keyframes or without boxes.
    """

    def __init__(self, folder: str, clip: Mapping[str, Any]) -> None:
        require_store(folder, clip)
        self.folder = folder
        # Of the video before: 10 MB of one as long as AVA's.
        self._last: tuple[FrameFeatures, RegionFeatures] | None = None

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Look up one keyframe."""
        file = keyframe_features_file(self.folder, results['video_path'])
        if self._last is None or self._last[0].file != file:
            self._last = read_with_regions(file)
        frames, regions = self._last
        moment = moment_of(results)
        if not (found := np.flatnonzero(regions.moments == moment)).size:
            raise UserError(
                f'{file} has no keyframe at {moment:g}: it was made of other '
                'annotations; encode into another folder'
            )
        results['frame_idx'] = int(regions.moment_frame_idx[found[0]])
        results['beyond_end'] = bool(regions.beyond_end[found[0]])
        if results['beyond_end']:
            without_persons(results)
        keyframe = np.zeros(frames.features.shape[1], np.float32)
        if len(results['boxes']):
            is_it = frames.frame_idx == results['frame_idx']
            keyframe[:] = frames.features[is_it][0]
        results['keyframe'], results['context'] = keyframe, keyframe[None]
        results['source'] = EncodedVideo(float(regions.fps))
        results['regions'], results['encoded_frames'] = regions, frames
        fit_boxes(results, regions.frame_hw.tolist())
        return results


def moment_of(keyframe: Mapping[str, Any]) -> float:
    """What tells the keyframes of a video apart.

    Args:
        keyframe: With ``seconds``, or None and ``frame_idx``.
    """
    seconds = keyframe['seconds']
    return float(keyframe['frame_idx'] if seconds is None else seconds)


@TRANSFORMS.register_module()
class TakeCropFeatures(BaseTransform):
    """Take the place of :class:`CropPersons` where boxes were encoded.

    Required keys: ``regions``, ``frame_idx``, ``boxes`` and ``image_id``.
    Added: ``crops`` (P, Dt) float32, P may be 0.

    Raises:
        UserError: For a box that was not encoded.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Look up the persons of one keyframe."""
        results['crops'] = region_features(results, results['boxes'])
        return results


def region_features(results: dict[str, Any], boxes: np.ndarray) -> np.ndarray:
    """Features of boxes in a keyframe, (P, Dt) float32.

    Args:
        results: Of a keyframe, with ``regions``, ``frame_idx`` and
            ``image_id``.
        boxes: (P, 4) float32 in px of the annotated frame.

    Raises:
        UserError: For a box that was not encoded.
    """
    regions: RegionFeatures = results['regions']
    if not len(boxes):
        return np.zeros((0, regions.box_features.shape[1]), np.float32)
    found = regions.of(results['frame_idx'], boxes)
    if found is None:
        raise UserError(
            f'keyframe {results["image_id"]} has a box that was not encoded: '
            'the boxes are others than then; encode into another folder'
        )
    return found
