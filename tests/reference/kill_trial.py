"""Kill commands at random moments, and see what is lost.

    python tests/reference/kill_trial.py --kills 20

Commands run in forks of one process that has imported all packages: they are
killed at work, not while Python starts. The moments are spread over the time
that an undisturbed run takes. After each kill every file under a final name
is read, the children have to end, and the command is run again as the
documentation says; then nothing may be left of the killed run, nothing that
was finished may be done again, and the results must be those of the
undisturbed run, to the last bit.
"""

import ast
import json
import os
import random
import re
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Seconds for children to end.
_PATIENCE = 30
# Files that only grow: their last line may be half.
_GROWING = re.compile(
    r'\.answers\.jsonl$|\.parts/|_progress\.jsonl$|^out/.*\.jsonl$'
)


def start(words, folder, log):
    """Fork a command; its descriptor becomes readable when it has ended."""
    child = os.fork()
    if child:
        return child, os.pidfd_open(child)
    code = 1
    try:
        os.setsid()
        os.chdir(folder)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(output, stream)
        from stclip.cli.command import run
        from stclip.cli.main import group

        run(group, words, 'stclip')
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Workers and files end as in a process that was not forked.
        import atexit

        atexit._run_exitfuncs()
        os._exit(code)


def finish(words, folder, log):
    """Run a command to its end; the seconds that it takes."""
    began = time.monotonic()
    child, ended = start(words, folder, log)
    os.close(ended)
    _, status = os.waitpid(child, 0)
    if status:
        raise AssertionError(f'{words} failed:\n{log.read_text()[-3000:]}')
    return time.monotonic() - began


def kill(words, folder, log, seconds):
    """Kill a command after a while.

    Returns:
        Whether it was still at work, and the names of descendants that do
        not end.
    """
    child, ended = start(words, folder, log)
    is_over = bool(select.select([ended], [], [], seconds)[0])
    if not is_over:
        os.kill(child, signal.SIGSTOP)  # starts no more of them
    family = descendants(child)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(ended)
    left = []
    for name, descriptor in family:
        if not select.select([descriptor], [], [], _PATIENCE)[0]:
            left.append(name)
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        os.close(descriptor)
    return not is_over, left


def descendants(ancestor):
    """Command line and descriptor of all processes below one."""
    parents = {}
    for stat in Path('/proc').glob('[0-9]*/stat'):
        try:
            fields = stat.read_text().rpartition(')')[2].split()
        except OSError:
            continue  # gone
        parents[int(stat.parent.name)] = int(fields[1])
    family, found = {ancestor}, []
    for _ in parents:
        family |= {pid for pid, parent in parents.items() if parent in family}
    for pid in family - {ancestor}:
        try:
            name = Path(f'/proc/{pid}/cmdline').read_bytes().decode()
            # The watcher ends the others, and waits for them a while.
            if 'watcher.py' not in name:
                found.append((name.replace('\0', ' '), os.pidfd_open(pid)))
        except OSError:
            continue
    return found


def half_files(folder):
    """Files under a final name that cannot be read."""
    found = []
    for path in folder.rglob('*'):
        name = str(path.relative_to(folder))
        # Logs, and what is hidden or says that it is a part.
        if 'vis_data' in name or path.suffix == '.log' or '/.' in f'/{name}':
            continue
        # What is begun in a corpus is no result.
        if '.part/' in name or '/begun/' in name or name.endswith('.part'):
            continue
        if not path.is_file():
            continue
        try:
            read(path, bool(_GROWING.search(name)))
        except Exception as error:
            found.append(f'{name}: {error!r}')
    return found


def read(path, growing):
    """Read a file to its end, by its suffix."""
    if path.suffix == '.jsonl':
        *lines, rest = path.read_text().split('\n')
        assert growing or not rest, 'no end of line'
        for line in lines:
            json.loads(line)
    elif path.suffix == '.json':
        json.loads(path.read_text())
    elif path.suffix == '.py':
        ast.parse(path.read_text())
    elif path.suffix == '.pth':
        import torch

        torch.load(path, weights_only=True)
    elif path.suffix in ('.jpg', '.png'):
        from PIL import Image

        Image.open(path).load()
    elif path.suffix == '.mp4':
        import av

        with av.open(str(path)) as film:
            assert list(film.decode(video=0)), 'no frame'
    elif path.name == 'last_checkpoint':
        assert (path.parent / Path(path.read_text()).name).is_file()
    else:
        assert path.stat().st_size or path.name == 'faults.txt', 'empty'


class Trial:
    """Kills of one command.

    Args:
        name: Of the job.
        base: Folder of the undisturbed runs of all jobs.
        rng: Draws the moments.
    """

    def __init__(self, name, base, rng):
        import kill_jobs
        from stub_llm import StubLLM

        self.kit = kill_jobs
        self.name, self.base, self.rng = name, base, rng
        self.job = kill_jobs.JOBS[name]
        answer = json.dumps(['foot', 'lights', 'crowd'])
        self.stub = StubLLM(lambda body: answer)
        self.words = [w.format(llm=self.stub.url) for w in self.job.words]

    def undisturbed(self):
        """Run to the end once; the seconds it takes."""
        self.whole = self.base / self.name.replace(' ', '_')
        self.fill(self.whole)
        log = self.whole.with_suffix('.log')
        seconds = finish(self.words, self.whole, log)
        self.expected = self.kit.results_of(self.job, self.whole)
        assert self.expected, f'{self.name} has no results'
        return seconds

    def fill(self, folder):
        """Inputs: what other jobs have made, and the job's own."""
        folder.mkdir()
        for name in self.job.needs:
            source = self.base / name.replace(' ', '_')
            shutil.copytree(source, folder, dirs_exist_ok=True)
        inputs = self.base / f'inputs_{self.name.replace(" ", "_")}'
        if not inputs.is_dir():
            inputs.mkdir()
            self.job.lay_out(inputs)
        shutil.copytree(inputs, folder, dirs_exist_ok=True)

    def kill_once(self, seconds):
        """Kill after a while, go on; what went wrong, or None if too late."""
        # One name each time: settings by path are the same.
        folder = self.base / 'killed'
        self.fill(folder)
        log = folder.with_suffix('.log')
        try:
            at_work, left = kill(self.words, folder, log, seconds)
            if not at_work:
                return None
            faults = [f'lives on: {name}' for name in left]
            faults += half_files(folder)
            done = self.job.done(folder)
            asked = len(self.stub.bodies)
            if not self.job.over(folder):
                finish([*self.words, *self.job.again], folder, log)
            asked = len(self.stub.bodies) - asked
            printed = f'{log.read_text()}\nasked {asked}'
            redone = self.job.redone(folder, done, printed)
            faults += [f'done again: {piece}' for piece in redone]
            faults += self.compare(folder)
        except AssertionError as error:
            faults = [str(error)]
        finally:
            shutil.rmtree(folder)
        return faults

    def compare(self, folder):
        """What is left of a killed run, and how results differ."""
        faults = [
            f'left: {path.relative_to(folder)}'
            for path in folder.rglob('*')
            if '.part' in path.name or path.name.endswith('.lock')
        ]
        found = self.kit.results_of(self.job, folder)
        for name in {**self.expected, **found}:
            if name not in found or name not in self.expected:
                faults.append(f'only in one of the runs: {name}')
            elif not self.kit.is_equal(self.expected[name], found[name]):
                faults.append(f'differs: {name}')
        return faults

    def run(self, kills):
        """Kill at moments spread over the run; print a row of the table."""
        seconds = self.undisturbed()
        edges = [seconds * k / kills for k in range(kills + 1)]
        tried = survived = 0
        for span in pairwise(edges):
            moment, faults = self.rng.uniform(*span), None
            while faults is None:
                faults = self.kill_once(moment)
                moment *= 0.9  # this run was faster than the first one
            tried += 1
            survived += not faults
            for fault in faults:
                print(f'  {self.name}, {moment / 0.9:.2f} s: {fault}')
        print(f'| `{self.name}` | {seconds:.1f} s | {tried} | {survived} |')
        sys.stdout.flush()
        return tried - survived


def with_needs(names):
    """Jobs in the order in which they make each other's inputs."""
    import kill_jobs

    wanted = {}
    for name in names:
        wanted.update(dict.fromkeys(with_needs(kill_jobs.JOBS[name].needs)))
        wanted[name] = None
    return list(wanted)


def main():
    import argparse

    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--kills', type=int, default=20, help='of each job')
    parser.add_argument('--seed', type=int, default=0, help='of the moments')
    parser.add_argument('--jobs', nargs='+', help='by default all')
    options = parser.parse_args()
    os.environ.update(
        HF_HUB_OFFLINE='1',
        OPENAI_API_KEY='none',
        CUDA_VISIBLE_DEVICES='',
        # The children of benchmarks, and workers.
        PYTHONPATH=os.pathsep.join([str(ROOT), str(ROOT / 'tests/reference')]),
    )
    sys.path[:0] = [str(ROOT), str(ROOT / 'tests/reference')]
    import kill_jobs
    import mmaction.models  # noqa: F401 (for the forks)
    import mmengine.runner  # noqa: F401

    import stclip.apis.person_boxes
    import stclip.engine.launch
    import stclip.models  # noqa: F401

    chosen = options.jobs or list(kill_jobs.JOBS)
    rng = random.Random(options.seed)
    failed = 0
    print('| command | undisturbed | kills | survived |\n|---|---|---|---|')
    # No TemporaryDirectory: forks would remove it when they end.
    base = Path(tempfile.mkdtemp())
    try:
        for name in with_needs(chosen):
            trial = Trial(name, base, rng)
            if name in chosen:
                failed += trial.run(options.kills)
            else:
                trial.undisturbed()
    finally:
        shutil.rmtree(base)
    sys.exit(failed > 0)


if __name__ == '__main__':
    main()
