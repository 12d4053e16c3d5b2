"""The forms that a result can be written in, by name and by suffix."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stclip.results.exports.ava import write_ava, write_ava_persons
from stclip.results.exports.box_csv import write_box_csv
from stclip.results.exports.coco_video import write_coco_video
from stclip.results.exports.cvat import write_cvat
from stclip.results.exports.json_lines import write_json_lines
from stclip.results.exports.label_studio import write_label_studio
from stclip.results.exports.mot import write_mot
from stclip.results.exports.segment_csv import write_segment_csv
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError
from stclip.utils.outputs import require_apart

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions


@dataclass(frozen=True)
class Format:
    """One form.

    Args:
        suffix: What its files are called after the video's name.
        write: Writes a result to a path, and to the one beside it if there
            is one.
        beside: Suffix of a file that the tool needs as well.
        tracked: Whether persons need ids.
        timed: Whether keyframes need times.
    """

    suffix: str
    write: Callable[..., None]
    beside: str = ''
    tracked: bool = False
    timed: bool = False

    def files(self, path: Path) -> tuple[Path, ...]:
        """All files that are written, the main one first.

        Args:
            path: The main one, whatever its suffix.
        """
        path = Path(path)
        if not self.beside:
            return (path,)
        return path, path.with_suffix(self.beside)

    def named(self, folder: Path, stem: str) -> tuple[Path, ...]:
        """All files that are written for a video, as they are called."""
        return self.files(folder / f'{stem}{self.suffix}')


#: Name -> form; those beside JSON, video and contact sheet.
FORMATS = {
    'csv': Format('.csv', write_box_csv),
    'segments': Format('.segments.csv', write_segment_csv, tracked=True),
    'jsonl': Format('.keyframes.jsonl', write_json_lines),
    'cvat': Format('.cvat.xml', write_cvat, '.labels.json', tracked=True),
    'label-studio': Format(
        '.labelstudio.json', write_label_studio, '.xml', True, True
    ),
    'coco-video': Format('.coco.json', write_coco_video, tracked=True),
    'mot': Format('.mot.txt', write_mot, tracked=True),
    'ava': Format('.ava.csv', write_ava, '.pbtxt', timed=True),
    'ava-persons': Format(
        '.ava-persons.csv', write_ava_persons, '.pbtxt', True, True
    ),
}
# What an own name may end in, beside the suffixes above.
_SHORT = {'.jsonl': 'jsonl', '.xml': 'cvat'}


def write_as(result: 'VideoActions', path: str | Path, name: str) -> None:
    """Write a result in one of the forms, atomically.

    Args:
        result: The result.
        path: The file; what goes with it is written beside it.
        name: A key of :data:`FORMATS`.

    Raises:
        UserError: For an unknown form, over the video, or if the form needs
            what the result lacks; nothing is written then.
    """
    require_choice('format', name, tuple(FORMATS))
    files = FORMATS[name].files(Path(path))
    require_apart(files, [result.video])
    FORMATS[name].write(result, *files)


def format_of(path: str | Path, known: dict[str, str]) -> str:
    """The form that a file's name tells.

    Args:
        path: The file.
        known: Suffix -> further forms.

    Raises:
        UserError: If it tells none.
    """
    suffixes = {form.suffix: name for name, form in FORMATS.items()}
    suffixes |= _SHORT | known
    name = Path(path).name.lower()
    fitting = [suffix for suffix in suffixes if name.endswith(suffix)]
    if not fitting:
        raise UserError(
            f'{path}: the name does not tell the format; end it in '
            f'{", ".join(suffixes)}, or give the format'
        )
    return suffixes[max(fitting, key=len)]


def require_formats(
    names: Iterable[str], tracked: bool = True, timed: bool = True
) -> None:
    """Refuse forms that a result could not be written in.

    Args:
        names: What is asked for.
        tracked: Whether persons will have ids.
        timed: Whether keyframes will have times.

    Raises:
        UserError: For an unknown form, or one that needs what is not there.
    """
    for name in names:
        require_choice('format', name, tuple(FORMATS))
        if FORMATS[name].tracked and not tracked:
            raise UserError(
                f'format {name} has persons with ids: leave out --no-track'
            )
        if FORMATS[name].timed and not timed:
            raise UserError(
                f'format {name} has times, which a folder of frames does not '
                'tell: give --fps'
            )
