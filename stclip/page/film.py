"""The film that a browser shows beside the timeline: any video as H.264."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2

from stclip.page.limits import SHOWN_SIDE_PX, Limits
from stclip.page.uploads import VideoFacts, require_length, require_size
from stclip.video import VideoWriter
from stclip.video.opening import open_video
from stclip.video.writer import FALLBACK_FPS


def make_film(
    facts: VideoFacts,
    video: Path,
    film: Path,
    limits: Limits,
    on_frame: Callable[[int], None],
) -> VideoFacts:
    """Read a video to its end, and write it as browsers play it.

    Boxes are not drawn in, so other labels need no other film.

    Args:
        facts: What the file states.
        video: The file.
        film: What is written, .mp4.
        limits: What the video may be, whatever it states.
        on_frame: Called with the number of frames done.

    Returns:
        What is true of it.

    Raises:
        UserError: If it is too long or too large, or cannot be read.
    """
    source = open_video(video, on_damage=None)
    count, time_sec = 0, None
    try:
        with VideoWriter(film, source.fps or FALLBACK_FPS) as writer:
            while source.count(count + 1) > count:
                time_sec = source.time_of(count)
                require_length(facts.name, count + 1, time_sec, limits)
                image = source.read([count])[0]
                require_size(facts.name, image.shape[:2], limits)
                scale = min(1, SHOWN_SIDE_PX / max(image.shape[:2]))
                if scale < 1:
                    size = [max(2, round(s * scale)) for s in image.shape[:2]]
                    image = cv2.resize(
                        image, size[::-1], interpolation=cv2.INTER_AREA
                    )
                writer.write(image, time_sec)
                count += 1
                on_frame(count)
    finally:
        source.release()
    if time_sec is None:
        time_sec = (count - 1) / FALLBACK_FPS
    length = time_sec + 1 / (source.fps or FALLBACK_FPS)
    return replace(facts, seconds=length, frames=count)
