"""Ids of persons along a video, by ByteTrack."""

import math

import numpy as np
import supervision as sv
from trackers import ByteTrackTracker
from trackers.core.bytetrack.tracklet import ByteTrackTracklet

from stclip.structures.box_table import PersonBoxes

# How long a person may be out of sight and be known again; for that many
# looks in any case, however rare they are.
_LOST_SEC = 2.0
_LOST_LOOKS = 2.5
# Of a folder of frames whose rate nobody has told.
_USUAL_FPS = 25.0
# No detection scores that high: tracks are begun here, not there.
_NEVER = 2.0
# Units of ByteTrack's buffer.
_BUFFER_HZ = 30
# What the files of keyframes keep of px, scores and seconds: the same boxes
# give the same ids, whether they come from a detector or from a file.
_BOX_DIGITS, _SCORE_DIGITS, _TIME_DIGITS = 2, 5, 4
# Between keyframes whose clock stands still.
_LEAST_STEP_SEC = 1e-3


class PersonTracker:
    """ByteTrack (Zhang et al., ECCV 2022) over the keyframes of one video.

    Motion and overlap alone tell who is who: nothing is computed on pictures.
    It is the implementation of ``trackers``, which takes and gives arrays and
    needs NumPy, SciPy and ``supervision``. That of mmdet wants its own data
    samples, a config of its model, and ``lap``.

    Every box gets an id at once. ByteTrack leaves boxes without one until
    they are seen a second time, and weak ones for ever; but boxes come here
    after a detector's threshold, and a keyframe is not a 30th of a second.

    Args:
        fps: Frames a second, about; ``None`` if it is not known.
        stride: Frames between keyframes; velocities are counted per keyframe.
        detect_every: Every how many keyframes there are detections.
    """

    def __init__(
        self, fps: float | None, stride: int, detect_every: int = 1
    ) -> None:
        looks_per_sec = (fps or _USUAL_FPS) / stride
        self._step_sec = 1 / looks_per_sec
        lost_sec = max(_LOST_SEC, _LOST_LOOKS * detect_every * self._step_sec)
        self._tracker = ByteTrackTracker(
            lost_track_buffer=math.ceil(lost_sec * _BUFFER_HZ),
            frame_rate=looks_per_sec,
            track_activation_threshold=_NEVER,
            minimum_consecutive_frames=1,
        )
        self._num_ids = 0
        self._clock: float | None = None
        # Of the persons of the last detections.
        self._scores: dict[int, float] = {}

    def update(
        self, persons: PersonBoxes, time_sec: float | None = None
    ) -> np.ndarray:
        """Tell who the persons of the next keyframe are.

        Args:
            persons: N detections.
            time_sec: Of the keyframe; ``None`` if it is not known: then a
                keyframe's usual time has passed.

        Returns:
            (N,) int64, from 1 on in the order of first sight.
        """
        boxes = np.asarray(persons.boxes_xyxy, np.float64).reshape(-1, 4)
        scores = np.asarray(persons.scores, np.float64)
        detections = sv.Detections(
            xyxy=boxes.round(_BOX_DIGITS),
            confidence=scores.round(_SCORE_DIGITS),
            data=dict(row=np.arange(len(boxes))),
        )
        told = self._tracker.update(
            detections, timestamp=self._advance(time_sec)
        )
        ids = np.zeros(len(boxes), np.int64)
        if len(told):
            ids[told.data['row']] = told.tracker_id
        for row in np.flatnonzero(ids < 1):
            ids[row] = self._begin(detections.xyxy[row])
        kept = detections.confidence.tolist()
        self._scores = dict(zip(ids.tolist(), kept, strict=True))
        return ids

    def predict(
        self, time_sec: float | None = None
    ) -> tuple[PersonBoxes, np.ndarray]:
        """Tell where the persons of the last detections are by now.

        Args:
            time_sec: As in :meth:`update`.

        Returns:
            N boxes, which may reach out of the frame or have no area left,
            with the scores of their last detection; (N,) int64 ids. Best
            first.
        """
        self._tracker.update(
            sv.Detections.empty(), timestamp=self._advance(time_sec)
        )
        known = self._tracker.tracked_objects
        shown = np.isin(known.tracker_id, list(self._scores))
        ids = known.tracker_id[shown].astype(np.int64)
        scores = np.array([self._scores[idx] for idx in ids.tolist()])
        order = np.argsort(-scores, kind='stable')
        boxes = PersonBoxes(known.xyxy[shown][order], scores[order])
        return boxes, ids[order]

    def _advance(self, time_sec: float | None) -> float:
        """Time of the next keyframe; later than the last one's, always."""
        if self._clock is None:
            now = time_sec or 0.0
        elif time_sec is None:
            now = self._clock + self._step_sec
        else:
            now = max(time_sec, self._clock + _LEAST_STEP_SEC)
        self._clock = round(now, _TIME_DIGITS)
        return self._clock

    def _begin(self, box_xyxy: np.ndarray) -> int:
        """Follow one more person."""
        self._num_ids += 1
        track = ByteTrackTracklet(box_xyxy)
        track.tracker_id = self._num_ids
        self._tracker.tracks.append(track)
        return self._num_ids
