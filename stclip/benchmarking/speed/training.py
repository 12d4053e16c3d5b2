"""ST-CLIP's training step over the forward passes of the same batch.

Frozen weights need no gradient of their own, so a step costs what it costs to
go forward and, where something trained lies below, back through them. Noise
on random weights; both sides of a ratio are measured in turn in one process.
Every line is a process of its own, as freed memory is not given back whole.
"""

import multiprocessing
from dataclasses import dataclass

import torch

from stclip.benchmarking.speed.model import Row, build_model, make_batch
from stclip.benchmarking.speed.timing import (
    device_name,
    extra_memory,
    interleave,
)

#: Models and the keyframes of a batch.
ROWS = (
    (Row('ViT-B-16-quickgelu', persons=1, labels=21), 4),
    (Row('ViT-B-16-quickgelu', persons=3, labels=21), 4),
    (
        Row('ViT-L-14-quickgelu', persons=3, labels=60, interest_tokens=100),
        8,
    ),
    (Row('EVA02-B-16', persons=1, labels=21), 4),
    (Row('PE-Core-B-16', persons=1, labels=21), 4),
    (Row('ViT-B-16-SigLIP2', persons=1, labels=21), 4),
)
_HEAD = (
    '| model | P | labels | K | keyframes | type | with_cp | step / forward '
    '| MB forward | MB step |'
)


@dataclass(frozen=True)
class Options:
    """What is measured, and how often.

    Args:
        rows: Indices of :data:`ROWS`.
        dtypes: ``'fp32'`` or ``'bf16'``.
        repeats: Of which the least time counts.
        device: ``cpu`` or a GPU.
    """

    rows: tuple[int, ...]
    dtypes: tuple[str, ...]
    repeats: int
    device: str


def run(options: Options) -> None:
    """Measure and print the table."""
    print(f'{torch.__version__}, {device_name(options.device)}')
    print(f'{_HEAD}\n' + '|---' * 10 + '|')
    threads = torch.get_num_threads()
    context = multiprocessing.get_context('spawn')
    for index in options.rows:
        for dtype in options.dtypes:
            for with_cp in (False, True):
                line = *ROWS[index], dtype, with_cp, threads, options
                with context.Pool(1) as pool:
                    print(pool.apply(measure, line), flush=True)


def measure(
    row: Row,
    batch_size: int,
    dtype: str,
    with_cp: bool,
    threads: int,
    options: Options,
) -> str:
    """A line of the table.

    Args:
        row: The model, and who is on a keyframe.
        batch_size: Keyframes.
        dtype: A name of :class:`Options`.
        with_cp: Whether layers are computed again backwards.
        threads: Of the CPU.
        options: How it is measured.
    """
    torch.set_num_threads(threads)
    device = options.device
    model = build_model(row, with_cp=with_cp).to(device).train()
    batch, samples = make_batch(row, model, batch_size, device)
    for sample in samples:
        shape = row.persons, row.labels
        sample.proposals.labels = torch.ones(shape, device=device)

    def forward() -> torch.Tensor:
        enabled = dtype == 'bf16'
        with torch.autocast(device, torch.bfloat16, enabled=enabled):
            losses = model(batch, samples, mode='loss')
        return model.parse_losses(losses)[0]

    def no_gradient() -> None:
        with torch.no_grad():
            forward()

    def step() -> None:
        forward().backward()
        model.zero_grad()

    no_gradient()  # texts are read once
    memory = [extra_memory(each, device) for each in (no_gradient, step)]
    times = interleave((no_gradient, step), options.repeats, device)
    return (
        f'| {row.arch} | {row.persons} | {row.labels} '
        f'| {row.interest_tokens or "-"} | {batch_size} | {dtype} '
        f'| {"yes" if with_cp else "no"} | {times[1] / times[0]:.2f} '
        f'| {memory[0]:.0f} | {memory[1]:.0f} |'
    )
