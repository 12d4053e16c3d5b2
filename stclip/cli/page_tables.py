"""Tables that stand in a page of the documentation as well."""

from collections.abc import Callable
from pathlib import Path

import click

_PAGE = Path('docs/zs_stage.md')
#: Whether the page is to be filled.
WRITE_DOCS = click.option(
    '--write-docs', is_flag=True, help=f'Fill {_PAGE.as_posix()}.'
)


def show_table(
    table: Callable[[], str],
    section: str,
    write_docs: bool,
    page: Path = _PAGE,
) -> None:
    """Print a table and, if asked to, write it into the page.

    Args:
        table: Measures, and returns Markdown.
        section: Name of the page's part.
        write_docs: Whether to write it.
        page: Where the part is.

    Raises:
        MissingFileError: If the page is to be filled and there is none, before
            anything is measured.
    """
    from stclip.benchmarking.accuracy.tables import fill_page
    from stclip.utils.io import require_file

    if write_docs:
        require_file(page, 'Run this in a checkout.')
    text = table()
    click.echo(text)
    if write_docs:
        fill_page(page, section, text)
