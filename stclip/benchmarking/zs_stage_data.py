"""Files of ZS-Stage's runs: videos, annotations, person boxes, towers."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stclip.benchmarking.accuracy import process
from stclip.benchmarking.tiny_clip.families import FAMILIES
from stclip.utils.resources import shipped

#: Where the configs look for ZS-Stage.
FOLDER = 'data/zs_stage'
_TOWERS = 'towers'
# Tracks whose persons are detected.
_BOXED = ('single', 'multi', _TOWERS)
_DETECTOR = 'data/pretrained/tiny_person_detector/tiny_person_detector.pth'


@dataclass(frozen=True)
class Step:
    """Something to do before the runs.

    Args:
        title: What the bar says.
        command: Shipped tool and its arguments.
        makes: File that is there when it is done; the step is skipped then.
            ``None`` for a tool that sees for itself what is left to do.
    """

    title: str
    command: tuple[str, ...]
    makes: str | None = None


def steps_of(
    tracks: Sequence[str], folder: str = FOLDER, size: str = 'full'
) -> tuple[Step, ...]:
    """Rendering of tracks, person boxes of their test videos, towers.

    Args:
        tracks: Keys of the benchmark's ``TRACKS``.
        folder: To render to.
        size: Key of :data:`stclip.zs_stage.tracks.SIZES`.
    """
    rendered = dict.fromkeys(map(_videos_of, tracks))
    render = (
        'tools/make_zs_stage.py',
        *('--out', folder, '--size', size, '--tracks', *rendered),
    )
    steps = [Step('rendering ZS-Stage', render)]
    boxed = {_videos_of(track) for track in tracks if track in _BOXED}
    for track, suffix in (('single', 'json'), ('multi', 'csv')):
        if track not in boxed:
            continue
        data = f'{folder}/{track}'
        out = f'{data}/detections/test.{suffix}'
        command = (
            'tools/detect_persons.py',
            str(shipped('configs/person_detector/zs_stage_tiny.py')),
            *('--checkpoint', str(shipped(_DETECTOR))),
            *('--annotations', f'{data}/annotations/test.{suffix}'),
            *('--videos', f'{data}/frames', '--out', out),
            *(('--fps', '8', '--start-sec', '0') if track == 'multi' else ()),
        )
        steps.append(Step(f'detecting persons, {track}', command, makes=out))
    if _TOWERS in tracks:
        steps += map(_distilled, FAMILIES)
    return tuple(steps)


def _videos_of(track: str) -> str:
    """All clips are those of the single-action track, whole."""
    return 'multi' if track == 'multi' else 'single'


def _distilled(family: str) -> Step:
    folder = f'work_dirs/{_TOWERS}/{family}'
    command = ('tools/distil_tiny_clip.py', family, '--out', folder)
    return Step(f'teaching {family}', command, f'{folder}/tiny_clip.pt')


def prepare(steps: Sequence[Step], folder: Path) -> None:
    """Do what is not done yet; logs go to ``folder``.

    Raises:
        FailedStep: If a step fails.
    """
    for step in steps:
        if step.makes and Path(step.makes).is_file():
            continue
        log = folder / f'{step.title.replace(" ", "_").replace(",", "")}.log'
        tool, *arguments = step.command
        command = (sys.executable, str(shipped(tool)), *arguments)
        process.call(command, log, step.title)
