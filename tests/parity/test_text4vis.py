"""Text4Vis equals the authors' numbers, from pixels to gradients."""

import pytest
import torch
from frame_numbers import (
    build_frames,
    check_each_part_counts,
    check_frames,
    check_gradients,
)
from method_numbers import close, parametrised

from stclip.models.recognition.sentences import sentence_features

every_folder = parametrised('text4vis')


@pytest.fixture(scope='module')
def case(folder, tmp_path_factory):
    folder, model = build_frames(
        folder,
        'Text4VisRecognizer',
        'text4vis',
        tmp_path_factory.mktemp('weights'),
        1e-12,
    )
    return folder, model


def text_of(folder, model):
    with torch.no_grad():
        return model.encode_tokens(folder['in/tokens'].long())


@every_folder
def test_frames(case):
    check_frames(*case)


@every_folder
@torch.no_grad()
def test_text_and_logits(case):
    folder, model = case
    features = sentence_features(model.clip, folder['in/tokens'].long())
    close(features, folder['out/text'])
    text, videos = text_of(folder, model), folder['in/videos']
    video = model.encode_frames(videos).mean(dim=1)
    close(video, folder['out/video_feature'])
    found = model.clip.logit_scale * model.score(videos, text)
    close(found, folder['out/logits_train'])
    found = model.probabilities(model.logits(videos, text)[:, None])
    close(found, folder['out/probs_test_x100'])


@every_folder
def test_each_part_counts(case):
    folder, model = case
    check_each_part_counts(
        folder,
        model,
        lambda: model.score(folder['in/videos'], text_of(folder, model)),
    )


@every_folder
def test_loss_and_gradients(case, monkeypatch):
    folder, model = case
    text = text_of(folder, model)
    monkeypatch.setattr(model, 'text', lambda labels: text)
    views = folder['in/videos'][:, None]
    losses = model.loss(views, folder['in/target'].long(), None)
    close(losses['loss_classes'], folder['loss/total'], 1e-5)
    losses['loss_classes'].backward()
    check_gradients(folder, model)
