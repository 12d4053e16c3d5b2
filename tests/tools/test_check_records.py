"""The checks of shipped attributes and knowledge graphs."""

import importlib

import pytest
from sample_graphs import make_graph

from stclip.knowledge.attributes import AttributeRecord, write_attributes
from stclip.knowledge.knowledge_graph import write_graphs

pytestmark = pytest.mark.usefixtures('tools_on_path')


@pytest.fixture
def check(tmp_path, monkeypatch, capsys):
    """Run a check on a folder; what it prints."""
    (tmp_path / 'labels').mkdir()
    (tmp_path / 'labels' / 'mine.txt').write_text('kick ball\n')
    (tmp_path / 'attributes').mkdir()
    (tmp_path / 'attributes' / 'senses.yaml').write_text('mine: {}\n')

    def check(tool, *names):
        module = importlib.import_module(tool)
        shared = importlib.import_module('class_record_check')
        monkeypatch.setattr(shared, 'DATA', tmp_path)
        module.main(list(names))
        return capsys.readouterr().out

    return check


def attributes(*keywords):
    return [AttributeRecord('mine', 0, 'kick ball', keywords, 'manual')]


def test_faulty_attributes_are_listed(check, tmp_path, capsys):
    path = tmp_path / 'attributes' / 'mine.jsonl'
    write_attributes(path, attributes('foot', 'goal net'))
    assert check('check_attributes') == 'mine: 1 classes looked at\n'
    write_attributes(path, attributes('the'))
    with pytest.raises(SystemExit, match='1 faults'):
        check('check_attributes', 'mine')
    assert "kick ball: 'the' is a stopword" in capsys.readouterr().out


def test_faulty_graphs_are_listed(check, tmp_path, capsys):
    path = tmp_path / 'knowledge' / 'mine.jsonl'
    write_graphs(path, [make_graph('kick ball', 'a foot swings')])
    assert check('check_graphs') == 'mine: 1 classes looked at\n'
    write_graphs(path, [make_graph('kick ball', 'a kick moves a ball')])
    with pytest.raises(SystemExit, match='1 faults'):
        check('check_graphs', 'mine')
    assert 'gives the class name away' in capsys.readouterr().out
