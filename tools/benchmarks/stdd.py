"""STDD's layer over a plain CLIP layer on the same frames.

ViT-B/16's width, T = 8 frames, random weights. Counted multiplications say
what the crossing branch has to cost; both layers are measured in turn in one
process.
"""

import argparse

import torch
from benchmarks.timing import device_name, interleave
from open_clip.transformer import QuickGELU, ResidualAttentionBlock

from stclip.models.layers.running_cells import RunningCells, frame_order
from stclip.models.layers.space_time_cross import space_time_cross_layer

WIDTH, HEADS, GRID, FRAMES = 768, 12, 14, 8
SCALES = ((1,), (1, 2))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument('--batch-size', type=int, default=2)
    parser.add_argument('--repeats', type=int, default=5)
    parser.add_argument(
        '--device', default='cuda' if torch.cuda.is_available() else 'cpu'
    )


@torch.inference_mode()
def run(args: argparse.Namespace) -> None:
    """Measure and print the table."""
    print(f'{torch.__version__}, {device_name(args.device)}')
    print('| scales | plain ms | ours ms | ratio | arithmetic |')
    print('|---|---|---|---|---|')
    block = ResidualAttentionBlock(WIDTH, HEADS, act_layer=QuickGELU)
    block = block.to(args.device).eval()
    shape = args.batch_size, FRAMES
    x = torch.randn(*shape, 1 + GRID**2, WIDTH, device=args.device)
    kept, masked = RunningCells(GRID).split(
        frame_order(*shape, False, x.device),
        torch.zeros(args.batch_size, dtype=torch.int64, device=args.device),
    )

    def plain() -> None:
        block(x.flatten(0, 1))

    for scales in SCALES:

        def ours(scales: tuple[int, ...] = scales) -> None:
            space_time_cross_layer(block, x, kept, masked, WIDTH // 32, scales)

        for step in (plain, ours):
            step()
        times = interleave((plain, ours), args.repeats, args.device)
        counted = arithmetic(len(scales), kept.shape[-1]) / arithmetic(0, 0)
        print(
            f'| {list(scales)} | {1000 * times[0]:.0f} '
            f'| {1000 * times[1]:.0f} | {times[1] / times[0]:.2f} '
            f'| {counted:.2f} |'
        )


def arithmetic(passes: int, kept: int) -> int:
    """Multiplications of a layer for one frame.

    Args:
        passes: Passes of the crossing branch; 0 for CLIP's own layer.
        kept: Patches that the branch keeps.
    """
    tokens = 1 + GRID**2
    asking = GRID**2 - kept if passes else tokens
    # Keys and values of all tokens, queries and output of those that ask.
    plain = 3 * tokens + asking if passes else 4 * tokens
    total = plain * WIDTH**2 + 2 * asking * tokens * WIDTH
    crossing = 1 + kept
    total += passes * (4 * crossing * WIDTH**2 + 2 * crossing**2 * WIDTH)
    return total + 8 * tokens * WIDTH**2
