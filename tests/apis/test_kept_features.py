"""New labels for persons that were looked at before."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from mmengine.config import Config

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.kept_features import KeptFeatures
from stclip.utils.errors import UserError


@pytest.fixture
def infer(config, detector):
    """Plain CLIP on crops and whole frames; the tower has random weights."""
    torch.manual_seed(0)
    clip = dict(arch=config.model.clip.arch, pretrained=None)
    cfg = Config(dict(config))
    cfg.model = dict(type='CLIPBaseline', view='both', clip=clip)
    return ActionInferencer(cfg, None, 'cpu', detector, batch_size=2)


@pytest.mark.parametrize(
    'labels', [['walk', 'wave'], ['walk'], {'sit': ['sitting', 'to sit']}]
)
def test_they_score_as_a_look_does(infer, video, labels, tmp_path):
    kept = KeptFeatures.look(infer, video, stride=4)
    assert len(kept.features) == kept.result.num_persons > 0
    result = kept.with_labels(infer, labels)
    looked = infer(video, labels, 4)
    assert result.labels == looked.labels
    assert result.background == looked.background
    assert len(result.segments) == len(looked.segments)
    for frame, other in zip(result.frames, looked.frames, strict=True):
        assert frame.frame_idx == other.frame_idx
        np.testing.assert_array_equal(frame.track_ids, other.track_ids)
        np.testing.assert_allclose(
            frame.action_probs, other.action_probs, atol=2e-3
        )
        if looked.background:
            np.testing.assert_allclose(
                frame.none_probs, other.none_probs, atol=2e-3
            )


def test_of_a_look_in_mixed_precision(infer, video):
    infer.amp = True
    kept = KeptFeatures.look(infer, video, stride=4)
    looked = infer(video, ['walk', 'wave'], 4)
    frames = kept.with_labels(infer, ['walk', 'wave']).frames
    for frame, other in zip(frames, looked.frames, strict=True):
        np.testing.assert_allclose(
            frame.action_probs, other.action_probs, atol=2e-2
        )


def test_they_are_read_back(infer, video, tmp_path):
    kept = KeptFeatures.look(infer, video, stride=4)
    kept = replace(kept, about=dict(made='here'))
    kept.save(tmp_path / 'a.safetensors')
    again = KeptFeatures.load(tmp_path / 'a.safetensors')
    assert again.about == dict(made='here')
    np.testing.assert_array_equal(again.features, kept.features)
    for name in ('video', 'fps', 'frame_hw', 'num_frames', 'warnings'):
        assert getattr(again.result, name) == getattr(kept.result, name)
    for frame, other in zip(
        again.with_labels(infer, ['walk', 'wave']).frames,
        kept.with_labels(infer, ['walk', 'wave']).frames,
        strict=True,
    ):
        for name in ('action_probs', 'boxes_xyxy', 'box_scores', 'track_ids'):
            np.testing.assert_array_equal(
                getattr(frame, name), getattr(other, name)
            )
        assert frame.time_sec == other.time_sec


def test_what_cannot_be_kept_or_read(infer, config, detector, video, tmp_path):
    trained = ActionInferencer(config, None, 'cpu', detector)
    with pytest.raises(UserError, match='only those of plain CLIP'):
        KeptFeatures.look(trained, video)
    kept = KeptFeatures.look(infer, video, stride=10)
    with pytest.raises(UserError, match='one for each person'):
        KeptFeatures(kept.result, kept.features[1:])
    for content in (b'', b'no', np.array([object()]).dumps()):
        path = tmp_path / 'a.safetensors'
        path.write_bytes(content)
        with pytest.raises(UserError, match=r'a\.safetensors holds no'):
            KeptFeatures.load(path)


def test_others_may_ask_meanwhile(infer, video):
    """Between keyframes the model serves who has looked before."""
    before = KeptFeatures.look(infer, video, stride=4)
    counts = []

    def ask(count):
        counts.append(count)
        before.with_labels(infer, ['run', 'sit'])

    kept = KeptFeatures.look(infer, video, ask, stride=4)
    assert counts == [1, 5, 9, 13, 17, 21, 25, 29]
    np.testing.assert_array_equal(kept.features, before.features)


def test_nothing_stays_hooked(infer, video):
    KeptFeatures.look(infer, video, stride=10)
    assert not infer.model.head._forward_pre_hooks
