"""ActionCLIP's recogniser: templates, probabilities, loss, what is trained."""

import math

import pytest
import torch
from frame_recognizers import (
    LABELS,
    batch,
    build,
    clip_frames,
    clip_texts,
    divergence,
    make_neutral,
    trained_at_b16,
    unit,
    videos_of,
)
from small_training import moved_by_a_step

from stclip.labels.label_space import LabelSpace
from stclip.models.action_clip.templates import TEMPLATES

KIND = 'ActionCLIPRecognizer'
NAMES = ('sit', 'kick ball', 'run')


def test_sixteen_sentences_name_the_class_once():
    assert len(set(TEMPLATES)) == 16
    assert all(text.count('{}') == 1 for text in TEMPLATES)


@torch.no_grad()
def test_text_is_every_template_of_every_class():
    model = build(KIND)
    text = model.text(LABELS)
    for index, name in enumerate(NAMES):
        expected = clip_texts(model, [t.format(name) for t in TEMPLATES])
        found = text.embeddings[text.class_idx == index]
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


def with_neutral_transformer():
    """A model, videos, and CLIP's mean frame of each, which it keeps."""
    model = build(KIND)
    make_neutral(model.temporal)
    videos = videos_of(model)
    mean = unit(clip_frames(model, videos).mean(dim=1))
    return model, videos, mean


@torch.no_grad()
def test_probabilities_are_the_mean_over_the_templates():
    """Also of a neutral transformer: those of CLIP's mean frame."""
    model, _, mean = with_neutral_transformer()
    predicted = model.test_step(batch([0, 0]))
    for video, sample in zip(mean, predicted, strict=True):
        expected = [0.0] * len(NAMES)
        for template in TEMPLATES:
            texts = clip_texts(model, map(template.format, NAMES))
            powers = [math.exp(100 * (video @ t).item()) for t in texts]
            for index, power in enumerate(powers):
                expected[index] += power / sum(powers) / len(TEMPLATES)
        torch.testing.assert_close(
            sample.pred_score, torch.tensor(expected), rtol=0, atol=1e-4
        )


@torch.no_grad()
def test_a_score_is_the_mean_cosine_of_the_templates():
    model, videos, mean = with_neutral_transformer()
    expected = sum(
        mean @ clip_texts(model, map(template.format, NAMES)).T
        for template in TEMPLATES
    ) / len(TEMPLATES)
    found = model.score(videos, model.text(LABELS))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_logits_are_logarithms_of_probabilities():
    model = build(KIND)
    logits = model.logits(videos_of(model), model.text(LABELS))
    assert torch.allclose(logits.exp().sum(dim=1), torch.ones(2), atol=1e-5)
    part = model.logits(
        videos_of(model), model.text(LABELS).select(torch.tensor([0, 2]))
    )
    assert torch.allclose(part.exp().sum(dim=1), torch.ones(2), atol=1e-5)


@pytest.mark.parametrize('trained', [False, True], ids=['frozen', 'trained'])
def test_loss_compares_each_video_with_one_sentence(trained, monkeypatch):
    """A class that is there twice may have two templates."""
    model = build(KIND, clip=dict(trained_text=trained))
    drawn = torch.tensor([3, 0, 11])
    monkeypatch.setattr(model, 'draw_templates', lambda targets: drawn)
    data = model.data_preprocessor(batch([1, 0, 1]), training=True)
    model.train()
    loss = model(**data, mode='loss')['loss_kl']
    with torch.no_grad():
        videos = unit(model.encode_frames(data['inputs']).mean(dim=1))
        texts = clip_texts(
            model,
            [
                TEMPLATES[t].format(NAMES[c])
                for t, c in zip(drawn, [1, 0, 1], strict=True)
            ],
        )
        pairs = model.clip.logit_scale * videos @ texts.T
    assert loss.item() == pytest.approx(divergence(pairs, [1, 0, 1]), abs=1e-3)


def test_templates_are_drawn_anew():
    model = build(KIND)
    drawn = model.draw_templates(torch.zeros(500, dtype=torch.int64))
    assert set(drawn.tolist()) == set(range(16))


def test_frozen_unless_told():
    """Comparators of ST-CLIP train the temporal part alone."""
    moved = moved_by_a_step(build(KIND), batch([0, 1, 1]))
    assert moved and all(name.startswith('temporal.') for name in moved)


def test_what_the_paper_trains():
    """All of CLIP but its table of tokens."""
    clip = dict(trained_layers='all', trained_text=True)
    moved = moved_by_a_step(build(KIND, clip=clip), batch([0, 1, 1]))
    for part in ('visual.conv1', 'transformer', 'text_proj', 'logit_scale'):
        assert any(n.startswith(f'clip.model.{part}') for n in moved), part
    assert 'clip.model.token_embedding.weight' not in moved


def test_own_texts_are_refused_in_training_too():
    labels = LabelSpace(('sit', 'run'), texts=(('to sit',), ('run',)))
    model = build(KIND, clip=dict(trained_text=True)).train()
    some = torch.tensor([0])
    with pytest.raises(ValueError, match='writes prompts of its own'):
        model.own_texts(some, some, labels)


@pytest.mark.parametrize('rows, expected', [(8, 18_918_400), (77, 18_953_728)])
def test_trained_parameters(rows, expected):
    """Table 6 of ST-CLIP has 18.92 M; the release has 77 positions."""
    assert trained_at_b16(KIND, temporal=dict(max_frames=rows)) == expected
