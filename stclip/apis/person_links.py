"""Who is who in the person boxes of a data set."""

from collections.abc import Iterator, Sequence

import numpy as np
from mmengine.utils import ProgressBar

from stclip.datasets.tracklets import TrackletRow, write_tracklets
from stclip.preparation.link_request import (
    LinkRequest,
    SeenPersons,
    persons_to_link,
)
from stclip.structures.box_table import PersonBoxes
from stclip.tracking.person_tracker import PersonTracker


def link_persons(request: LinkRequest, overwrite: bool = False) -> None:
    """Write the tracklets of a data set.

    Persons keep the ids that are annotated; others are linked by the tracker.

    Args:
        request: What is wanted.
        overwrite: Whether the file may replace another one.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one cannot be used, or the file is there already.
    """
    request.require_files()
    with request.new_result(overwrite):
        clock, videos = persons_to_link(request)
        rate = request.fps if clock == 'frame' else 1
        num_boxes = num_persons = 0
        progress = ProgressBar(len(videos))

        def linked() -> Iterator[tuple[str, list[TrackletRow]]]:
            nonlocal num_boxes, num_persons
            for video, moments in videos.items():
                rows = link_video(moments, rate)
                num_boxes += len(rows)
                num_persons += len({idx for *_, idx in rows})
                yield video, rows
                progress.update()

        write_tracklets(request.out, clock, linked())
    print(
        f'\n{num_boxes} boxes of {num_persons} persons in {len(videos)} '
        f'videos: {request.out}'
    )


def link_video(
    moments: Sequence[SeenPersons], rate: float
) -> list[TrackletRow]:
    """Tell who is who in one video.

    Args:
        moments: In order.
        rate: Units of their times in a second.

    Returns:
        A row for each box.
    """
    times = [moment.time for moment in moments]
    # What is usual, as some moments have no annotation.
    step = float(np.median(np.diff(times))) if len(times) > 1 else rate
    tracker = PersonTracker(fps=rate / step, stride=1)
    rows: list[TrackletRow] = []
    for moment in moments:
        boxes, ids = moment.persons.boxes_xyxy, moment.ids
        if ids is None:
            sides = np.tile(moment.size_hw[::-1], 2)
            persons = PersonBoxes(boxes * sides, moment.persons.scores)
            ids = tracker.update(persons, moment.time / rate).tolist()
        rows += [
            (moment.time, *box, idx)
            for box, idx in zip(boxes.tolist(), ids, strict=True)
        ]
    return rows
