"""DA-STI's scoring over the image encodes of a video, and over naive scoring.

ViT-B/16, T = 16 frames of one video, random weights, words as many as eight
keywords make (24 a class). Text is encoded once per label set and not timed.
Both sides of a ratio are measured in turn in one process.
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
from stclip.models.da_sti.attribute_text import ClassText
from stclip.models.recognition.packed_text import PackedText
from stclip.registry import MODELS

FRAMES = 16
WORDS = 24
POSITIONS = 77
ARCH = 'ViT-B-16-quickgelu'
DTYPES = {'fp32': torch.float32, 'fp16': torch.float16}


@dataclass(frozen=True)
class Options:
    """What is measured, and how often.

    Args:
        classes: Numbers of classes.
        dtypes: ``'fp32'`` or ``'fp16'``.
        repeats: Of which the least time counts.
        device: ``cpu`` or a GPU.
    """

    classes: tuple[int, ...]
    dtypes: tuple[str, ...]
    repeats: int
    device: str


def run(options: Options) -> None:
    """Measure and print the tables."""
    print(f'{torch.__version__}, {device_name(options.device)}')
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='DASTIRecognizer',
            clip=dict(arch=ARCH, pretrained=None),
            num_frames=FRAMES,
        )
    )
    model = model.to(options.device).eval()
    print(
        '| scoring | C | type | encode ms | scoring ms | scoring / encode '
        '| scoring MB |'
    )
    print('|---|---|---|---|---|---|---|')
    for dtype in options.dtypes:
        for num_classes in options.classes:
            print(measure(model, num_classes, dtype, options), flush=True)
    num_classes = min(options.classes)
    print(compare(model, num_classes, options), flush=True)


@torch.inference_mode()
def measure(
    model: torch.nn.Module, num_classes: int, dtype: str, options: Options
) -> str:
    """A line: scoring over encoding."""
    images = torch.randn(FRAMES, 3, 224, 224, device=options.device)
    words, classes = make_text(model, num_classes, options.device)

    def encode() -> None:
        model.clip.encode_image_tokens(images)

    def score() -> None:
        tokens = model.clip.encode_image_tokens(images)[None]
        frames = model.temporal(tokens[:, :, 0])
        text = ClassText(classes, words)
        model.interaction(frames, tokens[:, :, 1:], text)

    with torch.autocast(
        options.device, DTYPES[dtype], enabled=dtype != 'fp32'
    ):
        tokens = model.clip.encode_image_tokens(images)[None]
        frames, patches = model.temporal(tokens[:, :, 0]), tokens[:, :, 1:]

        def interact() -> None:
            model.interaction(frames, patches, ClassText(classes, words))

        interact()
        memory = min(extra_memory(interact, options.device) for _ in range(3))
        score()
        times = interleave((encode, interact), options.repeats, options.device)
    return (
        f'| ours | {num_classes} | {dtype} | {1000 * times[0]:.0f} '
        f'| {1000 * times[1]:.0f} | {times[1] / times[0]:.3f} '
        f'| {memory:.0f} |'
    )


@torch.inference_mode()
def compare(model: torch.nn.Module, num_classes: int, options: Options) -> str:
    """A line: the whole similarity volume and f_sp, over ours."""
    frames = torch.randn(1, FRAMES, 512, device=options.device)
    patches = torch.randn(1, FRAMES, 196, 512, device=options.device)
    words, classes = make_text(model, num_classes, options.device)

    def ours() -> None:
        model.interaction(frames, patches, ClassText(classes, words))

    def naive() -> None:
        naive_scores(model.interaction, frames, patches, words, classes)

    steps: tuple[Callable[[], None], ...] = (naive, ours)
    for step in steps:
        step()
    memory = [
        min(extra_memory(step, options.device) for _ in range(3))
        for step in steps
    ]
    times = interleave(steps, options.repeats, options.device)
    return (
        f'\nC = {num_classes}, fp32: naive {1000 * times[0]:.0f} ms and '
        f'{memory[0]:.0f} MB, ours {1000 * times[1]:.0f} ms and '
        f'{memory[1]:.0f} MB: {times[0] / times[1]:.1f} times as fast'
    )


def make_text(
    model: torch.nn.Module, num_classes: int, device: str
) -> tuple[PackedText, Tensor]:
    """Noise in the place of encoded classes."""
    width = model.clip.joint_width
    class_idx = torch.arange(num_classes, device=device).repeat_interleave(
        WORDS
    )
    embeddings = torch.randn(num_classes * WORDS, width, device=device)
    words = PackedText(embeddings, class_idx, num_classes)
    return words, torch.randn(num_classes, width, device=device)


def naive_scores(
    interaction: torch.nn.Module,
    frames: Tensor,
    patches: Tensor,
    words: PackedText,
    classes: Tensor,
) -> Tensor:
    """Eqs. (6)-(10), every tensor built, sentences padded to 77 positions."""
    v = torch.nn.functional.normalize(frames, dim=-1)
    p = interaction.project(patches, interaction.patch_projection)
    a = interaction.project(words.embeddings, interaction.word_projection)
    a = a.unflatten(0, (words.num_classes, WORDS))
    a = torch.nn.functional.pad(a, (0, 0, 0, POSITIONS - WORDS))
    volume = torch.einsum('btnd,cwd->bctnw', p, a)
    s_sp = volume.amax(dim=(3, 4))
    f_sp = s_sp[..., None] * v[:, None]
    logits = torch.einsum('bctd,cwd->bcwt', f_sp, a) / interaction.tau
    s_temp = logits.softmax(dim=-1)[:, :, :WORDS].mean(dim=2)
    f_st = (s_temp[..., None] * v[:, None]).sum(dim=2)
    return torch.cosine_similarity(f_st, classes[None], dim=-1)
