"""Ask a language model for the knowledge graphs of a label list.

    python tools/generate_graphs.py --labels FILE --llm URL --model NAME
        --out FILE

URL is the base address of any server with an OpenAI-compatible chat
interface, such as http://127.0.0.1:8000/v1; a key is read from the
environment variable OPENAI_API_KEY. Answers are kept in OUT.answers.jsonl: a
run that stopped goes on without asking again. More:
docs/how_to/attributes.md.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence

from stclip.knowledge.knowledge_graph import (
    KnowledgeGraph,
    read_graphs,
    write_graphs,
)
from stclip.knowledge.writing.cache import CachedChat
from stclip.knowledge.writing.client import ChatClient
from stclip.knowledge.writing.graph_writer import GraphError, GraphWriter
from stclip.knowledge.writing.label_runs import (
    add_options,
    check_paths,
    for_each_class,
    kept_answers,
)
from stclip.labels.label_list import read_label_list


def parse_args(argv: Sequence[str] | None) -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    return parser.parse_args(argv)


def write_all(
    writer: GraphWriter, dataset: str, labels: Sequence[str]
) -> tuple[list[KnowledgeGraph], list[str], dict[str, str]]:
    """Make all graphs that can be made.

    Returns:
        The graphs, what was left out of them, and why a class has none, by
        its name.

    Raises:
        ChatError: If the model cannot be asked; the class is named.
    """
    graphs: list[KnowledgeGraph] = []
    remarks: list[str] = []
    failed: dict[str, str] = {}

    def write(place: int, name: str) -> None:
        try:
            graph, notes = writer.write(dataset, place, name)
        except GraphError as error:
            failed[name] = str(error)
            return
        graphs.append(graph)
        remarks.extend(f'{name}: {note}' for note in notes)

    for_each_class(write, labels)
    return graphs, remarks, failed


def fail(failed: Mapping[str, str], number: int) -> None:
    """Exit with 1 and the classes that are left out."""
    reasons = [f'{name}: {reason}' for name, reason in failed.items()]
    lines = [
        f'{len(failed)} of {number} classes are left out:',
        *reasons,
        'Try another --seed or --model.',
    ]
    sys.exit('\n'.join(lines))


def main(argv: Sequence[str] | None = None) -> None:
    """Read, ask, write, report."""
    args = parse_args(argv)
    with kept_answers(args.out) as cache:
        labels = read_label_list(args.labels)
        check_paths(labels, args.out, read_graphs)
        client = ChatClient(args.llm, args.timeout)
        chat = CachedChat(client, cache)
        writer = GraphWriter(chat.ask, args.model, args.seed)
        graphs, remarks, failed = write_all(writer, args.labels.stem, labels)
        # Nothing is worth less than what an earlier run may have left.
        if graphs:
            write_graphs(args.out, graphs)
            print(f'{args.out}: {len(graphs)} classes', *remarks, sep='\n')
    if failed:
        fail(failed, len(labels))


if __name__ == '__main__':
    main()
