"""What is kept of a benchmark's runs, to make its tables anew.

python tools/keep_runs.py work_dirs/zs_stage docs/results/zs_stage.tar.xz
tar -xf docs/results/zs_stage.tar.xz -C work_dirs/zs_stage
"""

from pathlib import Path

import click

from stclip.cli.command import Command, run

_PATH = click.Path(path_type=Path)


@click.command(cls=Command)
@click.argument('runs', type=_PATH)
@click.argument('file', type=_PATH)
def command(runs: Path, file: Path) -> None:
    """Pack metrics and slim records of all tests that have finished.

    Unpacked into a folder, they stand there as runs that need not be done
    again.
    """
    from stclip.benchmarking.accuracy.kept_runs import keep_runs

    number = keep_runs(runs, file)
    size = file.stat().st_size / 1e6
    click.echo(f'{number} tests kept in {file}, {size:.2f} MB')


if __name__ == '__main__':
    run(command)
