"""ST-CLIP's time per keyframe over the plain image encodes it stands on.

A keyframe with P persons needs P + 2 passes through the image encoder: the
crops, the full frame and the context. Both sides of a ratio are measured in
turn in one process, on random weights.
"""

import gc
from dataclasses import dataclass
from typing import Any

import torch
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData
from torch import Tensor

from stclip.benchmarking.complexity import multiply_adds
from stclip.benchmarking.speed.products import products_of, seconds_of
from stclip.benchmarking.speed.timing import (
    device_name,
    extra_memory,
    interleave,
)
from stclip.labels.label_space import LabelSpace
from stclip.models.clip.architecture import read_architecture
from stclip.models.detection.batch import KeyframeBatch
from stclip.models.detection.person_layout import PersonLayout
from stclip.models.detection.shared_pictures import SharedPictures
from stclip.registry import MODELS


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    arch: str
    persons: int
    labels: int
    interest_tokens: int = 0


ROWS = (
    Row('ViT-B-16-quickgelu', persons=1, labels=21),
    Row('ViT-B-16-quickgelu', persons=3, labels=21),
    Row('ViT-L-14-quickgelu', persons=1, labels=60, interest_tokens=100),
    Row('ViT-L-14-quickgelu', persons=3, labels=60, interest_tokens=100),
    Row('EVA02-B-16', persons=1, labels=21),
    Row('EVA02-B-16', persons=3, labels=21),
    Row('PE-Core-B-16', persons=1, labels=21),
    Row('PE-Core-B-16', persons=3, labels=21),
    Row('ViT-B-16-SigLIP2', persons=1, labels=21),
    Row('ViT-B-16-SigLIP2', persons=3, labels=21),
)


@dataclass(frozen=True)
class Options:
    """What is measured, and how often.

    Args:
        rows: Indices of ``ROWS``.
        dtypes: ``'fp32'`` or ``'bf16'``.
        batch_size: Keyframes.
        repeats: Of which the least time counts.
        device: ``cpu`` or a GPU.
    """

    rows: tuple[int, ...]
    dtypes: tuple[str, ...]
    batch_size: int
    repeats: int
    device: str


def run(options: Options) -> None:
    """Measure and print the table."""
    print(f'{torch.__version__}, {device_name(options.device)}')
    print(f'batch {options.batch_size} keyframes, 9 frames a window')
    print(
        '| model | P | labels | K | type | encode ms | ours ms/keyframe '
        '| ratio | counted | over products | MB encode | MB ours |'
    )
    print('|---' * 12 + '|')
    for index in options.rows:
        for dtype in options.dtypes:
            print(measure(ROWS[index], dtype, options), flush=True)
            gc.collect()
    print('\n| model | P | window, counted | window, measured |')
    print('|---|---|---|---|')
    for index in options.rows:
        print(window_share(ROWS[index], options), flush=True)
        gc.collect()


@torch.inference_mode()
def measure(row: Row, dtype: str, options: Options) -> str:
    """One line of the table."""
    model = build_model(row).to(options.device).eval()
    batch, samples = make_batch(row, model, options.batch_size, options.device)
    passes = row.persons + 2

    def plain() -> None:
        for _ in range(passes):
            model.clip.model.encode_image(batch.keyframes.each)

    def ours() -> None:
        model(batch, samples, mode='predict')

    enabled = dtype == 'bf16'
    with torch.autocast(options.device, torch.bfloat16, enabled=enabled):
        ours()  # texts are read once
        memory = [extra_memory(step, options.device) for step in (plain, ours)]
        times = interleave((plain, ours), options.repeats, options.device)
        of_products = seconds_of(
            products_of(ours), options.repeats, options.device
        )
    counted = multiply_adds(ours) / multiply_adds(plain)
    encode, keyframe = (1000 * t / options.batch_size for t in times)
    return (
        f'| {row.arch} | {row.persons} | {row.labels} '
        f'| {row.interest_tokens or "-"} | {dtype} | {encode / passes:.1f} '
        f'| {keyframe:.1f} | {times[1] / times[0]:.2f} | {counted:.2f} '
        f'| {times[1] / of_products:.2f} '
        f'| {memory[0]:.0f} | {memory[1]:.0f} |'
    )


@torch.inference_mode()
def window_share(row: Row, options: Options) -> str:
    """A line: what a window needs that other windows need of its frames, too.

    The normalisation and the patch embeddings of its frames, over all of a
    keyframe in float32; windows at stride 1 share all but one of 9.
    """
    model = build_model(row).eval()
    batch, samples = make_batch(row, model, 1, 'cpu')
    frames = batch.context.distinct.flatten(0, 1)
    of_window, of_keyframe = (
        multiply_adds(step)
        for step in (
            lambda: model.clip.patch_tokens(frames),
            lambda: model(batch, samples, mode='predict'),
        )
    )
    model.to(options.device)
    batch, samples = make_batch(row, model, options.batch_size, options.device)
    pixels = batch.context.distinct.to(torch.uint8)

    def window() -> None:
        frames = model.data_preprocessor.normalise(pixels)
        model.clip.patch_tokens(frames.flatten(0, 1))

    def keyframe() -> None:
        model.data_preprocessor.normalise(pixels)
        model(batch, samples, mode='predict')

    for step in (window, keyframe):
        step()
    times = interleave((window, keyframe), options.repeats, options.device)
    return (
        f'| {row.arch} | {row.persons} | {of_window / of_keyframe:.1%} '
        f'| {times[0] / times[1]:.1%} |'
    )


def build_model(row: Row, with_cp: bool = False) -> torch.nn.Module:
    """ST-CLIP with random weights."""
    return MODELS.build(
        {
            'type': 'STCLIP',
            'clip': {
                'arch': _without_tokenizer(row.arch),
                'lora_rank': 8,
                'with_cp': with_cp,
            },
            'temporal': {'num_frames': 9},
            'num_interest_tokens': row.interest_tokens,
        }
    )


def _without_tokenizer(arch: str | dict[str, Any]) -> str | dict[str, Any]:
    """CLIP's own text tower where another one needs files of a tokenizer.

    The labels are read once, and of no account here.
    """
    read = read_architecture(arch)
    if not read.tokenizer_name:
        return arch
    own = read_architecture('ViT-B-16')
    return dict(read.model_cfg, text_cfg=own.model_cfg['text_cfg'])


def make_batch(
    row: Row, model: torch.nn.Module, batch_size: int, device: str
) -> tuple[KeyframeBatch, list[ActionDataSample]]:
    """Noise in the shape of a batch of keyframes."""

    def noise(*shape: int) -> Tensor:
        size = model.clip.image_size
        return torch.randn(*shape, 3, size, size, device=device)

    names = tuple(f'action {index}' for index in range(row.labels))
    samples = []
    for _ in range(batch_size):
        sample = ActionDataSample(metainfo={'label_space': LabelSpace(names)})
        sample.proposals = InstanceData(
            bboxes=torch.zeros(row.persons, 4, device=device),
            scores=torch.ones(row.persons, device=device),
        )
        samples.append(sample)
    batch = KeyframeBatch(
        keyframes=SharedPictures(noise(batch_size)),
        context=SharedPictures(noise(batch_size, 9)),
        frame_valid=None,
        crops=SharedPictures(noise(batch_size * row.persons)),
        persons=PersonLayout.from_counts([row.persons] * batch_size, device),
    )
    return batch, samples
