"""X-CLIP equals the authors' numbers, from pixels to gradients."""

import pytest
import torch
from method_numbers import (
    Folder,
    clip_arch,
    close,
    load_converted,
    parametrised,
)
from torch.nn import functional as F

from stclip.models.x_clip.conversion import convert_x_clip
from stclip.registry import MODELS

everywhere = parametrised('x_clip')


@pytest.fixture(scope='module')
def method(folder, tmp_path_factory):
    """Numbers and, with their weights, our model."""
    data = Folder(folder)
    hyper = data.hyper
    model = MODELS.build(
        dict(
            type='XCLIPRecognizer',
            clip=dict(arch=clip_arch(hyper), trained_layers='all'),
            num_frames=hyper['num_frames'],
            integration_layers=hyper['mit_layers'],
            prompting_layers=hyper['prompt_layers'],
        )
    )
    path = tmp_path_factory.mktemp('x_clip')
    return data, load_converted(model, 'x_clip', data.below('sd'), path)


@everywhere
@torch.no_grad()
def test_messages_and_layers(method):
    data, model = method
    clip, videos = model.clip, data['in/videos']
    x = clip.embed(clip.patch_tokens(videos.flatten(0, 1)))
    close(x.unflatten(0, videos.shape[:2]), data['out/tokens_in'])
    x = data['out/tokens_in']
    layers = zip(
        model.messages,
        data['out/message_fc'],
        data['out/message'],
        data['out/visual_layers'],
        strict=True,
    )
    for layer, (message, sent, heard, after) in enumerate(layers):
        close(message.fc(x[:, :, 0]), sent)
        close(message(x[:, :, 0]), heard)
        close(model.run_layer(layer, x), after)
        x = after


@everywhere
@torch.no_grad()
def test_what_a_video_is_and_prompts_with(method):
    data, model = method
    frames, video = data['out/frame_features'], data['out/video_feature']
    tokens = data['out/visual_layers'][-1]
    clip = model.clip
    close(clip.project(clip.visual.ln_post(tokens[:, :, 0])), frames)
    close(model.integration(frames) - frames, data['out/mit_block'])
    found, patches = model.video_features(tokens)
    close(found, video)
    close(patches, data['out/patch_features_mean'])
    close(
        model.prompting.norm_visual(patches), data['out/patch_features_normed']
    )


@everywhere
@torch.no_grad()
def test_texts_that_are_prompted(method):
    data, model = method
    tokens = data['in/tokens']
    words = model.clip.encode_words(tokens)
    text = words[torch.arange(len(tokens)), tokens.argmax(dim=-1)]
    close(text, data['out/text'])
    patches = data['out/patch_features_mean']
    text = data['out/text'].expand(len(patches), -1, -1)
    delta = model.prompting(text, patches)
    close(delta, data['out/prompt_delta'])
    close(text + delta, data['out/text_prompted'])


@everywhere
@torch.no_grad()
def test_logits(method):
    data, model = method
    logits = model.logits(data['in/videos'], data['out/text'])
    close(logits, data['out/logits'])
    close(logits.softmax(dim=-1), data['out/probs'])
    if data['in/videos'].shape[1] == 1:
        return
    # A sharp test: what frames tell each other, and their order, count.
    for change in (lambda x: x[:, :1].expand_as(x), lambda x: x.flip(1)):
        other = model.logits(change(data['in/videos']), data['out/text'])
        assert (other - logits).abs().max() > 1e-3


@everywhere
def test_losses_and_gradients(method):
    """In double precision, as rounding alone is 2e-5 of some gradients."""
    data, model = method
    model.double()
    videos, text = data['in/videos'].double(), data['out/text'].double()
    logits = model.logits(videos, text)
    for name, smoothing in (('ce', 0.0), ('ce_smooth0.1', 0.1)):
        loss = F.cross_entropy(
            logits, data['in/target'], label_smoothing=smoothing
        )
        close(loss.float(), data[f'loss/{name}'], 1e-5)
    F.cross_entropy(logits, data['in/target']).backward()
    theirs = data.below('loss_grads')
    wanted, unknown = convert_x_clip(theirs)
    assert not unknown and len(wanted) == len(theirs) > 0
    ours = dict(model.named_parameters())
    for name, expected in wanted.items():
        close(ours[name].grad.float(), expected, 1e-5)
    model.zero_grad()
    model.float()


def test_dead_layers_of_the_text_tower_are_left_out():
    """Allocated by the release with its larger counts, and never called."""
    state = {'transformer.resblocks.3.message_fc.weight': torch.ones(2, 2)}
    assert convert_x_clip(state) == ({}, [])
