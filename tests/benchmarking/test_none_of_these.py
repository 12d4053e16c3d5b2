"""The measure of "none of these", on a rendered track and by hand."""

import numpy as np
import pytest
import torch

from stclip.apis.action_models import ActionModel
from stclip.benchmarking.accuracy.none_of_these import (
    Answers,
    Persons,
    answers,
    cells,
    look,
    measures,
    resample,
)
from stclip.labels.label_question import label_question
from stclip.models.detection.label_competition import label_probabilities
from stclip.registry import MODELS
from stclip.zs_stage.actions import SINGLE_ACTIONS
from stclip.zs_stage.rendering import render_stage


def outcome(rows, videos=None):
    """Of (is none, says none, is right) each."""
    columns = np.array(rows, bool).T
    return Answers(*columns, np.array(videos or range(len(rows))))


def test_measures_by_hand():
    first = outcome([(1, 1, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)])
    second = outcome([(1, 1, 0), (0, 0, 1), (0, 0, 0)])
    np.testing.assert_allclose(measures([first, second]), [2 / 3, 2 / 3, 0.5])
    silent = outcome([(1, 0, 0), (0, 0, 1)])
    assert np.isnan(measures([silent])[0])
    assert cells([silent], np.random.default_rng(0))[0] == '-'


def test_videos_are_drawn_whole():
    rows = [(1, 1, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0)]
    each = outcome(rows, [0, 0, 1, 2])
    rng = np.random.default_rng(0)
    for _ in range(20):
        (drawn,) = resample([each], rng)
        counts = np.bincount(drawn.videos, minlength=3)
        assert counts[0] % 2 == 0 and counts[0] / 2 + counts[1:].sum() == 3


class Sure:
    """A model that knows each action by a column of its features."""

    def __init__(self):
        self.head = self

    def encode_labels(self, labels):
        return [SINGLE_ACTIONS.index(n) for n in labels.names]

    def __call__(self, features, text):
        return features[:, text] * 9

    def probabilities(self, logits, labels):
        return label_probabilities(logits, labels)


def test_answers_of_a_model_that_knows():
    actions = np.arange(len(SINGLE_ACTIONS))
    persons = Persons(torch.eye(len(actions)), actions, actions)
    names = ['wave', 'sit', 'golf']
    found = answers(Sure(), persons, names, ['stand', 'walk'])
    assert len(found.is_none) == 5
    np.testing.assert_array_equal(found.is_none, found.says_none)
    np.testing.assert_array_equal(found.is_right, ~found.is_none)
    silent = answers(Sure(), persons, names, [])
    assert not silent.says_none.any()
    # Of the named the likeliest has all but two shares of e^9.
    unsure = answers(Sure(), persons, names, [], 0.5)
    np.testing.assert_array_equal(unsure.says_none, unsure.is_none)


@pytest.fixture(scope='module')
def tiny_stage(tmp_path_factory):
    """The rendered single-action track, a video of each class."""
    out = tmp_path_factory.mktemp('stage')
    render_stage(out, ['single'], 'tiny')
    return out / 'single'


def test_every_person_is_looked_at(tiny_stage):
    cfg = ActionModel.of('stage').config
    model = MODELS.build(cfg.model).eval()
    persons = look(model, cfg.test_dataloader.dataset, tiny_stage)
    assert set(persons.actions) == set(range(len(SINGLE_ACTIONS)))
    assert len(set(persons.videos)) == len(SINGLE_ACTIONS)
    # Features are those that the model scores persons by.
    labels = label_question([*SINGLE_ACTIONS])
    logits = model.head(persons.features, model.encode_labels(labels))
    right = logits.argmax(dim=1).numpy() == persons.actions
    assert right.mean() > 3 / len(SINGLE_ACTIONS)
