"""Knowledge graphs and the prompts made of them."""

import json
from pathlib import Path

import pytest
import yaml

from stclip.knowledge.graph_check import find_graph_faults
from stclip.knowledge.knowledge_graph import (
    RELATIONS,
    KnowledgeGraph,
    read_graphs,
    with_clauses,
    write_graphs,
)
from stclip.knowledge.prompts import TEMPLATES, compose_prompts
from stclip.labels.label_list import read_label_list
from stclip.labels.label_space import LabelSpace
from stclip.models.clip.tokenizers import num_text_tokens

DATA = Path(__file__).parents[2] / 'data'
NAMES = sorted(path.stem for path in DATA.glob('knowledge/*.jsonl'))
GRAPH = dict(
    dataset='mine',
    class_id=0,
    class_name='Kick_Ball',
    objects=('foot', 'ball'),
    sub_actions=('step', 'swing'),
    object_triples=(('ball', 'on', 'grass'),),
    action_triples=(('foot', 'hits', 'ball'), ('leg', 'swings', 'foot')),
    sequence_triples=(('step', 'before', 'swing'),),
    object_clauses=('on grass',),
    action_clauses=('a foot hits', 'a leg swings'),
    sequence_clauses=('a step, then a swing',),
    status='manual',
)


def graph(**changes):
    return KnowledgeGraph(**{**GRAPH, **changes})


def test_graphs_are_read_back(tmp_path):
    path = tmp_path / 'mine.jsonl'
    write_graphs(path, [graph()])
    assert read_graphs(path) == [graph()]


@pytest.mark.parametrize(
    'change, message',
    [
        (dict(object_clauses=['a', 'b']), '1 object_triples but 2 object_cla'),
        (dict(object_triples=[['a', 'b']]), 'need three texts each'),
        (dict(action_clauses=['same', 'same']), 'action_clauses hold a text'),
        (dict(objects=[]), r'objects must be texts, got \[\]'),
        (dict(sub_actions=['a', 1]), 'sub_actions must be texts'),
        (dict(schema='askg-0'), "schema must be 'askg-1'"),
        (dict(colour='red'), "unexpected keyword argument 'colour'"),
    ],
)
def test_faulty_line_is_named(tmp_path, change, message):
    path = tmp_path / 'mine.jsonl'
    content = dict(schema='askg-1', **GRAPH)
    path.write_text('\n' + json.dumps({**content, **change}))
    with pytest.raises(ValueError, match=rf'mine\.jsonl, line 2: .*{message}'):
        read_graphs(path)


def test_clauses_by_name():
    """Never by place; names that a list spells in another way are known."""
    graphs = [graph(class_name='falling to the floor'), graph()]
    labels = LabelSpace(('kick ball', 'fall_floor'))
    found = with_clauses(labels, graphs)
    expected = tuple(GRAPH[f'{r}_clauses'] for r in RELATIONS)
    assert found.clauses == (expected, expected)
    with pytest.raises(ValueError, match=r'1 of 2 actions have no .*: swim'):
        with_clauses(LabelSpace(('swim', 'kick ball')), graphs)


@pytest.mark.parametrize(
    'mode, tails',
    [
        ('a', ['']),
        ('xoo', ['', ', on grass']),
        ('xao', ['', ', a foot hits', ', a leg swings']),
        ('xaa', ['', ', a step, then a swing']),
        (
            'xmix',
            [
                '',
                ', on grass',
                ', a foot hits',
                ', a leg swings',
                ', a step, then a swing',
            ],
        ),
    ],
)
def test_prompt_sets(mode, tails):
    labels = with_clauses(LabelSpace(('kick_ball',)), [graph()])
    (prompts,) = compose_prompts(labels, mode, 2)
    assert prompts == [
        template.format(f'kick ball{tail}')
        for template in TEMPLATES[:2]
        for tail in tails
    ]


def test_clause_of_two_relations_is_one_prompt():
    clauses = (('a ball', 'grass'), ('a foot hits', 'a ball'), ('grass',))
    labels = LabelSpace(('kick_ball',), clauses=(clauses,))
    (prompts,) = compose_prompts(labels, 'xmix', 2)
    tails = ['', ', a ball', ', grass', ', a foot hits']
    assert prompts == [
        template.format(f'kick ball{tail}')
        for template in TEMPLATES[:2]
        for tail in tails
    ]


def test_prompts_that_cannot_be_made():
    labels = LabelSpace(('run',))
    assert compose_prompts(labels, 'a', 1) == [['this is an example of run.']]
    with pytest.raises(ValueError, match="'xmix' wants clauses, but 'run'"):
        compose_prompts(labels, 'xmix', 1)
    with pytest.raises(ValueError, match=r"mode must be one of .*'b'"):
        compose_prompts(labels, 'b', 1)
    with pytest.raises(ValueError, match='num_templates must be 1 to 8'):
        compose_prompts(labels, 'a', 9)
    with pytest.raises(ValueError, match='num_templates must be 1 to 28'):
        compose_prompts(labels, 'hand', 29)


def test_prompts_written_by_hand():
    """Clauses stay out; so many as the release of STDD has."""
    labels = with_clauses(LabelSpace(('kick_ball',)), [graph()])
    (prompts,) = compose_prompts(labels, 'hand', 28)
    assert len(set(prompts)) == len(prompts) == 28
    assert prompts[0] == 'this is a photo of kick ball.'
    assert prompts[-1].endswith('a person practising kick ball.')


@pytest.mark.parametrize('name', NAMES)
def test_those_of_the_project(name):
    """`stclip graphs check` finds nothing; prompts are short."""
    labels = read_label_list(DATA / 'labels' / f'{name}.txt')
    graphs = read_graphs(DATA / 'knowledge' / f'{name}.jsonl')
    text = (DATA / 'attributes' / 'senses.yaml').read_text()
    senses = yaml.safe_load(text).get(name, {})
    faults = find_graph_faults(graphs, labels, num_text_tokens, senses, 44)
    assert list(faults) == []


def test_graphs_are_there():
    assert {'ucf101', 'hmdb51', 'zs_stage'} <= set(NAMES)
