r"""Published files of a trained person detector.

python tools/publish_person_detector.py \
        work_dirs/zs_stage_tiny data/pretrained/tiny_person_detector \
        --overwrite
"""

from pathlib import Path

import click

from stclip.cli.command import Command, run
from stclip.cli.options import OVERWRITE

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(cls=Command)
@click.argument('work_dir', type=_FOLDER)
@click.argument('out', type=_FOLDER)
@OVERWRITE
def command(work_dir: Path, out: Path, overwrite: bool) -> None:
    """Make what is shipped of a trained person detector.

    The weights of the last checkpoint in half precision without optimizer, a
    record of the training and its curve.
    """
    from stclip.apis.publishing import publish_person_detector

    publish_person_detector(work_dir, out, overwrite)


if __name__ == '__main__':
    run(command)
