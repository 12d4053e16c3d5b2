"""Scores of every recogniser have float32's digits under autocast."""

import pytest
import torch
from tiny_model import LONG_ARCH, SIZE

from stclip.labels.label_space import LabelSpace
from stclip.models.recognition import VideoTextRecognizer
from stclip.registry import MODELS

FRAMES = 2
LABELS = LabelSpace(
    tuple(f'{verb} {thing}' for verb in ('kick', 'throw') for thing in 'abcde')
)


def recognizers():
    MODELS.get('STCLIP')  # imports all rooms
    return sorted(
        name
        for name, kind in MODELS.module_dict.items()
        if kind.__module__.startswith('stclip.models')
        and issubclass(kind, VideoTextRecognizer)
    )


def options_of(kind):
    """What it cannot do without here, or makes another score."""
    return {
        'BIKERecognizer': [{}, dict(spotting=False)],
        'DASTIRecognizer': [{}, dict(fusion='coattn')],
        'STDDRecognizer': [dict(prompts='a')],
    }.get(kind, [{}])


CASES = [(kind, each) for kind in recognizers() for each in options_of(kind)]


def rounded(values):
    return values.bfloat16().float()


@pytest.mark.parametrize('kind, options', CASES)
@torch.no_grad()
def test_scores_and_logits_are_not_rounded(kind, options):
    """A product in bfloat16 leaves eight digits of two, and ties."""
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type=kind, clip=dict(arch=LONG_ARCH), num_frames=FRAMES, **options
        )
    ).eval()
    videos = torch.randn(3, FRAMES, 3, SIZE, SIZE)
    with torch.autocast('cpu', torch.bfloat16):
        text = model.text(LABELS)
        found = dict(
            score=model.score(videos, text), logits=model.logits(videos, text)
        )
    for name, values in found.items():
        assert values.dtype == torch.float32, name
        kept = (values == rounded(values)).float().mean()
        assert kept < 0.1, f'{kept:.0%} of the {name} are of bfloat16'


@torch.no_grad()
def test_a_batch_of_actionclip_is_compared_in_float32(monkeypatch):
    """In training, too: its loss multiplies features of its own."""
    seen = []
    monkeypatch.setattr(
        'stclip.models.action_clip.recognizer.in_batch_kl',
        lambda pairs, targets: seen.append(pairs) or pairs.sum(),
    )
    model = MODELS.build(
        dict(
            type='ActionCLIPRecognizer',
            clip=dict(arch=LONG_ARCH),
            num_frames=FRAMES,
        )
    )
    views = torch.randn(3, 1, FRAMES, 3, SIZE, SIZE)
    with torch.autocast('cpu', torch.bfloat16):
        model.loss(views, torch.tensor([0, 1, 2]), LABELS)
    (pairs,) = seen
    assert pairs.dtype == torch.float32
    assert (pairs != rounded(pairs)).all()
