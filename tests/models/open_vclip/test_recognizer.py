"""Open-VCLIP's recogniser: whom frames look at, texts, and what it trains."""

import math

import pytest
import torch
from small_training import moved_by_a_step, noise_batch, num_trained
from tiny_model import ARCH
from torch.nn import functional as F

from stclip.knowledge.hand_templates import HAND_TEMPLATES
from stclip.labels.label_space import LabelSpace
from stclip.models.open_vclip.neighbour_frames import with_neighbours
from stclip.registry import MODELS

LABELS = LabelSpace(('sit', 'kick_ball', 'run'))


def build(num_frames=4, **config):
    torch.manual_seed(0)
    clip = dict(arch=ARCH, pretrained=None, trained_layers='all')
    clip.update(config.pop('clip', {}))
    config = dict(
        type='OpenVCLIPRecognizer', num_frames=num_frames, clip=clip, **config
    )
    model = MODELS.build(config)
    # Random weights say little about the picture; these say more.
    for parameter in model.clip.visual.parameters():
        if parameter.dim() == 2:
            parameter.data.mul_(3)
        elif parameter.dim() == 1:
            parameter.data.add_(0.3 * torch.randn(parameter.shape))
    return model.eval()


def videos_of(model, number=2, seed=0):
    data = noise_batch(LABELS, [0] * number, model.num_frames, seed)
    return model.data_preprocessor(data)['inputs']


def slow_layer(block, x, view, zeros_count=True):
    """A layer for one video (T, L, Dv): frame by frame, head by head."""
    attention, num_frames = block.attn, len(x)
    weight, bias = attention.in_proj_weight, attention.in_proj_bias
    rows = []
    for frame in range(num_frames):
        seen = []
        for near in range(frame - view // 2, frame + view // 2 + 1):
            if 0 <= near < num_frames:
                _, k, v = (block.ln_1(x[near]) @ weight.T + bias).chunk(3, -1)
            elif zeros_count:
                k = v = torch.zeros_like(x[frame])
            else:
                continue
            seen.append((k, v))
        q = (block.ln_1(x[frame]) @ weight.T + bias).chunk(3, -1)[0]
        keys, values = (torch.cat(each) for each in zip(*seen, strict=True))
        width = q.shape[-1] // attention.num_heads
        heads = []
        for head in range(attention.num_heads):
            part = slice(head * width, (head + 1) * width)
            scores = q[:, part] @ keys[:, part].T / math.sqrt(width)
            heads.append(scores.softmax(dim=-1) @ values[:, part])
        own = x[frame] + attention.out_proj(torch.cat(heads, dim=-1))
        rows.append(own + block.mlp(block.ln_2(own)))
    return torch.stack(rows)


def slow_frames(model, video, **options):
    """Of one video (T, 3, S, S), without any function of the method."""
    clip = model.clip
    x = clip.embed(clip.patch_tokens(video))
    for block in clip.blocks:
        x = slow_layer(block, x, **options)
    return clip.visual.ln_post(x[:, 0]) @ clip.visual.proj


@pytest.mark.parametrize('view', [1, 3, 5, 7])
@pytest.mark.parametrize('num_frames', [1, 2, 4])
@torch.no_grad()
def test_frames_look_at_their_neighbours(num_frames, view):
    """Also where the view is wider than the video."""
    model = build(num_frames, view=view)
    videos = videos_of(model)
    expected = torch.stack([slow_frames(model, v, view=view) for v in videos])
    found = model.encode_frames(videos)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


def test_neighbours_are_those_of_the_same_video():
    """One head, token and channel; T frames of B videos, numbered."""
    keys = torch.arange(1.0, 7).view(6, 1, 1, 1)
    found = with_neighbours(keys, 3, 3)[:, 0, :, 0]
    expected = [[0, 1, 2], [1, 2, 3], [2, 3, 0]]
    expected += [[0, 4, 5], [4, 5, 6], [5, 6, 0]]
    assert found.tolist() == expected


@torch.no_grad()
def test_one_frame_is_clip_but_for_the_zeros():
    """Two blocks of zeros take their share; masked, nothing differs."""
    model = build(1)
    videos = videos_of(model)
    plain = model.clip.model.encode_image(videos.flatten(0, 1))[:, None]
    assert (model.encode_frames(videos) - plain).abs().max() > 1e-2
    masked = [slow_frames(model, v, view=3, zeros_count=False) for v in videos]
    torch.testing.assert_close(torch.stack(masked), plain, rtol=0, atol=1e-4)
    narrow = build(1, view=1)
    torch.testing.assert_close(
        narrow.encode_frames(videos), plain, rtol=0, atol=1e-4
    )


@torch.no_grad()
def test_logits_are_the_mean_of_cosines():
    """Not the cosine of the mean."""
    model = build()
    videos, text = videos_of(model), model.text(LABELS)
    frames = model.encode_frames(videos)
    scale = model.clip.model.logit_scale.exp()
    for b, video in enumerate(frames):
        for c, name in enumerate(text):
            cosines = [F.cosine_similarity(f, name, dim=0) for f in video]
            expected = scale * sum(cosines) / len(cosines)
            found = model.logits(videos, text)[b, c]
            torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)
    of_mean = F.normalize(frames.mean(dim=1), dim=-1) @ text.T
    assert (of_mean - model.score(videos, text)).abs().max() > 1e-4


@torch.no_grad()
def test_order_of_classes_and_of_videos():
    model = build()
    videos = videos_of(model, 3)
    logits = model.logits(videos, model.text(LABELS))
    turned = LabelSpace(LABELS.names[::-1])
    found = model.logits(videos.flip(0), model.text(turned))
    torch.testing.assert_close(found, logits.flip(0, 1), rtol=0, atol=1e-4)


def test_templates_are_28():
    """Four kinds of pictures in seven forms, each with room for a name."""
    assert len(set(HAND_TEMPLATES)) == 28
    assert all(template.count('{}') == 1 for template in HAND_TEMPLATES)


@torch.no_grad()
def test_text_is_the_mean_of_unit_vectors():
    model = build(templates=HAND_TEMPLATES[:3])
    encode, tokenizer = model.clip.model.encode_text, model.clip.tokenizer
    for name, found in zip(LABELS.names, model.text(LABELS), strict=True):
        total = 0
        for template in HAND_TEMPLATES[:3]:
            sentence = template.format(name.replace('_', ' '))
            feature = encode(tokenizer([sentence]))[0]
            total = total + feature / feature.norm()
        expected = total / total.norm()
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


def test_text_is_encoded_once():
    """As nothing of it is trained, also over training steps."""
    model = build().train()
    first = model.text(LABELS)
    moved_by_a_step(model, noise_batch(LABELS, [0, 1], 4))
    assert model.text(LABELS) is first
    assert not first.requires_grad


def test_names_that_are_too_long_are_said(log_lines):
    """By the longest of the sentences: 16 tokens are few."""
    build().text(LabelSpace(('sit', 'fold ' * 9)))
    (line,) = (line for line in log_lines if 'too long' in line)
    assert "'fold" in line and "'sit'" not in line


def test_trained_weights_of_the_papers_size():
    """The image tower and the scale of ViT-B/16."""
    clip = dict(
        arch='ViT-B-16-quickgelu', pretrained=None, trained_layers='all'
    )
    config = dict(type='OpenVCLIPRecognizer', num_frames=8, clip=clip)
    with torch.device('meta'):
        model = MODELS.build(config)
    assert num_trained(model) == 86_192_640 + 1
    assert sum(p.numel() for p in model.parameters()) == 149_620_737


def test_loss_is_that_of_each_video_alone():
    """Also where a class is there twice: all classes are negatives."""
    model = build()
    targets = [2, 0, 2]
    data = model.data_preprocessor(noise_batch(LABELS, targets, 4), True)
    found = model(**data, mode='loss')['loss_classes']
    logits = model(**data, mode='tensor')[:, 0]
    parts = [-row.log_softmax(0)[c] for row, c in zip(logits, targets)]
    torch.testing.assert_close(found, sum(parts) / 3)


def test_a_step_moves_the_image_tower_and_the_scale():
    """The scale also where CLIP's training has left it, at its bound."""
    model = build().train()
    model.clip.model.logit_scale.data.fill_(math.log(100) + 1e-3)
    moved = moved_by_a_step(model, noise_batch(LABELS, [1, 0, 1], 4))
    expected = {
        name
        for name, _ in model.named_parameters()
        if name.startswith(('clip.model.visual.', 'clip.model.logit_scale'))
    }
    assert moved == expected


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(view=2), 'view must be odd, .*: 2'),
        (dict(view=0), 'view must be odd'),
        (dict(clip=dict(trained_text=True)), 'leave clip.trained_text out'),
    ],
)
def test_what_cannot_be_is_said(options, message):
    with pytest.raises(ValueError, match=message):
        build(**options)
