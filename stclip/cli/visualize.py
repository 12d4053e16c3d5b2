"""``stclip visualize``."""

import os
from pathlib import Path

import click

from stclip.cli.command import Command
from stclip.cli.options import (
    DEVICE,
    FPS,
    LABELS,
    OUT_FOLDER,
    OVERWRITE,
    STRICT,
)

CONFIG = 'configs/da_sti/dasti_zs_stage.py'


@click.command('visualize', cls=Command)
@click.argument('method', type=click.Choice(['da_sti']))
@click.argument('video')
@LABELS
@click.option(
    '--attributes',
    metavar='FILE',
    help='Their keywords, as in data/attributes/.',
)
@click.option(
    '--class',
    'class_name',
    metavar='NAME',
    help='The label that is looked for.',
    show_default='the likeliest',
)
@click.option('--config', default=CONFIG)
@click.option(
    '--checkpoint', metavar='FILE', help='Model that stclip train saved.'
)
@DEVICE
@FPS
@OUT_FOLDER
@OVERWRITE
@STRICT
def command(
    method: str,
    video: str,
    labels: str,
    attributes: str | None,
    class_name: str | None,
    config: str,
    checkpoint: str | None,
    device: str | None,
    fps: float | None,
    out: Path,
    overwrite: bool,
    strict: bool,
) -> None:
    r"""Draw where a model looks in VIDEO, for labels in plain words.

    da_sti: the heat of words on patches and the weights of the frames, after
    Figure 6 of DA-STI (arXiv:2510.27255), for plain CLIP and for ours, as a
    picture and an mp4. docs/how_to/visualize.md explains them.

    \b
    Examples:
      stclip visualize da_sti VIDEO --labels "run, golf, hug" --out out
      stclip visualize da_sti VIDEO --labels data/labels/ucf101.txt
        --attributes data/attributes/ucf101.jsonl --class BenchPress
        --config configs/da_sti/dasti_vit-b16_16f_k400.py
        --checkpoint epoch_30.pth --out out
    """
    from stclip.knowledge.attributes import read_attributes, with_attributes
    from stclip.labels.label_list import labels_from_option
    from stclip.labels.label_space import LabelSpace
    from stclip.utils.outputs import new_results, stem_of_video
    from stclip.video.opening import require_video

    label_space = LabelSpace(labels_from_option(labels))
    if attributes:
        records = read_attributes(attributes)
        label_space = with_attributes(label_space, records)
    require_video(video, strict, fps)
    stem = stem_of_video(video)
    files = out / f'{stem}_strip.png', out / f'{stem}.mp4'
    names = labels if os.path.isfile(labels) else None
    inputs = (video, names, attributes, config, checkpoint)
    with new_results(files, inputs, overwrite):
        from stclip.apis.attention_maps import explain_video
        from stclip.visualization import save_attention

        seen = explain_video(
            config, checkpoint, video, label_space, class_name, device, fps
        )
        save_attention(seen, *files)
    click.echo('\n'.join([*seen.head, *map(str, files)]))
