"""ActionCLIP equals the authors' numbers, and mmaction2's but for its loss."""

import pytest
import torch
from frame_numbers import (
    build_frames,
    check_each_part_counts,
    check_frames,
    check_gradients,
)
from method_numbers import SHARED, close, folders_of, parametrised
from torch.nn import functional as F

from stclip.models.recognition.losses import in_batch_kl
from stclip.models.recognition.sentences import sentence_features

# Source of the weights -> epsilon of the temporal layers' norms.
SOURCES = {'actionclip': 1e-12, 'actionclip_mm': 1e-5}
original = parametrised('actionclip')
FOLDERS = [
    pytest.param((source, path), marks=pytest.mark.shared, id=path.name)
    for source in SOURCES
    for path in folders_of(source) or [SHARED / f'fixtures/{source}_absent']
]
everywhere = pytest.mark.parametrize('case', FOLDERS, indirect=True)


@pytest.fixture(scope='module')
def case(request, tmp_path_factory):
    source, path = request.param
    return load(source, path, tmp_path_factory.mktemp('weights'))


def load(source, path, tmp_path):
    return build_frames(
        path, 'ActionCLIPRecognizer', source, tmp_path, SOURCES[source]
    )


def text_of(folder, model):
    with torch.no_grad():
        tokens = folder['in/tokens'].long().transpose(0, 1)
        return model.encode_tokens(tokens)


@everywhere
def test_frames(case):
    check_frames(*case)


@everywhere
@torch.no_grad()
def test_texts_and_probabilities(case):
    folder, model = case
    tokens = folder['in/tokens'].long()
    features = sentence_features(model.clip, tokens.flatten(0, 1))
    close(features.unflatten(0, tokens.shape[:2]), folder['out/text'])
    text, videos = text_of(folder, model), folder['in/videos']
    video = model.encode_frames(videos).mean(dim=1)
    close(video, folder['out/video_feature'])
    scores = 100 * model.template_cosines(videos, text)
    close(scores.transpose(1, 2), folder['out/similarity_x100'])
    found = model.probabilities(model.logits(videos, text)[:, None])
    close(found, folder['out/probs'])
    if 'out/probs_predict' in folder:
        close(found, folder['out/probs_predict'])


@everywhere
def test_each_part_counts(case):
    folder, model = case
    check_each_part_counts(
        folder,
        model,
        lambda: model.template_cosines(
            folder['in/videos'], text_of(folder, model)
        ),
    )


def train_step(folder, model, monkeypatch):
    """Our loss of the folder's templates, with gradients."""
    text = text_of(folder, model)
    monkeypatch.setattr(model, 'text', lambda labels: text)
    monkeypatch.setattr(
        model,
        'draw_templates',
        lambda targets: folder['in/template_of_sample'].long(),
    )
    views = folder['in/videos'][:, None]
    losses = model.loss(views, folder['in/target'].long(), None)
    return losses['loss_kl']


@original
def test_loss_and_gradients(folder, tmp_path, monkeypatch):
    numbers, model = load('actionclip', folder, tmp_path)
    pairs = pairs_of(numbers, model)
    close(pairs, numbers['loss/logits_per_image'], 1e-5)
    target = numbers['in/target'].long()
    same = (target[:, None] == target).float()
    close(same, numbers['loss/ground_truth'])
    wanted = (10 * same).softmax(dim=1)
    for name, rows in (('image', pairs), ('text', pairs.T)):
        found = F.kl_div(
            rows.log_softmax(dim=1), wanted, reduction='batchmean'
        )
        close(found, numbers[f'loss/kl_{name}'], 1e-5)
    loss = train_step(numbers, model, monkeypatch)
    close(loss, numbers['loss/total'], 1e-5)
    loss.backward()
    check_gradients(numbers, model)


@torch.no_grad()
def pairs_of(folder, model):
    """Scaled cosines of videos and the texts that they drew."""
    target = folder['in/target'].long()
    text = folder['out/text'][folder['in/template_of_sample'].long(), target]
    videos = model.encode_videos(folder['in/videos'])
    return model.clip.logit_scale * videos @ F.normalize(text, dim=-1).T


@parametrised('actionclip_mm')
def test_loss_of_mmaction2_is_another(folder, tmp_path, monkeypatch):
    """Its targets are the diagonal: of no matter which videos are alike."""
    numbers, model = load('actionclip_mm', folder, tmp_path)
    pairs = pairs_of(numbers, model)
    diagonal = torch.arange(len(pairs))
    parts = [F.cross_entropy(p, diagonal) / 2 for p in (pairs, pairs.T)]
    close(parts[0], numbers['loss/sim_loss_v2t'], 1e-5)
    close(parts[1], numbers['loss/sim_loss_t2v'], 1e-5)
    close(sum(parts), numbers['loss/total'], 1e-5)
    ours = train_step(numbers, model, monkeypatch)
    target = numbers['in/target'].long()
    close(ours, in_batch_kl(pairs, target), 1e-5)
    if len(target.unique()) < len(target):
        # Where no class is there twice, ours is theirs but for a constant.
        apart = in_batch_kl(pairs, diagonal)
        assert (ours - apart).abs() > 1e-3
