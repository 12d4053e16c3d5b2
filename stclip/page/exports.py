"""The files that an answer is downloaded as."""

import shutil
from dataclasses import replace
from pathlib import Path

from stclip.results.exports.formats import FORMATS
from stclip.results.video_actions import OWN_FORMS, VideoActions
from stclip.utils.errors import UserError

# Drawn from the pictures, which have to be found.
_PICTURES = ('contact-sheet', 'video')
#: Names of all forms.
FORMS = (*OWN_FORMS, *FORMATS)


class Exports:
    """Files of the present answer.

    Args:
        folder: A private one, made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, form: str, stem: str) -> Path:
        """Where the main file of a form lies.

        Args:
            form: One of :data:`FORMS`.
            stem: Of the video's name.

        Raises:
            UserError: If there is no such form.
        """
        if form not in FORMS:
            raise UserError(f'there is no form {form[:40]!r}')
        suffix = OWN_FORMS.get(form) or FORMATS[form].suffix
        self.folder.mkdir(mode=0o700, exist_ok=True)
        return self.folder / f'{stem}{suffix}'

    def file(self, result: VideoActions, form: str, index: int) -> Path:
        """A file, written unless it is there.

        Args:
            result: The answer.
            form: One of :data:`FORMS`.
            index: Which of the form's files.

        Raises:
            UserError: If there is no such file.
        """
        path = self.path(form, result.video.stem)
        files = FORMATS[form].files(path) if form in FORMATS else (path,)
        if not 0 <= index < len(files):
            raise UserError(f'{form} has no file {index}')
        if not all(file.exists() for file in files):
            if form not in _PICTURES:
                # Where the server keeps it is nobody's business.
                result = replace(result, video=Path(result.video.name))
            result.save(path, form)
        return files[index]

    def clear(self) -> None:
        """Remove what belongs to an earlier answer."""
        shutil.rmtree(self.folder, ignore_errors=True)


def all_files() -> list[dict[str, str | int]]:
    """What can be downloaded: form, number and suffix of each file."""
    files = []
    for form in FORMS:
        path = Path(f'v{OWN_FORMS.get(form) or FORMATS[form].suffix}')
        paths = FORMATS[form].files(path) if form in FORMATS else (path,)
        files += [
            dict(form=form, index=index, suffix=each.name.removeprefix('v'))
            for index, each in enumerate(paths)
        ]
    return files
