"""A server of a few lines instead of a language model."""

import functools

import pytest
from stub_llm import StubLLM

from stclip.knowledge.writing import label_runs


@pytest.fixture
def key(monkeypatch):
    """The secret that no file may hold."""
    monkeypatch.setenv('no_proxy', '127.0.0.1')
    monkeypatch.setenv('OPENAI_API_KEY', 'sk-secret')


@pytest.fixture
def waits(monkeypatch):
    """Seconds that the command would have waited before each retry."""
    waits = []
    client = functools.partial(label_runs.ChatClient, sleep=waits.append)
    monkeypatch.setattr(label_runs, 'ChatClient', client)
    return waits


@pytest.fixture
def stub(key):
    """Answers nothing useful until a test says what."""
    stub = StubLLM(lambda body: '')
    yield stub
    stub.stop()


@pytest.fixture
def out(tmp_path):
    return tmp_path / 'out.jsonl'
