"""What the tiny CLIP is trained for, against plain loops."""

import numpy as np
import pytest
import torch

from stclip.benchmarking.tiny_clip.exam import top1
from stclip.benchmarking.tiny_clip.losses import (
    Teaching,
    closeness_loss,
    contrastive_loss,
    crowding_loss,
)
from stclip.zs_stage.lessons import LESSONS
from stclip.zs_stage.sights import SIGHTS


def unit(rows, generator):
    features = torch.randn(rows, 8, generator=generator, dtype=torch.double)
    return features / features.norm(dim=1, keepdim=True)


@pytest.fixture
def features():
    generator = torch.Generator().manual_seed(0)
    return unit(4, generator), unit(4, generator)


FITS = torch.tensor(
    [
        [False, True, False, False],
        [False, False, False, True],
        [False, False, False, False],
        [True, False, False, False],
    ]
)


def plain_loss(image, text, scale, fits):
    """Every picture picks its caption, every caption its picture."""
    total, number = 0.0, len(image)
    for i in range(number):
        for first, second, masked in (
            (image, text, fits[i]),
            (text, image, fits[:, i]),
        ):
            right, others = 0.0, 0.0
            for j in range(number):
                if masked[j]:
                    continue
                cosine = float((first[i] * second[j]).sum())
                others += np.exp(scale * cosine)
                if i == j:
                    right = np.exp(scale * cosine)
            total -= np.log(right / others)
    return total / (2 * number)


@pytest.mark.parametrize('fits', [FITS, torch.zeros_like(FITS)])
@pytest.mark.parametrize('scale', [1.0, 20.0])
def test_loss_is_the_plain_one(features, fits, scale):
    image, text = features
    loss = contrastive_loss(image, text, torch.tensor(scale), fits)
    expected = plain_loss(image, text, scale, fits)
    assert float(loss) == pytest.approx(expected, rel=1e-9)


def test_masked_pairs_do_not_matter(features):
    """Picture 0 and caption 1: what they say of each other is ignored."""
    image, text = features
    fits = torch.zeros_like(FITS)
    fits[0, 1:] = True
    fits[:, 0] = torch.tensor([False, True, True, True])
    image.requires_grad_()
    contrastive_loss(image, text, torch.tensor(5.0), fits).backward()
    # All other captions are masked for picture 0: it has nothing to learn.
    assert image.grad[0].abs().max() < 1e-12
    assert image.grad[1].abs().max() > 1e-3


def test_gradient_is_that_of_the_plain_loss(features):
    """Of features and scale, by differences."""
    image, text = features
    scale = torch.tensor(4.0, dtype=torch.double)
    inputs = [image, text, scale]
    for tensor in inputs:
        tensor.requires_grad_()
    contrastive_loss(*inputs, FITS).backward()
    step = 1e-6
    for tensor in inputs:
        flat = tensor.detach().view(-1)
        for index in range(0, flat.numel(), 5):
            values = []
            for sign in (1, -1):
                flat[index] += sign * step
                arguments = [t.detach() for t in (image, text)]
                now = float(scale.detach())
                values.append(plain_loss(*arguments, now, FITS))
                flat[index] -= sign * step
            expected = (values[0] - values[1]) / (2 * step)
            found = float(tensor.grad.view(-1)[index])
            assert found == pytest.approx(expected, abs=1e-6)


def test_what_has_no_answer_is_not_asked():
    torch.manual_seed(0)
    teaching = Teaching(6, 4)
    features = torch.randn(3, 6)
    answers = torch.tensor(
        [[2, -100, 0, 1], [-100, -100, 5, -100], [0, 1, 2, 3]]
    )
    total = 0.0
    for row, asked in enumerate(answers.tolist()):
        for lesson, answer in zip(teaching.lessons, asked, strict=True):
            if answer >= 0:
                chances = lesson(features[row]).softmax(0)
                total -= float(chances[answer].detach().log())
    loss = teaching.lesson_loss(features, answers)
    assert float(loss) == pytest.approx(total / 3, rel=1e-5)
    assert len(teaching.lessons) == len(LESSONS)


def test_sights_are_asked_of_every_patch():
    torch.manual_seed(0)
    teaching = Teaching(6, 4)
    tokens = torch.randn(2, 5, 4)
    seen = torch.zeros(2, 5, len(SIGHTS))
    seen[0, 1, 3] = seen[1, 4, 7] = 1.0
    chances = teaching.sights(tokens).sigmoid()
    right = torch.where(seen > 0, chances, 1 - chances)
    expected = -right.log().sum() / 10
    loss = teaching.sight_loss(tokens, seen)
    assert float(loss) == pytest.approx(float(expected), rel=1e-5)


def test_top1():
    """Pictures at angles, names at 0 and 90 degrees."""
    angles = np.deg2rad([10, 80, 30, 60, 100])
    image = torch.tensor(np.stack([np.cos(angles), np.sin(angles)], 1))
    text = torch.eye(2, dtype=torch.double)
    labels = np.array([0, 1, 1, 1, 0])
    assert top1(image, text, labels) == pytest.approx(3 / 5)
    assert top1(image, text, 1 - labels) == pytest.approx(2 / 5)


def test_closeness_is_the_mean_cosine_of_all_pairs(features):
    _, text = features
    pairs = [float(a @ b) for a in text for b in text]
    mean = sum(pairs) / len(pairs)
    loss = float(closeness_loss(text, 0.3))
    assert loss == pytest.approx((mean - 0.3) ** 2)
    assert float(closeness_loss(text, mean)) == pytest.approx(0, abs=1e-12)


def test_crowding_is_one_over_the_directions():
    """Three axes of one variance count three, unequal ones less."""
    axes = torch.eye(4)[:3]
    even = torch.cat([axes, -axes])
    assert float(crowding_loss(even + 5)) == pytest.approx(1 / 3)
    uneven = even * torch.tensor([3.0, 1.0, 1.0, 1.0])
    parts = np.array([9, 1, 1]) / 11
    assert float(crowding_loss(uneven)) == pytest.approx((parts**2).sum())
