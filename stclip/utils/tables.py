"""Plain-text tables for terminals and logs."""

from collections.abc import Sequence


def text_table(*blocks: Sequence[Sequence[str]]) -> str:
    """Columns side by side, the first flush left, the others flush right.

    Args:
        *blocks: Rows of as many cells each: headings, body, means. A rule
            stands between two blocks.

    Returns:
        Lines of equal width.
    """
    columns = zip(*(row for block in blocks for row in block), strict=True)
    widths = [max(map(len, column)) for column in columns]
    rule = '-' * (sum(widths) + 2 * (len(widths) - 1))
    return f'\n{rule}\n'.join(
        '\n'.join(_line(row, widths) for row in block) for block in blocks
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = zip(row, widths, strict=True)
    return '  '.join(
        cell.rjust(width) if column else cell.ljust(width)
        for column, (cell, width) in enumerate(cells)
    )
