"""A job for all videos of a corpus, gone on with where it has ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tqdm import tqdm

from stclip.corpora.engines import Engine, Job
from stclip.corpora.folder import FAILED, CorpusFolder
from stclip.corpora.recorder import Outcome
from stclip.corpora.tables import (
    DETECTIONS,
    require_replaceable,
    require_tables,
    write_detections,
    write_summary,
)
from stclip.corpora.tasks import Task
from stclip.utils.errors import UserError
from stclip.utils.outputs import own_folder
from stclip.video.local_files import require_text_name

#: Faults of the program, one after the other, that end a run.
MOST_FAULTS = 20


@dataclass(frozen=True)
class Corpus:
    """Videos, and the folder that is filled with what comes of each.

    Args:
        folder: It may be partly filled.
        tasks: All videos.
        retry_failed: Whether those that failed are looked at again.
        detections: Whether each person becomes a row of a table.
    """

    folder: CorpusFolder
    tasks: Sequence[Task]
    retry_failed: bool = False
    detections: bool = True

    def do(self, job: Job, engine: Engine, about: dict[str, Any]) -> str:
        """Do a job for the videos that have no file yet; write the tables.

        Those are of all videos of the folder, these or others.

        Args:
            job: What is done.
            engine: What does it.
            about: See :meth:`.CorpusFolder.require_same`.

        Returns:
            What was done, in words.

        Raises:
            UserError: If the folder cannot be used, or is in use; if a model
                cannot be built; or if the program fails at one video after
                the other.
        """
        require_tables()
        tasks, folder = self.tasks, self.folder
        with own_folder(folder.root, '--out'):
            folder.require_same(about)
            require_replaceable(folder, self.detections)
            before = self._before()
            todo = [task for task in tasks if task.key not in before]
            named = self._named(todo)
            self._do(engine.run(job, folder, named), len(tasks) - len(named))
            known = folder.all_tasks(tasks)
            # All of a result is read for them: what is damaged becomes a
            # failure, of which the summary tells.
            if self.detections:
                write_detections(folder, known)
            write_summary(folder, known)
            after = folder.statuses()
        failed = sum(after.get(task.key) == FAILED for task in tasks)
        earlier = len(tasks) - len(todo)
        told = f', {earlier} of them before' if earlier else ''
        told += f'; {failed} failed, and the table says why' if failed else ''
        if not self.detections and (folder.root / DETECTIONS).exists():
            told += f'; {DETECTIONS}/ is left as an earlier command wrote it'
        count = f'{len(tasks)} videos are' if len(tasks) > 1 else '1 video is'
        return f'{count} done{told}; see {folder.root}/summary'

    def _before(self) -> dict[str, str]:
        """What came of videos before, by key; no failures to retry."""
        statuses = self.folder.statuses()
        if not self.retry_failed:
            return statuses
        again = [t for t in self.tasks if statuses.get(t.key) == FAILED]
        self.folder.forget_failures(again)
        again = {task.key for task in again}
        return {k: status for k, status in statuses.items() if k not in again}

    def _named(self, tasks: Iterable[Task]) -> list[Task]:
        """Those whose names are text; the others have failed by that.

        No engine has to carry a name that tables cannot hold.
        """
        named = []
        for task in tasks:
            try:
                require_text_name(task.path)
            except UserError as error:
                self.folder.fail(task, str(error))
            else:
                named.append(task)
        return named

    def _do(self, outcomes: Iterable[Outcome], earlier: int) -> None:
        """Go through what comes of videos, with a bar."""
        failed = faults = 0
        total = len(self.tasks)
        with tqdm(total=total, initial=earlier, unit='video') as bar:
            for outcome in outcomes:
                failed += outcome.status == FAILED
                if failed:
                    bar.set_postfix(failed=failed, refresh=False)
                bar.update()
                faults = faults + 1 if outcome.fault else 0
                if faults == MOST_FAULTS:
                    raise UserError(
                        f'the last {faults} videos all failed, and not by '
                        f'their own fault ({outcome.fault}): when that is '
                        'mended, --retry-failed looks at them again'
                    )
