"""Python code in processes that begin with all packages imported.

Starting Python with torch, MMEngine and mmdet takes seconds of a core. One
process does so for all processes of a test run. It forks itself for each of
them that asks, and the fork does so for each code; none computes anything
itself, so that no thread is lost in a fork. It ends with the last that asks.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import time
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
_TRIES = 50


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
        print(json.dumps(request), file=server, flush=True)
        codes = json.loads(server.readline())
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
    """Lines to and from a process that forks, of the one of the test run."""
    run = os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())
    address = f'\0forks of tests {run}'  # in no folder: goes with its process
    for _ in range(_TRIES):
        with contextlib.suppress(ConnectionError):
            ours = socket.socket(socket.AF_UNIX)
            ours.connect(address)
            lines = ours.makefile('rw')
            if lines.readline():
                return lines
        _start(address)
    raise ConnectionError('the process that forks does not start')


def _start(address):
    folders = (ROOT, Path(__file__).parent)
    environ = dict(
        os.environ,
        PYTHONPATH=os.pathsep.join(map(str, folders)),
        CUDA_VISIBLE_DEVICES='',
    )
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            listener.bind(address)
        except OSError:  # another was quicker, or an older one still ends
            time.sleep(0.1)
            return
        listener.listen()
        number = listener.fileno()
        subprocess.Popen(
            [sys.executable, __file__, f'{number}'],
            env=environ,
            pass_fds=[number],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )


def _accept(listener):
    """Fork for each that connects, until the last of them has ended."""
    for name in _PACKAGES:
        importlib.import_module(name)
    # MMEngine calls the collector for every data set; in a fork it would look
    # at, and so copy, all that was imported.
    gc.collect()
    gc.freeze()
    forks = {}
    # The first has connected by now.
    while ready := select.select(
        [listener, *forks], [], [], None if forks else 0
    )[0]:
        for one in ready:
            if one is not listener:
                os.waitpid(forks.pop(one), 0)
                os.close(one)
                continue
            theirs, _ = listener.accept()
            child = os.fork()
            if not child:
                listener.close()
                _serve(theirs.makefile('rw'))
                os._exit(0)
            theirs.close()
            forks[os.pidfd_open(child)] = child


def _serve(lines):
    print(file=lines, flush=True)
    for line in iter(lines.readline, ''):
        request = json.loads(line)
        pairs = zip(
            request.pop('environs'), request.pop('outputs'), strict=True
        )
        children = [_fork(*pair, **request) for pair in pairs]
        codes = [
            os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            for child in children
        ]
        print(json.dumps(codes), file=lines, flush=True)


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
    with socket.socket(fileno=int(sys.argv[1])) as listening:
        _accept(listening)
    os._exit(0)  # a second less than to take everything down
