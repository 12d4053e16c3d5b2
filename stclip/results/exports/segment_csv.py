"""CSV with a line for each segment: who does what from when to when."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from stclip.results.exports.persons import require_tracks
from stclip.utils.io import atomic_write

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions

_HEAD = (
    *('video', 'track_id', 'label', 'start_sec', 'end_sec'),
    *('first_frame', 'last_frame', 'score'),
)


def write_segment_csv(result: 'VideoActions', path: Path) -> None:
    """Write a line for each segment; unknown times are empty cells.

    Raises:
        UserError: If nobody was followed.
    """
    require_tracks(result, 'a table of segments')
    with atomic_write(path) as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(_HEAD)
        for segment in result.segments:
            times = (
                None if time is None else round(time, 4)
                for time in (segment.start_sec, segment.end_sec)
            )
            writer.writerow(
                [
                    str(result.video),
                    segment.track_id,
                    segment.label,
                    *times,
                    segment.first_frame,
                    segment.last_frame,
                    round(segment.score, 5),
                ]
            )
