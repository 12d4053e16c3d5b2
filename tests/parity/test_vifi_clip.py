"""ViFi-CLIP equals the authors' numbers, tuned whole and by prompts.

Differs on purpose: views of a test are averaged, not added up; gradients of
prompts are not rounded to half precision, which theirs are.
"""

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
from stclip.models.vifi_clip.conversion import convert_vifi_clip
from stclip.registry import MODELS

everywhere = parametrised('vifi_clip')
# Of a number that was rounded to half precision.
HALF = 2**-11


class Variant:
    """Our model with the authors' weights, and its part of the numbers."""

    def __init__(self, data, prompts, path):
        self.data, self.prompts = data, prompts
        self.ending = '_prompts' if prompts else ''
        hyper = data.hyper
        state = data.below('sd')
        # Rows of the table, which their checkpoints hold.
        state['prompt_learner.token_prefix'] = torch.ones(1)
        options = dict(trained_layers='all', trained_text=True)
        config = dict()
        if prompts:
            state |= data.below('sd_prompts')
            config['prompts'] = dict(
                num_visual=hyper['n_ctx_vision'],
                num_text=hyper['n_ctx_text'],
                visual_depth=hyper['vision_depth'],
                text_depth=hyper['text_depth'],
            )
        self.model = MODELS.build(
            dict(
                type='ViFiCLIPRecognizer',
                clip=dict(arch=clip_arch(hyper), **options),
                num_frames=hyper['num_frames'],
                **config,
            )
        )
        path.mkdir()
        load_converted(self.model, 'vifi_clip', state, path)
        self.labels = LabelSpace(tuple(data.meta['classes']))

    def __getitem__(self, key):
        """``out/logits`` of this variant."""
        kind, _, rest = key.partition('/')
        return self.data[f'{kind}{self.ending}/{rest}']

    def samples(self, targets):
        return [
            ActionDataSample(
                metainfo=dict(label_space=self.labels)
            ).set_gt_label(target)
            for target in targets
        ]


@pytest.fixture(scope='module')
def variants(folder, tmp_path_factory):
    data, path = Folder(folder), tmp_path_factory.mktemp('vifi_clip')
    return [
        Variant(data, prompts, path / str(prompts))
        for prompts in (False, True)
        if not prompts or data.below('sd_prompts')
    ]


@everywhere
@torch.no_grad()
def test_every_image_layer(variants):
    for variant in variants:
        clip, videos = variant.model.clip, variant.data['in/videos']
        images = videos.flatten(0, 1)
        x = clip.embed(clip.patch_tokens(images))
        visual = variant.model.visual_prompts
        if variant.prompts:
            x = visual.embed(clip, images)
        for layer, expected in enumerate(variant['out/visual_layers']):
            if variant.prompts:
                x = visual.run_layer(clip, layer, x)
            else:
                x = clip.finish_layer(layer, x, clip.qkv(layer, x))
            close(x.unflatten(0, videos.shape[:2]), expected)


@everywhere
@torch.no_grad()
def test_every_text_layer(variants):
    for variant in variants:
        clip, tokens = variant.model.clip, tokens_of(variant)
        if variant.prompts:
            x, ends = variant.model.text_prompts.embed(clip, tokens)
        else:
            tower = clip.text_tower
            words, ends = tower.embed_tokens(tokens)
            x = tower.embed_words(words)
        for layer, expected in enumerate(variant['out/text_layers']):
            if variant.prompts:
                x = variant.model.text_prompts.run_layer(clip, layer, x)
            else:
                x = tower.run_layers(x, [tower.layers[layer]])
            for own, theirs, end in zip(x, expected, ends, strict=True):
                rows = min(int(end) + 1, len(theirs))
                close(own[:rows], theirs[:rows])


def tokens_of(variant):
    """Theirs, which are ours."""
    expected = variant.data[f'in/tokens{variant.ending}'].long()
    names = variant.model.name_texts(variant.labels)
    found = variant.model.clip.tokenizer(names)
    assert torch.equal(found[:, : expected.shape[1]], expected)
    return expected


@everywhere
@torch.no_grad()
def test_videos_text_and_logits(variants):
    for variant in variants:
        model, videos = variant.model.eval(), variant.data['in/videos']
        frames = model.encode_frames(videos)
        close(frames, variant['out/frame_features'])
        expected = variant['out/video_feature']
        close(frames.mean(dim=1), expected)
        close(model.encode_videos(videos), F.normalize(expected, dim=-1))
        close(model.encode_tokens(tokens_of(variant)), variant['out/text'])
        text = model.text(variant.labels)
        close(text, F.normalize(variant['out/text'], dim=-1))
        logits = model.logits(videos, text)
        close(logits, variant['out/logits'])
        # A sharp test: the frames' unit vectors have another mean.
        mean = F.normalize(F.normalize(frames, dim=-1).mean(dim=1), dim=-1)
        moved = (model.scale * mean @ text.T - logits).abs().max()
        assert (moved > 1e-3) == (videos.shape[1] > 1)


@everywhere
@torch.no_grad()
def test_each_prompt_counts(variants):
    for variant in variants[1:]:
        model, videos = variant.model.eval(), variant.data['in/videos']
        for tokens in (
            *model.visual_prompts.layers,
            *model.text_prompts.layers,
        ):
            kept = tokens.clone()
            tokens.copy_(kept.flip(-1))
            text = model.encode_text(variant.labels)
            moved = model.logits(videos, text) - variant['out/logits']
            assert moved.abs().max() > 1e-3
            tokens.copy_(kept)


@everywhere
@torch.no_grad()
def test_two_views(variants):
    for variant in variants:
        views = variant.data['in/videos_two_views']
        samples = variant.samples([0] * len(views))
        model = variant.model.eval()
        found = model(views.flatten(1, 2), samples, mode='predict')
        probs = torch.stack([sample.pred_score for sample in found])
        close(views.shape[1] * probs, variant['out/probs_two_views'])


@everywhere
def test_losses_and_gradients(variants):
    for variant in variants:
        data, model = variant.data, variant.model.train()
        model.zero_grad()
        targets = data['in/target'].tolist()
        losses = model(
            data['in/videos'], variant.samples(targets), mode='loss'
        )
        close(losses['loss_classes'], variant['loss/ce'], 1e-5)
        shares = data['in/soft_target']
        losses = model(data['in/videos'], variant.samples(shares), mode='loss')
        close(losses['loss_classes'], variant['loss/soft_target_ce'], 1e-5)
        losses['loss_classes'].backward()
        parameters = dict(model.named_parameters())
        kind = f'loss{variant.ending}_grads'
        expected = data.below(kind)
        assert expected
        for name, gradient in expected.items():
            found = gradient_of(parameters, name)
            rtol = HALF if 'VPT' in name else 0
            torch.testing.assert_close(found, gradient, rtol=rtol, atol=1e-5)
        norms = data.meta['grad_norms'][f'out{variant.ending}']
        assert norms
        for name, norm in norms.items():
            found = gradient_of(parameters, name).norm().item()
            rel = HALF if 'VPT' in name else 1e-9
            assert found == pytest.approx(norm, abs=1e-5, rel=rel), name
        model.eval()


def gradient_of(parameters, theirs):
    (ours,) = convert_vifi_clip({theirs: torch.ones(1)})[0]
    return parameters[ours].grad
