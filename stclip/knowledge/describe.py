"""Label spaces with keywords and graphs of their actions from files."""

from collections.abc import Sequence

from stclip.knowledge.attributes import (
    AttributeRecord,
    read_attributes,
    with_attributes,
)
from stclip.knowledge.knowledge_graph import (
    KnowledgeGraph,
    read_graphs,
    with_clauses,
)
from stclip.labels.label_space import LabelSpace


def describe(
    labels: LabelSpace, attribute_file: str = '', graph_file: str = ''
) -> LabelSpace:
    """Add keywords and clauses to a label space.

    Args:
        labels: Any label space.
        attribute_file: Description attributes; empty for none.
        graph_file: Knowledge graphs; empty for none.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is faulty, or an action has no graph.
    """
    return add_records(labels, *read_records(attribute_file, graph_file))


def read_records(
    attribute_file: str = '', graph_file: str = ''
) -> tuple[list[AttributeRecord] | None, list[KnowledgeGraph] | None]:
    """Read both files of :func:`describe`; ``None`` for no file."""
    return (
        read_attributes(attribute_file) if attribute_file else None,
        read_graphs(graph_file) if graph_file else None,
    )


def add_records(
    labels: LabelSpace,
    attributes: Sequence[AttributeRecord] | None,
    graphs: Sequence[KnowledgeGraph] | None,
) -> LabelSpace:
    """Add what :func:`read_records` has read."""
    if attributes is not None:
        labels = with_attributes(labels, attributes)
    if graphs is not None:
        labels = with_clauses(labels, graphs)
    return labels
