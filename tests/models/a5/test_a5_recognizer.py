"""A5: prompts word by word, fixed temperature, what is trained and kept."""

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
from stclip.registry import MODELS

T, PREFIX, POSTFIX = 3, 3, 2
LABELS = LabelSpace(('sit', 'kick_ball', 'talk on phone'))


def build(**changes):
    torch.manual_seed(0)
    options = dict(
        type='A5Recognizer',
        clip=dict(arch=ARCH),
        num_frames=T,
        prefix=PREFIX,
        postfix=POSTFIX,
    )
    model = MODELS.build({**options, **changes})
    # So that words matter beside the names, and time beside the frames.
    for name, parameter in model.named_parameters():
        if name.startswith(('prompts.', 'temporal.positions.')):
            parameter.data.mul_(100)
    return model


def videos_of(model, targets=(0, 1)):
    data = noise_batch(LABELS, targets, T)
    return model.data_preprocessor(data)['inputs']


@torch.no_grad()
def test_prompts_word_by_word():
    """Start, learned words, name, more of them by their row, end."""
    model = build()
    table = model.clip.model.token_embedding.weight
    words, ends = model.prompts.embed(model.clip, model.name_texts(LABELS))
    for row, end, name in zip(words, ends, LABELS.names, strict=True):
        tokens = model.clip.tokenizer([name.replace('_', ' ')])[0].tolist()
        start, *own = tokens[: tokens.index(max(tokens))]
        expected = [table[start]]
        for _ in range(PREFIX):
            expected.append(model.prompts.words.weight[len(expected)])
        expected += [table[token] for token in own]
        for _ in range(POSTFIX):
            expected.append(model.prompts.words.weight[len(expected)])
        assert end == len(expected)
        expected.append(table[max(tokens)])
        assert torch.equal(row[: len(expected)], torch.stack(expected))


@torch.no_grad()
def test_text_is_what_the_whole_tower_reads():
    """Of all rows, to the last of the context."""
    model = build()
    clip, names = model.clip.model, model.name_texts(LABELS)
    words, ends = model.prompts.embed(model.clip, names)
    whole = model.prompts.words.weight.expand(len(names), -1, -1).clone()
    whole[:, : words.shape[1]] = words
    x = whole + clip.positional_embedding
    for block in clip.transformer.resblocks:
        x = block(x, attn_mask=clip.attn_mask)
    x = clip.ln_final(x) @ clip.text_projection
    expected = torch.stack([r[e] for r, e in zip(x, ends, strict=True)])
    found = model.prompts(model.clip, names)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_without_additions_it_is_clip():
    """Cosine of the mean frame and the name, over 0.07."""
    model = build(prefix=0, postfix=0).eval()
    model.temporal = torch.nn.Identity()
    videos = videos_of(model)
    clip = model.clip.model
    frames = clip.encode_image(videos.flatten(0, 1)).unflatten(0, (2, T))
    tokens = model.clip.tokenizer(model.name_texts(LABELS))
    text = clip.encode_text(tokens, normalize=True)
    expected = F.normalize(frames.mean(dim=1), dim=-1) @ text.T / 0.07
    found = model.logits(videos, model.text(LABELS))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


@torch.no_grad()
def test_features_stand_for_pictures():
    """Of a frozen image tower, which need not encode them again."""
    model = build().eval()
    videos, text = videos_of(model), model.text(LABELS)
    expected = model.logits(videos, text)
    found = model.logits(model.frame_features(videos), text)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_clips_scale_is_not_used():
    model = build().eval()
    videos = videos_of(model)
    before = model.logits(videos, model.text(LABELS))
    model.clip.model.logit_scale.fill_(0)
    assert torch.equal(before, model.logits(videos, model.text(LABELS)))


@torch.no_grad()
def test_order_of_frames_counts_and_of_classes_does_not():
    model = build().eval()
    videos = videos_of(model)
    logits = model.logits(videos, model.text(LABELS))
    turned = model.logits(videos.flip(1), model.text(LABELS))
    assert (turned - logits).abs().max() > 1e-3
    part = model.text(LABELS.subset(['talk on phone', 'sit']))
    found = model.logits(videos.flip(0), part)
    expected = logits.flip(0)[:, [2, 0]]
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


def test_loss_with_a_class_twice():
    """Each video against all classes, also those of no video."""
    model = build().eval()
    data = model.data_preprocessor(noise_batch(LABELS, [1, 1, 0], T))
    losses = model(**data, mode='loss')
    logits = model(**data, mode='tensor')[:, 0]
    expected = [
        logits[row].exp().sum().log() - logits[row, target]
        for row, target in enumerate([1, 1, 0])
    ]
    expected = torch.stack(expected).mean()
    assert list(losses) == ['loss_classes']
    torch.testing.assert_close(losses['loss_classes'], expected)


def test_size_of_the_paper():
    """Table 6 of ST-CLIP: 6.35 M; CLIP itself is frozen."""
    with torch.device('meta'):
        model = MODELS.build(
            dict(
                type='A5Recognizer',
                clip=dict(arch='ViT-B-16-quickgelu'),
                num_frames=16,
            )
        )
    assert num_trained(model) == 6_352_384
    assert (model.prompts.prefix, model.prompts.postfix) == (16, 16)


def test_start_of_the_tables():
    torch.manual_seed(0)
    model = MODELS.build(
        dict(type='A5Recognizer', clip=dict(arch=ARCH), num_frames=16)
    )
    for table in model.prompts.words, model.temporal.positions:
        assert table.weight.std().item() == pytest.approx(0.01, rel=0.1)


def test_a_step_changes_what_is_learned_and_nothing_else():
    model = build()
    moved = moved_by_a_step(model, noise_batch(LABELS, [1, 0], T))
    learned = {
        name
        for name, _ in model.named_parameters()
        if name.startswith(('prompts.', 'temporal.'))
    }
    # A table has rows that nothing reads, but is one parameter.
    assert moved == learned


def test_text_is_read_at_each_training_step_and_once_in_testing(monkeypatch):
    data = noise_batch(LABELS, [0, 1], T)
    check_when_text_is_read(build(), data, monkeypatch)


def test_names_without_room_are_refused():
    """16 tokens: two ends, five learned words, nine of the name."""
    model = build()
    model.text(LabelSpace(('go ' * 9,)))
    message = "reads 16 tokens, too few for 'go go.* and 5 learned words"
    with pytest.raises(ValueError, match=message):
        model.text(LabelSpace(('sit', 'go ' * 10)))


def test_more_frames_than_positions_are_refused():
    model = build()
    with pytest.raises(ValueError, match='no views of 3'):
        model.test_step(noise_batch(LABELS, [0], T + 1))
