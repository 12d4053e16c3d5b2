"""Ids on ZS-Stage, and frame mAP with scores smoothed along tracks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from tqdm import tqdm

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.person_finder import PersonFinder
from stclip.benchmarking.rendered_truth import (
    TrueTrack,
    TrueVideo,
    read_truth,
)
from stclip.evaluation.functional.frame_map import frame_map
from stclip.labels.label_question import label_question
from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import KeyframeActions
from stclip.structures.box_table import Detections, GroundTruth
from stclip.tracking.id_measures import IdMeasures, NamedBoxes, id_measures
from stclip.tracking.person_tracker import PersonTracker
from stclip.tracking.smoothing import smoothed
from stclip.video.opening import open_video
from stclip.zs_stage.clip import FPS

TRACKS = ('single', 'multi')
#: Every how many frames there is a keyframe, and a detection on every how
#: many of them.
PACES = ((1, 1), (2, 1), (4, 1), (8, 1), (1, 2), (1, 4), (2, 2))
#: Frames between the keyframes whose scores are smoothed: four in a second.
STRIDE = 2
#: Over how many s.
WINDOWS = (0.5, 1.0, 2.0, 4.0)
_RESAMPLED = 1000


@dataclass(frozen=True)
class _Scored:
    """A video's detections and truth, keyframe by keyframe; K labels.

    Args:
        frames: What was found.
        truth: Who is there, and what each does: (G, 4) boxes and (G, K) bool.
    """

    frames: Sequence[KeyframeActions]
    truth: Sequence[tuple[np.ndarray, np.ndarray]]

    def smoothed(self, window: float) -> '_Scored':
        """The same with smoothed scores."""
        return _Scored(tuple(smoothed(self.frames, window)), self.truth)


def run(infer: ActionInferencer, data: Path, tracks: Sequence[str]) -> str:
    """Make the tables.

    Args:
        infer: Scores the persons; its own detector finds them.
        data: Folder that ``stclip prepare zs-stage`` has rendered to.
        tracks: Some of :data:`TRACKS`.

    Returns:
        Markdown.

    Raises:
        UserError: If videos are missing.
    """
    truths = {track: read_truth(data, track) for track in tracks}
    ids, scores = [], []
    for track, truth in truths.items():
        ids += [(track, *row) for row in _id_rows(infer, track, truth)]
        videos = list(_scored(infer, track, truth))
        scores += _smoothing_rows(track, truth, videos)
    return f'{_table_of_ids(ids)}\n\n{_table_of_scores(scores)}'


def _id_rows(
    infer: ActionInferencer, track: str, truth: TrueTrack
) -> list[tuple[int, int, IdMeasures]]:
    """Stride, detection stride and measures at each pace."""
    pairs: dict[tuple[int, int], list] = {pace: [] for pace in PACES}
    title = f'{track}, following'
    for video in tqdm(truth.videos, desc=title, unit='video'):
        source = open_video(video.path, fps=FPS)
        images = source.read(range(source.num_frames))
        detected = infer.detector(list(images))
        source.release()
        for stride, detect_every in PACES:
            finder = PersonFinder(
                lambda keyframes, boxes=detected: [
                    boxes[keyframe['frame_idx']] for keyframe in keyframes
                ],
                infer.box_threshold,
                infer.max_persons,
                PersonTracker(FPS, stride, detect_every),
                detect_every,
            )
            numbers = range(0, len(images), stride)
            found = finder(
                [dict(image=images[k], frame_idx=k) for k in numbers],
                [k / FPS for k in numbers],
            )
            named = [NamedBoxes(f.boxes_xyxy, f.track_ids) for f in found]
            pairs[stride, detect_every].append(
                (video.persons[::stride], named)
            )
    return [(*pace, id_measures(each)) for pace, each in pairs.items()]


def _label_space(truth: TrueTrack) -> LabelSpace:
    names = [name for group in truth.labels for name in group]
    groups = [group for group in truth.labels if len(group) > 1]
    alone = [group[0] for group in truth.labels if len(group) == 1]
    return label_question(names, groups=groups, independent=alone)


def _scored(
    infer: ActionInferencer, track: str, truth: TrueTrack
) -> Iterator[_Scored]:
    labels = _label_space(truth)
    title = f'{track}, scoring'
    for video in tqdm(truth.videos, desc=title, unit='video'):
        frames = tuple(infer.stream(video.path, labels, STRIDE, fps=FPS))
        does = [_does(video, f.frame_idx, labels.names) for f in frames]
        yield _Scored(frames, does)


def _does(
    video: TrueVideo, frame_idx: int, names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Boxes of a frame, (G, 4), and what is done in each, (G, K) bool."""
    persons = video.persons[frame_idx]
    does = [
        [name in video.labels[idx] for name in names] for idx in persons.ids
    ]
    return persons.boxes_xyxy, np.array(does, bool).reshape(-1, len(names))


def _spliced(videos: Sequence[_Scored]) -> list[_Scored]:
    """First half of each video, then the second half of another.

    Persons are numbered alike in both, so that each does something else from
    the middle on: the case that smoothing blurs.
    """
    others = np.roll(np.arange(len(videos)), len(videos) // 2)
    pairs = [(videos[a], videos[b]) for a, b in enumerate(others)]
    return [
        _Scored(
            (*a.frames[: len(a.frames) // 2], *b.frames[len(a.frames) // 2 :]),
            (*a.truth[: len(a.truth) // 2], *b.truth[len(a.truth) // 2 :]),
        )
        for a, b in pairs
    ]


def _smoothing_rows(
    track: str, truth: TrueTrack, videos: Sequence[_Scored]
) -> Iterator[tuple]:
    """Frame mAP by window, and its gain with an interval over videos."""
    names = _label_space(truth).names
    columns = [names.index(name) for name in truth.scored]
    rng = np.random.default_rng(0)
    draws = rng.integers(len(videos), size=(_RESAMPLED, len(videos)))
    kinds = {'as they are': videos, 'spliced': _spliced(videos)}
    for kind, given in kinds.items():
        tables = {0.0: [_arrays(video, columns) for video in given]}
        for window in WINDOWS:
            changed = [video.smoothed(window) for video in given]
            tables[window] = [_arrays(video, columns) for video in changed]
        plain = np.array([_mean_ap(tables[0.0], draw) for draw in draws])
        everything = np.arange(len(videos))
        before = _mean_ap(tables[0.0], everything)
        for window in WINDOWS:
            after = _mean_ap(tables[window], everything)
            gains = [_mean_ap(tables[window], draw) for draw in draws] - plain
            low, high = np.nanpercentile(gains, [2.5, 97.5])
            yield track, kind, window, before, after, low, high


def _arrays(video: _Scored, columns: Sequence[int]) -> tuple[np.ndarray, ...]:
    """Detections and truth of a video, by keyframe from 0 on."""
    found, truth = video.frames, video.truth
    return (
        np.repeat(np.arange(len(found)), [len(frame) for frame in found]),
        np.concatenate([frame.boxes_xyxy for frame in found]),
        np.concatenate([frame.scores[:, columns] for frame in found]),
        np.repeat(np.arange(len(truth)), [len(boxes) for boxes, _ in truth]),
        np.concatenate([boxes for boxes, _ in truth]),
        np.concatenate([does[:, columns] for _, does in truth]),
    )


def _mean_ap(
    tables: Sequence[tuple[np.ndarray, ...]], chosen: np.ndarray
) -> float:
    """Frame mAP of some videos, one perhaps several times."""
    rows = [tables[idx] for idx in chosen]
    lengths = [1 + max(r[0].max(initial=0), r[3].max(initial=0)) for r in rows]
    starts = [0, *accumulate(lengths)]
    at, boxes, scores, true_at, true_boxes, labels = (
        [row[part] for row in rows] for part in range(6)
    )
    moved = [a + start for a, start in zip(at, starts, strict=False)]
    true_moved = [a + start for a, start in zip(true_at, starts, strict=False)]
    return frame_map(
        Detections(*map(np.concatenate, (moved, boxes, scores))),
        GroundTruth(*map(np.concatenate, (true_moved, true_boxes, labels))),
    ).mean


def _table_of_ids(rows: Sequence[tuple[str, int, int, IdMeasures]]) -> str:
    lines = [
        '| track | keyframe every | detected every | id switches | IDF1 | '
        'HOTA | recall | precision |',
        f'|---|{"---|" * 7}',
    ]
    for track, stride, detect_every, measures in rows:
        parts = ('idf1', 'hota', 'recall', 'precision')
        cells = (f'{100 * getattr(measures, part):.1f}' for part in parts)
        lines.append(
            f'| {track} | {stride} | {stride * detect_every} | '
            f'{measures.switches} | {" | ".join(cells)} |'
        )
    return '\n'.join(lines)


def _table_of_scores(rows: Sequence[tuple]) -> str:
    lines = [
        '| track | videos | window | frame mAP before | after | gain, 95 % '
        'over videos |',
        f'|---|{"---|" * 5}',
    ]
    for track, kind, window, before, after, low, high in rows:
        lines.append(
            f'| {track} | {kind} | {window:g} s | {100 * before:.1f} | '
            f'{100 * after:.1f} | {100 * (after - before):+.1f} '
            f'({100 * low:+.1f} to {100 * high:+.1f}) |'
        )
    return '\n'.join(lines)
