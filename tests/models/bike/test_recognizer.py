"""BIKE's two branches and their fusion, loss, what is trained."""

import math

import pytest
import torch
from frame_recognizers import (
    LABELS,
    T,
    batch,
    build,
    clip_frames,
    clip_texts,
    divergence,
    trained_at_b16,
    unit,
    videos_of,
)
from small_training import moved_by_a_step
from tiny_model import ARCH

from stclip.models.bike.recognizer import BIKERecognizer
from stclip.registry import MODELS
from stclip.utils.errors import UserError

KIND = 'BIKERecognizer'
TRAINED = dict(trained_layers='all')
BRANCH = dict(
    type='BIKEAttributes', clip=dict(arch=ARCH, pretrained=None), num_frames=T
)
SENTENCES = [
    f'This is a video about {n}.' for n in ('sit', 'kick ball', 'run')
]


@torch.no_grad()
def test_words_are_all_positions_of_the_text_tower():
    model = build(KIND)
    text = model.text(LABELS)
    length = ARCH['text_cfg']['context_length']
    assert text.words.shape == (3, length, 64)
    expected = clip_texts(model, SENTENCES)
    torch.testing.assert_close(text.classes, expected, rtol=0, atol=1e-5)
    # The last position, which is padding, by open_clip's own layers.
    clip = model.clip.model
    tokens = model.clip.tokenizer(SENTENCES)
    x = clip.token_embedding(tokens) + clip.positional_embedding
    x = clip.ln_final(clip.transformer(x, attn_mask=clip.attn_mask))
    last = unit(x[:, -1] @ clip.text_projection)
    torch.testing.assert_close(text.words[:, -1], last, rtol=0, atol=1e-5)


@torch.no_grad()
def test_one_frame_is_the_cosine():
    """Spotting has nothing to choose."""
    videos = videos_of(build(KIND))[:, :1]
    with_words, without = (
        build(KIND, spotting=spotting) for spotting in (True, False)
    )
    text = with_words.text(LABELS)
    found = with_words.score(videos, text)
    torch.testing.assert_close(found, without.score(videos, text))
    frame = unit(with_words.encode_frames(videos)[:, 0])
    torch.testing.assert_close(found, frame @ text.classes.T)


def test_loss_scores_the_classes_of_the_batch():
    """Against all pairs, one by one; a class is there twice."""
    model = build(KIND, clip=TRAINED)
    targets = [2, 0, 2]
    data = model.data_preprocessor(batch(targets), training=True)
    loss = model(**data, mode='loss')['loss_kl']
    with torch.no_grad():
        scores = model.score(data['inputs'], model.text(LABELS))
        pairs = model.clip.logit_scale * scores[:, targets]
    assert loss.item() == pytest.approx(divergence(pairs, targets), abs=1e-4)


def test_a_step_moves_the_video_branch_alone():
    moved = moved_by_a_step(
        build(KIND, clip=TRAINED, attributes=BRANCH), batch([0, 1, 1])
    )
    trained = ('clip.model.visual.', 'clip.model.logit_scale', 'temporal.')
    assert all(name.startswith(trained) for name in moved)
    for part in trained:
        assert any(name.startswith(part) for name in moved), part


@torch.no_grad()
def test_branches_are_fused_seven_to_three():
    model = build(KIND, attributes=BRANCH)
    videos, text = videos_of(model), model.text(LABELS)
    video = model.score(videos, text)
    other = model.attributes.score(videos, text.named)
    model.clip.model.logit_scale.fill_(math.log(20))
    expected = 20 * (0.7 * video + 0.3 * other)
    assert (video - other).abs().max() > 1e-2
    torch.testing.assert_close(model.logits(videos, text), expected)
    for sample, row in zip(
        model.test_step(batch([0, 0])), expected, strict=True
    ):
        torch.testing.assert_close(sample.pred_score, row.softmax(dim=0))


@torch.no_grad()
def test_views_are_averaged_as_released_and_sharpened():
    """The release's mean is of softmaxes of cosines, all nearly the same."""
    model = build(KIND)
    model.clip.model.logit_scale.fill_(math.log(20))
    data = batch([0, 0], views=2)
    views = model.data_preprocessor(data)['inputs'].unflatten(1, (2, T))
    text = model.text(LABELS)
    for sample, video in zip(model.test_step(data), views, strict=True):
        released = model.score(video, text).softmax(dim=1).mean(dim=0)
        assert released.max() - released.min() < 0.5
        powers = [each**20 for each in released.tolist()]
        expected = torch.tensor([each / sum(powers) for each in powers])
        torch.testing.assert_close(sample.pred_score, expected)
        assert torch.equal(expected.argsort(), released.argsort())


@torch.no_grad()
def test_views_may_be_averaged_by_their_logits():
    model = build(KIND, average_views='score')
    data = batch([0], views=2)
    views = model.data_preprocessor(data)['inputs'].unflatten(1, (2, T))
    expected = model.logits(views[0], model.text(LABELS)).mean(dim=0)
    (sample,) = model.test_step(data)
    torch.testing.assert_close(sample.pred_score, expected.softmax(dim=0))


@torch.no_grad()
def test_attributes_are_what_clip_takes_the_video_for(monkeypatch):
    """The best of the mean frame, in a sentence, through a network each."""
    monkeypatch.setattr('stclip.models.bike.attributes._NUM_ATTRIBUTES', 2)
    model = build('BIKEAttributes')
    videos, text = videos_of(model), model.text(LABELS)
    classes = clip_texts(model, SENTENCES)
    frames = unit(clip_frames(model, videos)).mean(dim=1)
    found = model.score(videos, text)
    for row, frame in zip(found, frames, strict=True):
        best = sorted(range(3), key=lambda c: -(frame @ classes[c]).item())
        names = ', '.join(('sit', 'kick ball', 'run')[c] for c in best[:2])
        (own,) = clip_texts(model, [f'This is a video about {names}.'])
        video = unit(network(model.sentence, own))
        expected = unit(network(model.query, classes)) @ video
        torch.testing.assert_close(row, expected, rtol=0, atol=1e-5)


def network(layers, x):
    first, _, second = layers
    hidden = (x @ first.weight.T + first.bias).clamp(min=0)
    return hidden @ second.weight.T + second.bias


def test_attributes_branch_learns_from_text_alone():
    model = build('BIKEAttributes')
    moved = moved_by_a_step(model, batch([0, 1, 1]))
    assert moved and all(n.startswith(('query.', 'sentence.')) for n in moved)
    targets = [1, 0, 1]
    data = model.data_preprocessor(batch(targets), training=True)
    with torch.no_grad():
        loss = model(**data, mode='loss')['loss_kl'].item()
        scores = model.score(data['inputs'], model.text(LABELS))
        pairs = model.clip.logit_scale * scores[:, targets]
    assert loss == pytest.approx(divergence(pairs, targets), abs=1e-4)


@torch.no_grad()
@pytest.mark.parametrize('kind', [KIND, 'BIKEAttributes'])
def test_text_of_some_classes_is_part_of_the_whole(kind):
    model = build(kind)
    videos, some = videos_of(model), torch.tensor([0, 2])
    text = model.text(LABELS)
    part = model.text(LABELS.subset(['sit', 'run']))
    chosen = text.select(some)
    torch.testing.assert_close(
        model.score(videos, chosen), model.score(videos, part)
    )


def test_both_clips_are_built_without_their_files():
    """A checkpoint brings the weights of both."""
    clip = dict(arch=ARCH, pretrained='no such file')
    config = dict(clip=clip, num_frames=T, attributes=dict(BRANCH, clip=clip))
    bare = BIKERecognizer.without_pretrained(config)
    model = MODELS.build(dict(bare, type=KIND))
    assert model.attributes.clip.model is not model.clip.model


def test_trained_parameters():
    expected = 86_192_640 + 18_953_728 + 1
    assert trained_at_b16(KIND, clip=TRAINED) == expected
    assert trained_at_b16('BIKEAttributes') == 1_050_624


def test_trained_text_is_refused():
    with pytest.raises(ValueError, match=r'leave clip\.trained_text out'):
        build(KIND, clip=dict(trained_text=True))


@pytest.mark.parametrize(
    'option, message',
    [
        (dict(trained_text=True), r'leave clip\.trained_text out'),
        (dict(trained_layers='all'), r'leave clip\.trained_layers and'),
        (dict(lora_rank=2), r'and clip\.lora_rank out'),
    ],
)
def test_attributes_refuse_what_they_would_not_train(option, message):
    with pytest.raises(UserError, match=f'^BIKEAttributes keeps .*{message}'):
        build('BIKEAttributes', clip=option)
