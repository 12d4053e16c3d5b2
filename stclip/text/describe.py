"""What is known of action classes, from files."""

from stclip.text.attributes import read_attributes, with_attributes
from stclip.text.knowledge_graph import read_graphs, with_clauses
from stclip.text.label_space import LabelSpace


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
    if attribute_file:
        labels = with_attributes(labels, read_attributes(attribute_file))
    if graph_file:
        labels = with_clauses(labels, read_graphs(graph_file))
    return labels
