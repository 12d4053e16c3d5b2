"""What tracks add to the result of a video."""

from dataclasses import replace

from stclip.results.video_actions import VideoActions
from stclip.tracking.segments import find_segments
from stclip.tracking.smoothing import SMOOTH_SEC, smoothed

#: Probability from which on a label is an answer, unless said otherwise.
SHOWN_PROB = 0.5


def with_segments(
    result: VideoActions,
    smooth: float | None = None,
    threshold: float = SHOWN_PROB,
) -> VideoActions:
    """Smooth the probabilities along tracks, and find the segments.

    Args:
        result: If nobody is followed in it, nothing is added.
        smooth: Window of :func:`.smoothed`; 0 for none; ``None`` for
            :data:`~stclip.tracking.smoothing.SMOOTH_SEC`.
        threshold: Where segments of :func:`.find_segments` begin.

    Raises:
        UserError: If the threshold is not in (0, 1].
    """
    is_followed = any(frame.track_ids is not None for frame in result.frames)
    smooth = smoothing_window(smooth, is_followed)
    frames = smoothed(result.frames, smooth)
    segments = find_segments(frames, result.labels.names, threshold)
    return replace(
        result, frames=frames, smoothed_over=smooth, segments=segments
    )


def smoothing_window(smooth: float | None, is_followed: bool) -> float:
    """The window, in s, over which probabilities are averaged.

    Args:
        smooth: See :func:`with_segments`.
        is_followed: Whether persons have ids; without them it is 0.
    """
    if not is_followed:
        return 0.0
    return SMOOTH_SEC if smooth is None else smooth
