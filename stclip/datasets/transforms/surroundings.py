"""What is around the persons of a keyframe: objects, and other frames."""

from abc import ABCMeta, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from stclip.datasets.proposals import find_detections, read_detections
from stclip.datasets.transforms.frame_features import (
    FrameFeatures,
    keyframe_features_file,
    read_keyframe_features,
    require_store,
)
from stclip.datasets.transforms.keyframe_features import region_features
from stclip.datasets.transforms.persons import CropPersons
from stclip.registry import TRANSFORMS
from stclip.structures.box_units import seem_fractions
from stclip.structures.boxes import box_iou
from stclip.structures.keyframe import Keyframe
from stclip.utils.errors import UserError


class NearObjects(BaseTransform, metaclass=ABCMeta):
    """The objects that are nearest to the persons.

    Source: iCLIP, arXiv:2304.04688: objects of an external detector whose box
    overlaps that of a person; the best few.

    Required keys: ``boxes``, ``gt_boxes``, ``gt_labels``, ``image_id``,
    ``video``, ``timestamp``, ``seconds`` and ``img_shape``. Added:
    ``object_boxes`` (K, 4) float32 in px of the annotated frame, K may be 0;
    ``objects``.

    Args:
        object_file: Boxes, in a form of :func:`read_detections`, as
            ``stclip detect-persons --objects`` writes them.
        max_objects: Most of a keyframe; ``None`` for all.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is faulty.
    """

    def __init__(self, object_file: str, max_objects: int | None = 5) -> None:
        self.table = read_detections(object_file)
        self.max_objects = max_objects

    @abstractmethod
    def look(self, results: dict[str, Any], boxes: np.ndarray) -> np.ndarray:
        """(K, ...), what is seen in boxes of a keyframe."""

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Find and look at the objects of one keyframe."""
        boxes = self.boxes(results)
        results['object_boxes'] = boxes
        results['objects'] = self.look(results, boxes)
        return results

    def boxes(self, results: dict[str, Any]) -> np.ndarray:
        """(K, 4) in px of the annotated frame, the best first."""
        found = find_detections(
            self.table,
            Keyframe(
                image_id=results['image_id'],
                video=results['video'],
                timestamp=results['timestamp'],
                boxes=results['gt_boxes'],
                labels=results['gt_labels'],
                img_shape=results['img_shape'],
                seconds=results['seconds'],
            ),
        )
        if found is None:
            return np.zeros((0, 4), np.float32)
        boxes, scores = found
        if seem_fractions(boxes):
            height, width = results['img_shape']
            boxes = boxes * np.float32([width, height] * 2)
        touching = (box_iou(boxes, results['boxes']) > 0).any(axis=1)
        boxes, scores = boxes[touching], scores[touching]
        best = np.argsort(-scores, kind='stable')[: self.max_objects]
        return boxes[best]


@TRANSFORMS.register_module()
class CropObjects(NearObjects):
    """Cut out the objects that are nearest to the persons.

    Required keys, too: those of :class:`CropPersons`. ``objects`` are
    (K, 3, S, S) uint8 RGB.

    Args:
        object_file: See :class:`NearObjects`.
        size: Side S of the pictures.
        max_objects: See :class:`NearObjects`.
        **kwargs: Further arguments of :class:`CropPersons`.
    """

    def __init__(
        self,
        object_file: str,
        size: int,
        max_objects: int | None = 5,
        **kwargs: Any,
    ) -> None:
        super().__init__(object_file, max_objects)
        self.crop = CropPersons(size, **kwargs)

    def look(self, results: dict[str, Any], boxes: np.ndarray) -> np.ndarray:
        """See the base class."""
        return self.crop(dict(results, boxes=boxes))['crops']


@TRANSFORMS.register_module()
class TakeObjectFeatures(NearObjects):
    """Take the place of :class:`CropObjects` where boxes were encoded.

    Required keys, too: those of :class:`TakeCropFeatures`. ``objects`` are
    (K, Dt) float32.
    """

    def look(self, results: dict[str, Any], boxes: np.ndarray) -> np.ndarray:
        """See the base class."""
        return region_features(results, boxes)


@TRANSFORMS.register_module()
class AddMemory(BaseTransform):
    """Add the features of the frames around a keyframe.

    Source: iCLIP, arXiv:2304.04688: full frames, 30 before and 30 after the
    keyframe, of those keyframes of the video that have persons.

    Required keys: ``video_path``, ``frame_idx``, ``seconds`` and ``source``,
    of :class:`LoadKeyframe`; ``encoded_frames`` of
    :class:`LoadKeyframeFeatures` are not read once more. Added: ``memory``
    (R, Dt) float32, from the earliest to the latest, zeros where a frame is
    not known; ``memory_valid`` (R,) bool, whether it is.

    Args:
        folder: Store that ``stclip prepare features`` made with the config.
        clip: The model's ``arch`` and ``pretrained``, which have to be those
            of the store.
        num_frames: Even R, half of them before the keyframe.
        step: Distance of these frames: frames, or seconds where keyframes
            are given by time.

    Raises:
        MissingFileError: If there is no store, or in it no such video.
        UserError: If the store is another CLIP's, or for an odd number.
    """

    def __init__(
        self,
        folder: str | Path,
        clip: Mapping[str, Any],
        num_frames: int = 60,
        step: float = 1,
    ) -> None:
        if num_frames < 2 or num_frames % 2:
            raise UserError(
                'num_frames of AddMemory must be even, half of them before '
                f'the keyframe and half after, got {num_frames}'
            )
        require_store(folder, clip)
        self.folder = folder
        self.num_frames = num_frames
        self.step = step
        self._last: FrameFeatures | None = None  # of the video before

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Look up the frames around one keyframe."""
        known = self._known(results)
        step = self.step
        if results['seconds'] is not None:
            step = step * results['source'].fps
        away = (known.frame_idx - results['frame_idx']) / step
        place = np.rint(away).astype(int)
        half = self.num_frames // 2
        kept = (place != 0) & (np.abs(place) <= half)
        # Of several frames of a place, the nearest one is written last.
        order = np.argsort(-np.abs(away - place), kind='stable')
        order = order[kept[order]]
        place = place[order]
        slot = half + np.where(place < 0, place, place - 1)
        width = known.features.shape[1]
        memory = np.zeros((self.num_frames, width), np.float32)
        valid = np.zeros(self.num_frames, bool)
        memory[slot], valid[slot] = known.features[order], True
        results['memory'], results['memory_valid'] = memory, valid
        return results

    def _known(self, results: dict[str, Any]) -> FrameFeatures:
        """The encoded frames of a keyframe's video."""
        file = keyframe_features_file(self.folder, results['video_path'])
        # The store of the keyframes may be another one.
        for known in (results.get('encoded_frames'), self._last):
            if known is not None and known.file == file:
                return known
        self._last = read_keyframe_features(file)
        return self._last
