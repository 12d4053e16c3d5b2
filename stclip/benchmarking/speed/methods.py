"""Every method's step over the plain encodes it stands on.

Real sizes, random weights, texts encoded before. The counted ratio says what a
step has to cost; both sides of a measured one are taken in turn. A second
table is of training: forward, and back to all that is trained.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from stclip.benchmarking.complexity import (
    Row,
    Unit,
    build,
    clip_of,
    multiply_adds,
    num_trained,
    read_rows,
    unit_of,
    unseen_labels,
)
from stclip.benchmarking.speed.timing import device_name, interleave
from stclip.labels.label_space import LabelSpace
from stclip.models.detection import CLIPBaseline
from stclip.models.detection.base import RecognizerDetector
from stclip.models.openmixer import OpenMixer
from stclip.models.recognition import VideoTextRecognizer
from stclip.utils.choices import require_choice

_MEGA, _GIGA = 1e6, 1e9
_HEAD = (
    '| method | trained, M | encodes | GMACs | counted | encodes ms | ours ms '
    '| measured | measured / counted |\n' + '|---' * 9 + '|'
)


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
    """Measure and print both tables."""
    rows = read_rows()
    for title in options.rows:
        require_choice('--rows', title, tuple(rows))
    print(f'{torch.__version__}, {device_name(options.device)}')
    for heading, step_of in (('A test', tested), ('A training', trained)):
        print(f'\n{heading}:\n\n{_HEAD}')
        for title in options.rows or rows:
            print(line(title, rows[title], step_of, options), flush=True)


#: Makes what is run again and again of a model, its unit and the labels.
StepOf = Callable[[nn.Module, Unit, LabelSpace], Callable[[], None]]


def tested(
    model: nn.Module, unit: Unit, labels: LabelSpace
) -> Callable[[], None]:
    """Logits, of texts that are encoded before."""
    text = unit.encode_text(labels)

    @torch.inference_mode()
    def step() -> None:
        unit.score(text)

    return step


def trained(
    model: nn.Module, unit: Unit, labels: LabelSpace
) -> Callable[[], None]:
    """Logits, and the gradients of their sum for all that is trained.

    The losses of a method cost next to nothing beside it. Texts are encoded in
    each step if they depend on what is trained.
    """
    model.train()
    unit.encode_text(labels)  # kept, unless what reads it is trained

    @torch.enable_grad()
    def step() -> None:
        logits = unit.score(unit.encode_text(labels))
        if logits.requires_grad:
            logits.sum().backward()
        model.zero_grad()

    return step


@torch.no_grad()
def line(title: str, row: Row, step_of: StepOf, options: Options) -> str:
    """Cells of a method.

    Args:
        title: Of the method.
        row: Its model.
        step_of: :func:`tested` or :func:`trained`.
        options: How it is measured.
    """
    model, labels = build(row, unseen_labels())
    clip = clip_of(model)
    size = clip.image_size
    images = torch.zeros(encodes_of(model), 3, size, size)
    of_unit = multiply_adds(step_of(model, unit_of(model), labels))
    of_encodes = multiply_adds(lambda: clip.encode_images(images))
    model.to(options.device)
    unit = unit_of(model, options.batch_size)
    pictures = images.to(options.device).repeat(options.batch_size, 1, 1, 1)

    @torch.inference_mode()
    def plain() -> None:
        clip.encode_images(pictures)

    steps = plain, step_of(model, unit, labels)
    for step in steps:
        step()
    times = interleave(steps, options.repeats, options.device)
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
