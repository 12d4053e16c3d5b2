"""Corpora: memory, the Ray engine over the local one, kills.

Short videos of rendered people, the small models. The command is run as its
users run it, in processes that are killed as machines kill them. What an
engine adds is the time from the first video to the last one over that of the
looks in between: what else uses the cores takes from both alike.
"""

import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from stclip.benchmarking.speed.timing import resident
from stclip.zs_stage.tracks import SIZES, plan_track, render_video

_LABELS = 'wave, sit, clap'
_FRAMES, _RENDERED = 9, 10
_ACTOR = 'ray::MapWorker'
# Seconds between looks at what is done, and for what was killed to end.
_LOOK_SEC, _PATIENCE_SEC = 0.2, 120
_PORT = 6399
_ENGINES = {
    'local': [],
    'ray': ['--engine', 'ray', '--actors', '1', '--actor-cores', '1'],
}


@dataclass(frozen=True)
class Options:
    """What is measured.

    Args:
        videos: Their number.
        kills: Of actors, workers and drivers, in turn.
        nodes: Processes that stand for machines.
        seed: Of the moments of the kills.
    """

    videos: int
    kills: int
    nodes: int
    seed: int


def run(options: Options) -> None:
    """Measure and print the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        videos = make_videos(folder, options.videos)
        few = folder / 'few.txt'
        few.write_text('\n'.join(videos[: max(2, len(videos) // 10)]))
        many = folder / 'many.txt'
        many.write_text('\n'.join(videos))
        _memory(folder, few, many)
        _overhead(folder, many)
        if options.kills:
            _kills(folder, many, options)


def make_videos(folder: Path, number: int) -> list[str]:
    """Render some short videos, and copy them until there are enough.

    Args:
        folder: Where they go.
        number: How many there will be.
    """
    rendered = []
    for plan in plan_track('multi', SIZES['tiny'])[:_RENDERED]:
        render_video(replace(plan, frames=_FRAMES), folder, 'video')
        rendered.append(folder / 'multi/videos' / f'{plan.name}.mp4')
    (folder / 'videos').mkdir()
    paths = []
    for index in range(number):
        paths.append(folder / 'videos' / f'{index:04d}.mp4')
        shutil.copy(rendered[index % len(rendered)], paths[-1])
    return [str(path) for path in paths]


def command(listed: Path, out: Path, *words: str) -> list[str]:
    """The command line.

    Args:
        listed: The videos.
        out: Folder of the results.
        *words: Further options.
    """
    program = [sys.executable, '-m', 'stclip', 'annotate-corpus']
    models = ['--model', 'stage', '--labels', _LABELS]
    files = ['--list', str(listed), '--out', str(out)]
    return [*program, *models, *files, *words]


def start(
    words: Sequence[str], out: Path, **environ: str
) -> subprocess.Popen[bytes]:
    """Run a command in the background; what it says goes beside its folder."""
    with out.with_suffix('.log').open('ab') as log:
        return subprocess.Popen(
            words,
            env=dict(os.environ, OMP_NUM_THREADS='1', **environ),
            stdout=log,
            stderr=log,
        )


def finish(process: subprocess.Popen[bytes], out: Path) -> None:
    """Wait for a command.

    Raises:
        RuntimeError: If it has failed.
    """
    if process.wait():
        told = out.with_suffix('.log').read_bytes().decode()
        raise RuntimeError(f'{process.args} failed: {told[-2000:]}')


def records(out: Path) -> dict[str, Path]:
    """Files of the videos that are done, by name."""
    return {path.name: path for path in out.glob('videos/*/[!.]*.json')}


def found_in(out: Path) -> dict[str, dict]:
    """What was found in each video, without how long it took."""
    results = {
        name: json.loads(path.read_bytes())
        for name, path in records(out).items()
    }
    for result in results.values():
        del result['corpus']['seconds']
    return results


def spent(out: Path) -> tuple[float, float]:
    """Seconds from the first video to the last one, and of the looks alone."""
    files = sorted(records(out).values(), key=lambda p: p.stat().st_mtime)
    times = [path.stat().st_mtime for path in files]
    looks = [
        json.loads(path.read_bytes())['corpus']['seconds'] for path in files
    ]
    return times[-1] - times[0], sum(looks[1:])


def _memory(folder: Path, few: Path, many: Path) -> None:
    """Peak memory of each engine's processes for few videos and for many."""
    print(
        '| engine | videos | peak MB, command | an actor | other processes |'
    )
    print('|---|---|---|---|---|')
    for name, words in _ENGINES.items():
        for listed in (few, many):
            out = folder / f'memory_{name}_{listed.stem}'
            process = start(command(listed, out, *words), out)
            peaks = peaks_of(process)
            finish(process, out)
            driver = peaks[process.pid].megabytes
            actors = [p.megabytes for p in peaks.values() if p.actor]
            others = sum(p.megabytes for p in peaks.values()) - driver
            actor = f'{max(actors):.0f}' if actors else '-'
            print(
                f'| {name} | {len(records(out))} | {driver:.0f} | {actor} | '
                f'{others - sum(actors):.0f} |',
                flush=True,
            )


@dataclass(frozen=True)
class Peak:
    """The most memory that a process has had.

    Args:
        megabytes: Resident.
        actor: Whether it looks at videos for Ray.
    """

    megabytes: float
    actor: bool


def peaks_of(process: subprocess.Popen[bytes]) -> dict[int, Peak]:
    """Peaks of a command and its children by number, until it ends.

    The kernel keeps them, so none between two looks is missed; only what a
    process takes after the last look before its end is.
    """
    peaks: dict[int, Peak] = {}
    while process.poll() is None:
        for pid, name in processes():
            if process.pid not in (pid, *_ancestors(pid)):
                continue
            actor = name.startswith(_ACTOR)
            actor |= pid in peaks and peaks[pid].actor
            with suppress(OSError):  # it has gone
                peaks[pid] = Peak(resident('VmHWM', pid), actor)
        time.sleep(_LOOK_SEC)
    return peaks


def _overhead(folder: Path, many: Path) -> None:
    """What each engine adds to the looks, by one process that looks."""
    print(
        '\n| engine | s to the first video | s after it | of looks | ratio |'
    )
    print('|---|---|---|---|---|')
    for name, words in _ENGINES.items():
        out = folder / name
        begun = time.time()
        finish(start(command(many, out, *words), out), out)
        whole, looks = spent(out)
        files = records(out).values()
        first = min(path.stat().st_mtime for path in files) - begun
        print(
            f'| {name} | {first:.1f} | {whole:.1f} | {looks:.1f} | '
            f'{whole / looks:.3f} |',
            flush=True,
        )
    same = found_in(folder / 'local') == found_in(folder / 'ray')
    print(f'results are {"equal" if same else "NOT EQUAL"}', flush=True)


def _kills(folder: Path, many: Path, options: Options) -> None:
    """Kill processes at random moments, resume, and compare."""
    out = folder / 'killed'
    words = command(many, out, '--engine', 'ray', '--actor-cores', '1')
    rng = random.Random(options.seed)
    print('\n| killed | videos done by then | done again later |')
    print('|---|---|---|')
    told: list[tuple[str, dict[str, int]]] = []
    with ExitStack() as stack:
        environ = {}
        if options.nodes > 1:
            environ = stack.enter_context(_cluster(folder, options.nodes))
        process = start(words, out, **environ)
        for turn in range(options.kills):
            who = ('actor', 'worker', 'driver')[turn % 3]
            share = (turn + rng.random()) / options.kills
            if not _wait_for(out, round(share * options.videos), process):
                break
            told.append((who, _times(out)))
            _kill(who, process, rng)
            if who == 'driver':
                process = start(words, out, **environ)
        finish(process, out)
    after = _times(out)
    for who, before in told:
        again = sum(after[name] != time for name, time in before.items())
        print(f'| {who} | {len(before)} | {again} |')
    same = found_in(out) == found_in(folder / 'local')
    print(
        f'{len(after)} results of {options.videos} videos, '
        f'{"equal" if same else "NOT EQUAL"} to those of a run without kills'
    )


def _times(out: Path) -> dict[str, int]:
    return {n: path.stat().st_mtime_ns for n, path in records(out).items()}


def _wait_for(
    out: Path, number: int, process: subprocess.Popen[bytes]
) -> bool:
    """Wait until so many videos are done; whether it is still at work."""
    while process.poll() is None and len(records(out)) < number:
        time.sleep(_LOOK_SEC)
    return process.poll() is None


def _kill(
    who: str, process: subprocess.Popen[bytes], rng: random.Random
) -> None:
    """Kill the driver, one of the actors or another worker of Ray."""
    if who == 'driver':
        process.kill()
        process.wait()
        return
    workers = [
        pid
        for pid, name in processes()
        if name.startswith('ray::')
        and name.startswith(_ACTOR) == (who == 'actor')
        and os.getpid() in _ancestors(pid)
    ]
    os.kill(rng.choice(workers), signal.SIGKILL)


def processes() -> Iterator[tuple[int, str]]:
    """Number and command line of what runs; any bytes may be in one."""
    for path in Path('/proc').glob('[0-9]*/cmdline'):
        try:
            told = path.read_bytes().decode(errors='replace')
        except OSError:
            continue  # gone
        yield int(path.parent.name), told


def _ancestors(pid: int) -> Iterator[int]:
    while pid > 1:
        try:
            stat = Path(f'/proc/{pid}/stat').read_bytes().decode()
        except OSError:
            return
        pid = int(stat.rpartition(')')[2].split()[1])
        yield pid


@contextmanager
def _cluster(folder: Path, nodes: int) -> Iterator[dict[str, str]]:
    """Ray's processes of so many machines, a core each; how to join them."""
    ray = [sys.executable, '-m', 'ray.scripts.scripts', 'start', '--block']
    ray += ['--num-cpus=1', '--object-store-memory=80000000']
    ray += ['--disable-usage-stats']
    address = f'127.0.0.1:{_PORT}'
    head = ['--head', f'--port={_PORT}', '--include-dashboard=false']
    head += ['--node-ip-address=127.0.0.1']
    others = [f'--address={address}'] * (nodes - 1)
    out = folder / 'cluster'
    # Ray asks whoever joins for a token: one of this cluster alone.
    joins = dict(RAY_AUTH_MODE='token', RAY_AUTH_TOKEN=secrets.token_hex(32))
    started = []
    try:
        for words in (head, *([other] for other in others)):
            node = start([*ray, *words], out, RAY_worker_niceness='0', **joins)
            started.append(node)
            time.sleep(_PATIENCE_SEC / 10)
        yield dict(joins, RAY_ADDRESS=address)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(_PATIENCE_SEC)
