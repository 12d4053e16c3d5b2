"""``stclip convert``."""

import click

from stclip.cli.command import Command
from stclip.cli.options import OVERWRITE


@click.command('convert', cls=Command)
@click.option(
    '--source',
    required=True,
    metavar='NAME',
    help='Whose checkpoint it is: a5, actionclip, actionclip_mm, bike, iclip, '
    'maxi, open_vclip, openmixer, st_clip_official, tc_clip, text4vis, '
    'vifi_clip, vita_clip or x_clip.',
)
@click.argument('checkpoint', metavar='IN')
@click.argument('out', metavar='OUT')
@OVERWRITE
def command(source: str, checkpoint: str, out: str, overwrite: bool) -> None:
    r"""Turn another code base's checkpoint IN into one of ours, OUT.

    Names that have no place in ours are listed.

    \b
    Example:
      stclip convert --source st_clip_official IN OUT
    """
    from stclip.apis.conversion import convert_checkpoint

    num_tensors, unknown = convert_checkpoint(
        source, checkpoint, out, overwrite
    )
    click.echo(f'{out}: {num_tensors} tensors')
    if unknown:
        click.echo(f'{len(unknown)} keys are not known and were left out:')
        click.echo('\n'.join(f'  {name}' for name in unknown))
