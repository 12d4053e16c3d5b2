"""Annotated videos of any data set, and the faults of a download."""

from collections import Counter
from dataclasses import dataclass, field

from stclip.structures.tubes import Tube
from stclip.utils.errors import UserError

#: How reading content of another form than expected fails.
MALFORMED = (
    AttributeError,
    LookupError,
    OverflowError,
    TypeError,
    ValueError,
)


def reason(error: Exception) -> str:
    """One of :data:`MALFORMED` in words; only our own speak for themselves."""
    return str(error) if isinstance(error, UserError) else repr(error)


@dataclass(frozen=True)
class AnnotatedVideo:
    """The annotation of one video.

    Args:
        name: Of the file or frame folder, without class folder and suffix.
        subset: ``'train'`` or ``'test'``, by the official split.
        size_hw: Height and width that the boxes refer to.
        num_frames: Frames of the video as the annotation states them.
        tubes: Persons, each with the action, frames from 0, pixels.
    """

    name: str
    subset: str
    size_hw: tuple[int, int]
    num_frames: int
    tubes: tuple[Tube, ...]


@dataclass
class Findings:
    """What is wrong with a download, and what to do about it.

    Attributes:
        faults: Kind of fault -> where it was found.
        hints: Kind of fault -> what to do.
    """

    faults: dict[str, list[str]] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, where: str, hint: str) -> None:
        """Note a fault.

        Args:
            kind: Short description, the same for all faults of this kind.
            where: File, video or line.
            hint: What was done about it or what the user can do.
        """
        self.faults.setdefault(kind, []).append(where)
        self.hints[kind] = hint

    def lines(self, examples: int = 3) -> list[str]:
        """Describe the faults, a line each and some examples."""
        lines = []
        for kind, sources in self.faults.items():
            lines.append(f'{len(sources)} x {kind}: {self.hints[kind]}')
            counts = Counter(sources)
            shown = list(counts.items())[:examples]
            lines += [
                f'    {source}' + (f' ({count} times)' if count > 1 else '')
                for source, count in shown
            ]
            if len(counts) > examples:
                lines.append(f'    and {len(counts) - examples} more')
        return lines
