"""A look at one video of a corpus, and its file: whatever comes of it."""

import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mmengine.logging import print_log

from stclip.corpora.folder import DONE, FAILED, CorpusFolder
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
            UserError: If its file cannot be written.
        """
        folder, key = self.folder, task.key
        status = folder.status_of(key)
        if status:
            return Outcome(key, status)
        if folder.begin(key) >= MOST_LOOKS:
            folder.end(key)
            return self._fail(
                task,
                f'{MOST_LOOKS} processes that looked at it were killed, '
                'perhaps for want of memory',
            )
        began = time.monotonic()
        try:
            result = self.look(task)
        except (UserError, OSError) as error:
            folder.end(key)
            return self._fail(task, str(error), time.monotonic() - began)
        except Exception as error:
            folder.end(key)
            told = f'{type(error).__name__}: {error}'
            print_log(traceback.format_exc(), 'current', logging.ERROR)
            return self._fail(task, told, time.monotonic() - began, told)
        except KeyboardInterrupt:
            folder.end(key)
            raise
        row = row_of(result, task.shown, time.monotonic() - began)
        names = result.labels.names
        keyframes = (frame.to_json(names) for frame in result.frames)
        head = dict(result.summary(), corpus=row)
        folder.write(key, DONE, head, keyframes)
        folder.end(key)
        return Outcome(key, DONE)

    def _fail(
        self, task: Task, error: str, seconds: float = 0.0, fault: str = ''
    ) -> Outcome:
        row = dict(path=task.shown, error=error, seconds=round(seconds, 3))
        self.folder.write(task.key, FAILED, dict(corpus=row))
        return Outcome(task.key, FAILED, fault)


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
