"""X-CLIP: layers frame by frame, prompts text by text, what is trained."""

import pytest
import torch
from small_training import moved_by_a_step, noise_batch, num_trained
from stclip_loop import self_attention
from tiny_model import ARCH
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS

T = 3
LABELS = LabelSpace(('sit', 'kick_ball', 'talk on phone'))


def build(**changes):
    torch.manual_seed(0)
    options = dict(type='XCLIPRecognizer', clip=dict(arch=ARCH), num_frames=T)
    model = MODELS.build({**options, **changes})
    # So that what is learned matters beside CLIP.
    for name, parameter in model.named_parameters():
        if not name.startswith('clip.'):
            parameter.data.mul_(2).add_(0.02)
    return model.eval()


def videos_of(model, targets=(0, 1)):
    data = noise_batch(LABELS, targets, T)
    return model.data_preprocessor(data)['inputs']


def layer_by_loops(model, layer, x):
    """One frame after the other, its message the last of its tokens."""
    block, message = model.clip.blocks[layer], model.messages[layer]
    out = torch.empty_like(x)
    for video, frames in enumerate(x):
        sent = message.fc(frames[:, 0])
        heard = sent + self_attention(message.attention, message.norm(sent))
        for frame, tokens in enumerate(frames):
            row = torch.cat([tokens, heard[frame : frame + 1]])
            row = row + self_attention(block.attn, block.ln_1(row))
            kept = row[:-1]
            out[video, frame] = kept + block.mlp(block.ln_2(kept))
    return out


def added_by_loops(prompting, text, patches):
    """What one video adds to one text, layer by layer."""
    tokens, x = prompting.norm_visual(patches), text
    for layer in prompting.layers:
        attention, asking = layer.attention, layer.norm_text(x)
        width = 64
        q, k, v = (
            part(rows)
            for part, rows in (
                (attention.query, asking),
                (attention.key, tokens),
                (attention.value, tokens),
            )
        )
        scores = (k @ q / width**0.5).softmax(dim=0)
        x = x + attention.out(scores @ v)
        x = x + layer.ffn(layer.norm_ffn(x))
    return prompting.alpha * x


@torch.no_grad()
@pytest.mark.parametrize('layers', [1, 2])
def test_scores_by_loops(layers):
    model = build(prompting_layers=layers)
    videos, visual = videos_of(model), model.clip.visual
    found = model.score(videos, model.text(LABELS))
    names = ['sit', 'kick ball', 'talk on phone']
    texts = model.clip.encode_labels(names)
    for video, scores in zip(videos, found, strict=True):
        x = model.clip.embed(model.clip.patch_tokens(video))[None]
        for layer in range(model.clip.num_layers):
            x = layer_by_loops(model, layer, x)
        frames = visual.ln_post(x[0, :, 0]) @ visual.proj
        [block] = model.integration.transformer.resblocks
        u = frames + model.integration.positions.weight
        u = u + self_attention(block.attn, block.ln_1(u))
        u = u + block.mlp(block.ln_2(u))
        mean = (u + frames).mean(dim=0)
        patches = model.norm_patches(x[0, :, 1:]) @ model.patch_projection
        for text, score in zip(texts, scores, strict=True):
            added = added_by_loops(model.prompting, text, patches.mean(dim=0))
            expected = F.cosine_similarity(mean, text + added, dim=0)
            torch.testing.assert_close(score, expected, rtol=0, atol=1e-4)


@torch.no_grad()
def test_texts_stay_as_they_are_where_nothing_is_added():
    model = build()
    model.prompting.alpha.zero_()
    videos, text = videos_of(model), model.text(LABELS)
    video, _ = model.video_features(model.encode_tokens(videos))
    expected = F.cosine_similarity(video[:, None], text[None], dim=-1)
    torch.testing.assert_close(model.score(videos, text), expected)


@torch.no_grad()
def test_frames_hear_each_other_and_no_other_video():
    model = build()
    videos = videos_of(model)
    both = model.encode_tokens(videos)
    torch.testing.assert_close(both[:1], model.encode_tokens(videos[:1]))
    alone = model.encode_tokens(videos[:1, :1])
    assert (alone[0, 0] - both[0, 0]).abs().max() > 1e-3


@torch.no_grad()
def test_loss_with_a_class_twice():
    """Each video against all classes; a share of the target is everybody's."""
    model = build(label_smoothing=0.3).train()
    data = model.data_preprocessor(noise_batch(LABELS, [1, 1, 0], T))
    losses = model(**data, mode='loss')
    logits = model.logits(data['inputs'], model.text(LABELS))
    log_probs = logits - logits.exp().sum(dim=1, keepdim=True).log()
    expected = [
        -0.7 * row[target] - 0.3 * row.mean()
        for row, target in zip(log_probs, [1, 1, 0], strict=True)
    ]
    expected = torch.stack(expected).mean()
    torch.testing.assert_close(losses['loss_classes'], expected)


@pytest.mark.parametrize('layers, prompts', [(1, 3_152_384), (2, 6_303_232)])
def test_size_of_the_paper(layers, prompts):
    """What ST-CLIP's 57.93 M come to without layers that are not called."""
    with torch.device('meta'):
        model = MODELS.build(
            dict(
                type='XCLIPRecognizer',
                clip=dict(arch='ViT-B-16-quickgelu'),
                num_frames=8,
                prompting_layers=layers,
            )
        )
    assert num_trained(model.messages) == 35_453_952
    assert num_trained(model.integration) == 3_156_480
    assert num_trained(model.prompting) == prompts
    assert num_trained(model) == 35_453_952 + 3_156_480 + prompts + 394_752
    # The same messages in the twelve layers of the text tower.
    dead = 12 * (512**2 + 512 + 2 * 512 + 4 * 512**2 + 4 * 512)
    assert 42_157_568 + dead == 57_929_216


def test_start():
    torch.manual_seed(0)
    options = dict(clip=dict(arch=ARCH), num_frames=8)
    model = MODELS.build(dict(type='XCLIPRecognizer', **options))
    assert torch.equal(model.prompting.alpha, torch.full((64,), 0.1))
    assert model.patch_projection.std().item() == pytest.approx(1, rel=0.05)


def test_a_step_changes_what_is_learned_and_nothing_else():
    model = build()
    moved = moved_by_a_step(model, noise_batch(LABELS, [1, 0], T))
    learned = {
        name
        for name, _ in model.named_parameters()
        if not name.startswith('clip.')
    }
    assert moved == learned


def test_a_trained_text_tower_learns_and_is_read_anew():
    """As the release trains it: texts follow the weights of each step."""
    model = build(clip=dict(arch=ARCH, trained_text=True))
    before = model.text(LABELS).clone()
    moved = moved_by_a_step(model, noise_batch(LABELS, [1, 0], T))
    assert 'clip.model.text_projection' in moved
    assert 'clip.model.transformer.resblocks.0.mlp.c_fc.weight' in moved
    after = model.eval().text(LABELS)
    assert (after - before).abs().max() > 1e-4
    tokens = model.clip.tokenizer(['sit', 'kick ball', 'talk on phone'])
    expected = model.clip.model.encode_text(tokens)
    torch.testing.assert_close(after, expected, rtol=0, atol=1e-5)
