"""Keywords and clauses for label spaces of whatever origin."""

import pytest
from sample_graphs import make_graph

from stclip.knowledge.attributes import AttributeRecord, write_attributes
from stclip.knowledge.knowledge_graph import RELATIONS, write_graphs
from stclip.labels.label_space import LabelSpace
from stclip.registry import TRANSFORMS


@pytest.fixture
def files(tmp_path):
    """Of two classes, in an order that is not the label space's."""
    graphs = [
        make_graph('sit', 'knees bend'),
        make_graph('kick ball', 'a foot swings', 1),
    ]
    keywords = (('sit', ('chair',)), ('kick ball', ('foot', 'goal')))
    records = [
        AttributeRecord('mine', place, name, words, 'manual')
        for place, (name, words) in enumerate(keywords)
    ]
    paths = dict(
        attribute_file=tmp_path / 'a.jsonl', graph_file=tmp_path / 'g.jsonl'
    )
    write_attributes(paths['attribute_file'], records)
    write_graphs(paths['graph_file'], graphs)
    return {key: str(path) for key, path in paths.items()}, graphs


def test_labels_of_a_data_set_are_described(files):
    paths, (sit, kick) = files
    step = TRANSFORMS.build(dict(type='DescribeLabels', **paths))
    labels = LabelSpace(('kick_ball', 'sit'), (True, False))
    found = step(dict(label_space=labels, boxes=3))
    assert found.pop('boxes') == 3
    clauses = [tuple(map(g.clauses, RELATIONS)) for g in (kick, sit)]
    assert found['label_space'] == LabelSpace(
        labels.names, labels.exclusive, (('foot', 'goal'), ('chair',)), clauses
    )
    # Others, in free words, are not taken for those before them.
    other = step(dict(label_space=LabelSpace(('sit',))))['label_space']
    assert other.names == ('sit',) and other.clauses == (clauses[1],)


def test_action_without_a_graph_is_named(files, tmp_path):
    paths, _ = files
    step = TRANSFORMS.build(dict(type='DescribeLabels', **paths))
    with pytest.raises(ValueError, match=r'1 of 2 actions have no.*: swim'):
        step(dict(label_space=LabelSpace(('sit', 'swim'))))
    empty = tmp_path / 'empty.jsonl'
    empty.touch()
    step = TRANSFORMS.build(dict(type='DescribeLabels', graph_file=str(empty)))
    with pytest.raises(ValueError, match=r'1 of 1 actions have no.*: sit'):
        step(dict(label_space=LabelSpace(('sit',))))
    with pytest.raises(FileNotFoundError, match='absent'):
        TRANSFORMS.build(dict(type='DescribeLabels', graph_file='absent'))


def test_label_list_of_a_split_and_a_half(tmp_path):
    for name in ('mine_1_base', 'mine_2_novel'):
        (tmp_path / f'{name}.txt').write_text(f'sit\n{name}\n')
    step = dict(
        type='AddLabelSpace',
        label_file=str(tmp_path / 'mine_{split}_{part}.txt'),
    )
    labels = TRANSFORMS.build(step)({})['label_space']
    assert labels.names == ('sit', 'mine_1_base')
    other = TRANSFORMS.build(dict(step, split=2, part='novel'))
    assert other({})['label_space'].names == ('sit', 'mine_2_novel')


def test_data_set_tells_its_own_labels(tmp_path):
    (tmp_path / 'all.txt').write_text('sit\nrun\n')
    step = TRANSFORMS.build(
        dict(type='AddLabelSpace', label_file=str(tmp_path / 'all.txt'))
    )
    own = LabelSpace(('run',))
    assert step(dict(label_space=own))['label_space'] == own
