"""Requests to link the persons of a data set, and what is to be linked."""

from collections.abc import Hashable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stclip.datasets.ava_rows import BOX_FIELDS, Moment, read_ava_rows
from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.datasets.proposals import (
    PersonBoxesByImage,
    find_all_detections,
    keep_top_boxes,
    read_detections,
)
from stclip.structures.box_table import PersonBoxes
from stclip.structures.boxes import clip_boxes
from stclip.structures.keyframe import Keyframe
from stclip.utils.errors import UserError
from stclip.utils.io import require_file
from stclip.utils.outputs import new_results

# Neither fractions nor their proportions matter to who overlaps whom, but
# the tracker counts in px.
_UNKNOWN_HW = (1000, 1000)


@dataclass(frozen=True)
class LinkRequest:
    """Which boxes to link, and what to write.

    Args:
        annotations: Those of the data set, a .json or an AVA .csv.
        out: File to write, a .csv.
        boxes: Detected boxes, in any form of
            :func:`~stclip.datasets.proposals.read_detections`; ``None`` for
            the annotated ones.
        det_thr: The data set's: which detected boxes are used.
        fps: Frames a second, where keyframes are placed by number.
        start_sec: AVA .csv: timestamp of the first frame.
    """

    annotations: str
    out: str
    boxes: str | None = None
    det_thr: float = 0.7
    fps: float = 25
    start_sec: float = 900

    def require_files(self) -> None:
        """Look for the files.

        Raises:
            FileNotFoundError: If one is missing.
            UserError: If the file to write is none of this kind.
        """
        if Path(self.out).suffix.lower() != '.csv':
            raise UserError(f'--out must be a .csv, got {self.out}')
        require_file(self.annotations, 'tools/data/prepare.py writes it.')
        if self.boxes:
            require_file(self.boxes, '`stclip detect-persons` writes it.')

    def new_result(self, overwrite: bool) -> AbstractContextManager[None]:
        """See :func:`new_results`."""
        inputs = self.annotations, self.boxes
        return new_results([Path(self.out)], inputs, overwrite)

    @property
    def is_by_moment(self) -> bool:
        """Whether the annotations are AVA's."""
        return Path(self.annotations).suffix.lower() == '.csv'


@dataclass(frozen=True)
class SeenPersons:
    """The persons of one moment of a video.

    Args:
        time: Number of the frame, from 0, or seconds since the first one.
        persons: N boxes within the frame, fractions of it, and their scores.
        ids: Who they are, if that is annotated.
        size_hw: Of the frame, in px; of any if it is not known.
    """

    time: float
    persons: PersonBoxes
    ids: tuple[int, ...] | None = None
    size_hw: tuple[int, int] = _UNKNOWN_HW


def persons_to_link(
    request: LinkRequest,
) -> tuple[str, dict[str, list[SeenPersons]]]:
    """Read what a request names.

    Returns:
        How moments are told, ``'frame'`` or ``'seconds'``; by video, its
        moments in order.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is faulty, or the boxes are of other videos.
    """
    detected = read_detections(request.boxes) if request.boxes else None
    if request.is_by_moment:
        clock, moments = 'seconds', _of_moments(request, detected)
    else:
        _, keyframes = read_keyframe_file(request.annotations)
        clock = _clock_of(request, keyframes)
        moments = _of_keyframes(request, keyframes, detected)
    videos: dict[str, list[SeenPersons]] = {}
    for video, seen in moments:
        videos.setdefault(video, []).append(seen)
    if not any(len(m.persons.scores) for ms in videos.values() for m in ms):
        raise UserError(
            f'{request.boxes or request.annotations} holds no person'
        )
    for seen_in in videos.values():
        seen_in.sort(key=lambda seen: seen.time)
    return clock, videos


def _clock_of(request: LinkRequest, keyframes: Iterable[Keyframe]) -> str:
    by_seconds = {keyframe.seconds is not None for keyframe in keyframes}
    if len(by_seconds) == 2:
        raise UserError(
            f'{request.annotations} places some keyframes by frame and others '
            'by seconds: write all of them alike'
        )
    return 'seconds' if True in by_seconds else 'frame'


def _of_keyframes(
    request: LinkRequest,
    keyframes: list[Keyframe],
    detected: PersonBoxesByImage | None,
) -> Iterator[tuple[str, SeenPersons]]:
    """Persons on keyframes of the annotations in JSON."""
    found: list[PersonBoxes | None] = [None] * len(keyframes)
    if detected is not None:
        _require_known(
            request,
            detected,
            {keyframe.image_id for keyframe in keyframes},
            {keyframe.video for keyframe in keyframes},
        )
        try:
            found = find_all_detections(detected, keyframes, request.boxes)
        except ValueError as error:
            raise UserError(f'{request.boxes}: {error}') from error
    for keyframe, theirs in zip(keyframes, found, strict=True):
        if detected is None:
            ones = np.ones(len(keyframe.boxes))
            persons = PersonBoxes(keyframe.boxes, ones)
        else:
            where = f'{request.boxes}, image {keyframe.image_id}'
            size_hw = keyframe.img_shape or (1, 1)
            persons = _used(theirs or PersonBoxes.none(), request.det_thr)
            persons = _clipped(persons, size_hw, where)
        height, width = keyframe.img_shape or (1, 1)
        persons = PersonBoxes(
            persons.boxes_xyxy / np.float32([width, height] * 2),
            persons.scores,
        )
        time = keyframe.frame_idx
        if keyframe.seconds is not None:
            time = keyframe.seconds
        size_hw = keyframe.img_shape or _UNKNOWN_HW
        yield keyframe.video, SeenPersons(time, persons, None, size_hw)


def _of_moments(
    request: LinkRequest, detected: PersonBoxesByImage | None
) -> Iterator[tuple[str, SeenPersons]]:
    """Persons at seconds of AVA's CSV, or of boxes for its videos."""
    annotated = _read_annotated(request.annotations)
    moments = dict.fromkeys(annotated)
    if detected is not None:
        _require_known(
            request, detected, set(), {video for video, _ in annotated}
        )
        moments |= dict.fromkeys(detected)
    for video, second in moments:
        where = f'{request.boxes or request.annotations}, {video},{second:g}'
        if second < request.start_sec:
            raise UserError(
                f'{where} is no moment from second {request.start_sec:g} on; '
                'see --start-sec'
            )
        ids = None
        if detected is None:
            boxes, ids = zip(*annotated[video, second], strict=True)
            persons = PersonBoxes(np.array(boxes), np.ones(len(boxes)))
            ids = None if None in ids else ids
        else:
            persons = detected.get((video, second), PersonBoxes.none())
            persons = _used(persons, request.det_thr)
        persons = _clipped(persons, (1, 1), where)
        time = round(second - request.start_sec, 6)
        yield video, SeenPersons(time, persons, ids)


def _read_annotated(path: str) -> dict[Moment, list[tuple]]:
    """Box and id of each person of each moment."""
    persons: dict[Moment, dict[tuple, None]] = {}
    has_ids = None
    for row in read_ava_rows(path, (*BOX_FIELDS, 'action_id', 'person_id')):
        idx = None
        if len(row.cells) > 7:
            idx = row.number(7, 'person_id', int)
        if has_ids is None:
            has_ids = idx is not None
        if has_ids != (idx is not None):
            raise row.fault('some lines have a person_id and others none')
        # A line for each action of a person.
        persons.setdefault(row.moment(), {})[row.box(), idx] = None
    return {moment: list(theirs) for moment, theirs in persons.items()}


def _require_known(
    request: LinkRequest,
    detected: PersonBoxesByImage,
    image_ids: set[Hashable],
    videos: set[str],
) -> None:
    """Refuse boxes of pictures that the annotations do not know."""
    for key in detected:
        if isinstance(key, tuple) and key[0] not in videos:
            what = f'the video {key[0]!r}'
        elif not isinstance(key, tuple) and key not in image_ids:
            what = f'the image {key!r}'
        else:
            continue
        raise UserError(
            f'{request.boxes} has persons of {what}, which '
            f'{request.annotations} does not list: give the annotations that '
            'the boxes were detected by'
        )


def _used(persons: PersonBoxes, det_thr: float) -> PersonBoxes:
    """The detected boxes that a data set keeps of a frame."""
    keep = keep_top_boxes(persons.scores, det_thr)
    return PersonBoxes(persons.boxes_xyxy[keep], persons.scores[keep])


def _clipped(
    persons: PersonBoxes, size_hw: tuple[float, float], where: str
) -> PersonBoxes:
    """Boxes within the frame, as a data set has them."""
    try:
        boxes = clip_boxes(persons.boxes_xyxy, size_hw, empty_ok=True)
    except ValueError as error:
        raise UserError(f'{where}: {error}') from error
    return PersonBoxes(boxes, persons.scores)
