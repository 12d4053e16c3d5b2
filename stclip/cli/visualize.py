"""``stclip visualize``."""

from pathlib import Path
from typing import Any

import click

from stclip.cli.command import Command
from stclip.cli.numbers import Moment
from stclip.cli.options import (
    DEVICE,
    FPS,
    LABELS,
    OUT_FOLDER,
    OVERWRITE,
    STRICT,
    named_file,
)

_DA_STI = 'da_sti'
#: Views of a keyframe by ST-CLIP.
_VIEWS = ('interest-tokens', 'text-features', 'temporal')
_CONFIGS = {_DA_STI: 'configs/da_sti/dasti_zs_stage.py'}
_STCLIP_CONFIG = 'configs/zs_stage_multi.py'


@click.command('visualize', cls=Command)
@click.argument('method', type=click.Choice([_DA_STI, *_VIEWS]))
@click.argument('video')
@LABELS
@click.option(
    '--attributes',
    metavar='FILE',
    help='da_sti: their keywords, as in data/attributes/.',
)
@click.option(
    '--class',
    'class_name',
    metavar='NAME',
    help='da_sti: the label that is looked for; interest-tokens: whose '
    'probability is written.',
    show_default='the likeliest',
)
@click.option(
    '--at',
    'at_sec',
    type=Moment(),
    metavar='TIME',
    help='All but da_sti: the keyframe; seconds, mm:ss or hh:mm:ss.',
    show_default='the first frame',
)
@click.option(
    '--detector',
    metavar='NAME',
    help='All but da_sti: what finds persons, as for stclip infer.',
    show_default='the one that goes with the model',
)
@click.option(
    '--config',
    help='Of the model.',
    show_default=f'{_CONFIGS[_DA_STI]} or {_STCLIP_CONFIG}',
)
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
    config: str | None,
    out: Path,
    overwrite: bool,
    strict: bool,
    **options: Any,
) -> None:
    r"""Draw where a model looks in VIDEO, for labels in plain words.

    da_sti: the heat of words on patches and the weights of the frames, after
    Figure 6 of DA-STI (arXiv:2510.27255), for plain CLIP and for ours, as a
    picture and an mp4.

    Of ST-CLIP (arXiv:2408.15996), for a keyframe, as a picture and numbers
    in a JSON file. interest-tokens: the tokens that each layer keeps for
    each person, Figures 4 and 5. text-features: the labels before and after
    prompting, Figure 6. temporal: how much each frame of the window counts.
    docs/how_to/visualize.md explains them.

    \b
    Examples:
      stclip visualize da_sti VIDEO --labels "run, golf, hug" --out out
      stclip visualize da_sti VIDEO --labels data/labels/ucf101.txt
        --attributes data/attributes/ucf101.jsonl --class BenchPress
        --config configs/da_sti/dasti_vit-b16_16f_k400.py
        --checkpoint epoch_30.pth --out out
      stclip visualize interest-tokens VIDEO --labels "sit, drink" --at 0:12
        --config configs/zs_ava_split1.py --checkpoint iter_20000.pth
        --out out
    """
    _refuse_options_of_others(method, **options)
    from stclip.utils.outputs import new_results, stem_of_video
    from stclip.video.opening import require_video

    space = _labels(labels, options.pop('attributes'))
    class_name = options['class_name']
    if class_name is not None:
        space.index(class_name)  # refuses others at once
    config = config or _CONFIGS.get(method, _STCLIP_CONFIG)
    require_video(video, strict, options['fps'])
    stem = stem_of_video(video)
    files = [out / f'{stem}{ending}' for ending in _endings(method)]
    given = click.get_current_context().params
    inputs = (
        *(video, named_file(labels), config),
        *(given[key] for key in ('attributes', 'checkpoint', 'detector')),
    )
    with new_results(files, inputs, overwrite):
        draw = _draw_da_sti if method == _DA_STI else _draw_view
        lines = draw(method, files, config, video, space, **options)
    click.echo('\n'.join([*lines, *map(str, files)]))


def _endings(method: str) -> tuple[str, str]:
    if method == _DA_STI:
        return '_strip.png', '.mp4'
    name = method.replace('-', '_')
    return f'_{name}.png', f'_{name}.json'


def _labels(labels: str, attributes: str | None) -> Any:
    from stclip.knowledge.describe import describe
    from stclip.labels.label_list import labels_from_option
    from stclip.labels.label_space import LabelSpace

    return describe(LabelSpace(labels_from_option(labels)), attributes or '')


def _draw_da_sti(
    method: str,
    files: list[Path],
    config: str,
    video: str,
    labels: Any,
    checkpoint: str | None,
    class_name: str | None,
    device: str | None,
    fps: float | None,
    **_: Any,
) -> list[str]:
    from stclip.apis.attention_maps import explain_video
    from stclip.visualization import save_attention

    seen = explain_video(
        config, checkpoint, video, labels, class_name, device, fps
    )
    save_attention(seen, *files)
    return seen.head


def _draw_view(
    method: str,
    files: list[Path],
    config: str,
    video: str,
    labels: Any,
    class_name: str | None,
    **options: Any,
) -> list[str]:
    from stclip.apis.keyframe_views import VIEWS, view_keyframe

    needs, save = VIEWS[method]
    view = view_keyframe(
        config, video=video, labels=labels, needs=needs, **options
    )
    if method == 'interest-tokens':
        save(view, *files, class_name)
        return [view.answer(person, class_name) for person in view.drawn]
    save(view, *files)
    return [view.answer(person) for person in view.drawn]


def _refuse_options_of_others(method: str, **options: Any) -> None:
    """Refuse what would not be looked at."""
    others = {_DA_STI: ('at_sec', 'detector'), 'interest-tokens': ()}
    without = others.get(method, ('class_name',))
    if method != _DA_STI:
        without = (*without, 'attributes')
    for name in without:
        if options[name] is not None:
            option = name.removesuffix('_sec').removesuffix('_name')
            raise click.UsageError(f'{method} has no --{option}: leave it out')
