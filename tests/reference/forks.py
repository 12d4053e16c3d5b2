"""Python code in processes that begin with all packages imported.

Starting Python with torch, MMEngine and mmdet takes seconds of a core. One
process does so for all tests of a session, and forks itself for each code; it
computes nothing itself, so that no thread is lost in a fork.
"""

import atexit
import importlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The package first: it mends others when they are imported.
_PACKAGES = (
    *('stclip', 'torch', 'cv2', 'mmengine.runner', 'mmaction.models'),
    *('mmaction.datasets', 'mmdet.models', 'mmdet.datasets', 'open_clip'),
    *('stclip.models', 'stclip.engine.launch', 'stclip.apis.annotation'),
    *('stclip.apis.person_boxes', 'stclip.cli.main'),
)


@dataclass(frozen=True)
class Ended:
    """How a process has ended.

    Args:
        returncode: As of :mod:`subprocess`, negative for signals.
        output: What it wrote to standard output and standard error.
    """

    returncode: int
    output: str


def run_python(code, *words, folder=ROOT, path=()):
    """Run code as ``python -c`` does, with arguments, in a fork.

    Args:
        code: Lines of Python.
        words: The arguments.
        folder: Its working directory.
        path: Folders from which it imports besides the project's.
    """
    (ended,) = run_processes(code, *words, folder=folder, path=path)
    return ended


def run_processes(code, *words, environs=({},), folder=ROOT, path=()):
    """Run code in several forks at once, one for each environment."""
    with tempfile.TemporaryDirectory() as logs:
        outputs = [f'{logs}/{number}' for number in range(len(environs))]
        request = dict(
            code=code,
            words=[str(word) for word in words],
            folder=str(folder),
            path=[str(folder) for folder in path],
            environs=list(environs),
            outputs=outputs,
        )
        server = _server()
        print(json.dumps(request), file=server.stdin, flush=True)
        codes = json.loads(server.stdout.readline())
        texts = [Path(output).read_text() for output in outputs]
    return [Ended(*pair) for pair in zip(codes, texts, strict=True)]


def run_ranks(world_size, code, *words, path=()):
    """Run code as ``torchrun`` does, one fork for each rank."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    common = dict(WORLD_SIZE=f'{world_size}', LOCAL_WORLD_SIZE=f'{world_size}')
    common |= dict(MASTER_ADDR='127.0.0.1', MASTER_PORT=f'{port}')
    environs = [
        dict(common, RANK=f'{rank}', LOCAL_RANK=f'{rank}')
        for rank in range(world_size)
    ]
    for ended in run_processes(code, *words, environs=environs, path=path):
        assert ended.returncode == 0, ended.output[-3000:]


@cache
def _server():
    """The process that forks; it ends with the one that asks."""
    folders = (ROOT, Path(__file__).parent)
    return subprocess.Popen(
        [sys.executable, __file__],
        env=dict(
            os.environ,
            PYTHONPATH=os.pathsep.join(map(str, folders)),
            CUDA_VISIBLE_DEVICES='',
        ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _serve():
    for name in _PACKAGES:
        importlib.import_module(name)
    for line in sys.stdin:
        request = json.loads(line)
        pairs = zip(
            request.pop('environs'), request.pop('outputs'), strict=True
        )
        children = [_fork(*pair, **request) for pair in pairs]
        codes = [
            os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            for child in children
        ]
        print(json.dumps(codes), flush=True)


def _fork(environ, output, code, words, folder, path):
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.chdir(folder)
        os.environ.update(environ)
        sys.path[:0] = path
        sys.argv = ['-c', *words]
        log = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        null = os.open(os.devnull, os.O_RDONLY)
        for ours, stream in ((null, 0), (log, 1), (log, 2)):
            os.dup2(ours, stream)
        exec(compile(code, '<code>', 'exec'), {'__name__': '__main__'})
        status = 0
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else bool(stop.code)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        atexit._run_exitfuncs()
        os._exit(status)


if __name__ == '__main__':
    _serve()
