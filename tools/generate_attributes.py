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
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from stclip.language.attribute_writer import AttributeWriter
from stclip.language.cache import AnswerCache, CachedChat
from stclip.language.client import ChatClient, ChatError
from stclip.language.descriptions import DescriptionFile
from stclip.text.attributes import (
    AttributeRecord,
    plain_name,
    read_attributes,
    write_attributes,
)
from stclip.text.label_list import read_label_list

#: More classes than this without the model's keywords are a failure.
MAX_FALLBACK = 0.02


def parse_args(argv: Sequence[str] | None) -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        '--labels', type=Path, required=True, help='action names, one a line'
    )
    parser.add_argument(
        '--descriptions',
        type=Path,
        required=True,
        help='JSON list of {"word", "defn"}, or lines of name<TAB>description',
    )
    parser.add_argument(
        '--llm', required=True, metavar='URL', help='base address, with /v1'
    )
    parser.add_argument('--model', required=True, metavar='NAME')
    parser.add_argument('--out', type=Path, required=True, metavar='FILE')
    parser.add_argument(
        '--number',
        type=int,
        default=8,
        metavar='N',
        help='keywords of each class, up to 16; default: 8',
    )
    parser.add_argument(
        '--seed',
        type=int,
        default=0,
        help='of the sampling; another one asks anew; default: 0',
    )
    parser.add_argument(
        '--timeout',
        type=float,
        default=120,
        metavar='SEC',
        help='how long an answer may take; default: 120',
    )
    return parser.parse_args(argv)


def check_paths(labels: Sequence[str], out: Path) -> None:
    """Find out before the first question what would be lost after the last.

    Raises:
        ValueError: If two labels are one class, or the output file is a
            folder or holds something that a person wrote.
    """
    owners: dict[str, str] = {}
    for name in labels:
        other = owners.setdefault(plain_name(name), name)
        if other != name:
            raise ValueError(
                f'the labels {other!r} and {name!r} are one class; remove one'
            )
    if out.is_dir():
        raise ValueError(f'{out} is a folder; --out takes a file')
    if out.exists() and any(
        record.status == 'manual' for record in read_attributes(out)
    ):
        raise ValueError(
            f'{out} holds keywords written by hand; give another --out'
        )


def write_all(
    writer: AttributeWriter, dataset: str, labels: Sequence[str]
) -> list[AttributeRecord]:
    """Make all records, with a progress bar.

    Raises:
        ChatError: If the model cannot be asked; the class is named.
    """
    records = []
    for place, name in enumerate(tqdm(labels, 'asking', unit='class')):
        try:
            records.append(writer.write(dataset, place, name))
        except ChatError as error:
            raise ChatError(
                f'{name!r}, class {place + 1} of {len(labels)}: {error}'
            ) from error
    return records


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
    cache = None
    try:
        labels = read_label_list(args.labels)
        check_paths(labels, args.out)
        client = ChatClient(args.llm, args.timeout)
        cache = AnswerCache(f'{args.out}.answers.jsonl')
        writer = AttributeWriter(
            CachedChat(client, cache).ask,
            client.host,
            args.model,
            DescriptionFile(args.descriptions),
            args.number,
            args.seed,
        )
        records = write_all(writer, args.labels.stem, labels)
        write_attributes(args.out, records)
    except ChatError as error:
        sys.exit(f'{error}\nAnswers so far are kept in {cache.path}.')
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    finally:
        if cache is not None:
            cache.close()
    report(records, args.out)


if __name__ == '__main__':
    main()
