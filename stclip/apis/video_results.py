"""Results of many videos, one after the other."""

import logging
from collections.abc import Callable, Iterator, Sequence

from mmengine.logging import print_log

from stclip.results.video_actions import VideoActions
from stclip.utils.errors import UserError
from stclip.video.sources import Source


class VideoResults(Iterator[VideoActions]):
    """The results of many videos, each found when it is asked for.

    What fails for one video is told, and the others go on.

    Args:
        videos: The videos.
        look: Finds the result of one.

    Attributes:
        failed: Why each failed, by the video's number.
    """

    def __init__(
        self,
        videos: Sequence[Source],
        look: Callable[[Source], VideoActions],
    ) -> None:
        self.failed: dict[int, str] = {}
        self._videos = enumerate(videos)
        self._look = look

    def __next__(self) -> VideoActions:
        for number, video in self._videos:
            try:
                return self._look(video)
            except (UserError, OSError) as error:
                self.failed[number] = str(error)
                message = f'left out: {error}'
                print_log(message, 'current', logging.WARNING)
        raise StopIteration
