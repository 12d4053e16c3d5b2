"""The open-vocabulary file: scored videos and annotated tubes, as JSON.

docs/formats.md describes it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stclip.evaluation.functional.open_vocabulary import OpenVocabularyRun
from stclip.evaluation.functional.tube_matches import ScoredVideo
from stclip.structures.tubes import Tube
from stclip.utils.choices import nearest
from stclip.utils.errors import UserError
from stclip.utils.io import read_json, write_json
from stclip.utils.values import (
    MAX_COORDINATE,
    MAX_FRAMES,
    MAX_SIDE,
    as_list,
    as_name,
    as_number,
    as_numbers,
    as_object,
    as_whole,
    shown,
)

#: Logits beyond it are none; double precision keeps their differences.
_MAX_LOGIT = 1e6
#: Frames that prediction tubes are filled in between.
_MAX_STEP = 1000
#: How far a box may reach that is given in fractions of the frame.
_MAX_FRACTION = 2.0
_NEEDED = (
    'vocabulary', 'base', 'resolution', 'sample_rate', 'iou_threshold',
    'ground_truth',
)  # fmt: skip


def read_open_vocabulary(
    gt_path: str | Path, pred_path: str | Path
) -> tuple[OpenVocabularyRun, str]:
    """Read annotated tubes and detections.

    Args:
        gt_path: File with ``vocabulary``, ``base``, ``resolution``,
            ``sample_rate``, ``iou_threshold`` and ``ground_truth``.
        pred_path: File with ``detections``; may be the same.

    Returns:
        The run; where its person boxes come from, as the second file says.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: For malformed content; names the file, the key and the
            entry.
    """
    gt_path, pred_path = Path(gt_path), Path(pred_path)
    truth = _read_object(gt_path, _NEEDED)
    if gt_path == pred_path:
        found = _read_object(pred_path, ('detections',), truth)
    else:
        found = _read_object(pred_path, ('detections',))
    vocabulary, base = _read_vocabulary(gt_path, truth)
    if found.get('vocabulary', list(vocabulary)) != list(vocabulary):
        raise UserError(
            f'{pred_path}: vocabulary differs from that of {gt_path}: '
            f'{shown(found["vocabulary"])}'
        )
    scale, iou_thr, step = _read_numbers(gt_path, truth)
    annotated = _read_tubes(gt_path, truth['ground_truth'], vocabulary)
    rows = _read_detections(pred_path, found, annotated, len(vocabulary))
    videos = [
        ScoredVideo(
            name,
            tubes[0].action,
            tubes,
            *_of_video(rows[name], len(vocabulary), scale),
        )
        for name, tubes in annotated.items()
    ]
    source = as_name(
        found.get('box_source', 'those of the file'),
        f'{pred_path}: box_source',
    )
    try:
        run = OpenVocabularyRun(vocabulary, base, videos, iou_thr, step)
    except ValueError as error:
        raise UserError(f'{gt_path}: {error}') from error
    return run, source


def write_open_vocabulary(
    path: str | Path, run: OpenVocabularyRun, box_source: str
) -> None:
    """Write a file that :func:`read_open_vocabulary` reads back.

    Args:
        path: Target file.
        run: What to write. Boxes stay in px: ``resolution`` is 1 x 1.
        box_source: Where the person boxes come from.
    """
    detections = []
    for video in run.videos:
        for frame in np.unique(video.frames):
            rows = video.frames == frame
            detections.append(
                dict(
                    video=_in_folder(video),
                    frame=int(frame) + 1,
                    boxes=video.boxes[rows].tolist(),
                    logits=video.logits[rows].tolist(),
                )
            )
    write_json(
        path,
        dict(
            vocabulary=list(run.vocabulary),
            base=list(run.base),
            resolution=[1, 1],
            sample_rate=run.frame_step,
            iou_threshold=run.iou_thr,
            box_source=box_source,
            ground_truth={
                _in_folder(video): [
                    np.column_stack([tube.frames + 1, tube.boxes]).tolist()
                    for tube in video.annotated
                ]
                for video in run.videos
            },
            detections=detections,
        ),
    )


def _in_folder(video: ScoredVideo) -> str:
    """Name with the action as its folder."""
    if Path(video.name).parent.name == video.action:
        return video.name
    return f'{video.action}/{video.name.replace("/", "_")}'


def _read_object(
    path: Path, keys: Sequence[str], content: Any = None
) -> dict[str, Any]:
    if content is None:
        hint = 'docs/formats.md describes the file it must be.'
        content = read_json(path, hint)
    if not isinstance(content, dict):
        raise UserError(f'{path} must hold a JSON object')
    for key in keys:
        if key not in content:
            raise UserError(
                f'{path} has no {key!r}; docs/formats.md describes the '
                'open-vocabulary file'
            )
    return content


def _read_vocabulary(
    path: Path, content: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All actions, and the base ones."""
    vocabulary = _names(content['vocabulary'], f'{path}: vocabulary')
    base = _names(content['base'], f'{path}: base')
    for name in base:
        if name not in vocabulary:
            raise UserError(
                f'{path}: base names {name!r}, which is not in vocabulary'
                f'{nearest(name, vocabulary)}'
            )
    return vocabulary, base


def _read_numbers(
    path: Path, content: Mapping[str, Any]
) -> tuple[np.ndarray, float, int]:
    """(4,) px that boxes are multiplied by, IoU threshold, frame step."""
    where = f'{path}: resolution'
    sides = as_list(content['resolution'], where)
    if len(sides) != 2:
        raise UserError(f'{where} must be [height, width], got {shown(sides)}')
    height, width = (as_number(side, where, 1, MAX_SIDE) for side in sides)
    where = f'{path}: iou_threshold'
    iou_thr = as_number(content['iou_threshold'], where, 0, 1)
    if not iou_thr:
        raise UserError(f'{where} must be above 0, got 0')
    where = f'{path}: sample_rate'
    step = as_whole(content['sample_rate'], where, 1, _MAX_STEP)
    return np.array([width, height] * 2), iou_thr, step


def _names(value: Any, where: str) -> tuple[str, ...]:
    names = [as_name(name, where) for name in as_list(value, where)]
    if not names or len(set(names)) < len(names):
        raise UserError(
            f'{where} must be a list of different names, got {shown(value)}'
        )
    return tuple(names)


def _read_tubes(
    path: Path, videos: Any, vocabulary: Sequence[str]
) -> dict[str, list[Tube]]:
    where = f'{path}: ground_truth'
    if not isinstance(videos, dict) or not videos:
        raise UserError(
            f'{where} must hold tubes by video, got {shown(videos)}'
        )
    annotated = {}
    for name, tubes in videos.items():
        action, _, clip = name.rpartition('/')
        action = action.rpartition('/')[2]
        if not clip or action not in vocabulary:
            raise UserError(
                f'{where}: video {name!r} must be named ACTION/VIDEO, its '
                f'action one of vocabulary{nearest(action, vocabulary)}'
            )
        here = f'{where}[{name!r}]'
        annotated[name] = [
            _read_tube(rows, f'{here}[{index}]', action, name)
            for index, rows in enumerate(as_list(tubes, here))
        ]
        if not annotated[name]:
            raise UserError(f'{here} has no tube')
    return annotated


def _read_tube(rows: Any, where: str, action: str, video: str) -> Tube:
    """Rows of frame (from 1), x1, y1, x2, y2."""
    count = len(as_list(rows, where))
    table = as_numbers(rows, where, (count, 5), MAX_FRAMES)
    frames, boxes = table[:, 0], table[:, 1:]
    if count == 0:
        raise UserError(f'{where} has no row: frame, x1, y1, x2, y2')
    if (frames % 1).any() or frames[0] < 1 or (np.diff(frames) <= 0).any():
        raise UserError(
            f'{where}: frames must be whole numbers from 1 on that ascend'
        )
    as_numbers(boxes, where, boxes.shape, MAX_COORDINATE)
    if (boxes[:, 2:] < boxes[:, :2]).any():
        raise UserError(
            f'{where}: boxes must be x1, y1, x2, y2, but one is inverted'
        )
    return Tube(frames.astype(np.int64) - 1, boxes, action=action, video=video)


#: Frame index, boxes and logits of an entry, and its place in the file.
_Entry = tuple[int, np.ndarray, np.ndarray, str]


def _read_detections(
    path: Path,
    content: Mapping[str, Any],
    annotated: Mapping[str, Any],
    num_labels: int,
) -> dict[str, list[_Entry]]:
    rows: dict[str, list[_Entry]] = {name: [] for name in annotated}
    seen: dict[tuple[str, int], int] = {}
    entries = as_list(content['detections'], f'{path}: detections')
    for index, entry in enumerate(entries):
        where = f'{path}: detections[{index}]'
        video, row = _read_entry(entry, where, annotated, num_labels)
        first = seen.setdefault((video, row[0]), index)
        if first != index:
            raise UserError(
                f'{where} repeats video {video!r}, frame {row[0] + 1} of '
                f'detections[{first}]'
            )
        rows[video].append(row)
    return rows


def _read_entry(
    entry: Any, where: str, annotated: Mapping[str, Any], num_labels: int
) -> tuple[str, _Entry]:
    """Video of an entry of detections, and the rest."""
    as_object(entry, where)
    for key in ('video', 'frame', 'boxes', 'logits'):
        if key not in entry:
            raise UserError(f'{where} has no {key!r}')
    video = as_name(entry['video'], f'{where}.video')
    if video not in annotated:
        raise UserError(
            f'{where}.video {video!r} is not in ground_truth'
            f'{nearest(video, annotated)}'
        )
    frame = as_whole(entry['frame'], f'{where}.frame', 1, MAX_FRAMES)
    count = len(as_list(entry['boxes'], f'{where}.boxes'))
    boxes = as_numbers(
        entry['boxes'], f'{where}.boxes', (count, 4), MAX_COORDINATE
    )
    if (boxes[:, 2:] < boxes[:, :2]).any():
        raise UserError(
            f'{where}.boxes must be x1, y1, x2, y2, got '
            f'{shown(entry["boxes"])}'
        )
    logits = as_numbers(
        entry['logits'], f'{where}.logits', (count, num_labels), _MAX_LOGIT
    )
    return video, (frame - 1, boxes, logits, where)


def _of_video(
    entries: list[_Entry], num_labels: int, scale: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frames, boxes in px and logits of a video, in the order of time."""
    entries = sorted(entries, key=lambda entry: entry[0])
    counts = [len(boxes) for _, boxes, _, _ in entries]
    for _, boxes, _, where in entries:
        if scale.max() > 1 and (np.abs(boxes) > _MAX_FRACTION).any():
            raise UserError(
                f'{where}.boxes must be fractions of the frame, got '
                f'{shown(boxes.tolist())}; with boxes in px, resolution is '
                '[1, 1]'
            )
    frames = np.repeat([frame for frame, *_ in entries], counts)
    return (
        frames.astype(np.int64),
        np.concatenate([np.zeros((0, 4)), *(e[1] for e in entries)]) * scale,
        np.concatenate([np.zeros((0, num_labels)), *(e[2] for e in entries)]),
    )
