"""Description attributes of a whole label list, and their shortfalls."""

import functools
from collections.abc import Sequence
from pathlib import Path

from stclip.knowledge.attributes import (
    AttributeRecord,
    read_attributes,
    write_attributes,
)
from stclip.knowledge.writing.attribute_writer import AttributeWriter
from stclip.knowledge.writing.descriptions import DescriptionFile
from stclip.knowledge.writing.label_runs import (
    LabelRun,
    asking,
    for_each_class,
)

#: More classes than this without the model's keywords are a failure.
MAX_FALLBACK = 0.02


def write_label_attributes(
    run: LabelRun, descriptions: Path, num_keywords: int = 8
) -> list[AttributeRecord]:
    """Ask for the keywords of a label list, and write them.

    Args:
        run: What is asked about, whom, and where it goes.
        descriptions: JSON list of ``{"word", "defn"}``, or lines of name,
            tab, description.
        num_keywords: Keywords of each class, up to 16.

    Returns:
        What was written.

    Raises:
        UserError: On wrong input or a failing server, with the way out.
    """
    with asking(run, read_attributes, descriptions) as (names, ask, host):
        writer = AttributeWriter(
            ask,
            host,
            run.model,
            DescriptionFile(descriptions),
            num_keywords,
            run.seed,
        )
        write = functools.partial(writer.write, run.labels.stem)
        records = for_each_class(write, names)
        write_attributes(run.out, records)
    return records


def find_shortage(records: Sequence[AttributeRecord]) -> str:
    """Say what is missing if too much of the records is makeshift.

    Args:
        records: Those of all classes.

    Returns:
        A few lines, empty if the records will do.
    """
    fallback = [record for record in records if record.status == 'fallback']
    if len(fallback) <= MAX_FALLBACK * len(records):
        return ''
    unusable, undescribed = [], []
    for record in fallback:
        described = bool(record.details['description'])
        (unusable if described else undescribed).append(record.class_name)
    lines = [
        f'{len(fallback)} of {len(records)} classes are fallback, more than '
        f'{MAX_FALLBACK:.0%}.'
    ]
    if unusable:
        lines.append(
            'No usable answer, words of the description stand in: '
            f'{", ".join(unusable)}. Try another --seed or --model.'
        )
    if undescribed:
        lines.append(
            f'No description, no keywords: {", ".join(undescribed)}. Add '
            'them to --descriptions.'
        )
    return '\n'.join(lines)
