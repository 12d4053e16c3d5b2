"""The words that captions may hold, against captions."""

import re

import numpy as np
import pytest

from stclip.zs_stage.stills import take_stills
from stclip.zs_stage.verbs import VERBS
from stclip.zs_stage.words import pose_phrases, verb_phrases
from stclip.zs_stage.words.vocabulary import (
    known_share,
    known_words,
    words_of,
)
from stclip.zs_stage.writing import write_caption


@pytest.fixture(scope='module')
def captions():
    rng = np.random.default_rng(0)
    shown = [
        still.shown
        for seed in range(40)
        for still in take_stills(np.random.default_rng(seed), 8)
    ]
    return [write_caption(each, rng) for each in shown for _ in range(30)]


def test_no_caption_holds_another_word(captions):
    found = {word for caption in captions for word in words_of(caption)}
    # Names of classes are written with underscores at times.
    assert not {w for w in found if w not in known_words()}
    assert len(found) > 1000


def test_words_are_many_and_none_is_a_slot():
    assert len(known_words()) >= 1800
    assert 'thing' not in known_words()


def test_share_counts_every_word():
    assert known_share(['a man throws', 'xyzzy']) == pytest.approx(3 / 4)


def test_every_verb_has_poses_and_they_are_said():
    assert set(VERBS) == set(verb_phrases()) == set(pose_phrases())
    rng = np.random.default_rng(1)
    said = 0
    seed = 0
    while seed < 25:
        for still in take_stills(np.random.default_rng(seed), 8):
            picture = still.shown
            if not picture.people or not picture.people[0].doings:
                continue
            poses = [
                pose
                for person in picture.people
                for doing in person.doings
                for pose in pose_phrases()[doing.verb]
            ]
            texts = [write_caption(picture, rng) for _ in range(20)]
            said += sum(any(p in text for p in poses) for text in texts)
        seed += 1
    assert 60 < said < 600


def test_captions_fit_the_context(captions):
    """77 tokens hold nearly all of them; a word is at most three."""
    lengths = np.array([len(re.findall(r'\w+', each)) for each in captions])
    assert np.quantile(lengths, 0.98) < 60
