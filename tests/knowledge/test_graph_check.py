"""Faults that the check of knowledge graphs finds."""

import pytest
from sample_graphs import make_graph

from stclip.knowledge.graph_check import find_graph_faults


def faults(*graphs, labels=None, senses=None, max_tokens=77):
    names = labels or [graph.class_name for graph in graphs]
    return list(
        find_graph_faults(
            graphs, names, lambda t: len(t.split()), senses or {}, max_tokens
        )
    )


def test_nothing_is_wrong():
    graphs = (
        make_graph('kick ball', "a foot's swing, wide"),
        make_graph('sit', 'knees bend', 1),
    )
    assert faults(*graphs) == []


@pytest.mark.parametrize(
    'clause, fault',
    [
        ('a ball that is kicked', 'gives the class name away'),
        ('a wave of the hands', "names the class 'hand waving'"),
        ('A foot swings', 'is not lower-case words'),
        ('a foot swings.', 'is not lower-case words'),
        ('2 feet swing', 'is not lower-case words'),
        ('a foot ' * 36 + 'swings', "swings' makes 81 tokens"),
    ],
)
def test_faulty_clauses(clause, fault):
    labels = ['kick ball', 'hand waving']
    found = faults(
        make_graph('kick ball', clause),
        make_graph('hand waving', 'fingers spread', 1),
        labels=labels,
    )
    assert len(found) == 1 and found[0].startswith('kick ball: ')
    assert fault in found[0]


def test_one_word_may_be_said():
    """A class like "catch" can hardly be described without its word."""
    assert faults(make_graph('catch', 'hands catch it')) == []


def test_clause_of_another_class():
    found = faults(
        make_graph('sit', 'knees bend'), make_graph('run', 'knees bend', 1)
    )
    assert found == ["run: 'knees bend' stands at 'sit' already"]


def test_numbers_order_and_sense():
    few = make_graph('run', 'legs move')
    few = make_graph(
        'run',
        'legs move',
        object_clauses=few.object_clauses[:2],
        object_triples=few.object_triples[:2],
    )
    senses = {'run': dict(needs=['street'], never=['legs'])}
    assert faults(few, labels=['run', 'sit'], senses=senses) == [
        "classes are not those of the label list; missing: ['sit']",
        'run: 2 object_clauses, not 4 to 6',
        "run: needs one of ['street'] for its sense",
        "run: 'legs' is of another sense",
    ]
    assert faults(make_graph('run', 'legs move', 3)) == [
        'run: class_id is 3, not 0'
    ]
