"""A working folder without models; a server instead of a language model."""

import functools
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bad_inputs import forbid_models
from command_line import call
from stub_llm import Reply, StubLLM, action_of
from synthetic_media import make_frames, write_frames, write_video

from stclip.knowledge.writing import label_runs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where a command runs; it may build no model of a config."""
    forbid_models(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def film(folder):
    """A video in that folder."""
    frames = np.zeros((4, 32, 32, 3), np.uint8)
    return write_video(folder / 'v.mp4', frames)


@pytest.fixture
def frames_of_a(folder, monkeypatch):
    """Frames of a data set in that folder; no detector may be built either."""

    def build(*args, **kwargs):
        raise AssertionError('a model is built')

    monkeypatch.setattr('mmdet.registry.MODELS.build', build)
    return write_frames(folder / 'videos' / 'a', make_frames(3, 24, 32))


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


@pytest.fixture
def run(tool, command, capsys):
    """Run a module's tool; what it printed, and what as an error."""

    def run(*options, code=0):
        words = (*command, *options)
        given, *shown = call(capsys, tool, *words)
        assert given == code, shown
        return shown

    return run


@pytest.fixture
def refuses(run, stub):
    """Check that an option's value ends in a line before any question."""

    def check(option, value, message):
        line = run(option, value, code=2)[1]
        assert re.search(f'^error: .*{message}', line)
        assert stub.bodies == []

    return check


@pytest.fixture
def kill(command, stub):
    """SIGKILL to the tool's own process while it awaits a slow answer."""
    root = Path(__file__).parents[2]

    def kill(tool):
        process = subprocess.Popen(
            [sys.executable, tool, *command],
            cwd=root,
            env=dict(os.environ, PYTHONPATH=str(root)),
        )
        assert stub.got_slow.wait(60)
        process.kill()
        assert process.wait() == -signal.SIGKILL

    return kill


@pytest.fixture
def run_with_an_outage(run, out, stub, waits):
    """Fail at the third class, then go on with a server that answers."""

    def run_twice(name, num_classes):
        good = stub.reply
        stub.reply = lambda body: (
            Reply(status=503) if action_of(body) == name else good(body)
        )
        message = (
            f"error: '{name}', class 3 of {num_classes}: "
            '.*HTTP 503.*6 times.* Answers so far are kept in '
            r'.*out\.jsonl\.answers\.jsonl\.'
        )
        assert re.search(message, run(code=2)[1])
        assert waits == [1, 2, 4, 8, 16]
        assert not out.exists()
        stub.reply = good
        stub.bodies.clear()
        run()

    return run_twice
