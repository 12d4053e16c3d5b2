"""Vita-CLIP equals the authors' numbers, from tokens and pixels to gradients.

Differs on purpose: ``cls_proj`` is trained, as the paper counts it.
"""

import re

import pytest
import torch
from method_numbers import (
    Folder,
    clip_arch,
    close,
    load_converted,
    parametrised,
)
from mmaction.structures import ActionDataSample
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.clip.attention import fused_attention
from stclip.models.vita_clip.conversion import convert_vita_clip
from stclip.models.vita_clip.frame_prompts import keys_of_frames
from stclip.registry import MODELS

everywhere = parametrised('vita_clip')


@pytest.fixture(scope='module')
def method(folder, tmp_path_factory):
    """Numbers and, with their weights, our model."""
    data = Folder(folder)
    hyper = data.hyper
    model = MODELS.build(
        dict(
            type='VitaCLIPRecognizer',
            clip=dict(arch=clip_arch(hyper)),
            num_frames=hyper['num_frames'],
            num_global=hyper['global_prompts'],
            context_words=hyper['ctx'],
            num_classes=hyper['classes'] if hyper['CSC'] else None,
        )
    )
    path = tmp_path_factory.mktemp('vita_clip')
    state = data.below('sd')
    model = load_converted(model, 'vita_clip', state, path)
    return data, model, LabelSpace(data.meta['classes'])


@everywhere
@torch.no_grad()
def test_tokens_that_enter(method):
    data, model, _ = method
    close(model.embed(data['in/videos']), data['out/tokens_in'])


@everywhere
@torch.no_grad()
def test_prompts_of_every_layer(method):
    data, model, _ = method
    x = data['out/tokens_in']
    for prompts, projected, summary, after in zip(
        model.layers,
        data['out/cls_proj'],
        data['out/summary'],
        data['out/visual_layers'],
        strict=True,
    ):
        local, found = prompts(x[:, :, 0])
        close(local - prompts.local, projected)
        close(found, summary)
        x = after


def sequence(model, layer, x):
    """All that a layer sees, in their order: class, prompts, patches."""
    num_frames = x.shape[1]
    prompts = model.prompts(layer, x[:, :, 0])
    shared, summary = prompts.split(
        [prompts.shape[1] - num_frames, num_frames], dim=1
    )
    shared = shared[:, None].expand(-1, num_frames, -1, -1)
    parts = x[:, :, :1], shared, x[:, :, 1:], summary[:, :, None]
    return torch.cat(parts, dim=2)


@everywhere
@torch.no_grad()
def test_inside_the_first_layer(method):
    data, model, _ = method
    x, num_frames = data['out/tokens_in'], data.hyper['num_frames']
    tokens = sequence(model, 0, x)
    close(tokens, data['out/layer0/sequence'])
    # Here globals ask, too: the release drops their answers after the layer.
    expected = data['out/layer0/after_attention']
    kept = torch.ones(tokens.shape[2], dtype=torch.bool)
    kept[1 : 1 + num_frames] = False
    kept[-1] = False
    asking = tokens[:, :, kept].flatten(0, 1)
    q, _, _ = model.clip.qkv(0, asking)
    _, k, v = model.clip.qkv(0, x.flatten(0, 1))
    _, *prompts = model.clip.qkv(0, model.prompts(0, x[:, :, 0]), 0)
    k, v = (
        torch.cat([own, keys_of_frames(extra, num_frames)], dim=2)
        for own, extra in zip((k, v), prompts, strict=True)
    )
    out = model.clip.blocks[0].attn.out_proj(fused_attention(q, k, v))
    close((asking + out).view_as(expected), expected)


@everywhere
@torch.no_grad()
def test_every_layer(method):
    data, model, _ = method
    x, num_global = data['out/tokens_in'], data.hyper['global_prompts']
    for layer, (expected, video) in enumerate(
        zip(
            data['out/visual_layers'],
            data['out/visual_layers_global'],
            strict=True,
        )
    ):
        close(model.run_layer(layer, x), expected)
        cls = model.run_layer(layer, x, num_queries=1)
        close(cls, expected[:, :, :1])
        # What they compute of the globals and drop, from all keys at once.
        tokens = sequence(model, layer, x).flatten(0, 1)
        first = 1 + data.hyper['num_frames']
        asking = tokens[:, first : first + num_global]
        q, _, _ = model.clip.qkv(layer, asking)
        _, k, v = model.clip.qkv(layer, tokens)
        found = model.clip.finish_layer(layer, asking, (q, k, v))
        close(found.view_as(video), video)
        x = expected


@everywhere
@torch.no_grad()
def test_videos(method):
    data, model, _ = method
    frames = model.encode_frames(data['in/videos'])
    close(frames, data['out/frame_features'])
    close(frames.mean(dim=1), data['out/video_feature'])


@everywhere
@torch.no_grad()
def test_text(method):
    data, model, labels = method
    names = model.name_texts(labels)
    tokens = model.clip.tokenizer(names)
    assert torch.equal(tokens, data['in/tokens_names'].long())
    words, ends = model.context.embed(model.clip, names)
    theirs = data['out/text_prompt_embeddings']
    for own, expected, end in zip(words, theirs, ends, strict=True):
        rows = min(int(end) + 1, len(expected))
        close(own[:rows], expected[:rows])
    # A placeholder, "X", for each learned word.
    placeholders = ' '.join('X' * data.hyper['ctx'])
    sentences = [f'{placeholders} {name}.' for name in names]
    tokens = model.clip.tokenizer(sentences)
    assert torch.equal(tokens, data['in/tokens'].long())
    assert torch.equal(tokens.argmax(dim=1), ends)
    close(model.context(model.clip, names), data['out/text_prompted'])
    close(model.text(labels), F.normalize(data['out/text'], dim=-1))


@everywhere
@torch.no_grad()
def test_logits(method):
    data, model, labels = method
    videos, names = data['in/videos'], model.text(labels)
    zero_shot = model.logits(videos, names)
    close(zero_shot, data['out/logits_zeroshot'])
    prompted = model.train().text(labels)
    logits = model.eval().logits(videos, prompted)
    close(logits, data['out/logits'])
    # A sharp test: each part of each layer's prompts moves the logits.
    for prompts in model.layers:
        for part in prompts.local, prompts.norm.weight:
            kept = part.clone()
            part.copy_(kept.flip(-1))
            moved = model.logits(videos, names)
            assert (moved - zero_shot).abs().max() > 1e-3
            part.copy_(kept)


@everywhere
def test_loss_and_gradients(method):
    data, model, labels = method
    model.train().zero_grad()
    samples = [
        ActionDataSample(metainfo=dict(label_space=labels)).set_gt_label(each)
        for each in data['in/target'].tolist()
    ]
    losses = model(data['in/videos'], samples, mode='loss')
    close(losses['loss_classes'], data['loss/ce'], 1e-5)
    losses['loss_classes'].backward()
    found = gradients_under_their_names(model, data.below('sd'))
    expected = data.below('loss_grads')
    assert expected
    for name, gradient in expected.items():
        close(found[name], gradient, 1e-5)
    for name, norm in data.meta['grad_l2'].items():
        assert found[name].norm().item() == pytest.approx(norm, abs=1e-5)
    released = set(data.meta['trained_parameters_as_released'])
    assert set(found) - released == {
        f'visual.blocks.{layer}.cls_proj.{kind}'
        for layer in range(data.hyper['layers'])
        for kind in ('weight', 'bias')
    }
    assert released <= set(found)
    model.eval()


def gradients_under_their_names(model, state):
    """Gradients of what is trained; their attention has separate parts."""
    gradients = {name: p.grad for name, p in model.named_parameters()}
    found = {}
    for name, tensor in state.items():
        for ours in convert_vita_clip({name: tensor})[0]:
            part = re.search(r'\.([qkv])_proj\.', ours)
            if part:
                ours = ours.replace(part[0], '.in_proj_')
            gradient = gradients.get(ours)
            if gradient is not None:
                if part:
                    gradient = gradient.chunk(3)['qkv'.index(part[1])]
                found[name] = gradient.reshape(tensor.shape)
    return found
