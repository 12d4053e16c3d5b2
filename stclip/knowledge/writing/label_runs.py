"""A run that asks about every class of a label list."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from tqdm import tqdm

from stclip.knowledge.attributes import plain_name
from stclip.knowledge.writing.cache import AnswerCache, CachedChat
from stclip.knowledge.writing.client import (
    Answer,
    ChatClient,
    ChatError,
    ChatRequest,
)
from stclip.labels.label_list import read_label_list
from stclip.utils.errors import UserError
from stclip.utils.outputs import new_results, require_apart

Result = TypeVar('Result')


@dataclass(frozen=True)
class LabelRun:
    """What is asked about, whom, and where it goes.

    Args:
        labels: File of action names, one a line; its stem names the data
            set.
        llm: Base address of the server, with ``/v1``.
        model: Name of the model, as the server knows it.
        out: Output file; answers are kept in ``OUT.answers.jsonl``, and an
            output file that lies beside them is written anew.
        seed: Of the sampling; another one asks anew.
        timeout: Seconds an answer may take.
        overwrite: Whether another output file may be replaced.
    """

    labels: Path
    llm: str
    model: str
    out: Path
    seed: int = 0
    timeout: float = 120.0
    overwrite: bool = False

    @property
    def answers(self) -> Path:
        """Where answers are kept."""
        return Path(f'{self.out}.answers.jsonl')


class Asking(NamedTuple):
    """What a run needs to ask.

    Args:
        names: The classes, in order.
        ask: Answers requests, each once, or raises.
        host: Of the server.
    """

    names: tuple[str, ...]
    ask: Callable[[ChatRequest], Answer]
    host: str


@contextmanager
def asking(
    run: LabelRun,
    read: Callable[[Path], Sequence[Any]],
    descriptions: Path | None = None,
) -> Iterator[Asking]:
    """Make ready to ask, and keep the answers beside the output file.

    Args:
        run: The run.
        read: Reads such an output file into records with a ``status``.
        descriptions: Another file that is read.

    Yields:
        Names and whom to ask.

    Raises:
        UserError: On wrong input or a failing server, with the way out.
    """
    names = read_label_list(run.labels)
    check_paths(names, run.out, read)
    require_apart([run.answers], [run.labels, descriptions])
    files = [run.out], [run.labels, descriptions]
    with (
        new_results(*files, run.overwrite or run.answers.exists()),
        _answers(run.answers) as cache,
        closing(ChatClient(run.llm, run.timeout)) as client,
    ):
        yield Asking(names, CachedChat(client, cache).ask, client.host)


@contextmanager
def _answers(path: Path) -> Iterator[AnswerCache]:
    """Answers of earlier runs, and what is kept where this one fails."""
    cache = AnswerCache(path)
    try:
        yield cache
    except ChatError as error:
        raise UserError(
            f'{error}\nAnswers so far are kept in {cache.path}.'
        ) from error
    finally:
        cache.close()


def check_paths(
    labels: Sequence[str], out: Path, read: Callable[[Path], Sequence[Any]]
) -> None:
    """Find out before the first question what would be lost after the last.

    Args:
        labels: Names of the classes.
        out: Output file.
        read: Reads such a file into records with a ``status``.

    Raises:
        UserError: If two labels are one class, or the output file is a
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


def for_each_class(
    write: Callable[[int, str], Result], labels: Sequence[str]
) -> list[Result]:
    """Ask about all classes, with a progress bar.

    Args:
        write: Takes 0-based index and name of a class.
        labels: Names of the classes.

    Raises:
        ChatError: If the model cannot be asked; the class is named.
    """
    results = []
    for index, name in enumerate(tqdm(labels, 'asking', unit='class')):
        try:
            results.append(write(index, name))
        except ChatError as error:
            raise ChatError(
                f'{name!r}, class {index + 1} of {len(labels)}: {error}'
            ) from error
    return results
