"""Videos of the rendered benchmark ZS-Stage, told by their records."""

from pathlib import Path

from stclip.utils.errors import UserError
from stclip.utils.io import read_json

#: What weights that know rendered pictures alone call these.
ZS_STAGE = 'ZS-Stage'


def record_path(media: Path) -> Path:
    """Where the record of a rendered video lies: beside its folder.

    Args:
        media: ``<track>/videos/<name>.mp4`` or ``<track>/frames/<name>``.
    """
    name = media.name.removesuffix('.mp4')
    return media.parent.parent / 'records' / f'{name}.json'


def is_rendered(media: str | Path) -> bool:
    """Whether a video is one of ZS-Stage, where it was rendered to.

    Args:
        media: Video file or folder of frames.
    """
    media = Path(media).absolute()
    record = record_path(media)
    if not record.is_file():
        return False
    try:
        told = read_json(record)
        return 'edition' in told['stamp'] and told['video'] == record.stem
    # A file of that name which is no record, whatever it holds.
    except (UserError, KeyError, TypeError):
        return False
