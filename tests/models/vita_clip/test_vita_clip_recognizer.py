"""Vita-CLIP: layers frame by frame, texts, what is trained and kept."""

import math

import pytest
import torch
from small_training import (
    check_when_text_is_read,
    moved_by_a_step,
    noise_batch,
    num_trained,
)
from tiny_model import ARCH
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.vita_clip import recognizer as module
from stclip.registry import MODELS

T, NUM_GLOBAL, WORDS = 3, 2, 4
LABELS = LabelSpace(('sit', 'kick_ball', 'talk on phone'))


def build(**changes):
    torch.manual_seed(0)
    options = dict(
        type='VitaCLIPRecognizer',
        clip=dict(arch=ARCH),
        num_frames=T,
        num_global=NUM_GLOBAL,
        context_words=WORDS,
    )
    model = MODELS.build({**options, **changes})
    # So that prompts matter beside the tokens.
    for name, parameter in model.named_parameters():
        if not name.startswith('clip.'):
            parameter.data.mul_(3).add_(0.02)
    return model


def videos_of(model, targets=(0, 1)):
    data = noise_batch(LABELS, targets, T)
    return model.data_preprocessor(data)['inputs']


def layer_by_loops(model, layer, x):
    """One frame after the other, all tokens in a row, all of them asking."""
    block, prompts = model.clip.blocks[layer], model.layers[layer]
    out = torch.empty_like(x)
    for video, frames in enumerate(x):
        projected = prompts.cls_proj(frames[:, 0])
        normed = prompts.norm(projected)[None]
        attended = prompts.attention(normed, normed, normed)[0][0]
        summary = projected + attended
        local = prompts.local + projected
        for frame, tokens in enumerate(frames):
            row = torch.cat(
                [
                    tokens[:1],
                    local,
                    model.global_prompts[layer],
                    tokens[1:],
                    summary[frame : frame + 1],
                ]
            )
            normed = block.ln_1(row)[None]
            row = row + block.attn(normed, normed, normed)[0][0]
            # The last is the summary; the prompts stand behind the first.
            kept = torch.cat([row[:1], row[1 + T + NUM_GLOBAL : -1]])
            out[video, frame] = kept + block.mlp(block.ln_2(kept))
    return out


@torch.no_grad()
def test_layers_frame_by_frame():
    model = build()
    x = model.embed(videos_of(model))
    for layer in range(model.clip.num_layers):
        expected = layer_by_loops(model, layer, x)
        found = model.run_layer(layer, x)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
        x = expected
    clip = model.clip.visual
    expected = clip.ln_post(x[:, :, 0]) @ clip.proj
    found = model.encode_frames(videos_of(model))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


@torch.no_grad()
def test_tokens_know_their_frame():
    """Class token and patches, before the first norm."""
    model = build()
    videos, visual = videos_of(model), model.clip.visual
    found = model.embed(videos)
    for video, tokens in zip(videos, found, strict=True):
        for frame in range(T):
            patches = visual.conv1(video[frame][None])[0].flatten(1).T
            row = torch.cat([visual.class_embedding[None], patches])
            row = row + visual.positional_embedding + model.time[frame]
            torch.testing.assert_close(
                tokens[frame], visual.ln_pre(row), rtol=0, atol=1e-5
            )


@torch.no_grad()
def test_without_prompts_it_is_clip(monkeypatch):
    model = build(num_global=0)
    model.time.zero_()
    empty = torch.empty(2 * T, 2, 0, 64)
    monkeypatch.setattr(module, 'keys_of_frames', lambda *_: empty)
    videos = videos_of(model)
    expected = model.clip.model.encode_image(videos.flatten(0, 1))
    found = model.encode_frames(videos).flatten(0, 1)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_frames_see_each_other_and_no_other_video():
    model = build()
    videos = videos_of(model)
    before = model.encode_frames(videos)
    videos[0, -1] = videos[0, -1].flip(-1)
    change = (model.encode_frames(videos) - before).abs().amax(dim=-1)
    assert (change[0] > 1e-4).all()
    assert change[1].max() < 1e-5


@torch.no_grad()
@pytest.mark.parametrize('own', [None, 3])
def test_text_in_training(own):
    """Start, learned words, the name, a stop."""
    model = build(num_classes=own).train()
    clip = model.clip.model
    found = model.text(LABELS)
    for row, name in enumerate(LABELS.names):
        name = name.replace('_', ' ')
        tokens = model.clip.tokenizer([f'{name}.'])[0]
        end = tokens.argmax()
        words = clip.token_embedding(tokens)
        context = model.context.words[row] if own else model.context.words
        x = torch.cat([words[:1], context, words[1 : end + 1]])
        x = (x + clip.positional_embedding[: len(x)])[None]
        mask = clip.attn_mask[: x.shape[1], : x.shape[1]]
        for block in clip.transformer.resblocks:
            x = block(x, attn_mask=mask)
        expected = clip.ln_final(x[0, -1]) @ clip.text_projection
        expected = F.normalize(expected, dim=-1)
        torch.testing.assert_close(found[row], expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_text_in_testing():
    """Plain names unless told; the learned context if it fits."""
    model = build().eval()
    tokens = model.clip.tokenizer(['sit', 'kick ball', 'talk on phone'])
    expected = model.clip.model.encode_text(tokens, normalize=True)
    found = model.text(LABELS)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
    trained = model.train().text(LABELS)
    assert (trained - found).abs().max() > 1e-3
    model = build(test_text='context').eval()
    assert torch.equal(model.text(LABELS), trained)


@torch.no_grad()
def test_contexts_of_classes_know_no_other_classes():
    model = build(num_classes=3, test_text='context').eval()
    model.text(LABELS)
    message = "for the 3 classes of training, not for 2 .*test_text='names'"
    with pytest.raises(ValueError, match=message):
        model.text(LABELS.subset(['sit', 'kick_ball']))
    model = build(num_classes=3).eval()
    assert model.text(LABELS.subset(['sit', 'kick_ball'])).shape[0] == 2
    with pytest.raises(ValueError, match=r"test_text must be .*'name'"):
        build(test_text='name')


@torch.no_grad()
def test_classes_and_videos_may_come_in_any_order():
    model = build().eval()
    videos = videos_of(model)
    logits = model.logits(videos, model.text(LABELS))
    part = model.text(LABELS.subset(['talk on phone', 'sit']))
    found = model.logits(videos.flip(0), part)
    expected = logits.flip(0)[:, [2, 0]]
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


def test_loss_with_a_class_twice():
    """Each video against all classes, also those of no video."""
    model = build().train()
    data = model.data_preprocessor(noise_batch(LABELS, [1, 1, 0], T))
    losses = model(**data, mode='loss')
    frames = model.encode_frames(data['inputs'])
    videos = F.normalize(frames.mean(dim=1), dim=-1)
    scale = model.clip.model.logit_scale.exp()
    logits = scale * videos @ model.text(LABELS).T
    expected = [
        logits[row].exp().sum().log() - logits[row, target]
        for row, target in enumerate([1, 1, 0])
    ]
    expected = torch.stack(expected).mean()
    assert list(losses) == ['loss_classes']
    torch.testing.assert_close(losses['loss_classes'], expected)


@pytest.mark.parametrize('own, words', [(None, 8 * 512), (400, 400 * 8 * 512)])
def test_size_of_the_paper(own, words):
    """Table 6 of ST-CLIP: 35.61 M, and CLIP's scale that it leaves out."""
    with torch.device('meta'):
        model = MODELS.build(
            dict(
                type='VitaCLIPRecognizer',
                clip=dict(arch='ViT-B-16-quickgelu'),
                num_frames=8,
                num_classes=own,
            )
        )
    assert num_trained(model) == 35_607_552 + words + 1
    assert 35_607_552 + 8 * 512 == 35_611_648
    projections = sum(
        num_trained(prompts.cls_proj) for prompts in model.layers
    )
    # The release trains all but these.
    assert 35_611_648 + 1 - projections == 28_524_545


def test_start():
    torch.manual_seed(0)
    model = MODELS.build(
        dict(type='VitaCLIPRecognizer', clip=dict(arch=ARCH), num_frames=8)
    )
    patch, width = 8, 128
    bound = math.sqrt(6 / (3 * patch**2 + width))
    for each in (model.global_prompts, model.layers[0].local):
        assert each.abs().max() <= bound
        assert each.std().item() == pytest.approx(bound / 3**0.5, rel=0.1)
    assert model.time.std().item() == pytest.approx(0.02, rel=0.1)
    assert model.context.words.std().item() == pytest.approx(0.02, rel=0.1)
    scale = model.clip.logit_scale.item()
    assert scale == pytest.approx(1 / 0.07, rel=1e-5)
    attention = model.layers[0].attention
    # Each of the four matrices is square: Xavier's bound is sqrt(6 / 2 D).
    bound = math.sqrt(3 / width)
    parts = *attention.in_proj_weight.chunk(3), attention.out_proj.weight
    for part in parts:
        assert part.std().item() == pytest.approx(bound / 3**0.5, rel=0.05)


def test_a_step_changes_what_is_learned_and_nothing_else():
    model = build()
    moved = moved_by_a_step(model, noise_batch(LABELS, [1, 0], T))
    learned = {
        name
        for name, _ in model.named_parameters()
        if not name.startswith('clip.')
    }
    assert moved == learned | {'clip.model.logit_scale'}


def test_text_is_read_at_each_training_step_and_once_in_testing(monkeypatch):
    data = noise_batch(LABELS, [0, 1], T)
    check_when_text_is_read(build(test_text='context'), data, monkeypatch)


def test_names_without_room_are_refused():
    """16 tokens: two ends, four learned words, a stop, nine of the name."""
    model = build().train()
    model.text(LabelSpace(('go ' * 8 + 'go',)))
    message = "reads 16 tokens, too few for 'go go.* and 4 learned words"
    with pytest.raises(ValueError, match=message):
        model.text(LabelSpace(('sit', 'go ' * 9 + 'go')))
