"""What names a keyframe: the id as it stands, or its video and its time.

Alphabet: N entries of a file, each of one keyframe.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import PurePosixPath

import numpy as np

from stclip.evaluation.loose_file import Place

# The last number of an id, what stands before it and after it. Of more digits
# than a double keeps, the first ones stand before it.
_LAST_NUMBER = re.compile(r'(.*?)(\d{1,15})(\D*)', re.DOTALL)
_VIDEO_SUFFIX = re.compile(r'\.(mp4|avi|mkv|webm|mov|flv|mpe?g)$', re.I)
# Names of pictures, whose video is the folder above.
_PICTURES = ('', 'img', 'image', 'frame')
_SEPARATORS = ',_-/ :.'


@dataclass(frozen=True)
class Naming:
    """How the entries of a file name their keyframes.

    Args:
        code: (N,) int; equal where ids are equal but for their last number.
        number: (N,) that number; 0 if there is none.
        video: (N,) int; equal where videos are, by their bare names.
        time: (N,) timestamp, or the number in the id where there is none.
    """

    code: np.ndarray
    number: np.ndarray
    video: np.ndarray
    time: np.ndarray

    def rows(self, rows: np.ndarray) -> 'Naming':
        """Those of some entries."""
        return Naming(*(getattr(self, f.name)[rows] for f in fields(self)))


def namings(*files: Sequence[Place]) -> list[Naming]:
    """How files name keyframes, with codes that are comparable."""
    widths = {
        len(digits)
        for places in files
        for _, digits, _ in map(_parts, {place.image_id for place in places})
        if digits.startswith('0')
    }
    codes: dict[tuple, int] = {}
    videos: dict[str, int] = {}
    known: dict[tuple, tuple] = {}

    def named(place: Place) -> tuple:
        head, digits, tail = _parts(place.image_id)
        # How long numbers are at least, where some begin with zeros.
        fitting = (width for width in widths if width <= len(digits))
        width = max(fitting, default=0)
        if digits.startswith('0'):
            width = len(digits)
        code = (isinstance(place.image_id, str), head, tail, width)
        video, time = video_and_time(place)
        return (
            codes.setdefault(code, len(codes)),
            float(digits or 0),
            videos.setdefault(video, len(videos)),
            time,
        )

    found = []
    for places in files:
        rows = []
        for place in places:
            key = place.image_id, place.movie, str(place.timestamp)
            if key not in known:
                known[key] = named(place)
            rows.append(known[key])
        table = np.array(rows).reshape(-1, 4)
        code, number, video, time = table.T
        found.append(Naming(code.astype(int), number, video.astype(int), time))
    return found


def video_and_time(place: Place) -> tuple[str, float]:
    """Bare name of a video and time, of the entry or read from its id."""
    movie, time = place.movie, _number(place.timestamp)
    if not movie or time is None:
        head, digits, _ = _parts(place.image_id)
        movie = movie or head.rstrip(_SEPARATORS)
        time = float(digits or 0) if time is None else time
    path = PurePosixPath(movie.replace('\\', '/'))
    name = path.name
    if name.rstrip(_SEPARATORS).lower() in _PICTURES:
        name = path.parent.name
    return _VIDEO_SUFFIX.sub('', name).casefold(), time


def _parts(image_id: int | str) -> tuple[str, str, str]:
    match = _LAST_NUMBER.fullmatch(str(image_id))
    return match.groups() if match else (str(image_id), '', '')


def _number(value: object) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if np.isfinite(number) else None
