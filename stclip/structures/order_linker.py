"""Tubes of boxes by their order in a list, wherever the boxes lie."""

import numpy as np

from stclip.structures.tubes import Tube
from stclip.utils.errors import UserError


def link_in_order(frames: np.ndarray, step: int = 1) -> list[np.ndarray]:
    """Link the boxes of one video greedily, without looking at positions.

    A box joins the first tube whose last box lies ``step`` frames back, else
    it opens one. So the i-th box of a frame joins the i-th of the tubes that
    end there: two persons whose order changes swap their tubes.

    Source: OpenMixer, WACV 2025, its evaluation of videos. Scores take no
    part, so the tubes are those of every class.

    Args:
        frames: (N,) int frame index of each box, ascending; within a frame
            the order counts.
        step: Frames from one sampled frame to the next.

    Returns:
        Rows of each tube, ascending; tubes by their last frame, and of one
        last frame in the order in which they were opened.

    Raises:
        ValueError: For frames that do not ascend.
    """
    frames = np.asarray(frames)
    if (np.diff(frames) < 0).any():
        raise UserError(f'frames to link must ascend, got {frames}')
    tubes: list[list[int]] = []
    # By the frame they end at, in the order in which they were opened.
    ending: dict[int, list[int]] = {}
    starts = np.flatnonzero(np.diff(frames)) + 1
    for rows in np.split(np.arange(len(frames)), starts)[: len(frames)]:
        frame = int(frames[rows[0]])
        joined = ending.get(frame - step, [])[: len(rows)]
        new = range(len(tubes), len(tubes) + len(rows) - len(joined))
        tubes += [[] for _ in new]
        ending[frame] = [*joined, *new]
        for tube, row in zip(ending[frame], rows.tolist(), strict=True):
            tubes[tube].append(row)
    tubes.sort(key=lambda rows: frames[rows[-1]])
    return [np.array(rows) for rows in tubes]


def filled(tube: Tube) -> Tube:
    """The tube on every frame of its span, boxes linear in between.

    Args:
        tube: Without ``score``; action and video are kept.
    """
    frames = np.arange(tube.frames[0], tube.frames[-1] + 1)
    sides = [np.interp(frames, tube.frames, side) for side in tube.boxes.T]
    return Tube(
        frames, np.stack(sides, axis=1), action=tube.action, video=tube.video
    )
