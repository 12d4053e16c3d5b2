"""The checks of shipped attributes and knowledge graphs."""

import pytest
from command_line import call
from sample_graphs import make_graph

from stclip.cli import attributes as attribute_commands
from stclip.cli import graphs as graph_commands
from stclip.knowledge.attributes import AttributeRecord, write_attributes
from stclip.knowledge.knowledge_graph import write_graphs


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A user's own data/, which comes before the project's."""
    data = tmp_path / 'data'
    (data / 'labels').mkdir(parents=True)
    (data / 'labels' / 'mine.txt').write_text('kick ball\n')
    (data / 'attributes').mkdir()
    (data / 'attributes' / 'senses.yaml').write_text('mine: {}\n')
    monkeypatch.chdir(tmp_path)
    return data


def attributes(*keywords):
    return [AttributeRecord('mine', 0, 'kick ball', keywords, 'manual')]


def test_faulty_attributes_are_listed(data, capsys):
    path = data / 'attributes' / 'mine.jsonl'
    command = attribute_commands.check_command
    write_attributes(path, attributes('foot', 'goal net'))
    assert call(capsys, command) == (0, 'mine: 1 classes looked at\n', '')
    write_attributes(path, attributes('the'))
    code, shown, error = call(capsys, command, 'mine')
    assert (code, error) == (1, '1 faults\n')
    assert "kick ball: 'the' is a stopword" in shown


def test_faulty_graphs_are_listed(data, capsys):
    path = data / 'knowledge' / 'mine.jsonl'
    command = graph_commands.check_command
    write_graphs(path, [make_graph('kick ball', 'a foot swings')])
    assert call(capsys, command) == (0, 'mine: 1 classes looked at\n', '')
    write_graphs(path, [make_graph('kick ball', 'a kick moves a ball')])
    code, shown, error = call(capsys, command, 'mine')
    assert (code, error) == (1, '1 faults\n')
    assert 'gives the class name away' in shown


def test_records_of_the_project_are_in_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for group, name in (
        (attribute_commands.group, 'zs_stage_multi'),
        (graph_commands.group, 'zs_stage'),
    ):
        code, shown, error = call(capsys, group, 'check', name)
        assert (code, error) == (0, '')
        assert shown.startswith(f'{name}: ')
    code, _, error = call(capsys, graph_commands.group, 'check', 'absent')
    assert code == 2
    assert error.startswith('error: data/knowledge/absent.jsonl does not')
