"""Probabilities averaged along each person's track."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stclip.results.keyframe_actions import KeyframeActions, Keyframes
from stclip.tracking.clock import clocked
from stclip.utils.errors import UserError

#: Gains on ZS-Stage where people do one thing, and still where they change to
#: another (docs/zs_stage.md); in s.
SMOOTH_SEC = 1.0


@dataclass(frozen=True)
class SmoothedKeyframes:
    """A view on keyframes, smoothed as they are gone through.

    Args:
        frames: What is smoothed.
        window: See :func:`.smoothed`.
    """

    frames: Keyframes
    window: float

    def __len__(self) -> int:
        return len(self.frames)

    def __iter__(self) -> Iterator[KeyframeActions]:
        return smooth_stream(self.frames, self.window)


def smoothed(frames: Keyframes, window: float) -> Keyframes:
    """Average each person's probabilities over time.

    A person's probabilities on a keyframe become the mean of those that it
    has, under the same id, on all keyframes at most half a window away, the
    keyframe itself among them. Where nobody has an id, nothing changes.

    Args:
        frames: The keyframes.
        window: In s; in keyframes where no times are known; 0 for none.

    Returns:
        The same keyframes with other ``action_probs`` and ``none_probs``: in
        memory if they were; else each time they are gone through, and none is
        kept beyond the window.

    Raises:
        UserError: For a negative window.
    """
    if window < 0:
        raise UserError(f'a window must not be negative, got {window}')
    if not window:
        return frames
    if isinstance(frames, Sequence):
        return tuple(smooth_stream(frames, window))
    return SmoothedKeyframes(frames, window)


def smooth_stream(
    frames: Iterable[KeyframeActions], window: float
) -> Iterator[KeyframeActions]:
    """Like :func:`.smoothed`, for keyframes that come but once.

    Args:
        frames: Read no further than half a window ahead, and one keyframe.
        window: As in :func:`.smoothed`.

    Yields:
        The keyframes in turn.
    """
    near: deque[tuple[float, KeyframeActions]] = deque()
    waiting: deque[tuple[float, KeyframeActions]] = deque()
    for now, frame in clocked(frames):
        while waiting and now - waiting[0][0] > window / 2:
            yield _averaged(near, *waiting.popleft(), window)
        near.append((now, frame))
        waiting.append((now, frame))
    while waiting:
        yield _averaged(near, *waiting.popleft(), window)


def _averaged(
    near: deque[tuple[float, KeyframeActions]],
    centre: float,
    frame: KeyframeActions,
    window: float,
) -> KeyframeActions:
    """One keyframe by those around it; those too early are let go."""
    while centre - near[0][0] > window / 2:
        near.popleft()
    if frame.track_ids is None or not len(frame):
        return frame
    around = [each for _, each in near if each.track_ids is not None]
    ids, row = np.unique(frame.track_ids, return_inverse=True)
    theirs = np.concatenate([each.track_ids for each in around])
    known = np.isin(theirs, ids)
    where = np.searchsorted(ids, theirs[known])

    def mean(values: list[np.ndarray], like: np.ndarray) -> np.ndarray:
        chosen = np.concatenate(values)[known].astype(np.float64)
        total = np.zeros((len(ids), *chosen.shape[1:]))
        np.add.at(total, where, chosen)
        counts = np.bincount(where, minlength=len(ids))
        means = total / counts.reshape(-1, *[1] * (chosen.ndim - 1))
        return means[row].astype(like.dtype)

    none = frame.none_probs
    if none is not None:
        none = mean([each.none_probs for each in around], none)
    probs = mean([f.action_probs for f in around], frame.action_probs)
    return replace(frame, action_probs=probs, none_probs=none)
