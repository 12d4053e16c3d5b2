"""What is said of published rows of recognisers, in a table's last column."""

import re
from collections.abc import Iterable

from stclip.benchmarking.accuracy.tables import published


def remarks(
    titles: Iterable[str], table: str, data: str = ''
) -> dict[str, str]:
    """Which videos published figures are of, and why nothing is run here.

    Args:
        titles: Of the published rows.
        table: Key of data/published/recognisers.yaml's ``without_a_run``.
        data: Data set of zero-shot tables, whose videos differ by row; empty
            where they do not.
    """
    videos = {
        title: told
        for told, of in published('recognisers', 'videos', data).items()
        for title in of
    }
    methods = published('recognisers', 'without_a_run', 'methods')
    rows = published('recognisers', 'without_a_run', table)
    found = {}
    for title in titles:
        told = [videos[title]] if title in videos else []
        method = re.split(r' \(|, |; ', title)[0]
        if reason := rows.get(title) or methods.get(method):
            told.append(f'not run here: {reason}')
        found[title] = '; '.join(told)
    return found
