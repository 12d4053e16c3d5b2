"""STDD's recogniser: CLIP's weights, prompts, scores and the regulariser."""

import pytest
import torch
from small_training import noise_batch
from tiny_model import ARCH

from stclip.labels.label_space import LabelSpace
from stclip.models.stdd.frozen_teacher import FrozenTeacher
from stclip.models.stdd.recognizer import build_crossing
from stclip.registry import MODELS

T = 5
CROSSING = dict(scales=(1, 2))
CLAUSES = (
    (('a chair',), ('knees bend', 'hips sink'), ('bend before sinking',)),
    (('a road', 'shoes'), ('arms swing',), ('push before landing',)),
)
LABELS = LabelSpace(('sit', 'run'), clauses=CLAUSES)


def build(crossing=CROSSING, **config):
    torch.manual_seed(0)
    clip = dict(arch=ARCH, pretrained=None, trained_layers='all')
    model = MODELS.build(
        dict(
            type='STDDRecognizer',
            clip=clip,
            num_frames=T,
            num_templates=2,
            crossing=crossing,
            **config,
        )
    )
    # Random weights say little about the picture; these say more.
    for parameter in model.clip.visual.parameters():
        if parameter.dim() == 2:
            parameter.data.mul_(3)
    return model


def batch(targets):
    return noise_batch(LABELS, targets, T)


def test_no_new_weights():
    """A CLIP's state dict fits, name by name."""
    model = build(regulariser=2.0)
    own = {k for k in model.state_dict() if not k.startswith('projector.')}
    clip = {f'clip.model.{k}' for k in model.clip.model.state_dict()}
    assert own == clip


@torch.no_grad()
def test_without_crossing_the_frames_are_clips():
    model = build(crossing=None).eval()
    videos = model.data_preprocessor(batch([0, 1]))['inputs']
    expected = model.clip.model.encode_image(
        videos.flatten(0, 1), normalize=True
    )
    torch.testing.assert_close(
        model.encode_frames(videos).flatten(0, 1),
        expected,
        rtol=0,
        atol=1e-5,
    )


@torch.no_grad()
def test_same_at_every_test_and_drawn_in_training():
    model = build().eval()
    videos = model.data_preprocessor(batch([0]))['inputs']
    first, second = (model.encode_frames(videos) for _ in range(2))
    assert torch.equal(first, second)
    model.train()
    drawn = [model.encode_frames(videos) for _ in range(2)]
    assert not torch.allclose(*drawn)


def test_training_draws_new_masks_in_each_layer_and_step():
    """And for each video; a test has the same in all."""
    model = build().train()

    def kept():
        return model.kept_patches((4, T), torch.device('cpu'))

    layers = [*kept(), *kept()]
    assert len(layers) == 6
    for index, masks in enumerate(layers):
        assert all(not torch.equal(masks, m) for m in layers[:index])
    videos = {tuple(video.flatten().tolist()) for video in layers[0]}
    assert len(videos) == 4
    model.eval()
    layers = [*kept(), *kept()]
    assert all(torch.equal(masks, layers[0]) for masks in layers)


@torch.no_grad()
def test_frames_depend_on_their_neighbours():
    """A change of the last frame reaches the one before, not the first."""
    model = build(crossing=dict(scales=(1,))).eval()
    videos = model.data_preprocessor(batch([0]))['inputs']
    other = videos.clone()
    other[:, -1] = other[:, -1].flip(-1)
    before, after = map(model.encode_frames, (videos, other))
    change = (before - after).abs().amax(dim=-1)[0]
    # Three layers reach three frames.
    assert change[0] == 0
    assert (change[1:] > 0).all()


@torch.no_grad()
def test_text_holds_each_prompt_once():
    model = build()
    text = model.text(LABELS)
    # Two templates; plain name and four clauses, or four.
    assert text.class_idx.bincount().tolist() == [10, 10]
    tokens = model.clip.tokenizer(['this is an example of sit, a chair.'])
    expected = model.clip.model.encode_text(tokens, normalize=True)
    distance = (text.embeddings - expected).abs().amax(dim=1)
    assert distance.min() < 1e-5
    for length in text.embeddings.norm(dim=1).tolist():
        assert length == pytest.approx(1, abs=1e-5)


@torch.no_grad()
def test_mean_prompts_and_frames():
    """Without text augmentation: one embedding a class, frames averaged."""
    model = build(prompts='a', score_kind='mean').eval()
    text = model.text(LABELS)
    names = ['this is an example of sit.', 'a video of sit.']
    own = model.clip.model.encode_text(
        model.clip.tokenizer(names), normalize=True
    )
    expected = torch.nn.functional.normalize(own.mean(dim=0), dim=0)
    torch.testing.assert_close(text.embeddings[0], expected, rtol=0, atol=1e-5)
    videos = model.data_preprocessor(batch([0, 1]))['inputs']
    frames = model.encode_frames(videos)
    scores = torch.einsum('btd,cd->bct', frames, text.embeddings).mean(dim=-1)
    torch.testing.assert_close(model.score(videos, text), scores)


def test_prompts_that_are_cut_off_are_said(log_lines):
    """Once for a label set, with how many they are."""
    model = build(prompts='a')
    for _ in range(2):
        model.text(LabelSpace(('sit', 'climb ' * 20)))
    (line,) = (line for line in log_lines if 'prompts' in line)
    assert line.startswith('2 of 4 prompts fill the 16 tokens')
    assert "off, such as 'this is an example of climb climb" in line


def test_prompts_that_just_fit_are_not_cut_off(log_lines):
    """Start, "this is an example of", eight words, the stop and the end."""
    model = build(prompts='a')
    for number in (8, 9):
        assert not any('prompts' in line for line in log_lines)
        model.text(LabelSpace(('sit', 'climb ' * number)))
    assert any('1 of 4 prompts' in line for line in log_lines)


def test_regulariser_has_a_gradient():
    """To the image tower at once, to the projector's first layer later."""
    model = build(regulariser=2.0)
    videos = model.data_preprocessor(batch([0, 1]), training=True)['inputs']
    frames = model.encode_frames(videos)
    distance = model.distance_to_clip(frames, videos)
    distance.backward()
    first, _, second = model.projector
    assert second.weight.grad.abs().max() > 0
    assert first.weight.grad.abs().max() == 0
    assert model.clip.visual.conv1.weight.grad.abs().max() > 0
    weights = list(model.teacher.buffers())
    assert len(weights) == len(list(model.clip.visual.parameters()))
    assert all(w.grad is None and not w.requires_grad for w in weights)


@torch.no_grad()
def test_untrained_clip_is_at_no_distance():
    """Without crossing, and before the projector has learned anything."""
    model = build(regulariser=2.0, crossing=None)
    model.teacher = FrozenTeacher(model.clip.image_tower)
    videos = model.data_preprocessor(batch([0]))['inputs']
    frames = model.encode_frames(videos)
    distance = model.distance_to_clip(frames, videos).item()
    assert distance == pytest.approx(0, abs=1e-5)


def test_losses():
    model = build(regulariser=2.0).eval()
    data = model.data_preprocessor(batch([1, 0]), training=True)
    losses = model(**data, mode='loss')
    logits = model(**data, mode='tensor')[:, 0]
    expected = -logits.log_softmax(dim=1)[[0, 1], [1, 0]].mean()
    torch.testing.assert_close(losses['loss_classes'], expected)
    frames = model.encode_frames(data['inputs'])
    distance = model.distance_to_clip(frames, data['inputs'])
    torch.testing.assert_close(losses['loss_regulariser'], 2 * distance)
    assert 'loss_regulariser' not in build()(**data, mode='loss')


def test_only_the_image_tower_is_trained():
    model = build(regulariser=2.0)
    for name, parameter in model.named_parameters():
        trained = name.startswith(
            ('clip.model.visual.', 'clip.model.logit_scale', 'projector.')
        )
        assert parameter.requires_grad == trained, name


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(crossing=dict(scales=(0, 1))), r'at least 1, got \[0, 1\]'),
        (
            dict(crossing=dict(mask_rate=0.3)),
            'rate 0.3 masks 1.2 of 4 positions',
        ),
        (
            dict(crossing=dict(fold=1)),
            r'fold must be 0 or 2 to \d+ \(the width\), got 1',
        ),
        (dict(crossing=dict(fold=10**6)), 'fold must be 0 or 2 to'),
        (dict(score_kind='max'), "score_kind must be one of .*'max'"),
        (
            dict(crossing=dict(cell=(3, 3))),
            'do not divide into cells of 3 x 3',
        ),
    ],
)
def test_what_does_not_fit_is_said(options, message):
    with pytest.raises(ValueError, match=message):
        build(**options)


def test_crossing_is_the_releases_unless_told():
    """Scales 1 and 2, a fold of 32, half of the cells of 2 x 2 masked."""
    torch.manual_seed(0)
    cells, crossing = build_crossing(128, 4)
    expected_cells, expected = build_crossing(
        128, 4, 0.5, (2, 2), 32, (1, 2), 'crossing'
    )
    assert (crossing.span, crossing.scales) == (expected.span, (1, 2))
    assert crossing.class_token == 'crossing'
    assert cells.num_masked == expected_cells.num_masked == 2
