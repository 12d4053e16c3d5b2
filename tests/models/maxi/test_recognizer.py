"""MAXI: text bags, the loss against loops, the bound of the scale."""

import math

import pytest
import torch
from small_training import moved_by_a_step, noise_batch, num_trained
from tiny_model import ARCH
from torch.nn import functional as F

from stclip.apis.conversion import convert_checkpoint
from stclip.engine.weight_average import patch_weights
from stclip.labels.label_space import LabelSpace
from stclip.models.maxi.mil_nce import mil_nce
from stclip.registry import MODELS

T = 2
LABELS = LabelSpace(('sit', 'climb_stairs', 'run'))
BOTH = dict(trained_layers='all', trained_text=True)
BAGS = (('chair', 'rest'), ('', ''), ('race', 'chair'), ('rest', 'knees'))


def build(**clip):
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='MAXIRecognizer',
            clip=dict(arch=ARCH, **(clip or BOTH)),
            num_frames=T,
        )
    )
    for parameter in model.clip.visual.parameters():
        if parameter.dim() == 2:
            parameter.data.mul_(3)
    return model.eval()


def batch(targets=(0, 1, 2, 0), bags=BAGS):
    data = noise_batch(LABELS, targets, T)
    for sample, bag in zip(data['data_samples'], bags, strict=True):
        sample.set_metainfo(dict(text_bag=bag))
    return data


def by_hand(scores, classes):
    """-log of each positive bag's mass, a pair after another."""
    terms = []
    for i, row in enumerate(scores.tolist()):
        total = sum(math.exp(s) for bag in row for s in bag)
        for j, bag in enumerate(row):
            if classes[i] == classes[j]:
                mass = sum(math.exp(s) for s in bag) / total
                terms.append(-math.log(mass))
    return sum(terms) / len(terms)


@pytest.mark.parametrize('classes', [[0, 1, 2], [1, 0, 1], [2, 2, 2]])
@pytest.mark.parametrize('size', [1, 4])
def test_loss_equals_the_loop(classes, size):
    torch.manual_seed(0)
    scores = torch.randn(3, 3, size)
    found = mil_nce(scores, torch.tensor(classes)).item()
    assert found == pytest.approx(by_hand(scores, classes), abs=1e-5)


def test_one_sentence_and_distinct_classes_are_infonce():
    torch.manual_seed(0)
    scores = torch.randn(5, 5)
    expected = F.cross_entropy(scores, torch.arange(5))
    found = mil_nce(scores[..., None], torch.arange(5))
    torch.testing.assert_close(found, expected)


def test_the_loss_from_videos_and_words():
    model = build()
    data = model.data_preprocessor(batch(), training=True)
    names = 'sit', 'climb stairs', 'run', 'sit'
    clip = model.clip.model
    scores = torch.empty(4, 4, 2)
    videos = F.normalize(model.encode_frames(data['inputs']).mean(1), dim=-1)
    for j, (name, bag) in enumerate(zip(names, BAGS, strict=True)):
        for m, word in enumerate(bag):
            sentence = f'a photo of a {name}.' + (word and f' {word}.')
            tokens = model.clip.tokenizer([sentence])
            text = clip.encode_text(tokens, normalize=True)[0]
            scores[:, j, m] = 50 * videos @ text
    found = model(**data, mode='loss')['loss_bags'].item()
    expected = by_hand(scores, [0, 1, 2, 0])
    assert found == pytest.approx(expected, abs=1e-4)


def test_equal_sentences_are_encoded_once():
    model = build()
    lengths = []
    encode = model.encode_tokens
    model.encode_tokens = lambda tokens: (
        lengths.append(len(tokens)) or encode(tokens)
    )
    names = 'sit', 'climb_stairs', 'run', 'sit'
    bags = ('chair', 'rest'), ('', ''), ('race', 'chair'), ('rest', 'rest')
    found = model.encode_bags(bags, names)
    assert lengths == [5]
    assert torch.equal(found[3, 0], found[0, 1])
    assert torch.equal(found[1, 0], found[1, 1])
    assert not torch.allclose(found[0, 0], found[2, 1])


def test_without_bags_the_sentences_of_the_classes_are_told_apart():
    model = build()
    data = noise_batch(LABELS, (0, 1, 2), T)
    data = model.data_preprocessor(data, training=True)
    logits = model(**data, mode='tensor')[:, 0]
    expected = F.cross_entropy(logits, torch.arange(3))
    found = model(**data, mode='loss')['loss_bags']
    torch.testing.assert_close(found, expected)


def test_bags_of_several_sizes_are_refused():
    data = batch(bags=(('a',), ('a', 'b'), ('c',), ('',)))
    model = build()
    data = model.data_preprocessor(data, training=True)
    with pytest.raises(ValueError, match=r'several sizes, \[1, 2\]'):
        model(**data, mode='loss')


def test_the_scale_starts_at_50_and_stays_below_1000():
    model = build()
    assert model.scale.item() == pytest.approx(50, rel=1e-5)
    model.clip.model.logit_scale.data.fill_(8.0)
    data = model.data_preprocessor(batch(), training=True)
    model(**data, mode='loss')['loss_bags'].backward()
    assert model.scale.item() == pytest.approx(1000, rel=1e-4)
    assert model.clip.model.logit_scale.grad.abs() > 0


def test_a_step_moves_all_but_the_table_of_tokens():
    model = build()
    before = model.text(LABELS)
    moved = moved_by_a_step(model, batch())
    names = {name for name, _ in model.named_parameters()}
    assert names - moved == {'clip.model.token_embedding.weight'}
    assert not torch.equal(model.eval().text(LABELS), before)


def test_trained_parameters_at_real_size():
    with torch.device('meta'):
        model = MODELS.build(
            dict(
                type='MAXIRecognizer',
                clip=dict(arch='ViT-B-16-quickgelu', **BOTH),
                num_frames=16,
            )
        )
    assert num_trained(model) == 124_323_841


@torch.no_grad()
@pytest.mark.parametrize('ratio', [0.0, 0.2, 1.0])
def test_a_mixture_with_clip(ratio):
    """Of every weight, the scale included; texts hear of it."""
    model = build()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    for parameter in model.parameters():
        parameter.add_(0.1)
    tuned = {k: v.clone() for k, v in model.state_dict().items()}
    stale = model.text(LABELS)
    patch_weights(model, before, ratio)
    for name, value in model.state_dict().items():
        if value.is_floating_point():
            expected = ratio * before[name] + (1 - ratio) * tuned[name]
            torch.testing.assert_close(value, expected)
    assert (ratio == 0) == torch.equal(model.text(LABELS), stale)


def test_released_weights_under_their_own_name(tmp_path):
    """Names of the release's model, which is ViFi-CLIP's."""
    model, other, theirs = build(), build(), {}
    for name, value in model.state_dict().items():
        bare = name.removeprefix('clip.model.')
        tower = bare.removeprefix('visual.')
        if tower != bare:
            bare = f'image_encoder.{tower}'
        elif bare.partition('.')[0] not in ('logit_scale', 'token_embedding'):
            bare = f'text_encoder.{bare}'
        theirs[f'module.{bare}'] = value
    torch.save(dict(model=theirs), tmp_path / 'theirs.pth')
    paths = tmp_path / 'theirs.pth', tmp_path / 'ours.pth'
    assert convert_checkpoint('maxi', *paths) == (len(theirs), [])
    for parameter in other.parameters():
        parameter.data.zero_()
    other.load_state_dict(torch.load(paths[1])['state_dict'])
    for name, value in model.state_dict().items():
        assert torch.equal(other.state_dict()[name], value), name
