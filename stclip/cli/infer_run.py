"""What ``stclip infer`` does with each of its videos."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stclip.cli.infer_sources import (
    Wanted,
    expand,
    is_finished,
    live_only,
    require,
    require_each,
)
from stclip.results.exports.formats import FORMATS, require_formats
from stclip.utils.errors import UserError
from stclip.utils.outputs import new_results, require_apart
from stclip.video.keyframe_walk import KeyframeWalk

if TYPE_CHECKING:
    from stclip.apis.assignment import Assignment
    from stclip.apis.keyframe_lines import KeyframeLines
    from stclip.results.video_actions import VideoActions


@dataclass
class InferRun:
    """What is asked of every video.

    Args:
        assigned: Arguments of
            :class:`~stclip.apis.assignment.Assignment`, plain ones: what
            imports PyTorch waits until the sources were looked at.
        out: Folder of the results.
        formats: Forms beside the JSON file.
        inputs: Files that are read, but for the videos.
        overwrite: See :func:`~stclip.utils.outputs.new_results`.
        resume: Likewise.
        show_from: Probability from which on exclusive labels are drawn.
        bars: What shows how far it is.
    """

    assigned: dict[str, Any]
    out: Path
    formats: Sequence[str]
    inputs: Sequence[str]
    overwrite: bool
    resume: bool
    show_from: float
    bars: 'Bars' = field(default_factory=lambda: Bars())

    @cached_property
    def task(self) -> 'Assignment':
        """The same for every video."""
        from stclip.apis.assignment import Assignment

        return Assignment(**self.assigned)

    def all(self, sources: Sequence[str]) -> str:
        """Look at everything that was given; tells what is done.

        Args:
            sources: See :func:`~stclip.cli.infer_sources.expand`.

        Raises:
            UserError: If it cannot be shown, or one of many videos failed;
                the others are done then.
        """
        looked = self.assigned['looked']
        walk = KeyframeWalk(
            looked['stride'], looked['start_sec'], looked['end_sec']
        )
        asked = self.assigned['strict'], looked['fps'], walk
        videos, is_many = expand(sources)
        timed = bool(looked['fps']) or not any(map(os.path.isdir, videos))
        require_formats(self.formats, looked['track'], timed)
        if not is_many:
            video = require(videos[0], *asked)
            live_only([video], self.resume)
            self._require_apart([video], sources)
            return f'{self.one(video)}; results in {self.out}'
        ready, failed = require_each(videos, *asked)
        live_only(ready, self.resume)
        self._require_apart(ready, [*sources, *videos])
        num_before, failed_later = self.many(ready)
        failed |= failed_later
        done = len(videos) - len(failed) - num_before
        before = f', {num_before} were before' if num_before else ''
        told = f'{done} of {len(videos)} videos are done{before}'
        if failed:
            raise UserError(
                f'{told}; {len(failed)} failed: {", ".join(failed)}; when '
                'what is wrong with them is mended, --resume looks at these '
                'alone'
            )
        return f'{told}; results in {self.out}'

    def _require_apart(
        self, ready: Sequence[Wanted], given: Sequence[str]
    ) -> None:
        """Keep the results of each video out of all others, too.

        Args:
            ready: All videos whose results are written.
            given: What was asked for, folders of videos as well.

        Raises:
            UserError: If a result would replace what is read, or lie where
                the next run finds it among the frames or the videos.
        """
        written = [path for video in ready for path in self._written(video)]
        require_apart(written, [*given, *self.inputs])
        # What is in a folder of theirs is found there, too.
        require_apart([self.out], given)

    def one(self, video: Wanted) -> str:
        """Look at a video and write its results; tells how much was found.

        Args:
            video: It was looked at by :func:`require`.

        Raises:
            UserError: If the results cannot be written, or the video not be
                read.
        """
        results, forms, kept = self._files(video)
        *written, _ = self._written(video)
        inputs = (None if video.live else video.source, *self.inputs)
        # What a live source has shown is gone.
        resume = None if video.live else self.resume
        with new_results(written, inputs, self.overwrite, kept, resume):
            # Imported last: whatever is wrong so far is told within a second.
            from stclip.apis.keyframe_lines import KeyframeLines
            from stclip.tracking.following import with_segments

            request = self.task.request(video.shown)
            answers = self.task.labels.answers
            lines = KeyframeLines(kept, request, answers, self.resume)
            with _kept_when_interrupted(lines, video.live is None):
                result = lines.result() or self._look(video, lines)
                result = with_segments(result, **self.task.segments)
                result = self._advised(result)
                result = replace(result, request=self._asked(request))
                self._save(result, results, forms)
            found = f'{result.num_persons} persons on {len(lines)} keyframes'
            lines.remove()
        return f'{found} of {result.num_frames} frames'

    def many(self, videos: Sequence[Wanted]) -> tuple[int, dict[str, str]]:
        """Look at one video after the other; what fails is told.

        Args:
            videos: See :meth:`one`.

        Returns:
            How many were finished before; why others failed.
        """
        todo, failed = [], {}
        for video in videos:
            *written, kept = self._written(video)
            if self.resume and is_finished(
                written, kept, self._asked(self.task.request(video.shown))
            ):
                continue
            todo.append(video)
        if todo:
            # What is wrong with the question is no fault of a video.
            self.task.infer.question(self.task.question)
        lengths = [video.length for video in todo]
        self.bars = Bars(len(todo), 2 * sum(lengths) if all(lengths) else None)
        with self.bars:
            for video in todo:
                self.bars.begin(video.stem, 2 * (video.length or 0))
                try:
                    self.one(video)
                except (UserError, OSError) as error:
                    failed[video.shown] = str(error)
                    click.echo(f'failed: {error}', err=True)
        return len(videos) - len(todo), failed

    def _asked(self, request: dict[str, Any]) -> dict[str, Any]:
        """What the results depend on, pictures included."""
        return dict(self.task.asked(request), show_from=self.show_from)

    def _files(
        self, video: Wanted
    ) -> tuple[list[Path], dict[str, tuple[Path, ...]], Path]:
        """Files of the results, of the further forms, and those so far."""
        # The pictures of a live source are gone when they could be drawn.
        kinds = ('json',) if video.live else ('json', 'png', 'mp4')
        results = [self.out / f'{video.stem}.{kind}' for kind in kinds]
        forms = {
            name: FORMATS[name].named(self.out, video.stem)
            for name in self.formats
        }
        return results, forms, self.out / f'{video.stem}.jsonl'

    def _written(self, video: Wanted) -> list[Path]:
        """All files of a video, the one that is kept meanwhile too."""
        results, forms, kept = self._files(video)
        return [*results, *chain.from_iterable(forms.values()), kept]

    def _look(self, video: Wanted, lines: 'KeyframeLines') -> 'VideoActions':
        """Look at the keyframes that are not among the lines yet."""
        if not video.live:
            self.task.require_boxes(video.source)
        infer = self.task.infer
        lines.cut(infer.batch_size)
        before = lines if len(lines) else ()
        stream = infer.stream(
            video.source,
            self.task.question,
            skip=len(lines),
            before=before,
            **self.task.looked,
        )
        start = stream.first_frame(len(lines))
        length = stream.stop(video.length)
        what = 'looking' if length else 'looking (length unknown)'
        with self.bars.part(what, length, start) as show:
            result = lines.fill(stream, lambda idx: show(idx + 1))
            show(result.num_frames)
        return result

    def _advised(self, result: 'VideoActions') -> 'VideoActions':
        """With what another threshold would do, if that is worth a line."""
        from stclip.tracking.threshold_advice import threshold_advice

        threshold = self.task.segments['threshold']
        advice = threshold_advice(result.frames, threshold)
        if advice is None:
            return result
        click.echo(f'note: {advice} (--threshold)', err=True)
        return replace(result, warnings=(*result.warnings, advice))

    def _save(
        self,
        result: 'VideoActions',
        results: Sequence[Path],
        forms: Mapping[str, tuple[Path, ...]],
    ) -> None:
        """Write the JSON file first: it holds all that was found."""
        values, *pictures = results
        result.save_json(values)
        for name, (path, *_) in forms.items():
            result.save(path, name)
        if not pictures:
            return
        sheet, film = pictures
        result.save_contact_sheet(sheet, least=self.show_from)
        length = result.num_frames - result.start_frame
        with self.bars.part('drawing', length) as show:
            result.save_video(film, least=self.show_from, on_frame=show)


class Bars(AbstractContextManager):
    """A bar for each part of one video, or one over many videos.

    Args:
        num_videos: How many; None for bars of one video.
        total: Frames of all, those that are drawn counted once more; None if
            unknown.
    """

    def __init__(
        self, num_videos: int | None = None, total: int | None = None
    ) -> None:
        self._num_videos = num_videos
        self._total = total
        self._bar: Any = None
        self._begun = 0
        self._stem = ''
        # Frames of the videos and parts before this one, and after this one.
        self._before = self._after = 0

    def __exit__(self, *_: object) -> None:
        """Close the bar over all."""
        if self._bar is not None:
            self._bar.close()

    def begin(self, stem: str, length: int) -> None:
        """Turn to another video.

        Args:
            stem: What it is called.
            length: What it adds to the total.
        """
        self._begun += 1
        self._stem = stem
        self._before, self._after = self._after, self._after + length

    @contextmanager
    def part(
        self, what: str, total: int | None = None, start: int = 0
    ) -> Iterator[Callable[[int], None]]:
        """Show a bar that is told how many frames are done, from a start on.

        Args:
            what: Is done.
            total: Number of the last frame.
            start: That of the first one.
        """
        from tqdm import tqdm

        def show(done: int) -> None:
            nonlocal bar
            # Shown with the first frame: what is wrong with labels comes
            # before.
            if bar is None:
                bar = tqdm(total=total, desc=what, unit='frame', initial=start)
            bar.update(done - bar.n)

        def show_of_all(done: int) -> None:
            if self._bar is None:
                self._bar = tqdm(total=self._total, unit='frame')
            number = f'{self._begun} of {self._num_videos}'
            self._bar.set_description(f'{number}, {self._stem}: {what}', False)
            self._bar.update(self._before + done - self._bar.n)

        bar = None
        if self._num_videos is not None:
            yield show_of_all
            self._before += total or 0
            return
        try:
            yield show
        finally:
            if bar is not None:
                bar.close()


@contextmanager
def _kept_when_interrupted(
    lines: 'KeyframeLines', can_resume: bool
) -> Iterator[None]:
    """On Ctrl-C, say what is kept, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        if len(lines):
            mend = '; --resume goes on' if can_resume else ''
            click.echo(f'{lines.path} is kept{mend}', err=True)
        raise
