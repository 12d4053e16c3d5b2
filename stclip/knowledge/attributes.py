"""Description attributes: ranked keywords of each action class.

Source: DA-STI, arXiv:2510.27255, Sec. 3.2, Eq. (2). One JSON object a line and
class;
docs/formats.md describes it.
"""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mmengine.logging import print_log

from stclip.knowledge.class_records import (
    read_class_records,
    write_class_records,
)
from stclip.labels.label_space import LabelSpace
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError

SCHEMA = 'da-1'
#: How keywords came about: by a person, by a language model (as many as
#: wanted, or fewer), or from the description's own words.
STATUSES = ('manual', 'ok', 'short', 'fallback')
MAX_KEYWORDS = 16


@dataclass(frozen=True)
class AttributeRecord:
    """The keywords of one class.

    Args:
        dataset: Name of the label list.
        class_id: 0-based index in it.
        class_name: Name of the class.
        keywords: The best first, at most 16.
        status: One of ``STATUSES``.
        details: Whatever else was recorded: description, raw answers, what
            was dropped and why, model.

    Raises:
        ValueError: If keywords repeat, are empty or too many, or the status
            is unknown.
    """

    dataset: str
    class_id: int
    class_name: str
    keywords: tuple[str, ...]
    status: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keywords = self.keywords
        if len(set(keywords)) < len(keywords):
            raise UserError(f'{self.class_name}: a keyword is there twice')
        if len(keywords) > MAX_KEYWORDS or not all(map(str.strip, keywords)):
            raise UserError(
                f'{self.class_name}: expected up to {MAX_KEYWORDS} keywords, '
                f'none of them empty, got {list(keywords)}'
            )
        require_choice(f'{self.class_name}: status', self.status, STATUSES)


def read_attributes(path: str | Path) -> list[AttributeRecord]:
    """Read the keywords of a label list.

    Args:
        path: JSON-lines file.

    Raises:
        FileNotFoundError: As :func:`read_class_records`.
        ValueError: Likewise.
    """
    return read_class_records(
        path,
        SCHEMA,
        _as_record,
        plain_name,
        'Those of the project lie in data/attributes/.',
    )


def _as_record(content: dict) -> AttributeRecord:
    keywords = content.pop('keywords')
    if not isinstance(keywords, list) or not all(
        isinstance(keyword, str) for keyword in keywords
    ):
        raise UserError(f'keywords must be a list of texts, got {keywords!r}')
    known = {
        key: content.pop(key)
        for key in ('dataset', 'class_id', 'class_name', 'status')
    }
    return AttributeRecord(keywords=tuple(keywords), details=content, **known)


def write_attributes(
    path: str | Path, records: Iterable[AttributeRecord]
) -> None:
    """Write keywords, atomically; they are read back as they were."""
    contents = (
        dict(
            dataset=record.dataset,
            class_id=record.class_id,
            class_name=record.class_name,
            keywords=list(record.keywords),
            status=record.status,
            **record.details,
        )
        for record in records
    )
    write_class_records(path, SCHEMA, contents)


def with_attributes(
    labels: LabelSpace, records: Sequence[AttributeRecord]
) -> LabelSpace:
    """Give the classes of a label space their keywords, by name.

    Classes without a record keep their plain name; one warning tells which.

    Args:
        labels: Any label space.
        records: Keywords of any label list.
    """
    table = {plain_name(r.class_name): r.keywords for r in records}
    unknown = [name for name in labels.names if plain_name(name) not in table]
    if unknown:
        print_log(
            f'{len(unknown)} of {len(labels)} actions have no description '
            f'attributes and stand by their name alone: '
            f'{", ".join(unknown[:8])}{", ..." if unknown[8:] else ""}',
            'current',
            logging.WARNING,
        )
    keywords = tuple(table.get(plain_name(n), ()) for n in labels.names)
    return replace(labels, keywords=keywords)


def plain_name(name: str) -> str:
    """Spell a class name so that others of the same class equal it.

    Lower case, words apart: ``kick_ball`` and ``SalsaSpin`` too.
    """
    apart = re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', name).replace('_', ' ')
    return ' '.join(apart.lower().split())
