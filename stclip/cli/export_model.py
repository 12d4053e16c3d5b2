"""``stclip export-model``."""

from pathlib import Path

import click

from stclip.cli.command import Command
from stclip.cli.options import LABELS, OVERWRITE, named_file


@click.command('export-model', cls=Command)
@click.argument('config')
@click.argument('checkpoint', required=False)
@LABELS
@click.option(
    '--independent',
    is_flag=True,
    help='A person may do several of the labels at once.',
)
@click.option(
    '--format',
    'form',
    type=click.Choice(['torch', 'onnx', 'onnx-int8']),
    default='onnx',
    help='ONNX, with products in int8 if so asked, or a program of '
    'torch.export.',
)
@click.option(
    '--out',
    required=True,
    metavar='FILE',
    help='File, .onnx or .pt2; .json and .npy lie beside it.',
)
@OVERWRITE
def command(
    config: str,
    checkpoint: str | None,
    labels: str,
    independent: bool,
    form: str,
    out: str,
    overwrite: bool,
) -> None:
    r"""Write the scoring of a model, to be run without this package.

    CONFIG is a model of the index, or a config of ST-CLIP or plain CLIP;
    CHECKPOINT its weights. Finding persons is no part of what is written:
    pictures of persons, the frames around them and text features of any
    labels go in, probabilities come out. docs/how_to/export_a_model.md runs
    one with onnxruntime and numpy.

    \b
    Examples:
      stclip export-model stage --labels "golf, run" --out stage.onnx
      stclip export-model configs/zs_jhmdb_split1.py iter_3000.pth
        --labels data/labels/ucf101.txt --format torch --out stclip.pt2
    """
    from stclip.apis.exporting import export_scoring
    from stclip.labels.label_question import question_from_option
    from stclip.utils.outputs import require_apart

    space = question_from_option(labels, independent)
    if names := named_file(labels):
        beside = [Path(out).with_suffix(end) for end in ('.json', '.npy')]
        require_apart([Path(out), *beside], [names])
    files = export_scoring(config, checkpoint, space, form, out, overwrite)
    click.echo('\n'.join(map(str, files)))
