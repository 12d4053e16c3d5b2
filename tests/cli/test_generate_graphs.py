"""The tool from end to end, with a model of a few lines behind real HTTP."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from stub_llm import Reply, action_of

from stclip.cli.graphs import generate_command
from stclip.knowledge.knowledge_graph import (
    RELATIONS,
    read_graphs,
    with_clauses,
    write_graphs,
)
from stclip.labels.label_space import LabelSpace

ROOT = Path(__file__).parents[2]
LABELS = ('kick ball', 'salsa spin', 'swim')
SORRY = 'Sorry, no.'
TRIPLES = [['hand', 'above', 'head'], ['head', 'below', 'hand']]
GRAPH = json.dumps(
    dict(
        objects=['hand', 'head'],
        sub_actions=['rise', 'fall'],
        **{f'{relation}_triples': TRIPLES for relation in RELATIONS},
    )
)
CLAUSES = ['where a hand is up', 'where a head is down']


def asks_for_graph(body):
    return body['temperature'] == 0


def good(body):
    return GRAPH if asks_for_graph(body) else json.dumps(CLAUSES)


@pytest.fixture
def tool():
    return generate_command


@pytest.fixture
def command(tmp_path, stub, out):
    stub.reply = good
    (tmp_path / 'mine.txt').write_text('\n'.join(LABELS))
    return [
        *('--labels', str(tmp_path / 'mine.txt')),
        *('--llm', stub.url, '--model', 'm', '--out', str(out)),
    ]


def test_graphs_in_the_order_of_the_labels(run, out, stub):
    printed, _ = run()
    graphs = read_graphs(out)
    assert [g.class_name for g in graphs] == list(LABELS)
    assert [g.class_id for g in graphs] == [0, 1, 2]
    assert {(g.dataset, g.status) for g in graphs} == {('mine', 'ok')}
    labels = with_clauses(LabelSpace(LABELS), graphs)
    assert labels.clauses == ((tuple(CLAUSES),) * 3,) * 3
    assert f'{out}: 3 classes\n' in printed
    assert list(map(action_of, stub.bodies)) == [
        name for name in LABELS for _ in range(4)
    ]
    for path in out.parent.iterdir():
        assert 'secret' not in path.read_text()


def test_second_run_asks_nothing_and_writes_the_same(run, out, stub):
    run()
    first = out.read_bytes()
    run()
    assert len(stub.bodies) == 12
    assert out.read_bytes() == first
    run('--seed', '1')
    assert len(stub.bodies) == 24


def test_trouble_on_the_way(run, out, stub, waits):
    """Busy, malformed, miscounted, named again, refusing: all in one run."""
    clauses = json.dumps(CLAUSES)
    busy = Reply(status=429, headers={'Retry-After': '0'})
    named = json.dumps([CLAUSES[0], 'where one spins salsa'])
    replies = {
        'kick ball': [busy, '{"objects": [', GRAPH, *[clauses] * 3],
        'salsa spin': [GRAPH, named, named, '["one"]', *[clauses] * 2],
        'swim': [SORRY, GRAPH, SORRY, *[clauses] * 3],
    }
    stub.reply = lambda body: replies[action_of(body)].pop(0)
    printed, _ = run()
    assert waits == [0]
    assert not any(replies.values())
    assert [len(g.object_triples) for g in read_graphs(out)] == [2, 1, 2]
    assert printed.endswith(
        f'{out}: 3 classes\n'
        "salsa spin: 1 of 2 object_triples kept: 'where one spins salsa' "
        'repeats the name of the action\n'
    )


def test_failed_classes_are_left_out_and_named(run, out, stub):
    stub.reply = lambda body: (
        SORRY if action_of(body) == 'salsa spin' else good(body)
    )
    _, error = run(code=1)
    assert error.endswith(
        '1 of 3 classes are left out:\n'
        'salsa spin: no graph: it refuses, where a JSON object was asked for\n'
        'Try another --seed or --model.\n'
    )
    first = read_graphs(out)
    assert [(g.class_id, g.class_name) for g in first] == [
        (0, 'kick ball'),
        (2, 'swim'),
    ]
    stub.reply = lambda body: SORRY
    _, error = run('--model', 'n', code=1)
    assert '3 of 3 classes are left out' in error
    assert read_graphs(out) == first


def test_killed_run_goes_on(kill, run, out, stub):
    """SIGKILL between the stages of the second class."""
    stub.reply = lambda body: (
        Reply(slow='silent')
        if action_of(body) == 'salsa spin' and not asks_for_graph(body)
        else good(body)
    )
    kill('tools/generate_graphs.py')
    assert not out.exists()
    stub.reply = good
    asked = [json.dumps(body) for body in stub.bodies]
    assert len(asked) == 6
    run()
    later = [json.dumps(body) for body in stub.bodies[6:]]
    # What was awaited at the end is the only question asked again.
    assert later[0] == asked[-1]
    assert set(asked) & set(later) == {asked[-1]}
    assert len(later) == 7
    assert len(read_graphs(out)) == 3


def test_work_is_kept_when_the_server_gives_up(run_with_an_outage, stub):
    run_with_an_outage('swim', 3)
    assert {action_of(body) for body in stub.bodies} == {'swim'}


@pytest.mark.parametrize(
    'option, value, message',
    [
        ('--labels', 'absent.txt', r'absent\.txt does not exist'),
        ('--llm', 'localhost', 'must look like http'),
        ('--out', str(ROOT), 'is a folder; --out takes a file'),
    ],
)
def test_faulty_input_is_told_at_once(refuses, option, value, message):
    refuses(option, value, message)


def test_what_a_person_wrote_stays(run, out, stub):
    run()
    graphs = [replace(read_graphs(out)[0], status='manual')]
    write_graphs(out, graphs)
    stub.bodies.clear()
    _, error = run('--seed', '1', code=2)
    assert 'by hand; give another --out' in error
    assert read_graphs(out) == graphs
    assert stub.bodies == []
