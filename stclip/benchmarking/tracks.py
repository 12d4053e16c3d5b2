"""Ids on ZS-Stage, scores smoothed along tracks, and segments."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from tqdm import tqdm

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.person_finder import PersonFinder
from stclip.benchmarking.accuracy.intervals import (
    Interval,
    drawn_videos,
    interval,
)
from stclip.benchmarking.followed_videos import (
    FollowedVideo,
    follow,
    label_space,
    spliced,
)
from stclip.benchmarking.found_segments import (
    SegmentMeasures,
    Setting,
    segment_measures,
)
from stclip.benchmarking.rendered_truth import TrueTrack, read_truth
from stclip.evaluation.functional.frame_map import frame_map
from stclip.structures.box_table import Detections, GroundTruth
from stclip.tracking.id_measures import IdMeasures, NamedBoxes, id_measures
from stclip.tracking.person_tracker import PersonTracker
from stclip.video.opening import open_video
from stclip.zs_stage.clip import FPS

TRACKS = ('single', 'multi')
#: Every how many frames there is a keyframe, and a detection on every how
#: many of them.
PACES = ((1, 1), (2, 1), (4, 1), (8, 1), (1, 2), (1, 4), (2, 2))
#: Over how many s scores are smoothed.
WINDOWS = (0.5, 1.0, 2.0, 4.0)


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
    ids, scores, segments = [], [], []
    for track, truth in truths.items():
        ids += [(track, *row) for row in _id_rows(infer, track, truth)]
        names = label_space(truth).names
        videos = list(follow(infer, f'{track}, scoring', truth))
        kinds = {'as they are': videos, 'spliced': spliced(videos)}
        for kind, given in kinds.items():
            rows = _smoothing_rows(names, truth.scored, given)
            scores += [(track, kind, *row) for row in rows]
            rows = segment_measures(given, names, truth.scored)
            segments += [(track, kind, *row) for row in rows]
    tables = (
        _table_of_ids(ids),
        _table_of_scores(scores),
        _table_of_segments(segments),
    )
    return '\n\n'.join(tables)


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


def _smoothing_rows(
    names: Sequence[str],
    scored: Sequence[str],
    videos: Sequence[FollowedVideo],
) -> Iterator[tuple[float, float, float, Interval]]:
    """Frame mAP by window, and its gain with an interval over videos."""
    columns = [names.index(name) for name in scored]
    draws = drawn_videos(len(videos))
    tables = {0.0: [_arrays(video, columns) for video in videos]}
    for window in WINDOWS:
        changed = [video.smoothed(window) for video in videos]
        tables[window] = [_arrays(video, columns) for video in changed]
    plain = np.array([_mean_ap(tables[0.0], draw) for draw in draws])
    everything = np.arange(len(videos))
    before = _mean_ap(tables[0.0], everything)
    for window in WINDOWS:
        after = _mean_ap(tables[window], everything)
        gains = [_mean_ap(tables[window], draw) for draw in draws] - plain
        yield window, before, after, interval(after - before, gains)


def _arrays(
    video: FollowedVideo, columns: Sequence[int]
) -> tuple[np.ndarray, ...]:
    """Detections and truth of a video, by keyframe from 0 on."""
    found, truth = video.frames, video.truth
    return (
        np.repeat(np.arange(len(found)), [len(frame) for frame in found]),
        np.concatenate([frame.boxes_xyxy for frame in found]),
        np.concatenate([frame.scores[:, columns] for frame in found]),
        np.repeat(np.arange(len(truth)), [len(each.ids) for each in truth]),
        np.concatenate([each.boxes_xyxy for each in truth]),
        np.concatenate([each.does[:, columns] for each in truth]),
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
    for track, kind, window, before, after, gain in rows:
        lines.append(
            f'| {track} | {kind} | {window:g} s | {100 * before:.1f} | '
            f'{100 * after:.1f} | {gain.in_points()} |'
        )
    return '\n'.join(lines)


def _table_of_segments(
    rows: Sequence[tuple[str, str, Setting, SegmentMeasures]],
) -> str:
    lines = [
        '| track | videos | from | on at | gap | smoothed over | precision | '
        'recall | F1 | against the default, 95 % over videos |',
        f'|---|{"---|" * 9}',
    ]
    for track, kind, how, of in rows:
        values = (f'{100 * v:.1f}' for v in (of.precision, of.recall, of.f1))
        lines.append(
            f'| {track} | {kind} | {how.start:g} | '
            f'{how.start * how.ratio:.2g} | {how.gap:g} s | {how.smooth:g} s '
            f'| {" | ".join(values)} | {of.gain.in_points()} |'
        )
    return '\n'.join(lines)
