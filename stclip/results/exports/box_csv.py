"""CSV with a line for each box, for spreadsheets and data frames."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stclip.results.exports.persons import Person, persons_of
from stclip.utils.io import atomic_write

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions

_HEAD = (
    *('video', 'frame', 'time_sec', 'track_id', 'x1', 'y1', 'x2', 'y2'),
    *('box_score', 'label', 'score', 'none_score'),
)


def write_box_csv(result: 'VideoActions', path: Path) -> None:
    """Write a line for each box; what is unknown is an empty cell."""
    names = result.labels.names
    # Atomic files have the platform's line ends, which csv leaves alone.
    with atomic_write(path) as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow([*_HEAD, *(f'prob_{name}' for name in names)])
        for person in persons_of(result):
            writer.writerow(_row(result, person))


def _row(result: 'VideoActions', person: Person) -> Iterator[Any]:
    yield str(result.video)
    yield person.frame_idx
    yield _rounded(person.time_sec, 4)
    yield person.track_id
    yield from (round(value, 2) for value in person.box_xyxy)
    yield round(person.box_score, 5)
    best = person.best
    yield None if best is None else result.labels.names[best]
    yield _rounded(person.score, 5)
    yield _rounded(person.none_prob, 5)
    yield from (round(value, 5) for value in person.probs.tolist())


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
