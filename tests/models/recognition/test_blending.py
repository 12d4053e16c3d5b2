"""Mixup and cutmix of videos: one factor or box for all frames."""

import numpy as np
import pytest
import torch
from mmaction.structures import ActionDataSample
from small_training import noise_batch
from tiny_model import ARCH

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS
from stclip.utils.errors import UserError

LABELS = LabelSpace(('sit', 'run', 'wave'))
MIXUP = dict(type='MixupBlending', alpha=0.8)
CUTMIX = dict(type='CutmixBlending', alpha=1.0)


def blend(augments, seed, shape=(4, 5, 3, 8, 8)):
    """Videos whose pixels tell their number, blended."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    videos = torch.arange(float(shape[0])).view(-1, 1, 1, 1, 1).expand(shape)
    samples = [
        ActionDataSample(metainfo=dict(label_space=LABELS)).set_gt_label(i % 3)
        for i in range(shape[0])
    ]
    config = dict(type='LabelSpaceBlending', augments=augments)
    mixed, samples = MODELS.build(config)(videos.clone(), samples)
    return mixed, torch.stack([sample.gt_label for sample in samples])


@pytest.mark.parametrize('seed', range(8))
@pytest.mark.parametrize('augment', [MIXUP, CUTMIX])
def test_shares_are_those_of_the_pixels(augment, seed):
    """Of each other video as much as its class gets."""
    mixed, shares = blend([augment], seed)
    torch.testing.assert_close(shares.sum(dim=1), torch.ones(4))
    assert (mixed == mixed[:, :1, :1]).all(), 'frames or channels differ'
    for number, video in enumerate(mixed[:, 0, 0]):
        # The partner is the one that explains the mean.
        options = []
        for partner in range(4):
            kept = 1.0
            if partner != number:
                kept = (video.mean() - partner) / (number - partner)
            row = torch.zeros(3)
            row[number % 3] += kept
            row[partner % 3] += 1 - kept
            options.append((row - shares[number]).abs().max())
        assert min(options) < 1e-5


def test_one_factor_and_one_kind_for_a_batch():
    kinds = set()
    for seed in range(12):
        mixed, shares = blend([MIXUP, CUTMIX], seed)
        values = {round(s, 5) for s in shares.flatten().tolist()} - {0.0, 1.0}
        # Two videos of one class add theirs up.
        assert len(values) <= 2
        spread = mixed.flatten(1).std(dim=1).max()
        kinds.add('cut' if spread > 1e-4 else 'mixed')
    assert kinds == {'cut', 'mixed'}


@pytest.fixture(scope='module')
def model():
    return MODELS.build(
        dict(
            type='ViFiCLIPRecognizer',
            clip=dict(arch=ARCH),
            num_frames=2,
            label_smoothing=0.1,
            data_preprocessor=dict(
                type='ActionDataPreprocessor',
                format_shape='NCHW',
                blending=dict(
                    type='stclip.LabelSpaceBlending', augments=[MIXUP]
                ),
            ),
        )
    ).eval()


@torch.no_grad()
def test_training_blends_and_testing_does_not(model):
    batch = noise_batch(LABELS, [2, 0, 2], 2)
    plain = model.data_preprocessor(batch, training=False)
    assert all(s.gt_label.shape == (1,) for s in plain['data_samples'])
    logits = model(**plain, mode='tensor')[:, 0]
    torch.manual_seed(0)
    data = model.data_preprocessor(batch, training=True)
    assert not torch.equal(data['inputs'], plain['inputs'])
    shares = torch.stack([s.gt_label for s in data['data_samples']])
    mixed = model(**data, mode='tensor')[:, 0]
    assert (mixed - logits).abs().max() > 0
    wanted = 0.9 * shares + 0.1 / 3
    expected = -(wanted * mixed.log_softmax(dim=1)).sum(dim=1).mean()
    found = model(**data, mode='loss')['loss_classes']
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize('kind', ['STDDRecognizer', 'MAXIRecognizer'])
def test_a_method_that_takes_no_shares_says_so(model, kind):
    data = noise_batch(LABELS, [0, 1], 2)
    data = model.data_preprocessor(data, training=True)
    other = MODELS.build(dict(type=kind, clip=dict(arch=ARCH), num_frames=2))
    message = rf'{kind} takes one class .* leave data_preprocessor\.blending'
    with pytest.raises(UserError, match=message):
        other(**data, mode='loss')
