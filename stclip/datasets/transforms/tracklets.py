"""Pictures of each person from all of the time that it is in the video."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from stclip.datasets.keyframe_dataset import BOX_SOURCES
from stclip.datasets.tracklets import Tracklet, TrackletFile, read_tracklets
from stclip.datasets.transforms.clip_resize import clip_resize
from stclip.datasets.transforms.persons import CropPersons, crop_box
from stclip.datasets.transforms.whole_video import segment_frames
from stclip.datasets.transforms.window import require_frames
from stclip.registry import TRANSFORMS
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource

#: What is seen of a person in a frame: its box, or all of the frame.
VIEWS = ('person_crop', 'full_frame')


class _Sight(NamedTuple):
    """Where one person is looked at: T frames, (T, 4) boxes as fractions."""

    frames: list[int]
    boxes: np.ndarray


@TRANSFORMS.register_module()
class CropTracklets(CropPersons):
    """Give each person frames that are spread over its tracklet.

    Source: ST-CLIP, arXiv:2408.15996v1, section 5.2: on data of several
    actions, classifiers of videos get tracklets, of boxes that a tracker
    links or of the annotators' persons. A random frame of each of T equal
    segments in training, the middle one in testing. Boxes between keyframes
    are linear in time.

    A person whose box is in no tracklet keeps it, over the frames of the
    window.

    Required keys: ``source`` and ``window`` of :class:`LoadKeyframe`,
    ``video``, ``frame_idx``, ``seconds``, ``img_shape``, ``boxes``,
    ``box_source``. Added: ``crops`` (P, T, 3, S, S) uint8 RGB, P may be 0.

    Draws from NumPy's global generator, which the training loader seeds by
    the number of the sample. Each frame is read once for all persons, by the
    cache of :class:`LoadKeyframe`. In testing the pictures of a tracklet are
    kept for its other keyframes.

    Args:
        size: Side S of the pictures.
        num_frames: T.
        files: What ``stclip link-persons`` wrote, by the source of the boxes
            (``'detected'``, ``'ground_truth'``).
        view: A name of ``VIEWS``.
        test_mode: Whether the middle of each segment is taken.
        cache_mb: Bound of the pictures that are kept, in 2**20 bytes.
        **kwargs: Further arguments of :class:`CropPersons`.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is faulty; when used on a video or a source of
            boxes that has none.
    """

    def __init__(
        self,
        size: int,
        num_frames: int,
        files: Mapping[str, str],
        view: str = 'person_crop',
        test_mode: bool = False,
        cache_mb: int = 256,
        **kwargs: Any,
    ) -> None:
        super().__init__(size, **kwargs)
        require_frames(num_frames)
        require_choice('view', view, VIEWS)
        for source in files:
            require_choice('key of files', source, BOX_SOURCES)
        self.shape = num_frames, 3, size, size
        self.view = view
        self.test_mode = test_mode
        self.files = {key: read_tracklets(path) for key, path in files.items()}
        # Pictures (T, 3, S, S) by video, source of the boxes and id.
        self._kept = FrameCache(cache_mb * 2**20)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Cut out the persons of one keyframe."""
        crops = np.empty((len(results['boxes']), *self.shape), np.uint8)
        results['crops'] = crops
        if not len(crops):
            return results
        file = self._file(results)
        known = file.of_video(results['video'])
        boxes = results['boxes'] / np.tile(results['img_shape'][::-1], 2)
        ids = known.find(_time_of(results, file), boxes)
        keys = [
            (str(results['source'].path), results['box_source'], idx)
            for idx in ids
        ]
        unseen = []
        for person, key in enumerate(keys):
            kept = self._kept.get(key)
            if kept is None:
                unseen.append(person)
            else:
                crops[person] = kept
        tracklets = [known.tracklets.get(ids[person]) for person in unseen]
        sights = self._sights(results, file.clock, tracklets, boxes[unseen])
        pictures = self._look(results['source'], sights)
        for person, shown in zip(unseen, pictures, strict=True):
            crops[person] = shown
            if self.test_mode and ids[person] is not None:
                # A part of an array would keep the pictures of all persons.
                self._kept.put(keys[person], shown.copy())
        return results

    def _file(self, results: dict[str, Any]) -> TrackletFile:
        source = results['box_source']
        if source not in self.files:
            raise UserError(
                f'CropTracklets has tracklets of {list(self.files)}, not of '
                f'{source!r} boxes: add files={{{source!r}: ...}}, a file of '
                '`stclip link-persons`'
            )
        return self.files[source]

    def _sights(
        self,
        results: dict[str, Any],
        clock: str,
        tracklets: list[Tracklet | None],
        boxes: np.ndarray,
    ) -> list[_Sight]:
        """Where to look at persons: P tracklets and their (P, 4) boxes."""
        video, window = results['source'], results['window']
        length = self.shape[0]
        places = [self._places() for _ in tracklets]
        # At a constant rate these are the frames to be read; finding the
        # last one may decode all of them.
        rate = 1 if clock == 'frame' else video.fps or 0
        keep = {
            frame
            for tracklet, drawn in zip(tracklets, places, strict=True)
            if tracklet is not None
            for frame in _spread(
                *(round(time * rate) for time in tracklet.times[[0, -1]]),
                drawn,
                length,
            )
        }
        sights = []
        for tracklet, drawn, box in zip(tracklets, places, boxes, strict=True):
            if tracklet is None:
                still = segment_frames(len(window), length, drawn)
                frames = [window[number] for number in still]
                sights.append(_Sight(frames, np.tile(box, (length, 1))))
                continue
            ends = _ends(video, clock, tracklet, keep)
            frames = _spread(*ends, drawn, length)
            times = frames
            if clock == 'seconds':
                times = [video.time_of(frame) for frame in frames]
            sights.append(_Sight(frames, tracklet.boxes_at(times)))
        return sights

    def _places(self) -> np.ndarray | float:
        """Where in its segment each frame lies."""
        return 0.5 if self.test_mode else np.random.random(self.shape[0])

    def _look(self, video: FrameSource, sights: list[_Sight]) -> np.ndarray:
        """Pictures of P persons, (P, T, 3, S, S)."""
        pictures = np.empty((len(sights), *self.shape), np.uint8)
        # Frame -> person -> which of its T pictures.
        wanted: dict[int, dict[int, list[int]]] = {}
        for person, sight in enumerate(sights):
            for slot, frame in enumerate(sight.frames):
                slots = wanted.setdefault(frame, {})
                slots.setdefault(person, []).append(slot)
        for number in sorted(wanted):
            frame = video.read([number])[0]
            if self.view == 'full_frame':
                whole = clip_resize(frame, *self.geometry)
                for person, slots in wanted[number].items():
                    pictures[person, slots] = whole
                continue
            scale = np.tile(frame.shape[1::-1], 2)
            for person, slots in wanted[number].items():
                box = sights[person].boxes[slots[0]] * scale
                region = crop_box(frame, box)
                pictures[person, slots] = clip_resize(region, *self.geometry)
        return pictures


def _time_of(results: dict[str, Any], file: TrackletFile) -> float:
    """When a keyframe is, by the clock of a file."""
    clock = 'frame' if results['seconds'] is None else 'seconds'
    if clock != file.clock:
        raise UserError(
            f'{file.path} places persons by {file.clock}, but the keyframe '
            f'{results["image_id"]} is placed by {clock}: make it by `stclip '
            "link-persons` from the data set's annotations"
        )
    return results['frame_idx' if clock == 'frame' else 'seconds']


def _spread(
    first: int, last: int, places: np.ndarray | float, length: int
) -> list[int]:
    """A frame of each of equal segments from the first to the last frame."""
    numbers = segment_frames(last - first + 1, length, places)
    return [first + number for number in numbers]


def _ends(
    video: FrameSource, clock: str, tracklet: Tracklet, keep: set[int]
) -> tuple[int, int]:
    """First and last frame of a tracklet, which the video may cut off."""
    if clock == 'frame':
        first, last = (int(time) for time in tracklet.times[[0, -1]])
        return first, video.count(last + 1, keep) - 1
    first, last = (
        video.index_at(time, keep) for time in tracklet.times[[0, -1]].tolist()
    )
    return first, video.num_frames - 1 if last is None else last
