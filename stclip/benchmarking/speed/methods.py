"""Every method's step over the plain encodes it stands on.

Real sizes, random weights, texts encoded before. The counted ratio says what a
step has to cost; both sides of a measured one are taken in turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from stclip.benchmarking.complexity import (
    Row,
    build,
    clip_of,
    multiply_adds,
    num_trained,
    read_rows,
    unit_of,
    unseen_labels,
)
from stclip.benchmarking.speed.timing import device_name, interleave
from stclip.models.detection import CLIPBaseline
from stclip.models.detection.base import RecognizerDetector
from stclip.models.openmixer import OpenMixer
from stclip.models.recognition import VideoTextRecognizer
from stclip.utils.choices import require_choice

_MEGA, _GIGA = 1e6, 1e9


@dataclass(frozen=True)
class Options:
    """What is measured, and how often.

    Args:
        rows: Titles in configs/benchmarks/complexity.yaml; empty for all.
        batch_size: Videos, or keyframes with a person each.
        repeats: Of which the least time counts.
        device: ``cpu`` or a GPU.
    """

    rows: Sequence[str]
    batch_size: int
    repeats: int
    device: str


def run(options: Options) -> None:
    """Measure and print the table."""
    rows = read_rows()
    for title in options.rows:
        require_choice('--rows', title, tuple(rows))
    print(f'{torch.__version__}, {device_name(options.device)}')
    print(
        '\n| method | trained, M | encodes | GMACs | counted | encodes ms '
        '| ours ms | measured | measured / counted |\n' + '|---' * 9 + '|'
    )
    for title in options.rows or rows:
        print(line(title, rows[title], options), flush=True)


@torch.inference_mode()
def line(title: str, row: Row, options: Options) -> str:
    """Cells of a method."""
    model, labels = build(row, unseen_labels())
    one = unit_of(model)
    text = one.encode_text(labels)
    clip = clip_of(model)
    size = clip.image_size
    images = torch.zeros(encodes_of(model), 3, size, size)
    of_unit = multiply_adds(lambda: one.score(text))
    of_encodes = multiply_adds(lambda: clip.encode_images(images))
    model.to(options.device)
    unit = unit_of(model, options.batch_size)
    text = unit.encode_text(labels)
    pictures = images.to(options.device).repeat(options.batch_size, 1, 1, 1)

    def plain() -> None:
        clip.encode_images(pictures)

    def ours() -> None:
        unit.score(text)

    for step in (plain, ours):
        step()
    times = interleave((plain, ours), options.repeats, options.device)
    counted, measured = of_unit / of_encodes, times[1] / times[0]
    return (
        f'| {title} | {num_trained(model) / _MEGA:.2f} | {len(images)} '
        f'| {of_unit / _GIGA:.1f} | {counted:.2f} | {1000 * times[0]:.0f} '
        f'| {1000 * times[1]:.0f} | {measured:.2f} '
        f'| {measured / counted:.2f} |'
    )


def encodes_of(model: nn.Module) -> int:
    """Plain encodes that a video, or a keyframe with a person, stands on."""
    if isinstance(model, RecognizerDetector):
        model = model.recognizer
    if isinstance(model, VideoTextRecognizer):
        return model.num_frames
    if isinstance(model, OpenMixer):
        return model.decoder.sizes.num_frames
    if isinstance(model, CLIPBaseline) and model.view != 'both':
        return 1
    return 2  # the frame and the person
