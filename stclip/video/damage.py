"""What of a video could not be used as it was recorded."""

import fcntl
import logging
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mmengine.logging import print_log

# Frame numbers written out in a message; the results hold all.
_NAMED = 5


@dataclass(frozen=True)
class Damage:
    """Faults met in a video; frame numbers are 0-based and ascending.

    Args:
        lost_frames: Frames that cannot be decoded. Each is shown as the one
            before it, the first ones as the next one that decodes.
        corrupt_frames: Frames that decode with errors in the picture.
        resized_frames: Frames of another size than the first one, scaled to
            it.
        cut_short: Whether the file ends before its recording did, or cannot
            be read to its end.
    """

    lost_frames: tuple[int, ...] = ()
    corrupt_frames: tuple[int, ...] = ()
    resized_frames: tuple[int, ...] = ()
    cut_short: bool = False

    def __bool__(self) -> bool:
        return bool(
            self.lost_frames
            or self.corrupt_frames
            or self.resized_frames
            or self.cut_short
        )

    def __str__(self) -> str:
        """One line without the name of the file."""
        faults = []
        if self.cut_short:
            faults.append('the file is cut short')
        for frames, fault in (
            (self.lost_frames, 'cannot be decoded'),
            (self.corrupt_frames, 'decoded with errors'),
            (self.resized_frames, 'of another size than the first'),
        ):
            if frames:
                faults.append(_named(frames, fault))
        return '; '.join(faults)

    def to_json(self) -> dict[str, Any] | None:
        """Plain values, described in docs/how_to/annotate_a_video.md.

        Returns:
            The attributes by name, lists of frames; None for a sound video.
        """
        if not self:
            return None
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> 'Damage':
        """What :meth:`to_json` has told.

        Args:
            value: Plain values.
        """
        return cls(
            **{
                name: tuple(told) if isinstance(told, list) else told
                for name, told in (value or {}).items()
            }
        )


def log_damage(path: Path, told: str) -> None:
    """Log what is wrong with a video.

    Args:
        path: Of the video.
        told: The damage and of how many frames it is known, in words.
    """
    print_log(
        f'{path} is damaged: {told}. What decodes is used; a lost frame is '
        'shown as the one before it.',
        'current',
        logging.WARNING,
    )


class DamageLog:
    """Logs each damaged video once, in all data workers together.

    Workers are forked from a process that has made one; a pickled copy knows
    nothing of what the others tell.
    """

    def __init__(self) -> None:
        # Not a set: what a worker adds to that, the others never see.
        self._paths = tempfile.TemporaryFile()  # noqa: SIM115

    def __call__(self, path: Path, told: str) -> None:
        """See :func:`log_damage`."""
        name = os.fsencode(path)
        file = self._paths.fileno()
        fcntl.lockf(file, fcntl.LOCK_EX)
        known = os.pread(file, os.fstat(file).st_size, 0).split(b'\0')
        if name not in known:
            os.write(file, name + b'\0')
        fcntl.lockf(file, fcntl.LOCK_UN)
        if name not in known:
            log_damage(path, told)

    def __reduce__(self) -> tuple[type, tuple]:
        return DamageLog, ()


def _named(frames: Sequence[int], fault: str) -> str:
    listed = ', '.join(map(str, frames[:_NAMED]))
    more = ', ...' if len(frames) > _NAMED else ''
    plural = '' if len(frames) == 1 else 's'
    return f'{len(frames)} frame{plural} {fault} ({listed}{more})'
