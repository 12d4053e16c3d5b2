"""MOTChallenge's text file: a line for each box with an id."""

from pathlib import Path
from typing import TYPE_CHECKING

from stclip.results.exports.persons import persons_of, require_tracks
from stclip.utils.io import atomic_write

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions


def write_mot(result: 'VideoActions', path: Path) -> None:
    """Write ``frame,id,left,top,width,height,score,-1,-1,-1``.

    Frames count from 1, sides are in px from 0, as trackers write them. The
    format has no actions.

    Raises:
        UserError: If nobody was followed.
    """
    require_tracks(result, 'MOT')
    with atomic_write(path) as file:
        for person in persons_of(result):
            box = ','.join(f'{value:.2f}' for value in person.box_xywh)
            file.write(
                f'{person.frame_idx + 1},{person.track_id},{box},'
                f'{person.box_score:.5f},-1,-1,-1\n'
            )
