"""Ask a language model for the description attributes of a label list.

    python tools/generate_attributes.py --labels FILE --descriptions FILE
        --llm URL --model NAME --out FILE

URL is the base address of any server with an OpenAI-compatible chat
interface, such as http://127.0.0.1:8000/v1; a key is read from the
environment variable OPENAI_API_KEY. Answers are kept in OUT.answers.jsonl: a
run that stopped goes on without asking again. More:
docs/how_to/attributes.md.
"""

import argparse
import functools
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from stclip.knowledge.attributes import (
    AttributeRecord,
    read_attributes,
    write_attributes,
)
from stclip.knowledge.writing.attribute_writer import AttributeWriter
from stclip.knowledge.writing.cache import CachedChat
from stclip.knowledge.writing.client import ChatClient
from stclip.knowledge.writing.descriptions import DescriptionFile
from stclip.knowledge.writing.label_runs import (
    add_options,
    check_paths,
    for_each_class,
    kept_answers,
)
from stclip.labels.label_list import read_label_list

#: More classes than this without the model's keywords are a failure.
MAX_FALLBACK = 0.02


def parse_args(argv: Sequence[str] | None) -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    parser.add_argument(
        '--descriptions',
        type=Path,
        required=True,
        help='JSON list of {"word", "defn"}, or lines of name<TAB>description',
    )
    parser.add_argument(
        '--number',
        type=int,
        default=8,
        metavar='N',
        help='keywords of each class, up to 16; default: 8',
    )
    return parser.parse_args(argv)


def report(records: Sequence[AttributeRecord], out: Path) -> None:
    """Print what came about; exit with 1 if too much of it is makeshift."""
    counts = Counter(record.status for record in records)
    numbers = ', '.join(
        f'{counts[s]} {s}' for s in ('ok', 'short', 'fallback')
    )
    print(f'{out}: {len(records)} classes, {numbers}')
    if counts['fallback'] <= MAX_FALLBACK * len(records):
        return
    unusable, undescribed = [], []
    for record in records:
        if record.status == 'fallback':
            described = bool(record.details['description'])
            (unusable if described else undescribed).append(record.class_name)
    lines = [
        f'{counts["fallback"]} of {len(records)} classes are fallback, more '
        f'than {MAX_FALLBACK:.0%}.'
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
    sys.exit('\n'.join(lines))


def main(argv: Sequence[str] | None = None) -> None:
    """Read, ask, write, report."""
    args = parse_args(argv)
    with kept_answers(args.out) as cache:
        labels = read_label_list(args.labels)
        check_paths(labels, args.out, read_attributes)
        client = ChatClient(args.llm, args.timeout)
        writer = AttributeWriter(
            CachedChat(client, cache).ask,
            client.host,
            args.model,
            DescriptionFile(args.descriptions),
            args.number,
            args.seed,
        )
        write = functools.partial(writer.write, args.labels.stem)
        records = for_each_class(write, labels)
        write_attributes(args.out, records)
    report(records, args.out)


if __name__ == '__main__':
    main()
