"""``stclip export``."""

from pathlib import Path

import click

from stclip.cli.command import Command
from stclip.cli.options import FORMAT, OVERWRITE


@click.command('export', cls=Command)
@click.argument('result', type=click.Path(path_type=Path))
@FORMAT
@click.option(
    '--out',
    type=click.Path(file_okay=False, path_type=Path),
    metavar='DIR',
    help='Folder to write to.',
    show_default='that of RESULT',
)
@OVERWRITE
def command(
    result: Path, formats: tuple[str, ...], out: Path | None, overwrite: bool
) -> None:
    r"""Write RESULT, the JSON file of stclip infer, in other forms.

    Neither the video nor a model is needed. docs/formats.md describes the
    forms.

    \b
    Examples:
      stclip export out/video.json --format cvat segments
      stclip export out/video.json --format csv --out tables/
    """
    if not formats:
        raise click.UsageError("give the wanted forms: '--format'")
    from stclip.results.exports.formats import FORMATS, require_formats
    from stclip.results.result_file import read_result
    from stclip.utils.outputs import new_results

    require_formats(formats)
    found = read_result(result)
    written = {
        name: FORMATS[name].named(out or result.parent, result.stem)
        for name in formats
    }
    files = [file for each in written.values() for file in each]
    with new_results(files, (result, found.video), overwrite):
        for name, (path, *_) in written.items():
            found.save(path, name)
    click.echo('\n'.join(map(str, files)))
