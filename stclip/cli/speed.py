"""``stclip benchmark`` of speed: ratios against baselines of the same run."""

from typing import Any

import click

from stclip.cli.command import Command, Values
from stclip.cli.numbers import COUNT
from stclip.cli.options import DEVICE

_repeats = click.option(
    '--repeats', type=COUNT, default=3, help='Runs of each.'
)


def _sizes(name: str, default: tuple[int, ...], text: str) -> Any:
    return click.option(
        name,
        cls=Values,
        type=COUNT,
        default=default,
        metavar='N ...',
        help=text,
    )


def _dtypes(*names: str) -> Any:
    return click.option(
        '--dtypes',
        cls=Values,
        type=click.Choice(names),
        default=names,
        help='Types to compute in.',
    )


@click.command('model', cls=Command)
@click.option(
    '--rows',
    cls=Values,
    type=click.IntRange(0, 9),
    default=tuple(range(10)),
    metavar='N ...',
    help='Rows of the table, from 0.',
)
@_dtypes('fp32', 'bf16')
@click.option('--batch-size', type=COUNT, default=8)
@_repeats
@DEVICE
def model(device: str | None, **options: Any) -> None:
    """ST-CLIP's time per keyframe over the image encodes it stands on."""
    from stclip.benchmarking.speed import model, timing

    device = timing.pick_device(device)
    model.run(model.Options(device=device, **options))


@click.command('training', cls=Command)
@click.option(
    '--rows',
    cls=Values,
    type=click.IntRange(0, 5),
    default=tuple(range(6)),
    metavar='N ...',
    help='Rows of the table, from 0.',
)
@_dtypes('fp32', 'bf16')
@_repeats
@DEVICE
def training(device: str | None, **options: Any) -> None:
    """ST-CLIP's training step over its forward passes, time and memory."""
    from stclip.benchmarking.speed import timing, training

    device = timing.pick_device(device)
    training.run(training.Options(device=device, **options))


@click.command('methods', cls=Command)
@click.option(
    '--rows',
    cls=Values,
    metavar='ROW ...',
    help='Methods by the titles of the complexity benchmark; all by default.',
)
@click.option('--batch-size', type=COUNT, default=2)
@_repeats
@DEVICE
def methods(device: str | None, **options: Any) -> None:
    """Every method's step over the plain encodes it stands on."""
    from stclip.benchmarking.speed import methods, timing

    methods.run(methods.Options(device=timing.pick_device(device), **options))


@click.command('box_sources', cls=Command)
@click.option(
    '--clip',
    type=click.Choice(['small', 'b16']),
    default='small',
    help='The small CLIP, or ViT-B/16 with random weights.',
)
@click.option('--persons', type=COUNT, default=1, help='On every keyframe.')
@click.option('--keyframes', type=COUNT, default=16, help='Of each video.')
@click.option('--videos', type=COUNT, default=2)
@_repeats
@DEVICE
def box_sources(device: str | None, **options: Any) -> None:
    """A test with detected and annotated boxes over one with detected ones."""
    from stclip.benchmarking.speed import box_sources, timing

    device = timing.pick_device(device)
    box_sources.run(box_sources.Options(device=device, **options))


@click.command('stdd', cls=Command)
@click.option('--batch-size', type=COUNT, default=2)
@_sizes('--score-batches', (8, 64), 'Videos whose scores are computed.')
@click.option('--repeats', type=COUNT, default=5)
@DEVICE
def stdd(device: str | None, **options: Any) -> None:
    """STDD's layer and tower over plain CLIP's, and its score."""
    from stclip.benchmarking.speed import stdd, timing

    stdd.run(stdd.Options(device=timing.pick_device(device), **options))


@click.command('da_sti', cls=Command)
@_sizes('--classes', (100, 400), 'Numbers of classes.')
@_dtypes('fp32', 'fp16')
@_repeats
@DEVICE
def da_sti(device: str | None, **options: Any) -> None:
    """DA-STI's scoring over the image encodes of a video."""
    from stclip.benchmarking.speed import da_sti, timing

    da_sti.run(da_sti.Options(device=timing.pick_device(device), **options))


@click.command('frame_map', cls=Command)
@click.option(
    '--keyframes', default=50_000, help='Size of the problem beside a sort.'
)
@click.option(
    '--mmaction2-keyframes',
    default=3_000,
    help='Size of the problem beside mmaction2, which takes minutes; 0 '
    'leaves it out.',
)
@click.option('--seed', default=0)
def frame_map(**options: Any) -> None:
    """CPU time of frame mAP over a plain sort, and over mmaction2's."""
    from stclip.benchmarking.speed import frame_map

    frame_map.run(frame_map.Options(**options))


@click.command('data', cls=Command)
@click.option('--videos', type=COUNT, default=4)
@_repeats
def data(**options: Any) -> None:
    """Keyframes a second of a data worker, over windows by themselves."""
    from stclip.benchmarking.speed import data

    data.run(data.Options(**options))


@click.command('long_video', cls=Command)
@_sizes('--frames', (45_000, 180_000), 'Numbers of frames, all keyframes.')
@click.option('--persons', type=COUNT, default=3, help='On every frame.')
@click.option(
    '--model',
    type=click.Choice(['none', 'small']),
    default='none',
    help='What looks at the persons: nothing, for speed, or the small CLIP.',
)
@click.option(
    '--draw/--no-draw', default=True, help='Whether the video is drawn, too.'
)
def long_video(**options: Any) -> None:
    """Memory above the models of all that stclip infer does with a video."""
    from stclip.benchmarking.speed import long_video

    long_video.run(long_video.Options(**options))


_COMMANDS = ('prepare', 'detect-persons', 'train', 'test', 'infer')


@click.command('waiting', cls=Command)
@click.option(
    '--commands',
    cls=Values,
    type=click.Choice(_COMMANDS),
    default=_COMMANDS,
    help='Commands to run.',
)
@click.option(
    '--beside',
    cls=Values,
    type=click.IntRange(0),
    default=(0, 1, 4),
    metavar='N ...',
    help='Numbers of busy processes beside them.',
)
@_repeats
def waiting(**options: Any) -> None:
    """Commands beside busy processes, by how their threads wait."""
    from stclip.benchmarking.speed import waiting

    waiting.run(waiting.Options(**options))


@click.command('infer', cls=Command)
@click.option(
    '--model',
    type=click.Choice(['stage', 'b16']),
    default='stage',
    help='The small models, or ViT-B/16 with random weights.',
)
@click.option('--videos', type=COUNT, default=8, help='Of 40 frames each.')
@_repeats
def infer(**options: Any) -> None:
    """A whole look at videos over its parts, and the time of new labels."""
    from stclip.benchmarking.speed import infer

    infer.run(infer.Options(**options))


@click.command('corpora', cls=Command)
@click.option('--videos', type=COUNT, default=200, help='Of 9 frames each.')
@click.option(
    '--kills',
    type=click.IntRange(0),
    default=6,
    help='Of actors, workers and drivers, in turn.',
)
@click.option(
    '--nodes', type=COUNT, default=1, help='Machines, each a process here.'
)
@click.option('--seed', default=0)
def corpora(**options: Any) -> None:
    """The Ray engine over the local one, and what kills leave of a corpus."""
    from stclip.benchmarking.speed import corpora

    corpora.run(corpora.Options(**options))


@click.command('exported', cls=Command)
@click.option(
    '--models',
    cls=Values,
    type=click.Choice(['stage', 'b16', 'clip_b16']),
    default=('stage', 'b16', 'clip_b16'),
    metavar='NAME ...',
    help='The small ST-CLIP; ST-CLIP and plain CLIP on ViT-B/16 with random '
    'weights.',
)
@click.option(
    '--forms',
    cls=Values,
    type=click.Choice(['torch', 'onnx', 'onnx-int8']),
    default=('onnx', 'onnx-int8', 'torch'),
    metavar='NAME ...',
    help='What is written and run.',
)
@click.option('--persons', type=COUNT, default=3)
@click.option('--labels', type=COUNT, default=21)
@click.option('--repeats', type=COUNT, default=5, help='Runs of each.')
def exported(**options: Any) -> None:
    """Exported models, one keyframe a call, over PyTorch as it is."""
    from stclip.benchmarking.speed import exported

    exported.run(exported.Options(**options))
