"""Small weights that come with the project, and what they may look at."""

from collections.abc import Sequence
from typing import Any

from torch import nn

from stclip.models.clip import CLIPBackbone
from stclip.video.rendered import ZS_STAGE

# What data sets call the video of a sample: ours, and mmaction's.
_VIDEO_KEYS = ('video_path', 'filename', 'frame_dir')


def knows_rendered_only(model: nn.Module) -> bool:
    """Whether a CLIP in a model says that it knows ZS-Stage alone.

    Args:
        model: Of any kind.
    """
    return any(
        module.domain == ZS_STAGE
        for module in model.modules()
        if isinstance(module, CLIPBackbone)
    )


def demo_warning(parts: Sequence[str]) -> str:
    """One line about weights that look at what they do not know.

    Args:
        parts: Which those are, as ``'CLIP'``; at least one.
    """
    verb = 'knows' if len(parts) == 1 else 'know'
    return (
        f'small demo weights: the {" and the ".join(parts)} of the project '
        f'{verb} rendered people of {ZS_STAGE} only, which this is not, so '
        'results mean nothing; give real weights '
        '(docs/how_to/annotate_a_video.md)'
    )


def first_video(dataset: Any) -> str | None:
    """Where the first video of a data set lies, if it tells.

    Args:
        dataset: Of any kind, perhaps around another one.
    """
    while hasattr(dataset, 'dataset'):
        dataset = dataset.dataset
    if not hasattr(dataset, 'get_data_info') or not len(dataset):
        return None
    info = dataset.get_data_info(0)
    return next((info[key] for key in _VIDEO_KEYS if key in info), None)
