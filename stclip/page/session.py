"""What one user of the page has: a video, a look at it, and the answer.

Knows nothing of browsers. Methods may be called from any thread; the work is
done by the thread of the :class:`~stclip.page.work_queue.WorkQueue`.
"""

import logging
import shutil
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from mmengine.logging import print_log

from stclip.apis.person_relevance import SeenPicture, explain_person
from stclip.page.activity import Activity
from stclip.page.answer import Answer
from stclip.page.exports import Exports
from stclip.page.film import make_film
from stclip.page.limits import Limits
from stclip.page.look import Look, look_at
from stclip.page.models import Models
from stclip.page.question import Question
from stclip.page.uploads import VideoFacts, require_video, safe_name
from stclip.page.work_queue import Cancelled, Job, WorkQueue
from stclip.results.video_actions import VideoActions
from stclip.tracking.following import with_segments
from stclip.utils.errors import UserError

# Folders of uploads.
_UPLOAD = 'upload-'
_OUR_FAULT = 'something went wrong here, which the log of the server tells'


class Session:
    """A user.

    Args:
        folder: A private one; it is removed when the session is closed.
        models: Shared by all users.
        queue: Likewise.
        limits: Likewise.
        on_change: Called when :meth:`state` has changed.
    """

    def __init__(
        self,
        folder: Path,
        models: Models,
        queue: WorkQueue,
        limits: Limits,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self.folder, self.limits = folder, limits
        self._models, self._queue = models, queue
        self.on_change = on_change
        self._lock = threading.RLock()
        self._video: Path | None = None
        self._facts: VideoFacts | None = None
        self._job: Job | None = None
        self._activity: Activity | None = None
        self._error = ''
        self._question: Question | None = None
        self._look: Look | None = None
        self._version = 0
        self._drawn: Path | None = None
        self._exports = Exports(folder / 'exports')
        self.is_closed = False
        self.answer: Answer | None = None

    @property
    def film(self) -> Path:
        """What a browser shows; there once the video was read."""
        return self.folder / 'film.mp4'

    def state(self) -> dict[str, Any]:
        """Plain values of where everything is."""
        with self._lock:
            facts = self._facts and asdict(self._facts)
            job, activity = self._job, self._activity
            ahead = self._queue.ahead_of(job) if job else 0
            return dict(
                video=facts,
                activity=activity.to_json(ahead) if activity else None,
                error=self._error,
                answer=self.answer.version if self.answer else None,
                drawn=self._drawn is not None,
            )

    def place_for_upload(self, name: str) -> Path:
        """Where an upload is written to.

        Args:
            name: As the browser tells it.

        Raises:
            UserError: If it is none of a video, or something is being done.
        """
        with self._lock:
            self._require_rest()
            name = safe_name(name)
            # The one before stays until this one was taken.
            folder = tempfile.mkdtemp(prefix=_UPLOAD, dir=self.folder)
            return Path(folder, name)

    def discard(self, path: Path) -> None:
        """Remove an upload that is of no use.

        Args:
            path: From :meth:`place_for_upload`.
        """
        shutil.rmtree(path.parent, ignore_errors=True)

    def take_video(self, path: Path) -> None:
        """Take a file for the video; it is read to its end.

        Args:
            path: What was written to :meth:`place_for_upload`, or a file of
                the server's own.

        Raises:
            UserError: If it is no video, too large or too long.
        """
        facts = require_video(path, self.limits)
        with self._lock:
            self._require_rest()
            for folder in self.folder.glob(f'{_UPLOAD}*'):
                if folder != path.parent:
                    shutil.rmtree(folder, ignore_errors=True)
            self._video, self._facts = path, None
            self._question = self._look = self.answer = self._drawn = None

            def read(job: Job) -> VideoFacts:
                self._begin()
                return make_film(
                    facts, path, self.film, self.limits, self._teller(job)
                )

            def keep(found: VideoFacts) -> None:
                self._facts = found

            self._start(Activity('reading', facts.frames), read, keep)

    def ask(self, question: Question) -> None:
        """Let a question be answered; what it does not change is kept.

        Raises:
            UserError: If there is no video yet, something is being done, or
                too many wait.
        """
        with self._lock:
            if self._facts is None:
                raise UserError('give a video first')
            self._models.require(question.model)
            begun = time.monotonic()
            look = self._look
            is_quick = look is not None and question.same_look(self._question)
            if is_quick and question.labels != self._question.labels:
                is_quick = look.kept is not None
            activity = Activity('scoring' if is_quick else 'looking')
            activity.total = None if is_quick else self._facts.frames

            def find(job: Job) -> tuple[Look, VideoActions]:
                found = self._found(question, look if is_quick else None, job)
                return found, with_segments(
                    found.result, threshold=question.threshold
                )

            def keep(found: tuple[Look, VideoActions]) -> None:
                self._question, self._look = question, found[0]
                self._version += 1
                self.answer = Answer(
                    found[1],
                    self._version,
                    time.monotonic() - begun,
                    found[0].told,
                )
                self._drawn = None
                self._exports.clear()

            self._start(activity, find, keep, is_quick)

    def _found(
        self, question: Question, before: Look | None, job: Job
    ) -> Look:
        """Look at the video, or once more at what was kept."""
        self._begin()
        infer = self._models.get(question.model)
        labels = infer.describe(question.labels)
        if before is None:
            job.pause()
            self._begin()  # after the model was loaded
            return look_at(
                infer,
                self._video,
                labels,
                question.stride,
                int(self.limits.keep_mb * 10**6),
                self._teller(job),
            )
        if question.labels == self._question.labels:
            return before
        return replace(before, result=before.kept.scored(infer, labels))

    def explain(
        self, track_id: int, part: float, name: str
    ) -> 'Future[tuple[SeenPicture, SeenPicture]]':
        """Why a person has the score of a label at a moment.

        Args:
            track_id: See :meth:`Answer.moment`.
            part: Likewise.
            name: The label.

        Returns:
            See :func:`~stclip.apis.person_relevance.explain_person`.

        Raises:
            UserError: If there is no answer yet, or no such person.
        """
        with self._lock:
            answer, question = self.require_answer(), self._question
        moment = answer.moment(track_id, part)
        answer.result.labels.index(name)
        future: Future = Future()

        def look(job: Job) -> tuple[SeenPicture, SeenPicture]:
            infer = self._models.get(question.model)
            return explain_person(
                infer,
                answer.result.opened(),
                moment.frame,
                moment.row,
                infer.describe(question.labels),
                name,
            )

        def tell(seen: Any, error: BaseException | None) -> None:
            if error is None:
                future.set_result(seen)
            else:
                future.set_exception(UserError(_told(error)))

        self._queue.add(Job(look, tell, quick=True))
        return future

    def draw(self) -> None:
        """Let the annotated video be drawn, to be downloaded.

        Raises:
            UserError: If there is no answer yet, or something is being done.
        """
        with self._lock:
            answer = self.require_answer()
            path = self._exports.path('video', self._video.stem)

            def write(job: Job) -> Path:
                self._begin()
                answer.result.save_video(path, on_frame=self._teller(job))
                return path

            def keep(path: Path) -> None:
                self._drawn = path

            activity = Activity('drawing', answer.result.num_frames)
            self._start(activity, write, keep)

    def export(self, form: str, index: int = 0) -> Path:
        """A file of the answer, written when it is first asked for.

        Args:
            form: See :meth:`VideoActions.save`; the video was drawn before,
                by :meth:`draw`.
            index: Which of the form's files.

        Raises:
            UserError: If there is no answer yet, or no such file.
        """
        with self._lock:
            result = self.require_answer().result
            if form == 'video' and self._drawn is None:
                raise UserError('the annotated video is not drawn yet')
            return self._exports.file(result, form, index)

    def cancel(self) -> None:
        """Stop what is being done."""
        with self._lock:
            job = self._job
        if job:
            self._queue.cancel(job)

    def close(self) -> None:
        """Stop what is being done and remove all files."""
        with self._lock:
            self.is_closed = True
        self.cancel()
        with self._lock:
            if self._job is None:
                shutil.rmtree(self.folder, ignore_errors=True)

    def require_answer(self) -> Answer:
        """The answer.

        Raises:
            UserError: If there is none yet.
        """
        if self.answer is None:
            raise UserError('ask first: there is no answer yet')
        return self.answer

    def _require_rest(self) -> None:
        if self.is_closed:
            raise UserError('this page was left: load it again')
        if self._job is not None:
            raise UserError(f'wait for the end of: {self._activity.what}')

    def _start(
        self,
        activity: Activity,
        work: Callable[[Job], Any],
        keep: Callable[[Any], None],
        quick: bool = False,
    ) -> None:
        """Let something be done; one thing at a time."""
        self._require_rest()

        def done(result: Any, error: BaseException | None) -> None:
            with self._lock:
                self._job = self._activity = None
                if error is None:
                    keep(result)
                elif isinstance(error, Cancelled):
                    self._error = 'stopped'
                else:
                    self._error = self._without_folder(_told(error))
                if self.is_closed:
                    shutil.rmtree(self.folder, ignore_errors=True)
            self.on_change()

        self._error = ''
        self._job, self._activity = Job(work, done, quick), activity
        try:
            self._queue.add(self._job)
        except UserError:
            self._job = self._activity = None
            raise

    def _begin(self) -> None:
        if self._activity:
            self._activity.start = time.monotonic()
        self.on_change()

    def _teller(self, job: Job) -> Callable[[int], None]:
        """What a job calls with the number of frames that are done."""
        activity = self._activity

        def tell(done: int) -> None:
            activity.done = done
            self.on_change()
            job.pause()

        return tell

    def _without_folder(self, message: str) -> str:
        return message.replace(f'{self._video.parent}/', '')


def _told(error: BaseException) -> str:
    """One line for the page; what is our fault goes to the log."""
    if isinstance(error, UserError):
        return ' '.join(str(error).split())
    if isinstance(error, Cancelled):
        return 'stopped'
    trace = ''.join(traceback.format_exception(error))
    print_log(trace, 'current', logging.ERROR)
    return _OUR_FAULT
