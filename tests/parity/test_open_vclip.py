"""Open-VCLIP equals the authors' numbers, from pixels to both gradients."""

import re

import pytest
import torch
from method_numbers import (
    Folder,
    clip_arch,
    close,
    load_converted,
    parametrised,
)
from mmaction.structures import ActionDataSample

from stclip.labels.label_space import LabelSpace
from stclip.models.open_vclip import recognizer
from stclip.registry import MODELS, OPTIM_WRAPPERS

every_folder = parametrised('open_vclip')
# Names of the release.
VIEWS = {
    'expand_temporal_view': 3,
    'expand_temporal_view_step2': 5,
    'expand_temporal_view_step3': 7,
}


@pytest.fixture(scope='module')
def numbers(folder):
    return Folder(folder)


@pytest.fixture(scope='module')
def labels(numbers):
    return LabelSpace(tuple(numbers.meta['classes']))


@pytest.fixture
def model(numbers, tmp_path):
    hyper = numbers.hyper
    built = MODELS.build(
        dict(
            type='OpenVCLIPRecognizer',
            clip=dict(arch=clip_arch(hyper), trained_layers='all'),
            num_frames=hyper['num_frames'],
            view=VIEWS[hyper['view']],
            templates=numbers.meta['templates_of_this_fixture'],
        )
    )
    return load_converted(built, 'open_vclip', numbers.below('sd'), tmp_path)


@every_folder
@torch.no_grad()
def test_text(numbers, model, labels):
    sentences = [
        template.format(name)
        for template in model.templates
        for name in labels.names
    ]
    tokens = model.clip.tokenizer(sentences)
    expected = numbers['in/tokens'].flatten(0, 1).long()
    assert torch.equal(tokens[:, : expected.shape[1]], expected)
    close(model.text(labels), numbers['out/text'])


@every_folder
@torch.no_grad()
def test_every_layer(numbers, model):
    clip, videos = model.clip, numbers['in/videos']
    num_frames = videos.shape[1]
    x = clip.embed(clip.patch_tokens(videos.flatten(0, 1)))
    layers = numbers['out/visual_layers']
    assert len(layers) == clip.num_layers
    for layer, expected in enumerate(layers.flatten(1, 2)):
        cls = model.layer(layer, x, num_frames, 1)
        x = model.layer(layer, x, num_frames)
        close(x, expected)
        close(cls, expected[:, :1])


@every_folder
@torch.no_grad()
def test_frames_and_logits(numbers, model, labels):
    videos = numbers['in/videos']
    close(model.encode_frames(videos), numbers['out/frame_features'])
    close(model.logits(videos, model.text(labels)), numbers['out/logits'])


@every_folder
@torch.no_grad()
def test_frames_beyond_the_ends_are_zeros(numbers, model, labels, monkeypatch):
    """A sharp test: with the frame at the end in their place it is not so."""

    def repeat_ends(x, num_frames, view):
        own = x.unflatten(0, (-1, num_frames))
        steps = torch.arange(num_frames)[:, None]
        steps = steps + torch.arange(view) - view // 2
        taken = own[:, steps.clamp(0, num_frames - 1)]  # (B, T, view, h, ...)
        return taken.transpose(2, 3).flatten(3, 4).flatten(0, 1)

    text, videos = model.text(labels), numbers['in/videos']
    monkeypatch.setattr(recognizer, 'with_neighbours', repeat_ends)
    moved = (model.logits(videos, text) - numbers['out/logits']).abs()
    assert moved.max() > 1e-2


@every_folder
@torch.no_grad()
def test_every_tensor_counts(numbers, model, labels):
    """Also key biases, whose share the zeros beyond the ends show."""
    assert not [n for n in numbers.meta['dead_parameters'] if 'attn' in n]
    text, videos = model.text(labels), numbers['in/videos']
    generator = torch.Generator().manual_seed(0)
    for block in model.clip.blocks:
        bias = block.attn.in_proj_bias
        width = len(bias) // 3
        kept = bias.clone()
        noise = torch.randn(width, generator=generator)
        bias[width : 2 * width] += bias.std() * noise
        moved = model.logits(videos, text) - numbers['out/logits']
        assert moved.abs().max() > numbers.least_change(1e-3, share=0.32)
        bias.copy_(kept)


class Step:
    """A training step whose gradients are looked at."""

    def __init__(self, numbers, model, labels):
        self.model = model.train()
        self.videos = numbers['in/videos']
        self.labels = labels
        self.targets = numbers['in/target']

    def wrapper(self, **options):
        trained = [p for p in self.model.parameters() if p.requires_grad]
        optimizer = torch.optim.SGD(trained, lr=1.0)
        kind = OPTIM_WRAPPERS.get('InterpolatedOptimWrapper')
        return kind(optimizer=optimizer, **options)

    def loss(self):
        samples = []
        for target in self.targets.tolist():
            sample = ActionDataSample(metainfo=dict(label_space=self.labels))
            samples.append(sample.set_gt_label(target))
        losses = self.model(self.videos, samples, mode='loss')
        return self.model.parse_losses(losses)[0]

    def gradients(self):
        return {
            name: weights.grad.clone()
            for name, weights in self.model.clip.model.named_parameters()
            if weights.grad is not None
        }


@pytest.fixture
def step(numbers, model, labels):
    return Step(numbers, model, labels)


def check(found, expected):
    assert expected
    for name, gradient in expected.items():
        close(found[name], gradient, 1e-5)


@every_folder
def test_loss_and_gradients(numbers, step):
    loss = step.loss()
    close(loss, numbers['loss/ce'], 1e-5)
    loss.backward()
    found = step.gradients()
    check(found, numbers.below('loss_grads'))
    norms = numbers.meta['grad_norms']
    for name, norm in norms.items():
        assert (norm is None) == (name not in found), name
        if norm is not None:
            assert found[name].norm().item() == pytest.approx(norm, abs=1e-4)
    assert {n for n, norm in norms.items() if norm is None} == set(
        numbers.meta['no_gradient_in_training']
    )


def with_first_weights(step, numbers, **options):
    """A wrapper whose first weights are a stated share of the present ones."""
    share, *_ = re.match(
        r'([\d.]+) times sd', numbers.meta['iwo']['first_weights']
    ).groups()
    trained = [p for p in step.model.parameters() if p.requires_grad]
    present = [p.detach().clone() for p in trained]
    for weights in trained:
        weights.data.mul_(float(share))
    wrapper = step.wrapper(**options)
    for weights, value in zip(trained, present, strict=True):
        weights.data.copy_(value)
    return wrapper


@every_folder
def test_gradients_between_the_weights(numbers, step, monkeypatch):
    share = numbers.meta['iwo']['alpha']
    wrapper = with_first_weights(step, numbers, max_share=1.0)
    monkeypatch.setattr(torch, 'rand', lambda shape: torch.tensor(share))
    with wrapper.between_weights():
        loss = step.loss()
        close(loss, numbers['loss/ce_interpolated'], 1e-5)
        loss.backward()
    check(step.gradients(), numbers.below('loss_grads_interpolated'))


@every_folder
def test_gradients_of_a_step(numbers, step, monkeypatch):
    share = numbers.meta['iwo']['alpha']
    wrapper = with_first_weights(
        step, numbers, max_share=1.0, weight=0.5, accumulative_counts=1
    )
    monkeypatch.setattr(torch, 'rand', lambda shape: torch.tensor(share))
    with wrapper.optim_context(step.model):
        loss = step.loss()
    wrapper.backward(loss)
    check(step.gradients(), numbers.below('loss_grads_iwo'))
