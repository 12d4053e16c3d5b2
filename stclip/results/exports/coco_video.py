"""COCO's JSON with videos: boxes with ids, a category for each action."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stclip.labels.no_action import none_name
from stclip.results.exports.persons import persons_on, require_tracks
from stclip.utils.errors import UserError
from stclip.utils.io import LongList, write_json
from stclip.utils.outputs import stem_of_video
from stclip.video.frame_folder import list_frames

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions


def write_coco_video(result: 'VideoActions', path: Path) -> None:
    """Write videos, images (the keyframes), annotations and categories.

    Raises:
        UserError: If nobody was followed, or pictures of a folder are gone.
    """
    require_tracks(result, 'COCO for video')
    height, width = result.frame_hw
    names = (*result.labels.names, none_name(result.labels.names))
    video = dict(
        id=1,
        name=stem_of_video(result.video),
        file_name=str(result.video),
        height=height,
        width=width,
        length=result.num_frames,
        fps=result.fps,
    )
    categories = [
        dict(id=number, name=name, supercategory='person')
        for number, name in enumerate(names, 1)
    ]
    value = dict(
        info=dict(description='stclip', warnings=list(result.warnings)),
        licenses=[],
        videos=[video],
        categories=categories,
        images=LongList(_images(result)),
        annotations=LongList(_annotations(result)),
    )
    write_json(path, value)


def _images(result: 'VideoActions') -> Iterator[dict[str, Any]]:
    """Files of a folder have their names, frames of a video numbers from 0.

    Raises:
        UserError: If the folder has fewer pictures than it had.
    """
    stem = stem_of_video(result.video)
    height, width = result.frame_hw
    files = list_frames(result.video) if result.video.is_dir() else None
    for number, frame in enumerate(result.frames, 1):
        index = frame.frame_idx
        if files and index >= len(files):
            raise UserError(
                f'{result.video} has no frame {index} (counted from 0) any '
                f'more, it holds {len(files)} pictures: put back those that '
                'the result was made of'
            )
        file = files[index] if files else f'{index:06d}.jpg'
        yield dict(
            id=number,
            video_id=1,
            frame_id=index,
            file_name=f'{stem}/{file}',
            height=height,
            width=width,
        )


def _annotations(result: 'VideoActions') -> Iterator[dict[str, Any]]:
    count, labels = 0, result.labels
    for image_id, frame in enumerate(result.frames, 1):
        for person in persons_on(frame, labels):
            count += 1
            box = person.box_xywh
            best = len(labels) if person.best is None else person.best
            yield dict(
                id=count,
                image_id=image_id,
                video_id=1,
                category_id=best + 1,
                instance_id=person.track_id,
                track_id=person.track_id,
                bbox=box,
                area=round(box[2] * box[3], 2),
                segmentation=[],
                iscrowd=0,
                score=round(person.box_score * person.certainty, 5),
                attributes=dict(
                    track_id=person.track_id,
                    box_score=round(person.box_score, 5),
                    actions=[labels.names[i] for i in person.answers],
                ),
            )
