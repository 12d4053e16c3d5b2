"""When keyframes are, whether their times are known or not."""

from collections.abc import Iterable, Iterator

from stclip.results.keyframe_actions import KeyframeActions


def clocked(
    frames: Iterable[KeyframeActions],
) -> Iterator[tuple[float, KeyframeActions]]:
    """Give keyframes with their times, which never go back.

    Args:
        frames: In order.

    Yields:
        Seconds, or how many keyframes came before where times are not known;
        the keyframe.
    """
    now = 0.0
    for number, frame in enumerate(frames):
        time_sec = frame.time_sec
        now = max(now, number if time_sec is None else time_sec)
        yield now, frame
