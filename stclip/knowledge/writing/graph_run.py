"""Knowledge graphs of a whole label list, and the classes without one."""

from dataclasses import dataclass, field

from stclip.knowledge.knowledge_graph import (
    KnowledgeGraph,
    read_graphs,
    write_graphs,
)
from stclip.knowledge.writing.graph_writer import GraphError, GraphWriter
from stclip.knowledge.writing.label_runs import (
    LabelRun,
    asking,
    for_each_class,
)


@dataclass
class LabelGraphs:
    """What came of the classes of a label list.

    Args:
        graphs: Those that could be made.
        remarks: What was left out of them.
        failed: Why a class has none, by its name.
    """

    graphs: list[KnowledgeGraph] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def write_label_graphs(run: LabelRun) -> LabelGraphs:
    """Ask for the graphs of a label list, and write those that can be made.

    Args:
        run: What is asked about, whom, and where it goes.

    Returns:
        What was written and what was not; nothing at all is not written.

    Raises:
        UserError: On wrong input or a failing server, with the way out.
    """
    result = LabelGraphs()
    with asking(run, read_graphs) as (names, ask, _):
        writer = GraphWriter(ask, run.model, run.seed)

        def write(index: int, name: str) -> None:
            try:
                graph, notes = writer.write(run.labels.stem, index, name)
            except GraphError as error:
                result.failed[name] = str(error)
                return
            result.graphs.append(graph)
            result.remarks.extend(f'{name}: {note}' for note in notes)

        for_each_class(write, names)
        # Nothing is worth less than what an earlier run may have left.
        if result.graphs:
            write_graphs(run.out, result.graphs)
    return result
