"""A run over a label list: whom it asks, and what it lets go."""

from contextlib import nullcontext

import pytest
from stub_llm import Reply

from stclip.knowledge.writing import label_runs
from stclip.knowledge.writing.label_runs import LabelRun, asking
from stclip.utils.errors import UserError


@pytest.fixture
def clients(monkeypatch):
    """Every client that a run has made."""
    made, kind = [], label_runs.ChatClient

    def make(*args):
        made.append(kind(*args))
        return made[-1]

    monkeypatch.setattr(label_runs, 'ChatClient', make)
    return made


@pytest.mark.parametrize(
    'status, outcome',
    [(200, nullcontext()), (401, pytest.raises(UserError, match='HTTP 401'))],
)
def test_connections_are_given_back(
    serve, question, clients, tmp_path, status, outcome
):
    """Whether the server has answered or not."""
    (tmp_path / 'a.txt').write_text('run\n')
    url = serve(Reply('to move fast', status=status)).url
    run = LabelRun(tmp_path / 'a.txt', url, 'm', tmp_path / 'out.jsonl')
    with outcome, asking(run, lambda path: []) as found:
        assert not clients[0]._http.is_closed
        assert found.ask(question).text == 'to move fast'
    (client,) = clients
    assert client._http.is_closed
