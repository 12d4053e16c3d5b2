"""Options of commands that fill the folder of a corpus."""

from typing import TYPE_CHECKING

import click

from stclip.cli.numbers import COUNT
from stclip.cli.options import add_options

if TYPE_CHECKING:
    from stclip.corpora.engines import Engine

RETRY_FAILED = click.option(
    '--retry-failed',
    is_flag=True,
    help='Look again at the videos that failed.',
)
DETECTIONS = click.option(
    '--detections/--no-detections',
    default=True,
    help='Write a table of every person on every keyframe.',
)
#: See :func:`engine_of`.
ENGINE = add_options(
    click.option(
        '--engine',
        type=click.Choice(['local', 'ray']),
        default='local',
        help='One process, or actors of a Ray cluster.',
    ),
    click.option(
        '--actors',
        type=COUNT,
        metavar='N',
        help='Processes of the Ray engine.',
        show_default='one for each GPU, or for --actor-cores cores',
    ),
    click.option(
        '--actor-cores',
        type=COUNT,
        default=2,
        metavar='N',
        help='Cores of each, where there is no GPU.',
    ),
)


def engine_of(engine: str, actors: int | None, actor_cores: int) -> 'Engine':
    """What runs the looks.

    Args:
        engine: ``local`` or ``ray``.
        actors: See :class:`~stclip.corpora.ray_engine.RayEngine`.
        actor_cores: Likewise.

    Raises:
        UserError: If Ray is asked for and not installed.
    """
    from stclip.corpora.engines import LocalEngine
    from stclip.corpora.ray_engine import RayEngine, require_ray

    if engine == 'local':
        return LocalEngine()
    require_ray()
    return RayEngine(actors, actor_cores)
