"""DA-STI's recogniser: from frames and label spaces to scores and losses."""

import pytest
import torch
from dasti_loop import pair_score, symmetric_loss, unit
from small_training import moved_by_a_step, noise_batch
from tiny_model import ARCH, SIZE

from stclip.labels.label_space import LabelSpace
from stclip.models.da_sti.co_attention import CoAttentionScore
from stclip.models.da_sti.spatio_temporal_interaction import (
    SpatioTemporalInteraction,
)
from stclip.registry import MODELS

T = 3
LABELS = LabelSpace(
    ('sit', 'kick ball', 'run'), keywords=(('chair',), ('foot', 'net'), ())
)


def build(**config):
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='DASTIRecognizer',
            clip=dict(arch=ARCH, pretrained=None, trained_layers=1),
            num_frames=T,
            temporal_layers=1,
            **config,
        )
    )
    for name, parameter in model.interaction.named_parameters():
        assert name.endswith('projection.weight')
        torch.nn.init.normal_(parameter, std=0.3)
    return model


def batch(targets, views=1, seed=0):
    return noise_batch(LABELS, targets, views * T, seed)


def expected_scores(model, videos):
    """Pair by pair, with the words of each class from CLIP itself."""
    interaction = model.interaction
    text = model.text(LABELS)
    counts = text.words.class_idx.bincount().tolist()
    parts = text.words.embeddings.split(counts)
    frames, patches = model.encode_videos(videos)
    return torch.tensor(
        [
            [
                pair_score(
                    v,
                    p,
                    words,
                    cls,
                    interaction.patch_projection.weight.T,
                    interaction.word_projection.weight.T,
                ).item()
                for words, cls in zip(parts, text.classes, strict=True)
            ]
            for v, p in zip(frames, patches, strict=True)
        ]
    )


@torch.no_grad()
def test_logits_equal_the_equations():
    model = build()
    data = model.data_preprocessor(batch([0, 1]))
    logits = model(**data, mode='tensor')
    expected = expected_scores(model, data['inputs'])
    scale = model.clip.model.logit_scale.exp()
    torch.testing.assert_close(
        logits[:, 0], scale * expected, rtol=0, atol=1e-4
    )


def test_loss_is_the_sum_of_the_equations():
    """Only classes that occur are scored; two videos share theirs."""
    model = build()
    targets = [2, 0, 2]
    data = model.data_preprocessor(batch(targets), training=True)
    (loss,) = model(**data, mode='loss').values()
    with torch.no_grad():
        scores = expected_scores(model, data['inputs'])
        scores = scores * model.clip.model.logit_scale.exp()
    expected = symmetric_loss(scores[:, targets].tolist(), targets)
    assert loss.item() == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    'kind, average',
    [
        ('prob', lambda logits: logits.softmax(dim=-1).mean(dim=1)),
        ('score', lambda logits: logits.sum(dim=1).div(2).softmax(dim=-1)),
    ],
)
def test_predictions_are_averaged_over_views(kind, average):
    model = build(average_views=kind).eval()
    data = batch([0, 1], views=2)
    samples = model.test_step(data)
    with torch.no_grad():
        processed = model.data_preprocessor(batch([0, 1], views=2))
        logits = model(**processed, mode='tensor')
    assert logits.shape == (2, 2, 3)
    for sample, probs in zip(samples, average(logits), strict=True):
        torch.testing.assert_close(sample.pred_score, probs)
        assert sample.pred_label.item() == probs.argmax()


def test_only_the_named_parts_are_trained():
    """Last layers, ln_post, projection, scale; the text tower never."""
    model = build()
    trained = {n for n, p in model.named_parameters() if p.requires_grad}
    visual = 'clip.model.visual.'
    prefixes = (
        f'{visual}transformer.resblocks.2.',
        f'{visual}ln_post.',
        f'{visual}proj',
        'clip.model.logit_scale',
        'temporal.',
        'interaction.',
    )
    assert all(name.startswith(prefixes) for name in trained)
    for prefix in prefixes:
        assert any(name.startswith(prefix) for name in trained), prefix
    moved = moved_by_a_step(model, batch([0, 1]))
    assert moved <= trained
    # Two matrices of the interaction and the projection among them.
    assert {
        'interaction.patch_projection.weight',
        'interaction.word_projection.weight',
        f'{visual}proj',
    } <= moved


@torch.no_grad()
def test_without_additions_it_is_clip():
    """Cosine of the mean frame and the plain name's sentence."""
    model = build(
        num_attributes=0,
        interaction=dict(spatial=False, temporal=False),
    )
    model.temporal = torch.nn.Identity()
    data = model.data_preprocessor(batch([0, 1]))
    found = model.score(data['inputs'], model.text(LABELS))
    clip = model.clip.model
    frames = unit(clip.encode_image(data['inputs'].flatten(0, 1)))
    frames = frames.unflatten(0, (2, T))
    tokens = model.clip.tokenizer(
        [f'This is a video about {name}.' for name in LABELS.names]
    )
    expected = unit(frames.mean(dim=1)) @ unit(clip.encode_text(tokens)).T
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_score_does_not_depend_on_the_other_classes():
    """Each pair is scored by its own words."""
    model = build()
    videos = model.data_preprocessor(batch([0, 1]))['inputs']
    whole = model.score(videos, model.text(LABELS))
    part = model.score(videos, model.text(LABELS.subset(['run', 'sit'])))
    torch.testing.assert_close(part, whole[:, [2, 0]], rtol=0, atol=1e-5)


def test_text_is_encoded_once_per_label_set(monkeypatch):
    model = build().eval()
    calls = []
    encode = model.encode_text
    monkeypatch.setattr(
        model, 'encode_text', lambda labels: calls.append(1) or encode(labels)
    )
    for seed in (0, 1):
        model.test_step(batch([0, 1], seed=seed))
    assert len(calls) == 1
    # Loaded weights make other text.
    model.load_state_dict(model.state_dict())
    model.test_step(batch([0]))
    assert len(calls) == 2


@pytest.mark.parametrize(
    'change, message',
    [
        (dict(num_frames=2), 'got 3 frames of a video, which are no views'),
        (
            dict(mode='guess'),
            "mode must be one of 'tensor', 'loss' or 'predict'",
        ),
        (dict(views=2, mode='loss'), 'training takes one view'),
    ],
)
def test_what_cannot_be_done_is_said(change, message):
    model = build()
    model.num_frames = change.get('num_frames', T)
    data = batch([0], views=change.get('views', 1))
    data = model.data_preprocessor(data)
    with pytest.raises(ValueError, match=message):
        model(**data, mode=change.get('mode', 'tensor'))


def test_unknown_average_of_views():
    with pytest.raises(ValueError, match="'prob' or 'score', got 'max'"):
        build(average_views='max')


def test_option_of_clip_that_means_nothing_here():
    clip = dict(arch=ARCH, pretrained=None, underscores_to_spaces=False)
    config = dict(type='DASTIRecognizer', clip=clip, num_frames=T)
    with pytest.raises(ValueError, match=r'leave clip\.underscores_to_spaces'):
        MODELS.build(config)


def test_temporal_layers_are_an_option():
    """Without them frames are as CLIP encodes them; with them keys stay."""
    clip = dict(arch=ARCH, pretrained=None)
    options = dict(type='DASTIRecognizer', clip=clip, num_frames=T)
    model = MODELS.build(dict(options, temporal_layers=0)).eval()
    assert not [key for key in model.state_dict() if 'temporal' in key]
    videos = torch.randn(1, T, 3, SIZE, SIZE)
    with torch.no_grad():
        frames, _ = model.encode_videos(videos)
        tokens = model.clip.encode_image_tokens(videos[0])
    torch.testing.assert_close(frames[0], tokens[:, 0])
    layered = MODELS.build(dict(options, temporal_layers=1))
    assert 'temporal.positions.weight' in layered.state_dict()


@torch.no_grad()
@pytest.mark.parametrize('fusion', ['coattn', 'coattn+st'])
def test_fusion_by_co_attention(fusion):
    """Its scores of the same frames, patches and words; Table 6."""
    torch.manual_seed(0)
    config = dict(
        type='DASTIRecognizer',
        clip=dict(arch=ARCH, pretrained=None),
        num_frames=T,
        temporal_layers=1,
        fusion=fusion,
        interaction=dict(tau=0.5),
    )
    model = MODELS.build(config).eval()
    interaction = None
    if fusion == 'coattn+st':
        interaction = SpatioTemporalInteraction(64, tau=0.5)
    expected = CoAttentionScore(64, interaction).eval()
    expected.load_state_dict(model.interaction.state_dict())
    data = model.data_preprocessor(batch([0, 1]))
    found = model.score(data['inputs'], model.text(LABELS))
    frames, patches = model.encode_videos(data['inputs'])
    torch.testing.assert_close(
        found, expected(frames, patches, model.text(LABELS))
    )


def test_sample_without_label_space():
    model = build()
    data = batch([0])
    del data['data_samples'][0].label_space
    with pytest.raises(ValueError, match='a sample has no label_space'):
        model.test_step(data)


def test_unknown_word_mask():
    with pytest.raises(ValueError, match=r"word_mask must be one of .*'some'"):
        build(word_mask='some')
