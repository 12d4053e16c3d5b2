"""Action semantic knowledge graphs: what belongs to an action, in triples.

Source: STDD, arXiv:2412.09895. One JSON object a line and class;
docs/formats.md describes it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from stclip.knowledge.attributes import plain_name
from stclip.knowledge.class_records import (
    read_class_records,
    write_class_records,
)
from stclip.labels.label_space import LabelSpace
from stclip.utils.errors import UserError

SCHEMA = 'askg-1'
#: Kinds of relations: of objects with each other, of the action with objects,
#: of sub-actions with each other.
RELATIONS = ('object', 'action', 'sequence')
#: Names of one class in different lists that are spelt too differently for
#: :func:`~stclip.knowledge.attributes.plain_name`.
ALIASES = {
    'falling to the floor': 'fall floor',
    'hand stand pushups': 'handstand pushups',
}

Triple = tuple[str, str, str]


@dataclass(frozen=True)
class KnowledgeGraph:
    """The graph of one class and a clause for each of its triples.

    A clause completes "this is an example of <action>, ...".

    Args:
        dataset: Name of the label list.
        class_id: 0-based index in it.
        class_name: Name of the class.
        objects: Things, body parts and places that are seen.
        sub_actions: Steps, in order.
        object_triples: Between objects.
        action_triples: Of the action and objects.
        sequence_triples: Between sub-actions.
        object_clauses: One for each triple; likewise the other two.
        action_clauses: See ``object_clauses``.
        sequence_clauses: See ``object_clauses``.
        status: How it came about, as for description attributes.

    Raises:
        ValueError: If texts are empty, triples are no triples, or clauses
            and triples differ in number.
    """

    dataset: str
    class_id: int
    class_name: str
    objects: tuple[str, ...]
    sub_actions: tuple[str, ...]
    object_triples: tuple[Triple, ...]
    action_triples: tuple[Triple, ...]
    sequence_triples: tuple[Triple, ...]
    object_clauses: tuple[str, ...]
    action_clauses: tuple[str, ...]
    sequence_clauses: tuple[str, ...]
    status: str

    def __post_init__(self) -> None:
        for relation in RELATIONS:
            triples = getattr(self, f'{relation}_triples')
            clauses = self.clauses(relation)
            if len(triples) != len(clauses):
                raise UserError(
                    f'{self.class_name}: {len(triples)} {relation}_triples '
                    f'but {len(clauses)} {relation}_clauses'
                )
            if any(len(t) != 3 or not all(map(_filled, t)) for t in triples):
                raise UserError(
                    f'{self.class_name}: {relation}_triples need three texts '
                    'each'
                )
            _require_texts(self.class_name, f'{relation}_clauses', clauses)
        for key in ('objects', 'sub_actions'):
            _require_texts(self.class_name, key, getattr(self, key))

    def clauses(self, relation: str) -> tuple[str, ...]:
        """Clauses of one of ``RELATIONS``."""
        return getattr(self, f'{relation}_clauses')


def _filled(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())


def _require_texts(name: str, key: str, texts: Sequence[object]) -> None:
    if not texts or not all(map(_filled, texts)):
        raise UserError(f'{name}: {key} must be texts, got {list(texts)}')
    if len(set(texts)) < len(texts):
        raise UserError(f'{name}: {key} hold a text twice')


def read_graphs(path: str | Path) -> list[KnowledgeGraph]:
    """Read the graphs of a label list, a JSON-lines file.

    Raises:
        ValueError: If a line is faulty or a class is there twice; as
            :func:`read_class_records` names it.
    """
    return read_class_records(
        path,
        SCHEMA,
        _as_graph,
        _key,
        'Those of the project lie in data/knowledge/.',
    )


def _as_graph(content: dict) -> KnowledgeGraph:
    return KnowledgeGraph(
        **{key: _frozen(value) for key, value in content.items()}
    )


def _frozen(value: object) -> object:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def write_graphs(path: str | Path, graphs: Iterable[KnowledgeGraph]) -> None:
    """Write graphs, atomically; they are read back as they were."""
    write_class_records(path, SCHEMA, map(asdict, graphs))


def with_clauses(
    labels: LabelSpace, graphs: Sequence[KnowledgeGraph]
) -> LabelSpace:
    """Give the classes of a label space their clauses, by name.

    Args:
        labels: Any label space.
        graphs: Of any label list that has all its classes.

    Raises:
        ValueError: If a class has no graph; all are named.
    """
    table = {_key(graph.class_name): graph for graph in graphs}
    missing = [name for name in labels.names if _key(name) not in table]
    if missing:
        raise UserError(
            f'{len(missing)} of {len(labels)} actions have no knowledge '
            f'graph: {", ".join(missing[:8])}; give a file that has all of '
            'them (tools/generate_graphs.py writes one), or take prompts '
            "without clauses (the model's prompts='a')"
        )
    clauses = tuple(
        tuple(table[_key(name)].clauses(relation) for relation in RELATIONS)
        for name in labels.names
    )
    return replace(labels, clauses=clauses)


def _key(name: str) -> str:
    plain = plain_name(name)
    return ALIASES.get(plain, plain)
