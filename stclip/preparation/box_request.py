"""Requests for the detection of persons over a data set.

Nothing heavy is imported here: a wrong path is told in a moment.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import require_file
from stclip.utils.outputs import (
    new_results,
    require_apart,
    require_writable_file,
    require_writable_folder,
)
from stclip.utils.remote_files import require_checkpoint
from stclip.utils.resources import resolve

_SUFFIXES = ('.json', '.csv')


@dataclass(frozen=True)
class BoxRequest:
    """Which persons to detect where, and what to write.

    Args:
        config: Config of a detector of mmdet.
        videos: Folder of the video files or frame folders.
        out: File to write: a JSON list of ``image_id``, ``bbox`` (x1, y1, x2,
            y2 in px of the video), ``score`` and ``category_id``; for AVA's
            CSV a CSV of video, timestamp, x1, y1, x2, y2, score with boxes in
            fractions of the frame.
        annotations: What lists the frames, a .json or an AVA .csv; ``None``
            for every frame of every video, named ``<video>/<frame, from
            00001>``.
        checkpoint: Weights, file or address; ``None`` for the config's
            ``load_from``.
        objects: File to write, like ``out``, for boxes of all else that
            touches a person; ``None`` for none.
        score_threshold: Boxes with a lower score are left out.
        fps: Frame folders: frames a second, for keyframes given by time.
        start_sec: AVA .csv: timestamp of the first frame.
        strict: Whether a damaged video is an error.
    """

    config: str
    videos: str
    out: str
    annotations: str | None = None
    checkpoint: str | None = None
    objects: str | None = None
    score_threshold: float = 0.05
    fps: float = 30
    start_sec: float = 900
    strict: bool = False

    @property
    def parts_folder(self) -> str:
        """Where finished videos wait for the others."""
        return f'{self.out}.parts'

    def require_files(self) -> None:
        """Look at arguments and files, and into none of them.

        Raises:
            FileNotFoundError: If a file or folder is missing.
            ValueError: If one is of another kind than wanted, or nothing can
                be written.
        """
        suffix = Path(self.annotations or self.out).suffix.lower()
        if suffix not in _SUFFIXES or Path(self.out).suffix.lower() != suffix:
            raise UserError(
                '--annotations and --out must both be .json or .csv, got '
                f'{self.annotations} and {self.out}'
            )
        require_file(resolve(self.config), 'Configs lie in configs/.')
        if not Path(self.videos).is_dir():
            raise MissingFileError(
                f'the folder of the videos, {self.videos}, does not exist or '
                'is a file; give --videos a folder'
            )
        if self.annotations:
            require_file(self.annotations, 'tools/data/prepare.py writes it.')
        if self.checkpoint:
            require_checkpoint(
                self.checkpoint, 'Give the .pth of a trained model.'
            )
        if self.objects and Path(self.objects).suffix.lower() != suffix:
            raise UserError(
                f'--objects must be a {suffix} like --out, got {self.objects}'
            )
        outputs = [Path(path) for path in self.outputs]
        if len({path.resolve() for path in outputs}) < len(outputs):
            raise UserError(f'--objects and --out are both {self.out}')
        require_apart(outputs, self._inputs)
        for path in outputs:
            require_writable_file(path)
        require_writable_folder(self.parts_folder)

    def new_result(self, overwrite: bool) -> AbstractContextManager[None]:
        """See :func:`new_results`; a run that was killed goes on."""
        going_on = Path(self.parts_folder).is_dir()
        return new_results(
            [Path(path) for path in self.outputs],
            self._inputs,
            overwrite or going_on,
        )

    @property
    def outputs(self) -> tuple[str, ...]:
        """Files to write: of persons, and of objects where wanted."""
        return (self.out, self.objects) if self.objects else (self.out,)

    @property
    def _inputs(self) -> tuple[str | Path | None, ...]:
        files = (self.config, self.checkpoint)
        return (self.annotations, *(file and resolve(file) for file in files))
