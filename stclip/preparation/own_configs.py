"""Configs for one's own data: a shipped one, and what differs."""

from collections.abc import Iterable
from pathlib import Path

from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.resources import SCOPE, resolve, shipped

_TEXT = """\
# stclip test {path}
# {stem} on the data that stclip convert-data wrote.
_base_ = {base!r}

__data = dict(
    type='CocoKeyframeDataset',
    data_root={root!r},
    data_prefix=dict(video={videos!r}),
    ann_file='annotations.json',
    label_split={split!r},
    fps={fps!r},
)
{train}
test_dataloader = dict(
    # Person boxes of a detector: det_file, and 'detected' here.
    dataset=dict(**__data, det_file='', box_sources=['ground_truth']),
)
test_evaluator = [dict(type='FrameMAP')]
"""
_TRAIN = 'train_dataloader = dict(dataset=dict(**__data))'
_NO_TRAIN = """\
# No label is held out (--unseen), so no video is: nothing to train on.
train_dataloader = train_cfg = None
optim_wrapper = param_scheduler = None"""


def own_configs(out: Path, bases: Iterable[str]) -> dict[Path, Path]:
    """The configs that will be written, and what each inherits from.

    Args:
        out: Folder of the data.
        bases: Configs of action detectors, the user's or shipped ones.

    Raises:
        UserError: If one is missing, or two have one name.
    """
    configs: dict[Path, Path] = {}
    for base in bases:
        path = resolve(base)
        if not path.is_file():
            raise MissingFileError(
                f'--config {base} does not exist; configs/README.md and '
                'docs/how_to/own_dataset.md name some'
            )
        target = out / f'{path.stem}.py'
        if target in configs:
            raise UserError(
                f'--config: {configs[target]} and {path} would both be '
                f'written to {target}; convert once for each'
            )
        configs[target] = path.resolve()
    return configs


def config_text(
    base: Path, out: Path, videos: Path, fps: float | None, trains: bool
) -> str:
    """A config for annotations and label split in a folder.

    Args:
        base: What it inherits from.
        out: The folder.
        videos: Folder of the videos.
        fps: Of folders of frames.
        trains: Whether there are labels to train on beside those to test.
    """
    root = out.resolve()
    return _TEXT.format(
        path=out / f'{base.stem}.py',
        stem=base.stem,
        base=_named(base),
        root=str(root),
        videos=str(videos.resolve()),
        split=str(root / 'label_split.yaml'),
        fps=fps,
        train=_TRAIN if trains else _NO_TRAIN,
    )


def _named(base: Path) -> str:
    """How a config is named as a base: one that is shipped, by its package.

    So it is found wherever the package is. mmengine wants a folder in the
    name.
    """
    configs = shipped('configs').resolve()
    if not base.is_relative_to(configs):
        return str(base)
    name = base.relative_to(configs).as_posix()
    return f'{SCOPE}{name if "/" in name else f"_base_/../{name}"}'
