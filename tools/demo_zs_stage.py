"""The main job: train ST-CLIP on ZS-Stage and see it find unseen actions.

    make demo

Renders a part of the single-action track, detects the persons of the test
videos, tests CLIP and untrained ST-CLIP, trains and tests ST-CLIP on the first
fold, and shows all side by side. Leaves an annotated video and a contact sheet
of test videos of the unseen actions in work_dirs/demo. What is done already is
not done again.
"""

from pathlib import Path

import click

from stclip.cli.command import Command, Values, run


@click.command('demo_zs_stage', cls=Command, help=__doc__)
@click.option(
    '--out',
    type=click.Path(path_type=Path, file_okay=False),
    default=Path('work_dirs/demo'),
    help='Folder of the runs, the video and the sheet.',
)
@click.option(
    '--cfg-options',
    cls=Values,
    metavar='KEY=VALUE ...',
    help='Values that differ from the configs.',
)
def command(out: Path, cfg_options: tuple[str, ...]) -> None:
    from stclip.benchmarking import demo

    demo.run(out.resolve(), cfg_options)


if __name__ == '__main__':
    run(command)
