"""A look at one video of a corpus, and its file: whatever comes of it."""

import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mmengine.logging import print_log

from stclip.corpora.faults import DeviceLostError, is_device_lost, is_fault
from stclip.corpora.folder import (
    DONE,
    FAILED,
    CorpusFolder,
    UnwritableError,
)
from stclip.corpora.tasks import Task
from stclip.results.answers import best_answer
from stclip.results.video_actions import VideoActions
from stclip.utils.errors import UserError

#: Finds the result of a video.
Look = Callable[[Task], VideoActions]
#: Looks of one video that may end with their process.
MOST_LOOKS = 3
_TOP = 5


@dataclass(frozen=True)
class Outcome:
    """What came of a video.

    Args:
        key: Of the task.
        status: Of :mod:`~stclip.corpora.folder`.
        fault: An error that is none of the video's, in words; empty if there
            was none.
    """

    key: str
    status: str
    fault: str = ''


class Recorder:
    """Looks at videos, one after the other, and keeps what comes of each.

    Args:
        folder: Where it is kept.
        look: What looks.
    """

    def __init__(self, folder: CorpusFolder, look: Look) -> None:
        self.folder = folder
        self.look = look

    def __call__(self, task: Task) -> Outcome:
        """Look at a video, unless another has done so in the meantime.

        Args:
            task: The video.

        Raises:
            UnwritableError: If its file cannot be written.
            DeviceLostError: If this process cannot look at any video any
                more. The look counts as one that was killed, as it may be
                the video's fault.
        """
        folder, key = self.folder, task.key
        status = folder.status_of(key)
        if status:
            return Outcome(key, status)
        if folder.begin(key) >= MOST_LOOKS:
            folder.end(key)
            told = (
                f'{MOST_LOOKS} processes that looked at it were killed, '
                'perhaps for want of memory'
            )
            folder.fail(task, told)
            return Outcome(key, FAILED, told)
        began = time.monotonic()
        try:
            self._keep(task, self.look(task), began)
        except (UnwritableError, KeyboardInterrupt):
            folder.end(key)
            raise
        except Exception as error:
            return self._failed(task, error, time.monotonic() - began)
        folder.end(key)
        return Outcome(key, DONE)

    def _keep(self, task: Task, result: VideoActions, began: float) -> None:
        row = row_of(result, task.shown, time.monotonic() - began)
        names = result.labels.names
        keyframes = (frame.to_json(names) for frame in result.frames)
        head = dict(result.summary(), corpus=row)
        self.folder.write(task.key, DONE, head, keyframes)

    def _failed(self, task: Task, error: Exception, seconds: float) -> Outcome:
        told = str(error)
        if not isinstance(error, UserError | OSError):
            told = f'{type(error).__name__}: {error}'
            print_log(traceback.format_exc(), 'current', logging.ERROR)
        if is_device_lost():
            raise DeviceLostError(
                f'the GPU gives nothing but errors any more ({told}); the '
                'same command goes on'
            ) from error
        self.folder.end(task.key)
        self.folder.fail(task, told, seconds)
        return Outcome(task.key, FAILED, told if is_fault(error) else '')


def row_of(result: VideoActions, path: str, seconds: float) -> dict[str, Any]:
    """What a summary says of a video that was looked at.

    Args:
        result: What was found.
        path: Of the video.
        seconds: That the look took.
    """
    counts: Counter[str] = Counter()
    ids: set[int] | None = None
    for frame in result.frames:
        if frame.track_ids is not None:
            ids = (ids or set()) | set(frame.track_ids.tolist())
        none = frame.none_probs
        for row, probs in enumerate(frame.action_probs):
            against = None if none is None else float(none[row])
            best = best_answer(probs, against, result.labels)
            if best is not None:
                counts[result.labels.names[best]] += 1
    length = result.num_frames - result.start_frame
    return dict(
        path=path,
        error=None,
        seconds=round(seconds, 3),
        duration_sec=round(length / result.fps, 4) if result.fps else None,
        damage=str(result.damage) or None,
        keyframes=len(result.frames),
        boxes=result.num_persons,
        persons=None if ids is None else len(ids),
        top_actions=[
            dict(label=label, boxes=count)
            for label, count in counts.most_common(_TOP)
        ],
    )
