"""The labels that scores are given for, and how they compete."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from itertools import chain
from typing import Any

from stclip.utils.decoding import is_text, readable
from stclip.utils.errors import UserError

# What the values of the columns are called in messages.
_WORDS = dict(
    exclusive='exclusive flags',
    keywords='lists of keywords',
    clauses='lists of clauses',
    groups='groups',
    texts='lists of texts',
    background='background flags',
)


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
        groups: Per name, in which group an exclusive one competes: two
            groups have a softmax each. Empty stands for one group.
        texts: Per name, what a text tower reads for it, of which the
            features are averaged. Empty stands for the name itself.
        background: Per name, whether it stands for none of the others: it
            competes with each of them, and is no answer. Empty stands for
            none.

    Raises:
        ValueError: For no names, an empty or repeated name, one that is no
            text, or another number of flags, lists or groups than of names.
    """

    names: tuple[str, ...]
    exclusive: tuple[bool, ...] = field(default=())
    keywords: tuple[tuple[str, ...], ...] = field(default=())
    clauses: tuple[tuple[tuple[str, ...], ...], ...] = field(default=())
    groups: tuple[int, ...] = field(default=())
    texts: tuple[tuple[str, ...], ...] = field(default=())
    background: tuple[bool, ...] = field(default=())

    def __post_init__(self) -> None:
        names = tuple(self.names)
        exclusive = tuple(map(bool, self.exclusive)) or (True,) * len(names)
        if not names:
            raise UserError('a label space needs at least one action name')
        blank = [name for name in names if not name.strip()]
        if blank:
            raise UserError(f'action names must not be empty, got {names}')
        for text in chain(names, *self.texts):
            if not is_text(text):
                raise UserError(
                    f'the label {readable(text)} is not UTF-8, in which '
                    'results are written: type it anew'
                )
        repeated = sorted({n for n in names if names.count(n) > 1})
        if repeated:
            raise UserError(f'action names appear twice: {repeated}')
        columns = dict(
            exclusive=exclusive,
            keywords=tuple(map(tuple, self.keywords)) or ((),) * len(names),
            clauses=tuple(self.clauses) or ((),) * len(names),
            groups=tuple(map(int, self.groups)) or (0,) * len(names),
            texts=tuple(map(tuple, self.texts)) or tuple((n,) for n in names),
            background=tuple(map(bool, self.background))
            or (False,) * len(names),
        )
        for what, column in columns.items():
            if len(column) != len(names):
                raise UserError(
                    f'{len(names)} names but {len(column)} {_WORDS[what]}'
                )
            object.__setattr__(self, what, column)
        object.__setattr__(self, 'names', names)
        if all(self.background):
            raise UserError('all labels are background: give one to look for')
        for name, texts in zip(names, self.texts, strict=True):
            if not texts or not all(text.strip() for text in texts):
                raise UserError(f'{name!r} needs a text, and no empty one')

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
        rows = [self.index(name) for name in names]
        return LabelSpace(
            **{
                column.name: tuple(getattr(self, column.name)[r] for r in rows)
                for column in fields(self)
            }
        )

    def beside(self, background: Sequence[str]) -> 'LabelSpace':
        """The label space with words that stand for none of the labels."""
        count, extra = len(self), len(background)
        return LabelSpace(
            names=(*self.names, *background),
            exclusive=(*self.exclusive, *(True,) * extra),
            keywords=(*self.keywords, *((),) * extra),
            clauses=(*self.clauses, *((),) * extra),
            groups=(*self.groups, *(0,) * extra),
            texts=(*self.texts, *((words,) for words in background)),
            background=(*(False,) * count, *(True,) * extra),
        )

    @property
    def has_own_texts(self) -> bool:
        """Whether a name is read as something else than itself."""
        return self.texts != tuple((name,) for name in self.names)

    @property
    def behind(self) -> tuple[str, ...]:
        """Names of the background."""
        pairs = zip(self.names, self.background, strict=True)
        return tuple(name for name, is_behind in pairs if is_behind)

    @property
    def answers(self) -> 'LabelSpace':
        """All labels but the background, which is no answer."""
        pairs = zip(self.names, self.background, strict=True)
        return self.subset([name for name, behind in pairs if not behind])


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
