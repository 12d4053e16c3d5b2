"""Faults in the knowledge graphs of a label list."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from stclip.knowledge.attribute_check import (
    index_faults,
    list_faults,
    sense_faults,
    stems,
)
from stclip.knowledge.knowledge_graph import RELATIONS, KnowledgeGraph
from stclip.knowledge.prompts import TEMPLATES

#: Clauses of a kind: the release asks for about five.
MIN_CLAUSES, MAX_CLAUSES = 4, 6
_CLAUSE = re.compile(r"[a-z][a-z' ,-]*[a-z]")


def find_graph_faults(
    graphs: Sequence[KnowledgeGraph],
    labels: Sequence[str],
    num_tokens: Callable[[str], int],
    senses: Mapping[str, Mapping[str, list[str]]],
    max_tokens: int = 77,
) -> Iterator[str]:
    """Look through the graphs of all classes of a label list.

    All other arguments are those of
    :func:`~stclip.knowledge.attribute_check.find_faults`.

    Yields:
        A line for each fault.
    """
    yield from list_faults(graphs, labels)
    names = {stems(name): name for name in labels if len(stems(name)) > 1}
    longest = max(TEMPLATES, key=len)
    seen: dict[str, str] = {}
    for index, graph in enumerate(graphs):
        name = graph.class_name
        yield from index_faults(graph, index)
        said = [c for r in RELATIONS for c in graph.clauses(r)]
        for fault in _count_faults(graph):
            yield f'{name}: {fault}'
        for clause in said:
            for fault in _faults_of(clause, name, names):
                yield f'{name}: {clause!r} {fault}'
            if other := seen.get(clause):
                yield f'{name}: {clause!r} stands at {other!r} already'
            seen[clause] = name
        for clause in said:
            count = num_tokens(longest.format(f'{name}, {clause}'))
            if count > max_tokens:
                yield f'{name}: {clause!r} makes {count} tokens'
        words = set(' '.join([*said, *graph.objects]).split())
        yield from sense_faults(name, words, senses)


def _count_faults(graph: KnowledgeGraph) -> Iterator[str]:
    for relation in RELATIONS:
        count = len(graph.clauses(relation))
        if not MIN_CLAUSES <= count <= MAX_CLAUSES:
            yield (
                f'{count} {relation}_clauses, not {MIN_CLAUSES} to '
                f'{MAX_CLAUSES}'
            )


def _faults_of(
    clause: str, name: str, names: Mapping[frozenset[str], str]
) -> Iterator[str]:
    """Faults of one clause."""
    name_stems, clause_stems = stems(name), stems(clause)
    if not _CLAUSE.fullmatch(clause):
        yield 'is not lower-case words without a full stop'
    # A single word, as in "catch", can hardly be done without.
    if len(name_stems) > 1 and name_stems <= clause_stems:
        yield 'gives the class name away'
    for other, label in names.items():
        if other <= clause_stems and not other <= name_stems:
            yield f'names the class {label!r}'
