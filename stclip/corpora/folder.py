"""The folder of a corpus: what each video has left, and what was asked.

    corpus.json                     what the results depend on
    videos/7f/KEY.json              result of a video, as of stclip infer
    videos/7f/KEY.error.json        or why there is none
    features/7f/KEY.safetensors     features of its persons, where kept
    begun/KEY                       a byte for each time it was begun
    summary/, detections/           tables of all, made at the end

Every file but those below begun/ appears under its name when it is whole: a
file of a video is all that is known of what is done. A KEY is that of a
version of a video; all its versions begin alike.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stclip.apis.feature_files import read_features
from stclip.corpora.tasks import Task, video_of
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import atomic_write, read_json, write_long_json
from stclip.utils.long_json import read_head
from stclip.utils.outputs import require_own
from stclip.utils.values import differing_keys

DONE, FAILED = 'done', 'failed'
_SUFFIXES = {DONE: '.json', FAILED: '.error.json'}
_KEYFRAMES = 'keyframes'
_FEATURES = '.safetensors'
_FOLDERS = ('videos', 'features', 'begun', 'summary', 'detections')
# How a record ends that was wholly written.
_END = b']\n}\n'


class UnwritableError(UserError):
    """The folder of a corpus cannot be written to."""


class CorpusFolder:
    """What is known of the videos of a corpus.

    Args:
        root: The folder.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        self.about = self.root / 'corpus.json'

    def require_same(self, about: Mapping[str, Any]) -> None:
        """Note what the results depend on, or compare it with the note.

        Args:
            about: Plain values.

        Raises:
            UserError: If the folder is of another request, or holds folders
                of others.
        """
        wanted = json.loads(json.dumps(about))
        folders = [self.root / name for name in _FOLDERS]
        require_own(folders, self.about, 'give another --out')
        if not self.about.exists():
            with atomic_write(self.about, lasting=True) as file:
                json.dump(wanted, file, indent=1)
            return
        request, told = wanted['request'], self.read_about()
        differing = differing_keys(request, told['request'])
        if wanted['features'] != told['features']:
            differing.append('features')
        if differing:
            raise UserError(
                f'{self.root} holds results of other '
                f'{", ".join(differing)}: give the same to go on, or another '
                '--out'
            )

    def read_about(self) -> dict[str, Any]:
        """What :meth:`require_same` has noted.

        Raises:
            MissingFileError: If the folder is none of a corpus.
            UserError: If the note is damaged.
        """
        if not self.about.is_file():
            raise MissingFileError(
                f'{self.root} is no corpus: {self.about.name} is missing; '
                'stclip annotate-corpus makes it'
            )
        told = read_json(self.about)
        keys = {'request', 'models', 'features'}
        if not isinstance(told, dict) or not keys <= told.keys():
            raise UserError(
                f'{self.about} lacks {", ".join(sorted(keys))}; give another '
                'folder'
            )
        return told

    def record_of(self, key: str, status: str = DONE) -> Path:
        """File of what came of a video.

        Args:
            key: Of the task.
            status: ``DONE`` or ``FAILED``.
        """
        return self._below('videos', key, _SUFFIXES[status])

    def features_of(self, key: str) -> Path:
        """File of the features of its persons."""
        return self._below('features', key, _FEATURES)

    def _below(self, kind: str, key: str, suffix: str) -> Path:
        # 256 folders: none gets too long.
        return self.root / kind / key[-2:] / f'{key}{suffix}'

    def status_of(self, key: str) -> str | None:
        """What came of a video; None if it is still to be looked at."""
        for status in (DONE, FAILED):
            if self.record_of(key, status).is_file():
                return status
        return None

    def statuses(self) -> dict[str, str]:
        """What came of each video so far, by key; reads folders only."""
        found: dict[str, str] = {}
        for name in _names(self.root / 'videos'):
            # Hidden ones are not whole.
            if name.endswith(_SUFFIXES[FAILED]):
                found.setdefault(name.removesuffix(_SUFFIXES[FAILED]), FAILED)
            elif name.endswith(_SUFFIXES[DONE]):
                found[name.removesuffix(_SUFFIXES[DONE])] = DONE
        return found

    def all_tasks(self, tasks: Sequence[Task] = ()) -> list[Task]:
        """The videos of the folder, each once.

        Args:
            tasks: Those whose version is known, which come first. Of others
                that version counts whose file was written last.
        """
        given = {task.video for task in tasks}
        versions = defaultdict(list)
        for key, status in self.statuses().items():
            video = video_of(key)
            if video not in given:
                written = self.record_of(key, status).stat().st_mtime_ns
                versions[video].append((written, key, status))
        newest = [max(each)[1:] for each in versions.values()]
        others = [Task(self._path_of(*each), each[0]) for each in newest]
        return [*tasks, *others]

    def _path_of(self, key: str, status: str) -> str:
        """Of the video; of the record where nothing tells it any more."""
        try:
            return self.head_of(key, status)['corpus']['path']
        except UserError:
            pass
        try:
            return read_features(self.features_of(key))[2]['path']
        except UserError:
            return str(self.record_of(key, status))

    def head_of(self, key: str, status: str) -> dict[str, Any]:
        """All of what came of a video but its keyframes.

        Args:
            key: Of the task.
            status: ``DONE`` or ``FAILED``.

        Raises:
            UserError: If the file is damaged, as when a machine went down.
        """
        record = self.record_of(key, status)
        head = read_head(record, _KEYFRAMES)
        with record.open('rb') as file:
            file.seek(-len(_END), os.SEEK_END)
            is_whole = file.read() == _END
        if not is_whole or 'corpus' not in head:
            raise UserError(f'{record} is not whole: look at the video again')
        return head

    def write(
        self,
        key: str,
        status: str,
        head: Mapping[str, Any],
        keyframes: Iterable[Any] = (),
    ) -> None:
        """Write what came of a video, atomically.

        Args:
            key: Of the task.
            status: ``DONE`` or ``FAILED``.
            head: All but the keyframes.
            keyframes: Plain values, one by one.

        Raises:
            UnwritableError: If the file cannot be written.
            ValueError: If a value is none of JSON's.
        """
        path = self.record_of(key, status)
        with writing(path):
            write_long_json(path, dict(head), _KEYFRAMES, keyframes)

    def fail(self, task: Task, error: str, seconds: float = 0.0) -> None:
        """Write why a video has no result, in place of a damaged one.

        Args:
            task: The video.
            error: In words.
            seconds: That the look took.

        Raises:
            UnwritableError: If the file cannot be written.
        """
        row = dict(path=task.shown, error=error, seconds=round(seconds, 3))
        self.write(task.key, FAILED, dict(corpus=row))
        self.record_of(task.key).unlink(missing_ok=True)

    def forget_failures(self, tasks: Iterable[Task]) -> None:
        """Let videos that failed be looked at again."""
        for task in tasks:
            self.record_of(task.key, FAILED).unlink(missing_ok=True)

    def begin(self, key: str) -> int:
        """Note that a look at a video begins.

        Args:
            key: Of the task.

        Returns:
            How many looks before have neither ended nor failed: their
            processes were killed.
        """
        mark = self._mark(key)
        with writing(mark):
            mark.parent.mkdir(parents=True, exist_ok=True)
            with mark.open('ab') as file:
                before = os.fstat(file.fileno()).st_size
                file.write(b'.')
        return before

    def end(self, key: str) -> None:
        """Note that a look has ended, whatever came of it."""
        self._mark(key).unlink(missing_ok=True)

    def forget_begun(self) -> None:
        """Forget all looks that were begun: what ended them was no video."""
        for mark in list((self.root / 'begun').glob('*')):
            mark.unlink(missing_ok=True)

    def _mark(self, key: str) -> Path:
        return self.root / 'begun' / key


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say of a file of a corpus that it cannot be written.

    Args:
        path: The file.

    Raises:
        UnwritableError: In place of the system's errors in the block.
    """
    try:
        yield
    except (UserError, OSError) as error:
        # Of a full disk all is said.
        told = str(error)
        if not isinstance(error, UserError):
            reason = error.strerror or error
            told = (
                f'{path} cannot be written ({reason}); mend that, and the '
                'same command goes on'
            )
        raise UnwritableError(told) from error


def _names(folder: Path) -> Iterator[str]:
    """Names of the files one folder deeper that are not hidden."""
    if not folder.is_dir():
        return
    for inner in sorted(os.scandir(folder), key=lambda each: each.name):
        for name in sorted(os.listdir(inner)) if inner.is_dir() else ():
            if not name.startswith('.'):
                yield name
