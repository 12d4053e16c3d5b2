"""New labels for persons whose tokens ST-CLIP has seen before."""

import numpy as np
import pytest
import torch
from mmengine.config import Config
from torch import nn

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.kept_tokens import KeptTokens
from stclip.utils.errors import UserError


def inferencer(config, detector, **options):
    """ST-CLIP whose prompting does something, although nobody trained it."""
    torch.manual_seed(0)
    cfg = Config(dict(config))
    cfg.model = dict(config.model, **options)
    infer = ActionInferencer(cfg, None, 'cpu', detector, batch_size=2)
    for part in infer.model.prompting.values():
        nn.init.constant_(part.rho, 3.0)
        for name in ('query', 'key', 'value', 'out'):
            nn.init.normal_(getattr(part.attention, name).weight, std=0.3)
    return infer


@pytest.mark.parametrize(
    'options',
    [
        dict(),
        dict(num_interest_tokens=3),
        dict(prompted_layers='none'),
        dict(num_interest_tokens=3, temporal=None, adapter_depth=0),
    ],
)
@pytest.mark.parametrize('labels', [['run', 'sit still'], ['dance']])
def test_they_score_as_a_look_does(config, detector, video, options, labels):
    infer = inferencer(config, detector, **options)
    kept = KeptTokens.look(infer, video, ['walk', 'wave', 'jump'], stride=4)
    first = infer(video, ['walk', 'wave', 'jump'], 4, smooth=0)
    looked = infer(video, labels, 4, smooth=0)
    assert kept.num_persons == looked.num_persons > 0
    assert kept.num_bytes > 0
    for frame, other in zip(kept.result.frames, first.frames, strict=True):
        np.testing.assert_array_equal(frame.action_probs, other.action_probs)
    again = kept.scored(infer, labels)
    assert again.labels == looked.labels
    assert again.background == looked.background
    for frame, other in zip(again.frames, looked.frames, strict=True):
        assert frame.frame_idx == other.frame_idx
        np.testing.assert_array_equal(frame.boxes_xyxy, other.boxes_xyxy)
        np.testing.assert_allclose(
            frame.action_probs, other.action_probs, atol=2e-3
        )


def test_of_a_look_in_mixed_precision(config, detector, video):
    infer = inferencer(config, detector, num_interest_tokens=3)
    infer.amp = True
    kept = KeptTokens.look(infer, video, ['walk', 'wave', 'jump'], stride=4)
    looked = infer(video, ['run', 'sit still'], 4, smooth=0)
    again = kept.scored(infer, ['run', 'sit still'])
    for frame, other in zip(again.frames, looked.frames, strict=True):
        np.testing.assert_allclose(
            frame.action_probs, other.action_probs, atol=3e-2
        )


def test_others_may_ask_meanwhile(config, detector, video):
    """Between keyframes the model serves who has looked before."""
    infer = inferencer(config, detector)
    before = KeptTokens.look(infer, video, ['walk', 'wave'], stride=4)

    def ask(_):
        before.scored(infer, ['run', 'sit'])
        infer(video, ['dance', 'hop'], 15)

    kept = KeptTokens.look(infer, video, ['walk', 'wave'], ask, stride=4)
    assert len(kept.batches) == len(before.batches)
    for batch, other in zip(kept.batches, before.batches, strict=True):
        torch.testing.assert_close(batch.features, other.features)
        assert batch.tokens.keys() == other.tokens.keys()
        for layer, tokens in batch.tokens.items():
            torch.testing.assert_close(tokens, other.tokens[layer])


def test_the_text_is_prompted(config, detector, video):
    """Without its tokens a person has other scores: the test above bites."""
    infer = inferencer(config, detector)
    kept = KeptTokens.look(infer, video, ['walk', 'wave'], stride=10)
    before = next(iter(kept.scored(infer, ['run', 'sit']).frames))
    for batch in kept.batches:
        for layer, tokens in batch.tokens.items():
            batch.tokens[layer] = tokens.flip(-1)
    after = next(iter(kept.scored(infer, ['run', 'sit']).frames))
    assert np.abs(before.action_probs - after.action_probs).max() > 0.01


def test_warnings_are_those_of_the_labels(config, detector, video):
    infer = inferencer(config, detector)
    long = ' '.join(['walking'] * 30)
    kept = KeptTokens.look(infer, video, [long, 'wave'], stride=10)
    short = kept.scored(infer, ['run', 'wave'])
    assert len(short.warnings) == len(kept.result.warnings) - 1
    assert kept.scored(infer, [long, 'wave']).warnings == kept.result.warnings


def test_what_takes_too_much_is_not_kept(config, detector, video):
    infer = inferencer(config, detector)
    seen = []
    kept = KeptTokens.look(
        infer, video, ['walk', 'wave'], seen.append, 100, stride=10
    )
    assert seen == [1, 11, 21]
    assert kept.num_bytes == 0 and kept.result.num_persons > 0
    with pytest.raises(UserError, match='took too much memory to be kept'):
        kept.scored(infer, ['run'])


def test_others_have_no_tokens(config, detector, video):
    cfg = Config(dict(config))
    cfg.model = dict(type='CLIPBaseline', clip=config.model.clip)
    infer = ActionInferencer(cfg, None, 'cpu', detector)
    with pytest.raises(UserError, match='CLIPBaseline is no ST-CLIP'):
        KeptTokens.look(infer, video, ['walk'])
    model = inferencer(config, detector).model
    assert not model._forward_pre_hooks and not model.head._forward_pre_hooks
