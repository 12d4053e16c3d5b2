"""Servers on this machine, and a client that does not wait."""

import pytest
from stub_llm import StubLLM, in_turn

from stclip.knowledge.writing.client import ChatClient, ChatRequest


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv('no_proxy', '127.0.0.1')
    monkeypatch.delenv('OPENAI_API_KEY', raising=False)


@pytest.fixture
def question():
    return ChatRequest('m', (('user', 'why?'),), 0.7, 256, 0)


@pytest.fixture
def serve():
    """Start a server that gives some answers in turn."""
    stubs = []

    def start(*replies):
        stubs.append(StubLLM(in_turn(*replies)))
        return stubs[-1]

    yield start
    for stub in stubs:
        stub.stop()


@pytest.fixture
def waits():
    """Seconds that clients would have waited before each retry."""
    return []


@pytest.fixture
def client(waits):
    """Make a client of a server."""

    def make(stub, timeout_sec=5):
        return ChatClient(stub.url, timeout_sec, waits.append)

    return make
