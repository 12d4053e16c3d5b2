"""TC-CLIP equals the authors' numbers, from pixels to gradients."""

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

from stclip.labels.label_space import LabelSpace
from stclip.models.tc_clip.conversion import convert_tc_clip
from stclip.models.tc_clip.shared_context import cls_attention
from stclip.models.tc_clip.token_merging import assign_groups
from stclip.registry import MODELS

everywhere = parametrised('tc_clip')


def build(folder):
    """Ours, with the sizes of a folder."""
    hyper = folder.hyper
    positions = folder['sd/text_encoder.positional_embedding']
    arch = clip_arch(dict(hyper, context_length=len(positions)))
    return MODELS.build(
        dict(
            type='TCCLIPRecognizer',
            clip=dict(arch=arch, trained_layers='all', trained_text=True),
            num_frames=hyper['num_frames'],
            context=dict(
                num_tokens=hyper['context_tokens'],
                seed_share=hyper['seed_ratio'],
                merge_step=hyper['merge_r'],
                biased=hyper['local_global_bias'],
            ),
            levels=levels_of(hyper),
            num_words=hyper['n_ctx'],
            joint_positions=hyper['positional_embedding'] != 'space',
            cut_context=hyper['stop_grad'],
        )
    )


def levels_of(hyper):
    """Of 3, "3" or "2+3"."""
    return [int(part) for part in str(hyper['prompt_levels']).split('+')]


@pytest.fixture(scope='module')
def case(folder, tmp_path_factory):
    data = Folder(folder)
    model = build(data)
    path = tmp_path_factory.mktemp('tc_clip')
    load_converted(model, 'tc_clip', data.below('sd'), path)
    return data, model


@pytest.fixture
def text(case):
    """Of the classes as they stand in the folder."""
    data, model = case
    labels = LabelSpace(tuple(data.meta['classes']))
    with torch.no_grad():
        return model.eval().text(labels)


def layers_of(data, model):
    """Of each layer: block, its index, frames and context that enter it."""
    x, context = model.embed(data['in/videos']), None
    for layer, block in enumerate(model.clip.blocks):
        yield block, layer, x, context
        x = data['out/visual_layers'][layer]
        context = data['out/context_layers'][layer]


@everywhere
def test_tokens(case):
    data, model = case
    expected = data['in/tokens'].long()
    labels = LabelSpace(tuple(data.meta['classes']))
    names = [f'{name}.' for name in model.name_texts(labels)]
    found = model.clip.tokenizer(names)[:, 1:]
    num_words = data.hyper['n_ctx']
    expected = expected[:, 1 + num_words :]
    assert torch.equal(found[:, : expected.shape[1]], expected)
    assert not found[:, expected.shape[1] :].any()


@everywhere
@torch.no_grad()
def test_every_layer(case):
    data, model = case
    shape = data['in/videos'].shape[:2]
    for block, layer, x, context in layers_of(data, model):
        q, k, _, bias = model.context._qkv(block, layer, x, context)
        weights = cls_attention(q, k, bias, model.clip.num_patches)
        expected = data['out/cls_attention'][layer]
        close(weights.unflatten(0, shape), expected)
        seeds = model.context.seeds(weights).unflatten(0, shape)
        assert torch.equal(seeds, data['out/seed_index'][layer])
        inputs = block, layer, x, context
        _, merged = model.context.attend(*inputs)
        close(merged, data['out/context_before_mlp'][layer])
        found, context = model.context(*inputs)
        close(found, data['out/visual_layers'][layer])
        close(context, data['out/context_layers'][layer])
        # What the last layer alone computes is the same.
        cls, context = model.context.last_layer(*inputs)
        close(cls, data['out/visual_layers'][layer][:, :, 0])
        close(context, data['out/context_layers'][layer])
        close(model.context.class_tokens(*inputs), cls)


@everywhere
@torch.no_grad()
def test_which_patches_are_in_a_context_token(case):
    data, model = case
    merging = model.context
    for block, layer, x, context in layers_of(data, model):
        z, _ = merging.attend(block, layer, x, context)
        seeds = data['out/seed_index'][layer]
        index = seeds[..., None].expand(-1, -1, -1, z.shape[-1])
        chosen = z[:, :, 1:].gather(2, index).flatten(1, 2)
        groups = assign_groups(chosen, merging.num_tokens, merging.merge_step)
        first = torch.arange(seeds.shape[1])[:, None] * model.clip.num_patches
        found = torch.zeros_like(data['out/source'][layer])
        for video, patches in enumerate((seeds + first).flatten(1)):
            found[video, groups[video], patches] = 1
        assert torch.equal(found, data['out/source'][layer])
        # Each seed is in one group, and no group is empty.
        assert (found.sum(dim=1) <= 1).all()
        assert (found.sum(dim=(1, 2)) == seeds[0].numel()).all()
        assert (found.sum(dim=2) > 0).all()


@everywhere
@torch.no_grad()
def test_videos(case):
    data, model = case
    frames, contexts = model.encode_videos(data['in/videos'])
    close(frames, data['out/frame_features'])
    close(frames.mean(dim=1), data['out/video_feature'])
    close(torch.stack(contexts), data['out/context_projected'])


@everywhere
@torch.no_grad()
def test_prompts_text_and_logits(case, text, monkeypatch):
    data, model = case
    found = []
    prompting, end = model.prompting, 1 + data.hyper['n_ctx']
    prompt = prompting.prompt

    def watched(*inputs):
        rows = prompt(*inputs)
        found.append(rows[:, :, 1:end])
        return rows

    monkeypatch.setattr(prompting, 'prompt', watched)
    _, contexts = model.encode_videos(data['in/videos'])
    features = prompting(model.clip, text, contexts)
    close(torch.stack(found), data['out/prompts_generated'])
    close(features, data['out/text'])
    close(model.logits(data['in/videos'], text), data['out/logits'])


@everywhere
@torch.no_grad()
def test_each_part_counts(case):
    """A fifth less of a weight is another model, but for biases of keys."""
    data, model = case
    labels = LabelSpace(tuple(data.meta['classes']))
    least = data.least_change(3e-4, share=0.1)
    parts = {
        name: weight
        for name, weight in model.named_parameters()
        if name.startswith(('context.', 'prompting.'))
        or 'positional_embedding' in name
        or '.ln_post.' in name
    }
    for name, weight in parts.items():
        kept = weight.clone()
        weight.mul_(0.8)
        logits = model.logits(data['in/videos'], model.encode_text(labels))
        moved = (logits - data['out/logits']).abs().max()
        assert (moved > least) != name.endswith('.key.bias'), (name, moved)
        weight.copy_(kept)


@everywhere
def test_losses_and_gradients(case):
    data, model = case
    labels = LabelSpace(tuple(data.meta['classes']))
    views = data['in/videos'][:, None]
    model.train().zero_grad()
    losses = model.loss(views, data['in/soft_target'], labels)
    close(losses['loss_classes'], data['loss/soft_target_ce'], 1e-5)
    losses = model.loss(views, data['in/target'].long(), labels)
    close(losses['loss_classes'], data['loss/ce'], 1e-5)
    losses['loss_classes'].backward()
    model.eval()
    expected = data.below('loss_grads')
    assert expected
    for name, gradient in expected.items():
        close(gradient_of(case, name), gradient, 1e-5)
    assert data.meta['grad_norms']
    for name, norm in data.meta['grad_norms'].items():
        found = gradient_of(case, name).norm().item()
        assert found == pytest.approx(norm, abs=1e-5, rel=1e-5), name


def gradient_of(case, theirs):
    """Of a parameter of theirs: a part of one of ours, or some together."""
    data, model = case
    name = re.sub(
        r'^local_global_bias\.(\d+)$',
        r'image_encoder.transformer.resblocks.\1.attn'
        r'.local_global_bias_table',
        theirs,
    )
    state = data.below('sd')
    del state['token_embedding.weight']
    marked = {
        key: torch.full_like(value, key == name)
        for key, value in state.items()
    }
    parts = [
        model.get_parameter(own).grad[mask.bool()]
        for own, mask in convert_tc_clip(marked)[0].items()
        if mask.any()
    ]
    return torch.cat(parts).view_as(state[name])
