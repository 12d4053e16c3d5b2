"""Label Studio's predictions: boxes of persons, and actions on a timeline."""

from collections.abc import Iterator
from itertools import chain, pairwise, starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from stclip.results.exports.persons import require_clock, require_tracks
from stclip.results.exports.track_keys import (
    TrackKey,
    by_track,
    track_keys,
)
from stclip.results.tracks import ActionSegment
from stclip.utils.io import LongList, atomic_write, write_json

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions

_LABEL = 'person'


def write_label_studio(
    result: 'VideoActions', path: Path, beside: Path
) -> None:
    """Write one task with predictions, and the interface that shows them.

    Args:
        result: Tracked persons.
        path: JSON file, to be imported.
        beside: XML file, to be the project's *Labeling Interface*.

    Raises:
        UserError: If nobody was followed, or times are unknown.
    """
    require_tracks(result, 'Label Studio')
    require_clock(result, 'Label Studio')
    with atomic_write(beside) as file:
        file.writelines(_interface(result))
    found = chain(
        _boxes(result), starmap(_timeline, enumerate(result.segments))
    )
    prediction = dict(model_version='stclip', result=LongList(found))
    task = dict(data=dict(video=str(result.video)), predictions=[prediction])
    write_json(path, [task])


def _boxes(result: 'VideoActions') -> Iterator[dict[str, Any]]:
    """One region for each person, keys only: lines are drawn between."""
    duration = result.num_frames / result.fps
    keys = track_keys(result, lambda person: ())
    for track_id, own in by_track(keys):
        value = dict(
            framesCount=result.num_frames,
            duration=round(duration, 4),
            labels=[_LABEL],
            sequence=LongList(_sequence(own, result)),
        )
        yield dict(
            id=f'person_{track_id}',
            type='videorectangle',
            from_name='box',
            to_name='video',
            origin='prediction',
            meta=dict(text=[f'id {track_id}']),
            value=value,
        )


def _sequence(
    keys: Iterator[TrackKey], result: 'VideoActions'
) -> Iterator[dict[str, Any]]:
    """Keys in per cent of the frame; the last one before a gap is off."""
    height, width = result.frame_hw
    for key, following in pairwise(chain(keys, [None])):
        if key.outside:
            continue
        x1, y1, x2, y2 = key.box_xyxy
        goes = following is not None and following.outside
        yield dict(
            frame=key.frame_idx + 1,
            x=round(100 * x1 / width, 4),
            y=round(100 * y1 / height, 4),
            width=round(100 * (x2 - x1) / width, 4),
            height=round(100 * (y2 - y1) / height, 4),
            rotation=0,
            enabled=not goes,
            time=round(key.time_sec, 4),
        )


def _timeline(number: int, segment: ActionSegment) -> dict[str, Any]:
    start, end = segment.first_frame + 1, segment.last_frame + 1
    return dict(
        id=f'segment_{number}',
        type='timelinelabels',
        from_name='action',
        to_name='video',
        origin='prediction',
        score=round(segment.score, 5),
        meta=dict(text=[f'id {segment.track_id}']),
        value=dict(
            ranges=[dict(start=start, end=end)],
            timelinelabels=[segment.label],
        ),
    )


def _interface(result: 'VideoActions') -> Iterator[str]:
    """The interface; its names are those of the predictions."""
    yield '<View>\n'
    yield '  <TimelineLabels name="action" toName="video">\n'
    for name in result.labels.names:
        yield f'    <Label value={quoteattr(name)}/>\n'
    yield '  </TimelineLabels>\n'
    yield '  <Video name="video" value="$video" '
    yield f'frameRate="{result.fps:.6g}"/>\n'
    yield '  <VideoRectangle name="box" toName="video"/>\n'
    yield '  <Labels name="kind" toName="video">\n'
    yield f'    <Label value="{_LABEL}"/>\n'
    yield '  </Labels>\n</View>\n'
