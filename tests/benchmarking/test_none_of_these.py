"""The measure of "none of these", on a rendered track and by hand."""

import numpy as np
import torch

from stclip.apis.action_models import ActionModel
from stclip.benchmarking.accuracy.none_of_these import (
    DOINGS,
    Outcomes,
    Persons,
    answers,
    cells,
    gain,
    look,
    measure,
    measures,
    resample,
)
from stclip.labels.label_question import label_question
from stclip.models.detection.label_competition import label_probabilities
from stclip.registry import MODELS

NAMES = sum(DOINGS.values(), ())


def outcome(rows, videos=None):
    """Of (is none, says none, is right) each."""
    columns = np.array(rows, bool).T
    return Outcomes(*columns, np.array(videos or range(len(rows))))


def test_measures_by_hand():
    first = outcome([(1, 1, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)])
    second = outcome([(1, 1, 0), (0, 0, 1), (0, 0, 0)])
    np.testing.assert_allclose(measures([first, second]), [2 / 3, 2 / 3, 0.5])
    silent = outcome([(1, 0, 0), (0, 0, 1)])
    assert np.isnan(measures([silent])[0])
    assert cells(measure([silent]))[0] == '-'


def test_backgrounds_are_compared_in_the_same_draws():
    """Two that differ in one person of one video of forty."""
    rows = [(1, 1, 0), (0, 1, 0), (0, 0, 1), (1, 0, 0)] * 10
    ours = measure([outcome(rows)] * 5)
    same = measure([outcome([*rows])] * 5)
    assert gain(ours, same) == '+0.0 (+0.0 to +0.0)'
    fewer = [rows[0], (0, 0, 0), *rows[2:]]
    better = measure([outcome(fewer)] * 5)
    words = gain(better, ours).replace('(', '').replace(')', '').split()
    mean, low, _, high = (float(w) if w != 'to' else w for w in words)
    assert mean == 2.6 and 0 <= low < mean < high
    # Each alone is far less certain than their difference.
    alone = np.percentile(100 * ours.sampled[:, 0], [2.5, 97.5])
    assert high - low < np.diff(alone)[0] / 2


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
        return [NAMES.index(n) for n in labels.names]

    def __call__(self, features, text):
        return features[:, text] * 9

    def probabilities(self, logits, labels):
        return label_probabilities(logits, labels)


def test_answers_of_a_model_that_knows():
    actions = np.arange(len(NAMES))
    persons = Persons(torch.eye(len(actions)), actions, actions)
    names = ['dig', 'run', 'pour']
    found = answers(Sure(), persons, names, DOINGS['idle'])
    assert len(found.is_none) == 3 + 5
    np.testing.assert_array_equal(found.is_none, found.says_none)
    np.testing.assert_array_equal(found.is_right, ~found.is_none)
    silent = answers(Sure(), persons, names, [])
    assert not silent.says_none.any()
    # Of the named the likeliest has all but two shares of e^9.
    unsure = answers(Sure(), persons, names, [], 0.5)
    np.testing.assert_array_equal(unsure.says_none, unsure.is_none)


def test_every_person_is_looked_at(tiny_stage):
    cfg = ActionModel.of('stage').config
    model = MODELS.build(cfg.model).eval()
    persons = look(model, cfg.test_dataloader.dataset, tiny_stage.root)
    actions, idle = np.split(persons.actions, [3 * (60 + 2)])
    assert set(actions) == set(range(60))
    assert len(idle) and set(idle) <= set(range(60, len(NAMES)))
    assert len(set(persons.videos)) == 60 + 2
    # Features are those that the model scores persons by.
    labels = label_question([*NAMES])
    logits = model.head(persons.features, model.encode_labels(labels))
    right = logits.argmax(dim=1).numpy() == persons.actions
    assert right.mean() > 3 / len(NAMES)
