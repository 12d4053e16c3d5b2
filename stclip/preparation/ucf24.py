"""UCF101-24: UCF101's videos with the corrected annotations.

Source: https://www.crcv.ucf.edu/data/UCF101.php (videos, split lists);
https://github.com/gurkirt/corrected-UCF101-Annots (``finalAnnots.mat`` or
``pyannot_with_class_names.pkl``, and the list of test videos).
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from stclip.preparation.matlab import read_matlab
from stclip.preparation.records import (
    MALFORMED,
    AnnotatedVideo,
    Findings,
    reason,
)
from stclip.structures.tubes import Tube
from stclip.utils.errors import UserError
from stclip.utils.io import require_file
from stclip.utils.plain_pickle import read_plain_pickle
from stclip.utils.text_file import read_lines
from stclip.utils.values import MAX_COORDINATE, as_name, as_numbers, as_whole
from stclip.video.listing import VIDEO_SUFFIXES

SIZE_HW = 240, 320
#: The 24 of UCF101's classes that are annotated, in the order of their ids.
FOLDERS = (
    'Basketball', 'BasketballDunk', 'Biking', 'CliffDiving',
    'CricketBowling', 'Diving', 'Fencing', 'FloorGymnastics', 'GolfSwing',
    'HorseRiding', 'IceDancing', 'LongJump', 'PoleVault', 'RopeClimbing',
    'SalsaSpin', 'SkateBoarding', 'Skiing', 'Skijet', 'SoccerJuggling',
    'Surfing', 'TennisSwing', 'TrampolineJumping', 'VolleyballSpiking',
    'WalkingWithDog',
)  # fmt: skip
#: The same in words, as the paper writes them (Table 5).
ACTIONS = tuple(re.sub('(?<=[a-z])(?=[A-Z])', ' ', name) for name in FOLDERS)

# Every frame of a test video becomes a keyframe, so a number that is damaged
# would fill the memory; this many are an hour.
_MAX_FRAMES = 100_000
_HINT = 'docs/how_to/prepare_data.md tells what to download.'


def read_annotations(
    path: str | Path, test_list: str | Path, findings: Findings
) -> tuple[list[str], list[AnnotatedVideo]]:
    """Read the corrected annotations, in either of their forms.

    Boxes are x, y, width, height, stored in unsigned integers of 8 or 16
    bits, in which sums wrap: they are widened first.

    Args:
        path: ``finalAnnots.mat`` (frames from 1, last one inclusive) or
            ``pyannot_with_class_names.pkl`` (frames from 0, end exclusive).
        test_list: Lines ``<class>/<video>``, with or without suffix; every
            other annotated video is for training.
        findings: Gets the test videos without annotation.

    Returns:
        Names of the actions; the videos.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If it is not of that form.
    """
    path = require_file(path, _HINT)
    test = read_video_list(test_list)
    videos, annotated = [], set()
    if path.suffix.lower() == '.mat':
        content = read_matlab(path, squeeze_me=True, struct_as_record=False)
        read = _read_mat
    else:
        content = read_plain_pickle(path, _HINT)
        read = _read_pickle
    try:
        for full_name, num_frames, tubes in read(content):
            subset = 'test' if full_name in test else 'train'
            name = full_name.rsplit('/', 1)[-1]
            videos.append(
                AnnotatedVideo(name, subset, SIZE_HW, num_frames, tuple(tubes))
            )
            test.discard(full_name)
            annotated.add(full_name)
    except MALFORMED as error:
        raise UserError(
            f'{path} is no corrected annotation of UCF101-24 '
            f'({reason(error)}). {_HINT}'
        ) from error
    _require_same_case(test_list, test, annotated)
    for name in sorted(test):
        findings.add(
            'test video without annotation',
            name,
            'left out, as everywhere: the corrected annotations lack it.',
        )
    return list(ACTIONS), videos


def read_video_list(path: str | Path) -> set[str]:
    """Read a split list.

    Args:
        path: Lines ``<class>/<video>[.avi] [label]``; any suffix of a video
            does.

    Returns:
        ``<class>/<video>`` of each line whose class is annotated.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If no line names a class of UCF101-24.
    """
    names = {
        _without_suffix(line.split()[0]) for _, line in read_lines(path, _HINT)
    }
    folders = {name.lower() for name in FOLDERS}
    names = {name for name in names if name.split('/')[0].lower() in folders}
    if not names:
        raise UserError(
            f'{path} lists no video of UCF101-24 as <class>/<video>. {_HINT}'
        )
    return names


def _without_suffix(name: str) -> str:
    stem, suffix = os.path.splitext(name)
    return stem if suffix.lower() in VIDEO_SUFFIXES else name


def _require_same_case(
    path: str | Path, listed: set[str], annotated: set[str]
) -> None:
    """Refuse listed names that are of annotated videos but for their case.

    These videos would be trained on.
    """
    by_spelling = {name.lower(): name for name in annotated}
    pairs = [
        (name, by_spelling[name.lower()])
        for name in sorted(listed - annotated)
        if name.lower() in by_spelling
    ]
    if pairs:
        raise UserError(
            f'{path}: {len(pairs)} videos are spelt in another case than in '
            f'the annotation, such as {pairs[0][0]} for {pairs[0][1]}; write '
            'them alike'
        )


def _read_mat(content: Any) -> Iterator[tuple[str, int, list[Tube]]]:
    for video in np.atleast_1d(content['annot']):
        name = as_name(video.name, 'annot.name')
        num_frames = _num_frames(video.num_imgs, f'{name}: num_imgs')
        tubes = []
        for tube in np.atleast_1d(video.tubes):
            label = as_whole(getattr(tube, 'class'), f'{name}: class')
            # Unsigned integers of 8 bits: 0 - 1 would be 255.
            start = as_whole(tube.sf, f'{name}: sf')
            end = as_whole(tube.ef, f'{name}: ef')
            tubes.append(
                _tube(name, label - 1, start - 1, end, tube.boxes, num_frames)
            )
        yield name, num_frames, tubes


def _read_pickle(content: Any) -> Iterator[tuple[str, int, list[Tube]]]:
    for name, video in content['db'].items():
        name = as_name(name, 'db')
        num_frames = _num_frames(video['numf'], f'{name}: numf')
        tubes = [
            _tube(
                name,
                *(
                    as_whole(tube[key], f'{name}: {key}')
                    for key in ('label', 'sf', 'ef')
                ),
                tube['boxes'],
                num_frames,
            )
            for tube in video['annotations']
        ]
        yield name, num_frames, tubes


def _num_frames(value: Any, field: str) -> int:
    return as_whole(value, field, 1, _MAX_FRAMES)


def _tube(
    name: str, label: int, start: int, end: int, boxes: Any, num_frames: int
) -> Tube:
    """A tube from frame ``start`` to before ``end``, boxes x, y, w, h."""
    if isinstance(boxes, np.ndarray):  # MATLAB's form of a single box
        boxes = np.atleast_2d(boxes)
    if (
        not 0 <= label < len(ACTIONS)
        or not 0 <= start < end <= num_frames
        or len(boxes) != end - start
    ):
        raise UserError(
            f'{name}: class {label}, frames {start} to {end} of {num_frames}, '
            f'{len(boxes)} boxes'
        )
    boxes = as_numbers(
        boxes, f'{name}: boxes', (len(boxes), 4), MAX_COORDINATE
    )
    if (boxes[:, 2:] < 0).any():
        raise UserError(f'{name}: boxes: a width or height is negative')
    boxes[:, 2:] += boxes[:, :2]
    return Tube(np.arange(start, end), boxes, action=ACTIONS[label])
