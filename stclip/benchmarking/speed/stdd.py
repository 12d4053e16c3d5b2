"""STDD's layer and tower over plain CLIP's, and its score over a naive one.

ViT-B/16, T = 8 frames, random weights. Counted multiplications say what the
crossing branch has to cost; both sides of a ratio are measured in turn in one
process.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from stclip.benchmarking.speed.timing import (
    device_name,
    extra_memory,
    interleave,
)
from stclip.models.recognition.packed_text import PackedText
from stclip.models.stdd.frame_prompt_score import frame_prompt_score
from stclip.models.stdd.running_cells import RunningCells, frame_order
from stclip.models.stdd.space_time_cross import SpaceTimeCross
from stclip.registry import MODELS

WIDTH, GRID, FRAMES = 768, 14, 8
SPAN = WIDTH // 32
SCALES = ((1,), (1, 2))
ARCH = 'ViT-B-16-quickgelu'
# Kinetics-400's classes have 137 prompts in the mean, 224 at most.
CLASSES, PROMPTS, PADDED, JOINT_WIDTH = 400, 137, 224, 512


@dataclass(frozen=True)
class Options:
    """What is measured, and how often.

    Args:
        batch_size: Videos.
        score_batches: Videos whose scores are computed at once.
        repeats: Of which the least time counts.
        device: ``cpu`` or a GPU.
    """

    batch_size: int
    score_batches: tuple[int, ...]
    repeats: int
    device: str


def run(options: Options) -> None:
    """Measure and print the tables."""
    print(f'{torch.__version__}, {device_name(options.device)}')
    torch.manual_seed(0)
    with torch.inference_mode():
        run_layers(options)
        run_towers(options)
    run_scores(options)


def run_layers(options: Options) -> None:
    """A layer over CLIP's."""
    print('\n| layer, scales | plain ms | ours ms | ratio | arithmetic |')
    print('|---|---|---|---|---|')
    tower = build_model((1,), options.device).clip.image_tower
    shape = options.batch_size, FRAMES
    x = torch.randn(*shape, 1 + GRID**2, WIDTH, device=options.device)
    kept = RunningCells(GRID).kept(
        frame_order(*shape, False, x.device),
        torch.zeros(
            options.batch_size, dtype=torch.int64, device=options.device
        ),
    )

    def plain() -> None:
        tower.run_layer(0, x.flatten(0, 1))

    for scales in SCALES:
        crossing = SpaceTimeCross(SPAN, scales)

        def ours(crossing: SpaceTimeCross = crossing) -> None:
            crossing.layer(tower, 0, x, kept)

        counted = arithmetic(len(scales), kept.shape[-1]) / arithmetic(0, 0)
        print(f'{ratio(scales, plain, ours, options)} {counted:.2f} |')


def run_towers(options: Options) -> None:
    """Frame embeddings of videos over CLIP's, all layers."""
    print('\n| tower, scales | plain ms | ours ms | ratio |')
    print('|---|---|---|---|')
    size = options.batch_size, FRAMES, 3, 224, 224
    videos = torch.randn(size, device=options.device)
    for scales in SCALES:
        model = build_model(scales, options.device)

        def plain(model: torch.nn.Module = model) -> None:
            model.clip.model.encode_image(videos.flatten(0, 1))

        def ours(model: torch.nn.Module = model) -> None:
            model.encode_frames(videos)

        print(ratio(scales, plain, ours, options))


def build_model(scales: tuple[int, ...], device: str) -> torch.nn.Module:
    """STDD with random weights."""
    model = MODELS.build(
        dict(
            type='STDDRecognizer',
            clip=dict(arch=ARCH, pretrained=None),
            num_frames=FRAMES,
            crossing=dict(scales=scales),
        )
    )
    return model.to(device).eval()


def ratio(
    scales: tuple[int, ...],
    plain: Callable[[], None],
    ours: Callable[[], None],
    options: Options,
) -> str:
    """Cells of a line."""
    for step in (plain, ours):
        step()
    times = interleave((plain, ours), options.repeats, options.device)
    return (
        f'| {list(scales)} | {1000 * times[0]:.0f} | {1000 * times[1]:.0f} '
        f'| {times[1] / times[0]:.2f} |'
    )


def run_scores(options: Options) -> None:
    """Scores and their gradient, over prompts padded to a common number."""
    print(
        f'\n| score, C = {CLASSES} | videos | naive ms | ours ms | ratio '
        '| naive MB | ours MB |'
    )
    print('|---|---|---|---|---|---|---|')
    device = options.device
    counts = torch.full((CLASSES,), PROMPTS, device=device)
    class_idx = torch.arange(CLASSES, device=device).repeat_interleave(counts)
    packed = torch.randn(len(class_idx), JOINT_WIDTH, device=device)
    prompts = PackedText(packed, class_idx, CLASSES)
    indices = torch.arange(PADDED, device=device) % PROMPTS
    padded = packed.unflatten(0, (CLASSES, PROMPTS))[:, indices]
    for num_videos in options.score_batches:
        frames = torch.randn(num_videos, FRAMES, JOINT_WIDTH, device=device)
        for what, with_grad in (('test', False), ('training', True)):
            frames = frames.detach().requires_grad_(with_grad)

            def naive(frames: Tensor = frames) -> None:
                finish(naive_score(frames, padded))

            def ours(frames: Tensor = frames) -> None:
                finish(frame_prompt_score(frames, prompts))

            for step in (naive, ours):
                step()
            memory = [
                min(extra_memory(step, device) for _ in range(2))
                for step in (naive, ours)
            ]
            times = interleave((naive, ours), options.repeats, device)
            print(
                f'| {what} | {num_videos} | {1000 * times[0]:.0f} '
                f'| {1000 * times[1]:.0f} | {times[1] / times[0]:.2f} '
                f'| {memory[0]:.0f} | {memory[1]:.0f} |',
                flush=True,
            )


def naive_score(frames: Tensor, prompts: Tensor) -> Tensor:
    """All similarities (B, T, C, A) of padded prompts (C, A, D), reduced."""
    similar = torch.einsum('btd,cad->btca', frames, prompts)
    best_frames = similar.amax(dim=1).mean(dim=-1)
    return (best_frames + similar.amax(dim=-1).mean(dim=1)) / 2


def finish(scores: Tensor) -> None:
    """Go back to the frames, in training."""
    if scores.requires_grad:
        scores.sum().backward()


def arithmetic(passes: int, kept: int) -> int:
    """Multiplications of a layer for one frame.

    Args:
        passes: Passes of the crossing branch; 0 for CLIP's own layer.
        kept: Patches that the branch keeps.
    """
    tokens, crossing = 1 + GRID**2, 1 + kept
    plain = 4 * tokens * WIDTH**2 + 2 * tokens**2 * WIDTH
    crossed = 4 * crossing * WIDTH**2 + 2 * crossing**2 * WIDTH
    return plain + passes * crossed + 8 * tokens * WIDTH**2
