"""UCF101-24: UCF101's videos with the corrected annotations.

Source: https://www.crcv.ucf.edu/data/UCF101.php (videos, split lists);
https://github.com/gurkirt/corrected-UCF101-Annots (``finalAnnots.mat`` or
``pyannot_with_class_names.pkl``, and the list of test videos).
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from stclip.preparation.matlab import read_matlab
from stclip.preparation.records import (
    MALFORMED,
    AnnotatedVideo,
    Findings,
)
from stclip.structures.tubes import Tube
from stclip.utils.errors import UserError
from stclip.utils.io import require_file
from stclip.utils.plain_pickle import read_plain_pickle
from stclip.utils.text_file import read_text

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
    videos = []
    read = _read_mat if path.suffix == '.mat' else _read_pickle
    try:
        for full_name, num_frames, tubes in read(path):
            subset = 'test' if full_name in test else 'train'
            name = full_name.rsplit('/', 1)[-1]
            videos.append(
                AnnotatedVideo(name, subset, SIZE_HW, num_frames, tuple(tubes))
            )
            test.discard(full_name)
    except MALFORMED as error:
        if isinstance(error, UserError):
            raise
        raise UserError(
            f'{path} is no corrected annotation of UCF101-24 ({error!r}). '
            f'{_HINT}'
        ) from error
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
        path: Lines ``<class>/<video>[.avi] [label]``.

    Returns:
        ``<class>/<video>`` of each line whose class is annotated.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If no line names a class of UCF101-24.
    """
    lines = read_text(path, _HINT).splitlines()
    names = {
        line.split()[0].removesuffix('.avi') for line in lines if line.strip()
    }
    names = {name for name in names if name.split('/')[0] in FOLDERS}
    if not names:
        raise UserError(
            f'{path} lists no video of UCF101-24 as <class>/<video>. {_HINT}'
        )
    return names


def _read_mat(path: Path) -> Iterator[tuple[str, int, list[Tube]]]:
    content = read_matlab(path, squeeze_me=True, struct_as_record=False)
    for video in np.atleast_1d(content['annot']):
        tubes = [
            _tube(int(getattr(t, 'class')) - 1, t.sf - 1, t.ef, t.boxes)
            for t in np.atleast_1d(video.tubes)
        ]
        yield str(video.name), int(video.num_imgs), tubes


def _read_pickle(path: Path) -> Iterator[tuple[str, int, list[Tube]]]:
    content = read_plain_pickle(path, _HINT)
    for name, video in content['db'].items():
        tubes = [
            _tube(int(t['label']), t['sf'], t['ef'], t['boxes'])
            for t in video['annotations']
        ]
        yield name, int(video['numf']), tubes


def _tube(label: int, start: Any, end: Any, boxes: Iterable) -> Tube:
    boxes = np.atleast_2d(np.asarray(boxes)).astype(np.float64)
    start, end = int(start), int(end)
    if not 0 <= label < len(ACTIONS) or len(boxes) != end - start:
        raise IndexError(
            f'class {label}, frames {start} to {end}, {len(boxes)} boxes'
        )
    boxes[:, 2:] += boxes[:, :2]
    return Tube(np.arange(start, end), boxes, action=ACTIONS[label])
