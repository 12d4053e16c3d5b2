"""The labels that scores are given for, and how they compete."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from stclip.utils.errors import UserError


@dataclass(frozen=True)
class LabelSpace:
    """Ordered action names; a hashable value that travels with each sample.

    Args:
        names: Action names in plain words; underscores are allowed.
        exclusive: Per name, whether it competes in one softmax with the other
            exclusive names (poses of AVA, all actions of J-HMDB and UCF) or
            is scored by itself with a sigmoid (AVA's interactions). Empty
            stands for "all exclusive".
        keywords: Per name, its description attributes, the best first; see
            :mod:`stclip.knowledge.attributes`. Empty stands for none.
        clauses: Per name, three lists of clauses, one for each kind of
            relation in its knowledge graph; see
            :mod:`stclip.knowledge.knowledge_graph`. Empty stands for none.

    Raises:
        ValueError: For no names, an empty or repeated name, or another
            number of flags, keyword or clause lists than of names.
    """

    names: tuple[str, ...]
    exclusive: tuple[bool, ...] = field(default=())
    keywords: tuple[tuple[str, ...], ...] = field(default=())
    clauses: tuple[tuple[tuple[str, ...], ...], ...] = field(default=())

    def __post_init__(self) -> None:
        names = tuple(self.names)
        exclusive = tuple(map(bool, self.exclusive)) or (True,) * len(names)
        if not names:
            raise UserError('a label space needs at least one action name')
        blank = [name for name in names if not name.strip()]
        if blank:
            raise UserError(f'action names must not be empty, got {names}')
        repeated = sorted({n for n in names if names.count(n) > 1})
        if repeated:
            raise UserError(f'action names appear twice: {repeated}')
        if len(exclusive) != len(names):
            raise UserError(
                f'{len(names)} names but {len(exclusive)} exclusive flags'
            )
        keywords = tuple(map(tuple, self.keywords)) or ((),) * len(names)
        clauses = tuple(self.clauses) or ((),) * len(names)
        for what, lists in (('keywords', keywords), ('clauses', clauses)):
            if len(lists) != len(names):
                raise UserError(
                    f'{len(names)} names but {len(lists)} lists of {what}'
                )
        object.__setattr__(self, 'clauses', clauses)
        object.__setattr__(self, 'keywords', keywords)
        object.__setattr__(self, 'names', names)
        object.__setattr__(self, 'exclusive', exclusive)

    def __len__(self) -> int:
        return len(self.names)

    def index(self, name: str) -> int:
        """Position of ``name``; ValueError lists the known names if absent."""
        if name not in self.names:
            raise UserError(
                f'unknown action {name!r}; known: {", ".join(self.names)}'
            )
        return self.names.index(name)

    def subset(self, names: Sequence[str]) -> 'LabelSpace':
        """The label space of some of the names, in the order given."""
        columns = [self.index(name) for name in names]
        return LabelSpace(
            tuple(names),
            tuple(self.exclusive[column] for column in columns),
            tuple(self.keywords[column] for column in columns),
            tuple(self.clauses[column] for column in columns),
        )


def common_label_space(samples: Iterable[Any]) -> LabelSpace:
    """The one label space of a batch or of all results.

    Args:
        samples: Mappings or data elements with ``label_space``.

    Raises:
        ValueError: If a sample has none, or they have several.
    """
    spaces = {sample.get('label_space') for sample in samples}
    if None in spaces:
        raise UserError(
            'a sample has no label_space; the pipeline has to say which '
            'labels are to be told apart'
        )
    if len(spaces) != 1:
        raise UserError(
            f'expected one label space, got {len(spaces)} different label '
            'spaces; put data sets with different labels into different '
            'dataloaders and runs'
        )
    return spaces.pop()
