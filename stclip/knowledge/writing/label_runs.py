"""What the tools share that ask about every class of a label list."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

from stclip.knowledge.attributes import plain_name
from stclip.knowledge.writing.cache import AnswerCache
from stclip.knowledge.writing.client import ChatError
from stclip.utils.errors import UserError

Result = TypeVar('Result')


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options that say what is asked about, whom, and where it goes."""
    parser.add_argument(
        '--labels', type=Path, required=True, help='action names, one a line'
    )
    parser.add_argument(
        '--llm', required=True, metavar='URL', help='base address, with /v1'
    )
    parser.add_argument('--model', required=True, metavar='NAME')
    parser.add_argument('--out', type=Path, required=True, metavar='FILE')
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


def check_paths(
    labels: Sequence[str], out: Path, read: Callable[[Path], Sequence[Any]]
) -> None:
    """Find out before the first question what would be lost after the last.

    Args:
        labels: Names of the classes.
        out: Output file.
        read: Reads such a file into records with a ``status``.

    Raises:
        ValueError: If two labels are one class, or the output file is a
            folder or holds something that a person wrote.
    """
    owners: dict[str, str] = {}
    for name in labels:
        other = owners.setdefault(plain_name(name), name)
        if other != name:
            raise UserError(
                f'the labels {other!r} and {name!r} are one class; remove one'
            )
    if out.is_dir():
        raise UserError(f'{out} is a folder; --out takes a file')
    if out.exists() and any(r.status == 'manual' for r in read(out)):
        raise UserError(
            f'{out} holds what was written by hand; give another --out'
        )


@contextmanager
def kept_answers(out: Path) -> Iterator[AnswerCache]:
    """Keep answers beside the output file; leave the tool if it fails.

    Args:
        out: Output file.

    Yields:
        The answers of earlier runs, for those of this run to join.

    Raises:
        SystemExit: On wrong input or a failing server, with the way out.
    """
    cache = None
    try:
        cache = AnswerCache(f'{out}.answers.jsonl')
        yield cache
    except ChatError as error:
        sys.exit(f'{error}\nAnswers so far are kept in {cache.path}.')
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    finally:
        if cache is not None:
            cache.close()


def for_each_class(
    write: Callable[[int, str], Result], labels: Sequence[str]
) -> list[Result]:
    """Ask about all classes, with a progress bar.

    Args:
        write: Takes 0-based place and name of a class.
        labels: Names of the classes.

    Raises:
        ChatError: If the model cannot be asked; the class is named.
    """
    results = []
    for place, name in enumerate(tqdm(labels, 'asking', unit='class')):
        try:
            results.append(write(place, name))
        except ChatError as error:
            raise ChatError(
                f'{name!r}, class {place + 1} of {len(labels)}: {error}'
            ) from error
    return results
