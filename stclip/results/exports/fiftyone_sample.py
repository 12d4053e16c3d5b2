"""A video and what was found in it as a sample of FiftyOne."""

from typing import TYPE_CHECKING, Any

from stclip.labels.no_action import none_name
from stclip.results.exports.persons import Person, persons_on
from stclip.results.tracks import ActionSegment
from stclip.utils.errors import UserError

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions

_FIELD = 'actions'


def to_fiftyone(result: 'VideoActions') -> Any:
    """Make a sample, which ``fiftyone.Dataset.add_sample`` takes.

    Each keyframe has ``actions``, a ``Detections`` with the likeliest answer
    of each person, its score, the track as ``index`` and ``action_probs``, in
    the order of the sample's ``labels``. The sample has ``segments``, a
    ``TemporalDetections``, where persons were followed.

    Args:
        result: The result. A sample holds all keyframes in memory.

    Returns:
        A ``fiftyone.Sample``.

    Raises:
        UserError: If fiftyone is not installed, or the video is a folder of
            frames.
    """
    if result.video.is_dir():
        raise UserError(
            f'{result.video} is a folder of frames: a video of FiftyOne is a '
            'file'
        )
    try:
        import fiftyone as fo
    except ImportError as error:
        raise UserError(
            'fiftyone is not installed: pip install fiftyone'
        ) from error
    sample = fo.Sample(filepath=str(result.video.absolute()))
    sample['labels'] = list(result.labels.names)
    names = (*result.labels.names, none_name(result.labels.names))
    for frame in result.frames:
        detections = [
            fo.Detection(**_detection(person, names, result.frame_hw))
            for person in persons_on(frame, result.labels)
        ]
        # Frames of FiftyOne count from 1.
        sample.frames[frame.frame_idx + 1] = fo.Frame(
            **{_FIELD: fo.Detections(detections=detections)}
        )
    if result.segments:
        sample['segments'] = fo.TemporalDetections(
            detections=[
                fo.TemporalDetection(**_segment(each))
                for each in result.segments
            ]
        )
    return sample


def _detection(
    person: Person, names: tuple[str, ...], frame_hw: tuple[int, int]
) -> dict[str, Any]:
    """Boxes are left, top, width and height in fractions of the frame."""
    height, width = frame_hw
    x1, y1, x2, y2 = person.box_xyxy
    best = len(names) - 1 if person.best is None else person.best
    return dict(
        label=names[best],
        bounding_box=[
            x1 / width,
            y1 / height,
            (x2 - x1) / width,
            (y2 - y1) / height,
        ],
        confidence=person.box_score * person.certainty,
        index=person.track_id,
        box_score=person.box_score,
        action_probs=person.probs.tolist(),
    )


def _segment(segment: ActionSegment) -> dict[str, Any]:
    return dict(
        label=segment.label,
        support=[segment.first_frame + 1, segment.last_frame + 1],
        confidence=segment.score,
        track_id=segment.track_id,
    )
