"""Keywords and graphs of the stage, in words that its captions can hold."""

from pathlib import Path

import pytest

from stclip.knowledge.attributes import read_attributes
from stclip.knowledge.describe import describe
from stclip.knowledge.knowledge_graph import RELATIONS, read_graphs
from stclip.knowledge.prompts import TEMPLATES, compose_prompts
from stclip.labels.label_list import read_label_list
from stclip.labels.label_space import LabelSpace
from stclip.zs_stage.classes import ACTIONS, PAIRS
from stclip.zs_stage.crowd_classes import CROWD_ACTIONS
from stclip.zs_stage.words import thing_words
from stclip.zs_stage.words.vocabulary import (
    known_share,
    known_words,
    words_of,
)

DATA = Path(__file__).parents[2] / 'data'
KEYWORDS = DATA / 'attributes' / 'zs_stage.jsonl'
CROWD_KEYWORDS = DATA / 'attributes' / 'zs_stage_multi.jsonl'
GRAPHS = DATA / 'knowledge' / 'zs_stage.jsonl'
#: DA-STI's sentence, Eq. (3).
SENTENCE = 'This is a video about {}.'


@pytest.fixture(scope='module')
def keywords():
    return {r.class_name: r.keywords for r in read_attributes(KEYWORDS)}


@pytest.fixture(scope='module')
def graphs():
    return {graph.class_name: graph for graph in read_graphs(GRAPHS)}


def test_classes_are_those_of_the_videos(keywords, graphs):
    names = tuple(ACTIONS)
    assert read_label_list(DATA / 'labels' / 'zs_stage.txt') == names
    assert tuple(keywords) == tuple(graphs) == names


def _texts_by_kind(keywords, graphs):
    texts = {'keywords': [k for row in keywords.values() for k in row]}
    for key in ('objects', 'sub_actions'):
        texts[key] = [t for g in graphs.values() for t in getattr(g, key)]
    for relation in RELATIONS:
        texts[f'{relation}_clauses'] = [
            clause for g in graphs.values() for clause in g.clauses(relation)
        ]
        texts[f'{relation}_triples'] = [
            ' '.join(triple)
            for g in graphs.values()
            for triple in getattr(g, f'{relation}_triples')
        ]
    return texts


def test_words_are_known_in_every_kind_of_text(keywords, graphs):
    shares = {
        kind: known_share(texts)
        for kind, texts in _texts_by_kind(keywords, graphs).items()
    }
    assert {kind: s for kind, s in shares.items() if s < 0.99} == {}


def test_keywords_of_the_crowds_are_in_known_words():
    records = read_attributes(CROWD_KEYWORDS)
    assert [each.class_name for each in records] == list(CROWD_ACTIONS)
    said = [keyword for each in records for keyword in each.keywords]
    assert known_share(said) == 1
    assert len(set(said)) > 0.8 * len(said)


def test_words_of_whole_prompts_are_known(keywords, graphs):
    """Two words of STDD's templates are in no caption, and no others."""
    labels = describe(LabelSpace(tuple(ACTIONS)), str(KEYWORDS), str(GRAPHS))
    prompts = compose_prompts(labels, 'xmix', len(TEMPLATES))
    texts = [text for each in prompts for text in each]
    words = {word for text in texts for word in words_of(text)}
    assert words <= known_words()
    assert known_share(texts) > 0.975
    sentences = [
        SENTENCE.format(', '.join([name.replace('_', ' '), *said]))
        for name, said in zip(labels.names, labels.keywords, strict=True)
    ]
    assert known_share(sentences) > 0.99
    kinds = _texts_by_kind(keywords, graphs)
    written = [text for kind in kinds.values() for text in kind]
    assert known_share([*written, *TEMPLATES, SENTENCE]) >= 0.98


def test_keywords_are_no_fillers(keywords):
    every = [keyword for row in keywords.values() for keyword in row]
    assert len(set(every)) > 0.9 * len(every)
    assert max(map(every.count, set(every))) <= 3


@pytest.mark.parametrize('kind', ['motion', 'object', 'partner'])
def test_pairs_are_told_apart_from_the_first_keywords_on(kind, keywords):
    for first, second in PAIRS[kind]:
        assert not set(keywords[first][:8]) & set(keywords[second][:8])
        assert len(set(keywords[first]) & set(keywords[second])) <= 4


def test_motion_pairs_say_their_order(keywords, graphs):
    """Whatever a motion and its reverse share, not what comes first."""
    order = {'first', 'last', 'then', 'end', 'ending', 'before', 'leaving'}
    for name in (name for pair in PAIRS['motion'] for name in pair):
        clauses = graphs[name].sequence_clauses
        assert sum(bool(order & set(words_of(c))) for c in clauses) >= 3, name
        assert all(t[1] in ('then', 'before')
                   for t in graphs[name].sequence_triples)  # fmt: skip


def _single_words(name):
    """Names of what an action is done with, those of one word."""
    return {w for w in thing_words()[ACTIONS[name].thing] if ' ' not in w}


def test_object_pairs_name_their_own_thing_only(keywords, graphs):
    """Neither the one's keywords nor clauses have a name of the other's."""
    for pair in PAIRS['object']:
        for name, other in (pair, pair[::-1]):
            texts = list(keywords[name])
            for relation in RELATIONS:
                texts += graphs[name].clauses(relation)
            said = {word for text in texts for word in words_of(text)}
            assert said & _single_words(name), name
            foreign = _single_words(other) - _single_words(name)
            assert not said & foreign, name
