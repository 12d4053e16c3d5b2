"""Text4Vis's recogniser: its fixed classifier, loss, what is trained."""

import math

import pytest
import torch
from frame_recognizers import (
    LABELS,
    batch,
    build,
    clip_frames,
    clip_texts,
    make_neutral,
    trained_at_b16,
    unit,
    videos_of,
)
from small_training import moved_by_a_step

KIND = 'Text4VisRecognizer'
TRAINED = dict(trained_layers='all')
SENTENCES = [
    'a video of a person sit.',
    'a video of a person kick ball.',
    'a video of a person run.',
]


@torch.no_grad()
def test_neutral_transformer_is_the_cosine_of_the_mean_frame():
    model = build(KIND)
    make_neutral(model.temporal)
    videos, text = videos_of(model), model.text(LABELS)
    mean = unit(clip_frames(model, videos).mean(dim=1))
    expected = mean @ clip_texts(model, SENTENCES).T
    found = model.score(videos, text)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
    # Tested with CLIP's scale whatever has been learned.
    model.clip.model.logit_scale.fill_(0)
    logits = model.logits(videos, text)
    torch.testing.assert_close(logits, 100 * expected, rtol=0, atol=1e-3)
    learned = model.trained_logits(videos, text)
    torch.testing.assert_close(learned, expected, rtol=0, atol=1e-5)


def test_loss_is_over_all_classes():
    """Also those of which the batch has no video; a class may be repeated."""
    model = build(KIND, clip=TRAINED)
    targets = [1, 0, 1]
    data = model.data_preprocessor(batch(targets), training=True)
    loss = model(**data, mode='loss')['loss_classes']
    with torch.no_grad():
        scores = model.score(data['inputs'], model.text(LABELS))
    scale = model.clip.logit_scale.item()
    expected = 0.0
    for row, target in zip(scores.tolist(), targets, strict=True):
        powers = [math.exp(scale * cosine) for cosine in row]
        expected -= math.log(powers[target] / sum(powers)) / len(targets)
    assert loss.item() == pytest.approx(expected, abs=1e-4)


def test_a_step_moves_the_image_tower_and_never_the_text():
    moved = moved_by_a_step(build(KIND, clip=TRAINED), batch([0, 1, 1]))
    trained = ('clip.model.visual.', 'clip.model.logit_scale', 'temporal.')
    assert all(name.startswith(trained) for name in moved)
    for part in trained:
        assert any(name.startswith(part) for name in moved), part


def test_text_is_encoded_once(monkeypatch):
    """In training as in testing: weights of the classifier never change."""
    model = build(KIND, clip=TRAINED).train()
    first = model.text(LABELS)
    model.train()
    assert model.text(LABELS) is first
    assert not first.embeddings.requires_grad


def test_trained_text_is_refused():
    with pytest.raises(ValueError, match=r'leave clip\.trained_text out'):
        build(KIND, clip=dict(trained_text=True))


def test_trained_parameters():
    expected = 86_192_640 + 18_953_728 + 1
    assert trained_at_b16(KIND, clip=TRAINED) == expected
