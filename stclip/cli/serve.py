"""``stclip serve``."""

import importlib.util
import os
from typing import Any

import click

from stclip.cli.command import Command, Values
from stclip.cli.numbers import COUNT, Finite
from stclip.cli.options import (
    AMP,
    CHECKPOINT,
    CHECKPOINT_CONFIG,
    CLIP,
    DEVICE,
    OFFLINE,
    refuse_half_a_model,
)
from stclip.utils import downloads
from stclip.utils.errors import UserError

_POSITIVE = Finite(0, min_open=True)
_PACKAGES = ('starlette', 'uvicorn')


@click.command('serve', cls=Command)
@click.option(
    '--model',
    'models',
    cls=Values,
    metavar='NAME ...',
    help='What is offered: models of the index; the first one is loaded at '
    'the start.',
    show_default='all, loaded when asked for',
)
@CHECKPOINT
@CHECKPOINT_CONFIG
@CLIP
@click.option(
    '--detector',
    metavar='NAME',
    help='What finds persons; see stclip infer.',
    show_default='the one that goes with the model',
)
@OFFLINE
@click.option(
    '--host',
    default='127.0.0.1',
    help='Address of this machine that the page is served at; 0.0.0.0 for '
    'all of them, which lets others in.',
)
@click.option(
    '--port',
    type=click.IntRange(0, 65535),
    default=8765,
    help='0 for any that is free.',
)
@click.option('--max-mb', type=_POSITIVE, default=200, help='Of an upload.')
@click.option('--max-seconds', type=_POSITIVE, default=120, help='Of a video.')
@click.option('--max-frames', type=COUNT, default=10_000, help='Of a video.')
@click.option(
    '--max-megapixels', type=_POSITIVE, default=9, help='Of a frame.'
)
@click.option(
    '--max-waiting', type=COUNT, default=8, help='Jobs that wait in line.'
)
@click.option(
    '--max-users', type=COUNT, default=16, help='Pages open at a time.'
)
@click.option(
    '--keep-mb',
    type=Finite(0),
    default=500,
    help="Memory for each user's look at a video, so that other labels need "
    'no other look.',
)
@AMP
@DEVICE
def command(
    models: tuple[str, ...],
    checkpoint: str | None,
    config: str | None,
    clip: str | None,
    detector: str | None,
    offline: bool,
    host: str,
    port: int,
    amp: bool,
    device: str | None,
    **limits: Any,
) -> None:
    r"""Serve a page on which videos are looked at, until Ctrl-C.

    Upload a video, name actions in plain words, and see who does what from
    when to when, why, and how other words change it. The page is for this
    machine alone unless --host says otherwise; uploads lie in a private
    folder and are deleted when their page is left.
    docs/how_to/serve.md shows it.

    \b
    Examples:
      stclip serve
      stclip serve --model stage
      stclip serve --checkpoint iter_3000.pth --config zs_jhmdb_split1.py
    """
    _refuse_contradictions(models, checkpoint, config, clip)
    missing = [p for p in _PACKAGES if importlib.util.find_spec(p) is None]
    if missing:
        raise UserError(
            f'{missing[0]} is not installed, which the page needs: pip '
            "install 'stclip[serve]'"
        )
    if offline:
        os.environ[downloads.OFFLINE] = '1'
    from stclip.page.limits import Limits
    from stclip.page.models import Models
    from stclip.page.server import bind, serve

    bind(host, port).close()  # before anything is loaded
    options = dict(detector=detector, device=device, amp=amp)
    if checkpoint or clip:
        name = os.path.basename(checkpoint or clip)
        options.update(checkpoint=checkpoint, config=config, clip=clip)
        offered = Models({name: options}, {name: 'given at the start'})
    else:
        offered = Models.indexed(models, **options)
    if models or checkpoint or clip:
        offered.get(offered.names[0])
    serve(
        offered,
        Limits(**limits),
        host,
        port,
        lambda address: click.echo(f'{address} (Ctrl-C ends it)'),
    )


def _refuse_contradictions(
    models: tuple[str, ...],
    checkpoint: str | None,
    config: str | None,
    clip: str | None,
) -> None:
    if bool(models) + bool(checkpoint) + bool(clip) > 1:
        raise click.UsageError(
            'give one of --model, --checkpoint and --clip: each says what is '
            'offered'
        )
    refuse_half_a_model(config, checkpoint, clip)
