"""``stclip infer``."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stclip.cli.command import Command, Values
from stclip.cli.numbers import COUNT, IOU_THRESHOLD, SECONDS, THRESHOLD
from stclip.cli.options import (
    DEVICE,
    FORMAT,
    FPS,
    LABELS,
    OUT_FOLDER,
    OVERWRITE,
    STRICT,
)
from stclip.utils.downloads import OFFLINE

if TYPE_CHECKING:
    from stclip.apis.keyframe_lines import KeyframeLines
    from stclip.labels.label_space import LabelSpace
    from stclip.results.video_actions import VideoActions


@click.command('infer', cls=Command)
@click.argument('video')
@LABELS
@click.option(
    '--background',
    default='',
    metavar='NAMES',
    help='What people do who do none of the labels, as "standing still, '
    'walking by": it wins without being shown. One label alone gets words '
    'of the package.',
)
@click.option(
    '--independent',
    is_flag=True,
    help='A person may do several of the labels at once.',
)
@click.option(
    '--templates',
    cls=Values,
    metavar='TEXT ...',
    help='Sentences that labels are read in, as "a photo of a person who is '
    '{}"; their features are averaged.',
)
@OUT_FOLDER
@FORMAT
@OVERWRITE
@click.option(
    '--resume',
    is_flag=True,
    help='Go on where an interrupted run with the same options has ended.',
)
@click.option(
    '--attributes',
    default='',
    metavar='FILE',
    help="Keywords of the labels, for DA-STI's models.",
)
@click.option(
    '--graphs',
    default='',
    metavar='FILE',
    help="Knowledge graphs of the labels, for STDD's models.",
)
@click.option(
    '--model',
    metavar='NAME',
    help='A model of the index, whose weights are downloaded once; stage is '
    'the small one for rendered scenes.',
    show_default='clip-b16',
)
@click.option(
    '--checkpoint', metavar='FILE', help='Detector that stclip train saved.'
)
@click.option(
    '--config',
    help='Config of the checkpoint.',
    show_default='configs/zs_stage_single.py',
)
@click.option(
    '--clip',
    metavar='ARCH:WEIGHTS',
    help='Plain CLIP instead: open_clip name and tag, or files.',
)
@click.option(
    '--detector',
    metavar='NAME',
    help='What finds persons: a name of the index, torchvision, rfdetr, a '
    'config of mmdet, or a file of boxes (csv, json, MOT).',
    show_default='the one that goes with the model',
)
@click.option(
    '--detector-checkpoint',
    metavar='FILE',
    help="Weights of mmdet's config or torchvision's model.",
)
@click.option(
    '--offline', is_flag=True, help='Use what was downloaded before.'
)
@click.option(
    '--stride',
    type=COUNT,
    default=8,
    help='Frames between keyframes.',
)
@click.option(
    '--batch-size',
    type=COUNT,
    default=8,
    help='Keyframes at a time.',
)
@click.option(
    '--box-threshold',
    type=THRESHOLD,
    default=0.5,
    help='Persons with a lower score are left out.',
)
@click.option(
    '--track/--no-track',
    default=True,
    help='Give persons ids, the same along the video, and say from when to '
    'when each does what.',
)
@click.option(
    '--detect-every',
    type=COUNT,
    default=1,
    metavar='N',
    help='Look for persons on every N-th keyframe and follow them between.',
)
@click.option(
    '--smooth',
    type=SECONDS,
    metavar='SECONDS',
    help="Average each person's scores over that long; 0 for not at all.",
    show_default='1, with --track',
)
@click.option(
    '--threshold',
    type=IOU_THRESHOLD,
    default=0.5,
    help='Score from which on a person begins to do something.',
)
@DEVICE
@FPS
@STRICT
def command(
    video: str,
    labels: str,
    background: str,
    independent: bool,
    templates: tuple[str, ...],
    attributes: str,
    graphs: str,
    out: Path,
    formats: tuple[str, ...],
    overwrite: bool,
    resume: bool,
    stride: int,
    fps: float | None,
    strict: bool,
    offline: bool,
    track: bool,
    detect_every: int,
    smooth: float | None,
    threshold: float,
    **options: Any,
) -> None:
    r"""Find who does what, where and when in VIDEO, for labels in plain words.

    Writes an annotated mp4, a contact sheet and a JSON file (described in
    docs/how_to/annotate_a_video.md). Plain CLIP ViT-B/16 looks at each
    person and the whole frame; its weights, and those of a person detector,
    are downloaded once. --model stage needs no download, but knows rendered
    people only.

    \b
    Examples:
      stclip infer VIDEO --labels "wave, sit, drink" --out out/
      stclip infer VIDEO --labels labels.txt --out out/ --model clip-l14
        --background "standing still, walking by"
      stclip infer VIDEO --labels "wave, sit, drink" --out out/
        --config configs/zs_jhmdb_split1.py --checkpoint iter_3000.pth
    """
    if overwrite and resume:
        raise click.UsageError('--overwrite starts anew: leave out --resume')
    _refuse_contradictions(**options)
    _refuse_without_tracks(track, detect_every, smooth)
    if offline:
        os.environ[OFFLINE] = '1'
    from stclip.knowledge.describe import describe
    from stclip.labels.label_question import question_from_option
    from stclip.results.exports.formats import FORMATS, require_formats
    from stclip.utils.outputs import new_results, stem_of_video
    from stclip.video.opening import require_video

    wanted = question_from_option(labels, independent, background, templates)
    if attributes or graphs:
        wanted = describe(wanted, attributes, graphs)
    require_video(video, strict, fps)
    timed = bool(fps) or not os.path.isdir(video)
    require_formats(formats, track, timed)
    stem = stem_of_video(video)
    results = [out / f'{stem}.{kind}' for kind in ('json', 'png', 'mp4')]
    forms = {name: FORMATS[name].named(out, stem) for name in formats}
    written = [*results, *chain.from_iterable(forms.values())]
    names = labels if os.path.isfile(labels) else None
    inputs = (video, names, attributes, graphs, *_files_of(**options))
    kept = out / f'{stem}.jsonl'
    with new_results(written, inputs, overwrite, kept, resume):
        # Imported last: whatever is wrong so far is told within a second.
        from stclip.apis.annotation_request import request_of
        from stclip.apis.keyframe_lines import KeyframeLines
        from stclip.tracking.following import with_segments

        looked = dict(
            stride=stride, fps=fps, track=track, detect_every=detect_every
        )
        request = request_of(video, wanted, strict=strict, **looked, **options)
        lines = KeyframeLines(kept, request, wanted.answers, resume)
        with _kept_when_interrupted(lines):
            is_described = bool(attributes or graphs)
            result = lines.result() or _look(
                video, wanted, is_described, lines, looked, **options
            )
            result = with_segments(result, smooth, threshold)
            save(result, *results, forms)
        found = f'{result.num_persons} persons on {len(lines)} keyframes'
        lines.remove()
    click.echo(f'{found} of {result.num_frames} frames; results in {out}')


def _stated_length(video: str) -> int | None:
    """Number of frames as far as it is stated."""
    from stclip.video import open_video

    source = open_video(video, on_damage=None)
    source.release()
    return source.stated_frames


@contextmanager
def _kept_when_interrupted(lines: 'KeyframeLines') -> Iterator[None]:
    """On Ctrl-C, say how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        if len(lines):
            click.echo(f'{lines.path} is kept; --resume goes on', err=True)
        raise


def _look(
    video: str,
    labels: 'LabelSpace',
    is_described: bool,
    lines: 'KeyframeLines',
    looked: dict[str, Any],
    **options: Any,
) -> 'VideoActions':
    """Look at the keyframes that are not among the lines yet."""
    from stclip.apis.annotation import load_inferencer

    infer = load_inferencer(**options)
    if not is_described:
        # By the files of the model's own config.
        labels = infer.describe(labels)
    lines.cut(infer.batch_size)
    start = len(lines) * looked['stride']
    length = _stated_length(video)
    what = 'looking' if length else 'looking (length unknown)'
    with progress(what, length, start) as show:
        before = lines if len(lines) else ()
        stream = infer.stream(
            video, labels, start=start, before=before, **looked
        )
        result = lines.fill(stream, lambda idx: show(idx + 1))
        show(result.num_frames)
    return result


def _files_of(
    model: str | None,
    checkpoint: str | None,
    config: str | None,
    clip: str | None,
    detector: str | None,
    detector_checkpoint: str | None,
    **_: Any,
) -> tuple[str | None, ...]:
    """Where models come from; what is no file is no input."""
    files = (clip or '').rpartition(':')[::2]
    return (checkpoint, config, detector, detector_checkpoint, *files)


def _refuse_contradictions(
    model: str | None,
    checkpoint: str | None,
    config: str | None,
    clip: str | None,
    detector: str | None,
    detector_checkpoint: str | None,
    **_: Any,
) -> None:
    if clip and (checkpoint or config):
        raise click.UsageError(
            '--clip is plain CLIP: leave out --checkpoint, --config'
        )
    if model and (checkpoint or config or clip):
        raise click.UsageError(
            '--model has weights of its own: leave out --checkpoint, '
            '--config, --clip'
        )
    if config and not checkpoint:
        raise click.UsageError(
            '--config needs the --checkpoint that was trained by it'
        )
    if clip and ':' not in clip:
        raise click.UsageError(
            '--clip wants ARCH:WEIGHTS, as ViT-B-16-quickgelu:openai'
        )
    if detector_checkpoint and not detector:
        raise click.UsageError('--detector-checkpoint needs its --detector')


def _refuse_without_tracks(
    track: bool, detect_every: int, smooth: float | None
) -> None:
    if not track and smooth:
        raise click.UsageError(
            '--smooth averages along tracks: leave out --no-track'
        )
    if not track and detect_every > 1:
        raise click.UsageError(
            '--detect-every needs persons who are followed in between: leave '
            'out --no-track'
        )


@contextmanager
def progress(
    what: str, total: int | None = None, start: int = 0
) -> Iterator[Callable[[int], None]]:
    """Show a bar that is told how many frames are done, from a start on."""
    from tqdm import tqdm

    def show(done: int) -> None:
        nonlocal bar
        # Shown with the first frame: what is wrong with labels comes before.
        if bar is None:
            bar = tqdm(total=total, desc=what, unit='frame', initial=start)
        bar.update(done - bar.n)

    bar = None
    try:
        yield show
    finally:
        if bar is not None:
            bar.close()


def save(
    result: 'VideoActions',
    values: Path,
    sheet: Path,
    film: Path,
    forms: Mapping[str, tuple[Path, ...]],
) -> None:
    """Write the JSON file first: it holds all that was found."""
    result.save_json(values)
    for name, (path, *_) in forms.items():
        result.save(path, name)
    result.save_contact_sheet(sheet)
    with progress('drawing', result.num_frames) as show:
        result.save_video(film, on_frame=show)
