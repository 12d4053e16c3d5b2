"""``stclip benchmark`` of accuracy: a command for each set of tables."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click

from stclip.cli.command import Command, Values
from stclip.cli.numbers import COUNT
from stclip.cli.options import add_options
from stclip.cli.page_tables import WRITE_DOCS, show_table

# Its page, filled like ZS-Stage's.
_BENCHMARKS = Path('docs/benchmarks.md')
_DETECTION = "ST-CLIP's tables on "
_DASTI = "DA-STI's "
_STDD = "STDD's "
#: Name -> family, which is also the folder of the runs of those that share
#: their models, and a line of help.
BENCHMARKS = {
    'zs_stage': ('zs_stage', 'All methods on ZS-Stage.'),
    'zs_jhmdb': ('st_clip', f'{_DETECTION}J-HMDB.'),
    'zs_ucf': ('st_clip', f'{_DETECTION}UCF101-24.'),
    'zs_ava': ('st_clip', f'{_DETECTION}AVA.'),
    'ovad_jhmdb': ('ovad', "OpenMixer's protocol on J-HMDB."),
    'ovad_ucf': ('ovad', "OpenMixer's protocol on UCF101-24."),
    'zs_ucf101': ('da_sti', f'{_DASTI}Tables 1, 4, 5 and 6 on UCF-101.'),
    'zs_hmdb51': ('da_sti', f'{_DASTI}Tables 1, 4 and 5 on HMDB-51.'),
    'zs_k600': ('da_sti', f'{_DASTI}Tables 1, 4 and 5 on Kinetics-600.'),
    'few_shot': ('da_sti', f'{_DASTI}Table 2.'),
    'k400': ('da_sti', f'{_DASTI}Table 3.'),
    **{
        f'stdd_zs_{data}': ('stdd', f'{_STDD}zero-shot table on {title}.')
        for data, title in (
            ('ucf101', 'UCF-101'),
            ('hmdb51', 'HMDB-51'),
            ('k600', 'Kinetics-600'),
        )
    },
    **{
        f'stdd_b2n_{data}': ('stdd', f'{_STDD}base-to-novel table, {title}.')
        for data, title in (
            ('ucf101', 'UCF-101'),
            ('hmdb51', 'HMDB-51'),
            ('k400', 'Kinetics-400'),
        )
    },
}
_USUAL = ('single', 'multi', 'clips', 'stdd')
_METHODS = 'methods'
TRACKS = (*_USUAL, _METHODS, 'towers')
# In place of the title of a method.
_ALL = 'all'


def command_of(name: str) -> click.Command:
    """The command of one of ``BENCHMARKS``, with the options that fit it."""
    family, text = BENCHMARKS[name]

    def command(**options: Any) -> None:
        run(name, **options)

    command.__doc__ = f"""{text}

    Every row is trained and tested in a process of its own: one that fails
    does not lose the others, and what is finished is not run again. The
    papers' rows stand beside ours where there are any.

    \b
    Examples:
      stclip benchmark zs_stage --tracks single --seeds 0 1 2
      stclip benchmark zs_stage --search --count
      stclip benchmark zs_stage --methods all
      stclip benchmark zs_stage --tracks single --rows "other methods"
      stclip benchmark zs_jhmdb --splits 1 --rows "LoRA of rank 4"
      stclip benchmark zs_ucf101 --tables 1 --gpus 8
    """
    command = add_options(*_options(name, family))(command)
    return click.command(name, cls=Command)(command)


def _options(name: str, family: str) -> Iterator[Callable]:
    once = family == 'da_sti' or name.startswith('stdd_zs_')
    # Recognisers' benchmarks share trained models.
    folder = family if family in ('da_sti', 'stdd') else name
    yield click.option(
        '--seeds',
        cls=Values,
        type=int,
        default=(0,) if once else (0, 1, 2),
        metavar='N ...',
        help='Of the training.',
    )
    yield click.option(
        '--rows',
        cls=Values,
        metavar='ROW ...',
        help='Rows, or ablations as "Table 4d"; by default all but ablations.',
    )
    yield from _choices(name, family)
    yield click.option(
        '--out',
        type=click.Path(path_type=Path, file_okay=False),
        default=Path('work_dirs', folder),
        help='Folder of the runs and the tables.',
    )
    yield click.option(
        '--cfg-options',
        cls=Values,
        metavar='KEY=VALUE ...',
        help='Values that differ from the configs, in every run.',
    )
    yield click.option(
        '--count',
        is_flag=True,
        help='Run nothing; say how many runs there are, how many of them are '
        'finished, and how long the others may take.',
    )
    yield click.option(
        '--finished',
        is_flag=True,
        help='Run nothing; make the tables of the rows that have finished.',
    )


def _choices(name: str, family: str) -> Iterator[Callable]:
    """What only some benchmarks have."""
    if family == 'zs_stage':
        yield from _of_zs_stage()
    if name.startswith(('zs_', 'stdd_zs_')):
        yield click.option(
            '--splits',
            cls=Values,
            type=int,
            metavar='N ...',
            help='Label splits (of ZS-Stage: folds), from 1; by default all.',
        )
    if family == 'ovad':
        yield click.option(
            '--splits',
            cls=Values,
            metavar='NAME ...',
            help='Label splits: openmixer50, openmixer75 and both with '
            '_script, sia25_draw0 to 4, sia50_draw0 to 4; by default the '
            'first two. Several draws get tables of their mean.',
        )
    if family == 'st_clip':
        yield click.option(
            '--label-splits',
            metavar='DIR',
            default='',
            help='Folder of split1.yaml, ...; by default the shipped ones.',
        )
    if family == 'da_sti':
        yield click.option(
            '--tables',
            cls=Values,
            type=int,
            metavar='N ...',
            help="Of DA-STI's paper; by default all of the benchmark.",
        )
    if family in ('da_sti', 'stdd'):
        yield click.option(
            '--gpus',
            type=COUNT,
            default=1,
            metavar='N',
            help='Processes that share the batch.',
        )


def _of_zs_stage() -> Iterator[Callable]:
    yield click.option(
        '--tracks',
        cls=Values,
        type=click.Choice(TRACKS),
        default=_USUAL,
        help='Tables of ZS-Stage.',
    )
    yield click.option(
        '--methods',
        cls=Values,
        metavar='METHOD ...',
        help=f'The methods side by side, by title or "{_ALL}", in place of'
        ' --tracks and --rows.',
    )
    yield click.option(
        '--search',
        is_flag=True,
        help='Choose the schedules of the folds: each trained row is tried by '
        'several on each development set, with the first seed.',
    )
    yield click.option(
        '--write-docs', is_flag=True, help='Fill docs/zs_stage.md.'
    )


def run(
    name: str,
    out: Path,
    seeds: tuple[int, ...],
    cfg_options: tuple[str, ...],
    gpus: int | None = None,
    count: bool = False,
    write_docs: bool = False,
    **wanted: Any,
) -> None:
    """Run a benchmark of accuracy by the options of its command."""
    from stclip.benchmarking.accuracy import report
    from stclip.benchmarking.accuracy.report import Request
    from stclip.benchmarking.accuracy.runs import Bench

    bench = Bench(out.resolve(), seeds, cfg_options, gpus)
    if methods := wanted.pop('methods', ()):
        rows = () if methods == (_ALL,) else methods
        wanted.update(tracks=(_METHODS,), rows=rows)
    request = Request(name, **wanted)
    if count:
        report.count(request, bench)
    else:
        report.run(request, bench, write_docs)


@click.command('none_of_these', cls=Command)
@click.option(
    '--data',
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default='data/zs_stage',
    help='ZS-Stage with the rendered tracks "single" and "idle".',
)
@WRITE_DOCS
def none_of_these(data: Path, write_docs: bool) -> None:
    """How often "none of these" is right, on people who do nothing named."""
    from stclip.benchmarking.accuracy import none_of_these

    show_table(partial(none_of_these.table, data), 'zs_stage_none', write_docs)


@click.command('tiny_clip', cls=Command)
@WRITE_DOCS
def tiny_clip(write_docs: bool) -> None:
    """What the words of the small CLIP are worth.

    Gates of docs/zs_stage_protocol.md, and retrieval of captions of new
    stills.
    """
    from stclip.benchmarking.tiny_clip.gate_table import table

    show_table(table, 'zs_stage_clip', write_docs)


@click.command('zs_stage_pairs', cls=Command)
@click.option(
    '--videos',
    type=click.IntRange(min=5),
    default=40,
    metavar='N',
    help='Rendered of each action.',
)
@WRITE_DOCS
def zs_stage_pairs(videos: int, write_docs: bool) -> None:
    """What tells the pairs of ZS-Stage apart.

    Renders videos of both members of each motion pair and learns to tell them
    apart without and with the order of the frames: a pair counts where the
    order is needed and enough. Of the other pairs, single frames must do. All
    is done in about ten minutes.
    """
    from stclip.benchmarking import stage_frames, stage_pairs

    def tables() -> str:
        motion = stage_pairs.table(videos)
        others = stage_frames.table(videos + videos // 2)
        return f'{motion}\n{others}'

    show_table(tables, 'zs_stage_pairs', write_docs)


@click.command('exported_accuracy', cls=Command)
@click.argument('config')
@click.argument('checkpoint')
def exported_accuracy(config: str, checkpoint: str) -> None:
    """What bfloat16 and exported programs cost a model in frame mAP.

    CONFIG, of ST-CLIP or plain CLIP, names the test set, whose annotated
    persons are scored on the CPU; CHECKPOINT is what training saved.
    """
    from stclip.benchmarking.exported_accuracy import table

    click.echo(table(config, checkpoint))


@click.command('prompting', cls=Command)
@click.argument('config')
@click.argument('checkpoint')
@click.option('--keyframes', 'num_keyframes', type=COUNT, default=200)
def prompting(config: str, checkpoint: str, num_keyframes: int) -> None:
    """What context prompting reads off the pictures.

    CONFIG, of ST-CLIP, names the test set, whose annotated persons are looked
    at on the CPU; CHECKPOINT is what training saved.
    """
    from stclip.benchmarking.prompting import table

    click.echo(table(config, checkpoint, num_keyframes))


@click.command('complexity', cls=Command)
@click.option(
    '--write-docs', is_flag=True, help=f'Fill {_BENCHMARKS.as_posix()}.'
)
def complexity(write_docs: bool) -> None:
    """Parameters and multiply-adds of every method, ST-CLIP's Table 6.

    Each is built at its real size, with random weights, and counted while it
    computes.
    """
    from stclip.benchmarking.complexity import table

    show_table(table, 'complexity', write_docs, _BENCHMARKS)
