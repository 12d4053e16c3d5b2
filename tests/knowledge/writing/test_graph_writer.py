"""Graphs of classes: two stages, second questions, what is left out."""

import json
from dataclasses import asdict

import pytest
from stub_llm import Reply, prompt_of

from stclip.knowledge.knowledge_graph import read_graphs, write_graphs
from stclip.knowledge.writing.graph_writer import GraphError, GraphWriter

SORRY = "I'm sorry, I can't help with that."
GRAPH = dict(
    objects=['foot', 'grass', 'foot'],
    sub_actions=['step', 'swing'],
    object_triples=[['foot', 'on', 'grass'], ['net', 'behind', 'grass']],
    action_triples=[['leg', 'swings', 'foot'], ['toe', 'meets', 'leather']],
    sequence_triples=[['step', 'before', 'swing'], ['turn', 'after', 'step']],
)
OBJECT = ['where a foot is on grass', 'where a net hangs behind']
ACTION = ['where a leg swings, far out', 'where a toe meets leather']
SEQUENCE = ['where a step comes first', 'where a turn ends it']


@pytest.fixture
def write(serve, client):
    """Write the graph of a class from answers; also notes and the stub."""

    def write(*replies, class_name='Kick_Ball'):
        texts = [
            reply if isinstance(reply, str | Reply) else json.dumps(reply)
            for reply in replies
        ]
        stub = serve(*texts)
        writer = GraphWriter(client(stub).ask, 'm', seed=5)
        try:
            return *writer.write('mine', 4, class_name), stub
        finally:
            assert len(stub.bodies) == len(replies)

    return write


def test_both_stages(write, tmp_path):
    graph, notes, stub = write(GRAPH, OBJECT, ACTION, SEQUENCE)
    assert json.loads(json.dumps(asdict(graph))) == dict(
        GRAPH,
        dataset='mine',
        class_id=4,
        class_name='Kick_Ball',
        objects=['foot', 'grass'],
        object_clauses=OBJECT,
        action_clauses=ACTION,
        sequence_clauses=SEQUENCE,
        status='ok',
    )
    assert notes == []
    sampling = [
        (body['model'], body['temperature'], body['max_tokens'], body['seed'])
        for body in stub.bodies
    ]
    assert sampling == [('m', 0, 1024, 5)] + [('m', 0.7, 1024, 5)] * 3
    first, *others = map(prompt_of, stub.bodies)
    assert 'the action "Kick Ball"' in first
    assert '"this is an example of Kick Ball, ..."' in others[0]
    for prompt, relation in zip(
        others, ('object', 'action', 'sequence'), strict=True
    ):
        lines = map(json.dumps, GRAPH[f'{relation}_triples'])
        assert '\n'.join(lines) in prompt
    write_graphs(tmp_path / 'a.jsonl', [graph])
    assert read_graphs(tmp_path / 'a.jsonl') == [graph]


@pytest.mark.parametrize(
    'bad, fault',
    [
        ('{"objects": ["foot", ', 'it holds no graph'),
        (Reply('{"objects": ["fo', 'length'), 'it holds no graph'),
        (SORRY, 'it refuses'),
        (Reply(json.dumps(GRAPH), 'content_filter'), 'it refuses'),
        ({**GRAPH, 'objects': 'foot'}, 'objects is no array'),
        ({**GRAPH, 'objects': []}, 'objects must be texts'),
        ({**GRAPH, 'sub_actions': ['a', 1]}, '1 is no text'),
        ({**GRAPH, 'action_triples': [['a', 'b']]}, 'need three texts'),
        ({**GRAPH, 'action_triples': ['abc']}, 'action_triples is no array'),
        ({**GRAPH, 'object_triples': []}, 'object_clauses must be texts'),
        ({**GRAPH, 'object_triples': [['', 'b', 'c']]}, 'need three texts'),
    ],
)
def test_bad_graphs_are_asked_for_again(write, bad, fault):
    """Once, with the reason; twice bad, and the class is given up."""
    graph, notes, stub = write(bad, GRAPH, OBJECT, ACTION, SEQUENCE)
    assert graph.object_clauses == tuple(OBJECT)
    assert notes == []
    first, second = map(prompt_of, stub.bodies[:2])
    assert second.startswith(first) and fault in second[len(first) :]
    assert stub.bodies[1]['temperature'] == 0
    with pytest.raises(GraphError, match=f'no graph: .*{fault}'):
        write(bad, bad)


@pytest.mark.parametrize(
    'bad, fault',
    [
        ('["where a', '0 clauses for 2 relations'),
        (SORRY, '0 clauses for 2 relations in a refusal'),
        (OBJECT[:1], '1 clauses for 2 relations'),
        ([*OBJECT, 'more'], '3 clauses for 2 relations'),
        ([OBJECT[0], 'as balls are kicked'], "'as balls are kicked' repeats"),
        (OBJECT[:1] * 2, "'where a foot is on grass' is there twice"),
        ([OBJECT[0], ' . '], "'' is empty"),
        ([OBJECT[0], 'so ' * 31], 'has more than 30 words'),
    ],
)
def test_bad_clauses_are_asked_for_again(write, bad, fault):
    graph, notes, stub = write(GRAPH, bad, OBJECT, ACTION, SEQUENCE)
    assert graph.object_clauses == tuple(OBJECT)
    assert notes == []
    first, second = map(prompt_of, stub.bodies[1:3])
    assert second.startswith(first) and fault in second[len(first) :]
    assert stub.bodies[2]['temperature'] == 0.7


@pytest.mark.parametrize(
    'replies, kept, fault',
    [
        ([OBJECT[:1]] * 2, [0], '1 of 2 .* kept: 1 clauses for 2'),
        ([[*OBJECT, 'more']] * 2, [0, 1], '2 of 2 .* kept: 3 clauses for 2'),
        (
            [[], ['where a ball is kicked', OBJECT[1]]],
            [1],
            "1 of 2 .* kept: 'where a ball is kicked' repeats the name",
        ),
        # The better of both answers.
        ([OBJECT[:1], SORRY], [0], '1 of 2 .* kept: 1 clauses for 2'),
        ([['other'], OBJECT[:1]], [0], '1 of 2 .* kept: 1 clauses for 2'),
    ],
)
def test_triples_without_a_clause_go(write, replies, kept, fault):
    """Only after the second question, and not in silence."""
    graph, (note,), _ = write(GRAPH, *replies, ACTION, SEQUENCE)
    triples = [tuple(GRAPH['object_triples'][n]) for n in kept]
    assert graph.object_triples == tuple(triples)
    assert graph.object_clauses == tuple(OBJECT[n] for n in kept)
    assert graph.action_clauses == tuple(ACTION)
    start, _, reason = fault.partition(' .* ')
    assert note.startswith(f'{start} object_triples {reason}')


def test_no_clause_at_all(write):
    with pytest.raises(GraphError, match='no action_clauses: 0 clauses'):
        write(GRAPH, OBJECT, SORRY, SORRY)


@pytest.mark.parametrize(
    'class_name, clause, repeats',
    [
        ('golf', 'where a Golf ball rolls', True),
        ('run', 'as a runner leans forward', True),
        ('run', 'where a trunk is in the way', False),
        ('kick ball', 'where a ball rolls', False),
        ('打球', 'where 打球 is seen', True),
        ('打球', 'where a ball rolls', False),
    ],
)
def test_repeated_name(write, class_name, clause, repeats):
    clauses = [OBJECT[0], clause]
    again = [OBJECT] if repeats else []
    graph, _, _ = write(
        GRAPH, clauses, *again, ACTION, SEQUENCE, class_name=class_name
    )
    assert (graph.object_clauses == tuple(OBJECT)) == repeats


def test_texts_fit_into_a_line(write, tmp_path):
    """Line separators would split it, half signs could not be written."""
    odd = {**GRAPH, 'objects': ['a\u2028b', 'c\ud83d']}
    clauses = ['  where\n a foot. ', OBJECT[1]]
    graph, _, _ = write(odd, clauses, ACTION, SEQUENCE)
    assert graph.objects == ('a b', 'c?')
    assert graph.object_clauses[0] == 'where a foot'
    write_graphs(tmp_path / 'a.jsonl', [graph])
    assert read_graphs(tmp_path / 'a.jsonl') == [graph]
