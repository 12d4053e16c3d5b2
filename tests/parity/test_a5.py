"""A5 equals the authors' numbers, from tokens and pixels to gradients."""

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

from stclip.labels.label_space import LabelSpace
from stclip.models.a5.prompted_names import prompt_rows
from stclip.registry import MODELS

everywhere = parametrised('a5')


def build(hyper):
    config = dict(
        type='A5Recognizer',
        clip=dict(arch=clip_arch(hyper)),
        num_frames=hyper['num_frames'],
        prefix=hyper['prefix'],
        postfix=hyper['postfix'],
        temporal_layers=hyper['tfm_layers'],
        temporal_heads=hyper['tfm_heads'],
    )
    return MODELS.build(config)


@pytest.fixture(scope='module')
def method(folder, tmp_path_factory):
    """Numbers and, with their weights, our model."""
    data = Folder(folder)
    path = tmp_path_factory.mktemp('a5')
    model = load_converted(build(data.hyper), 'a5', data.below('sd'), path)
    return data, model, LabelSpace(data.meta['classes'])


@everywhere
def test_names_are_read_as_there(method):
    data, model, labels = method
    tokens = model.clip.tokenizer(model.name_texts(labels))
    assert torch.equal(tokens, data['in/tokens'].long())
    prefix, postfix = (data.hyper[key] for key in ('prefix', 'postfix'))
    rows, places = prompt_rows(tokens.argmax(dim=1), prefix, postfix)
    for own, row, given, theirs in zip(
        tokens, rows, places, data['out/prompt_tokens'], strict=True
    ):
        expected = torch.zeros_like(theirs)
        expected[row[given]] = own[: len(row)][given]
        assert torch.equal(theirs, expected)


@everywhere
@torch.no_grad()
def test_prompts(method):
    data, model, labels = method
    words, ends = model.prompts.embed(model.clip, labels.names)
    assert torch.equal(ends, data['out/prompt_eot'])
    # Behind the latest end nothing is read.
    length = int(ends.max()) + 1
    close(words, data['out/prompt_embeddings'][:, :length])


@everywhere
@torch.no_grad()
def test_text(method):
    data, model, labels = method
    clip = model.clip.model
    words, ends = model.prompts.embed(model.clip, labels.names)
    x = words + clip.positional_embedding[: words.shape[1]]
    mask = clip.attn_mask[: words.shape[1], : words.shape[1]]
    for block, theirs in zip(
        clip.transformer.resblocks, data['out/text_layers'], strict=True
    ):
        x = block(x, attn_mask=mask)
        for own, expected, end in zip(x, theirs, ends, strict=True):
            rows = min(int(end) + 1, len(expected))
            close(own[:rows], expected[:rows])
    close(model.prompts(model.clip, labels.names), data['out/text_prompted'])
    plain = model.clip.encode_labels(labels.names)
    close(plain, data['out/text_plain'])


@everywhere
@torch.no_grad()
def test_videos(method):
    data, model, _ = method
    videos = data['in/videos']
    features = model.clip.encode_images(videos.flatten(0, 1))
    frames = model.clip.project(features).unflatten(0, videos.shape[:2])
    close(frames, data['out/frame_features'])
    x = frames + model.temporal.positions.weight
    for block, expected in zip(
        model.temporal.transformer.resblocks,
        data['out/temporal_layers'],
        strict=True,
    ):
        x = block(x)
        close(x, expected)
    found = model.encode_frames(videos).mean(dim=1)
    close(found, data['out/video_feature'])


@everywhere
@torch.no_grad()
def test_without_temporal_transformer(method):
    data, model, _ = method
    plain = build(data.hyper)
    plain.temporal = torch.nn.Identity()
    plain.clip.load_state_dict(model.clip.state_dict())
    found = plain.eval().encode_frames(data['in/videos']).mean(dim=1)
    close(found, data['out/video_feature_no_temporal'])


@everywhere
@torch.no_grad()
def test_logits(method):
    data, model, labels = method
    text = model.text(labels)
    logits = model.logits(data['in/videos'], text)
    close(logits, data['out/logits'])
    close(logits.softmax(dim=1), data['out/probs'])
    videos = model.encode_frames(data['in/videos']).mean(dim=1)
    prompted = model.prompts(model.clip, labels.names)
    # The release can leave norms and temperature out; ours has no such model.
    unscaled = videos @ prompted.T
    expected = data['out/logits_no_norm']
    close(unscaled, expected, 1e-4 * float(expected.abs().max()))
    # A sharp test: plain names, or frames in another order, move the logits.
    plain = torch.nn.functional.normalize(data['out/text_plain'], dim=-1)
    others = [model.logits(data['in/videos'], plain)]
    if data['in/videos'].shape[1] > 1:
        others.append(model.logits(data['in/videos'].flip(1), text))
    for other in others:
        assert (other - logits).abs().max() > 1e-2


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
    names = {
        'embedding': 'prompts.words',
        'temporalEmbedding': 'temporal.positions',
        'temporalModelling': 'temporal.transformer',
    }
    gradients = data.below('loss_grads')
    assert gradients
    for name, expected in gradients.items():
        head, rest = name.split('.', 1)
        found = model.get_parameter(f'{names[head]}.{rest}').grad
        close(found, expected, 1e-5)
    rows = model.prompts.words.weight.grad.abs().amax(dim=1) > 0
    counted = data.meta['rows_of_embedding_that_count']
    assert rows.nonzero()[:, 0].tolist() == counted
    model.eval()
