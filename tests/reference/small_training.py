"""Noise for recognisers, and what steps of training change in them."""

import torch
from mmaction.structures import ActionDataSample
from tiny_model import SIZE


def noise_batch(labels, targets, num_frames, seed=0):
    """Videos of noise with these classes, as a data loader gives them."""
    generator = torch.Generator().manual_seed(seed)
    shape = num_frames, 3, SIZE, SIZE
    inputs, samples = [], []
    for target in targets:
        video = torch.randint(0, 256, shape, generator=generator)
        inputs.append(video.to(torch.uint8))
        sample = ActionDataSample(metainfo=dict(label_space=labels))
        samples.append(sample.set_gt_label(target))
    return dict(inputs=inputs, data_samples=samples)


def moved_by_a_step(model, data):
    """Names of the parameters that a step of gradient descent changes."""
    model.train()
    before = {n: p.detach().clone() for n, p in model.named_parameters()}
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=0.1)
    optimizer.zero_grad()
    prepared = model.data_preprocessor(data, training=True)
    sum(model(**prepared, mode='loss').values()).backward()
    optimizer.step()
    after = dict(model.named_parameters())
    return {n for n, old in before.items() if not torch.equal(old, after[n])}


def check_when_text_is_read(model, data, monkeypatch):
    """At each step of training, and once for all tests until the next one."""
    calls = []
    encode = model.encode_text
    monkeypatch.setattr(
        model, 'encode_text', lambda labels: calls.append(1) or encode(labels)
    )
    for _ in range(2):
        moved_by_a_step(model, data)
    assert len(calls) == 2
    model.eval()
    first, second = (model.test_step(data)[0].pred_score for _ in range(2))
    assert len(calls) == 3 and torch.equal(first, second)
    moved_by_a_step(model, data)
    model.eval().test_step(data)
    assert len(calls) == 5


def num_trained(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
