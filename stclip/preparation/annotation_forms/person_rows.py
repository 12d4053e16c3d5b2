"""What every form tells: a person, when and where, and what they do."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from stclip.utils.errors import UserError
from stclip.utils.values import composed
from stclip.video.listing import VIDEO_SUFFIXES


@dataclass(frozen=True)
class PersonRow:
    """A person on a frame, of which nothing but the types is checked.

    Args:
        source: File, and line or key, for messages.
        video: Its name.
        labels: What the person does.
        box: xyxy; None for a frame that is annotated without anybody.
        frame_idx: 0-based, or None where ``seconds`` or ``picture`` tells
            the moment.
        seconds: Since the first frame.
        picture: File of the frame, in a folder of frames.
        size_hw: Height and width that a box in px refers to, if the form
            tells.
    """

    source: str
    video: str
    labels: tuple[str, ...]
    box: tuple[float, ...] | None
    frame_idx: int | None = None
    seconds: float | None = None
    picture: str | None = None
    size_hw: tuple[int, int] | None = None


@dataclass
class Annotations:
    """A file of one form.

    Args:
        rows: Its persons, read as they are asked for.
        labels: Names in the order of the form, if it has one; complete when
            all rows are read.
        independent: Those that may be true beside any other.
        fractions: Whether boxes are fractions of the frame; None to tell it
            from their values.
    """

    rows: Iterable[PersonRow]
    labels: dict[str, None] = field(default_factory=dict)
    independent: set[str] = field(default_factory=set)
    fractions: bool | None = False


@dataclass(frozen=True)
class Reading:
    """How to read a form.

    Args:
        stride: Of interpolated tracks, a keyframe each so many frames.
        attributes: The attributes that tell actions; empty for all lists.
    """

    stride: int = 1
    attributes: Collection[str] = ()

    def wants(self, attribute: str) -> bool:
        """Whether an attribute tells actions."""
        return not self.attributes or attribute in self.attributes


def video_name(file: str) -> str:
    """What the keyframe format calls a video file."""
    path = PurePosixPath(composed(file).replace('\\', '/'))
    if path.suffix.lower() in VIDEO_SUFFIXES:
        path = path.with_suffix('')
    return str(path)


def require_some(path: Path, found: bool) -> None:
    """Refuse a file without a single person or frame.

    Raises:
        UserError: If there was nothing.
    """
    if not found:
        raise UserError(
            f'{path} holds no annotated person; annotate some boxes and '
            'export it again'
        )
