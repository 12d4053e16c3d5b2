"""Check knowledge graphs: form, leaks, repetitions, wrong senses.

    python tools/check_graphs.py [NAME ...]

NAME stands for data/knowledge/NAME.jsonl, data/labels/NAME.txt and NAME's
entries in data/attributes/senses.yaml; default: all of the project's.
"""

from collections.abc import Sequence

from class_record_check import check_files

from stclip.knowledge.graph_check import find_graph_faults
from stclip.knowledge.knowledge_graph import read_graphs
from stclip.models.clip.build import num_text_tokens


def main(argv: Sequence[str] | None = None) -> None:
    """Print all faults; exit with 1 if there are any."""
    check_files(
        __doc__,
        'knowledge',
        read_graphs,
        lambda graphs, labels, senses: find_graph_faults(
            graphs, labels, num_text_tokens, senses
        ),
        argv,
    )


if __name__ == '__main__':
    main()
