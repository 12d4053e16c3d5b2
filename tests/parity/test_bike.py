"""BIKE equals the authors' numbers, from pixels to gradients."""

import pytest
import torch
from frame_numbers import (
    build_frames,
    check_each_part_counts,
    check_frames,
    check_gradients,
)
from method_numbers import close, parametrised
from torch.nn import functional as F

from stclip.models.bike.concept_spotting import saliency
from stclip.models.recognition.sentences import sentence_features

every_folder = parametrised('bike')


@pytest.fixture(scope='module')
def case(folder, tmp_path_factory):
    return build_frames(
        folder,
        'BIKERecognizer',
        'bike',
        tmp_path_factory.mktemp('weights'),
        1e-12,
        attributes=dict(type='BIKEAttributes'),
    )


def text_of(folder, model):
    with torch.no_grad():
        return model.encode_tokens(folder['in/tokens'].long())


@every_folder
def test_frames(case):
    folder, model = case
    check_frames(folder, model)
    with torch.no_grad():
        frames = model.encode_frames(folder['in/videos'])
    close(frames, folder['out/frames_aggregated'])


@every_folder
@torch.no_grad()
def test_concept_spotting(case):
    folder, model = case
    clip, tokens = model.clip, folder['in/tokens'].long()
    close(sentence_features(clip, tokens), folder['out/text'])
    close(clip.encode_words(tokens), folder['out/text_words'])
    text, videos = text_of(folder, model), folder['in/videos']
    frames = F.normalize(model.encode_frames(videos), dim=-1)
    cosines = torch.einsum('cwd,btd->cbwt', text.words, frames)
    close(cosines, folder['out/word_frame_cosine'])
    close(saliency(frames, text.words), folder['out/saliency'])
    scores = model.score(videos, text)
    close(scores, folder['out/logits_vcs'])
    close(scores.softmax(dim=-1), folder['out/probs_vcs'])


@every_folder
@torch.no_grad()
def test_mean_pooling(case, monkeypatch):
    """ "DP"; spotting is not the same."""
    folder, model = case
    monkeypatch.setattr(model, 'spotting', False)
    found = model.score(folder['in/videos'], text_of(folder, model))
    close(found, folder['out/logits_dp'])
    # Of a single frame both are the same.
    moved = (found - folder['out/logits_vcs']).abs().max()
    assert (moved > 1e-3) == (folder['in/videos'].shape[1] > 1)


@every_folder
@torch.no_grad()
def test_attributes(case):
    folder, model = case
    tokens = folder['in/tokens_sentences'].long()
    sentences = sentence_features(model.clip, tokens)
    close(sentences, folder['out/sentence_text'])
    sentences = F.normalize(sentences, dim=-1)
    classes = text_of(folder, model).classes
    found = model.attributes.compare(sentences, classes)
    close(found, folder['out/logits_attributes'])
    swapped = model.attributes.compare(classes, sentences).T
    assert (swapped - found).abs().max() > 1e-3


@every_folder
def test_each_part_counts(case):
    """Scores are a hundredth of other methods' logits: these are sharper."""
    folder, model = case
    check_each_part_counts(
        folder,
        model,
        lambda: model.score(folder['in/videos'], text_of(folder, model)),
        scale=10,
    )


@every_folder
def test_loss_and_gradients(case, monkeypatch):
    folder, model = case
    text, target = text_of(folder, model), folder['in/target'].long()
    monkeypatch.setattr(model, 'text', lambda labels: text)
    videos = folder['in/videos']
    with torch.no_grad():
        scores = model.score(videos, text.select(target))
        pairs = model.clip.logit_scale * scores
    close(pairs, folder['loss/logits'], 1e-5)
    same = (target[:, None] == target).float()
    close(same, folder['loss/ground_truth'])
    for name, rows in (('video', pairs), ('text', pairs.T)):
        close(divergence(rows, same), folder[f'loss/nce_{name}'], 1e-5)
    # What the release has beside it, and we have not: hardly another.
    found = sum(divergence(sharpened(p), same) / 2 for p in (pairs, pairs.T))
    close(found, folder['loss/dual_total'], 1e-5)
    losses = model.loss(videos[:, None], target, None)
    close(losses['loss_kl'], folder['loss/total'], 1e-5)
    losses['loss_kl'].backward()
    check_gradients(folder, model)


def divergence(pairs, same):
    """One direction of the loss."""
    wanted = (10 * same).softmax(dim=1)
    return F.kl_div(pairs.log_softmax(dim=1), wanted, reduction='batchmean')


def sharpened(pairs):
    """Times the softmax in the other direction, of temperature 1000."""
    return pairs * (pairs / 1000).softmax(dim=0) * len(pairs)
