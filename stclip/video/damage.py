"""What of a video could not be used as it was recorded."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

# Frame numbers written out in a message; the results hold all.
_NAMED = 5


@dataclass(frozen=True)
class Damage:
    """Faults met in a video file; frame numbers are 0-based and ascending.

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
        return any(asdict(self).values())

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
            The attributes by name; None for a sound video.
        """
        return asdict(self) if self else None


def _named(frames: Sequence[int], fault: str) -> str:
    listed = ', '.join(map(str, frames[:_NAMED]))
    more = ', ...' if len(frames) > _NAMED else ''
    plural = '' if len(frames) == 1 else 's'
    return f'{len(frames)} frame{plural} {fault} ({listed}{more})'
