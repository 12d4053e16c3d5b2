"""Captions say, in many words, what is to be seen and nothing else."""

from itertools import product

import numpy as np
import pytest

from stclip.zs_stage.actions import SINGLE_ACTIONS, multi_action_names
from stclip.zs_stage.captions import (
    ACTION_BIT,
    PHRASES,
    Person,
    Still,
    action_key,
    shown_actions,
    write_caption,
)
from stclip.zs_stage.colours import COLOURS
from stclip.zs_stage.places import PLACES

MAN = dict(woman=False, shirt='red', hat=False)


def one(*actions, posture='stand', scene='park', close=True, **person):
    who = Person(actions, posture, **MAN | person)
    return Still(scene, close, (who,))


DRINKER = Person(('sit', 'drink'), 'sit', True, 'blue', True)
RUNNER = Person(('run',), 'run', **MAN)
IDLE = Person((), 'walk', **MAN)
CROWD = Still('gym', False, (DRINKER, RUNNER, IDLE))


def captions(still, number=200, word_drop=0.0):
    """[(caption, bits)] of different random numbers."""
    rngs = (np.random.default_rng(seed) for seed in range(number))
    return [write_caption(still, rng, word_drop) for rng in rngs]


def actions_of(bits):
    return {name for name, bit in ACTION_BIT.items() if bits & bit}


def test_every_class_has_phrases_and_all_phrases_a_class():
    keys = {action_key(name) for name in SINGLE_ACTIONS}
    keys |= {action_key(name) for name in multi_action_names()}
    assert keys == set(PHRASES)


@pytest.mark.parametrize(
    'name, key',
    [
        ('brush_hair', 'brush_hair'),
        ('talk on phone', 'talk_on_phone'),
        ('hug person', 'hug'),
        ('punch person', 'punch'),
        ('wave to person', 'wave'),
        ('push person', 'push_person'),
    ],
)
def test_action_key(name, key):
    assert action_key(name) == key


def test_every_action_has_a_bit_of_its_own():
    bits = list(ACTION_BIT.values())
    assert sorted(bits) == [1 << index for index in range(len(PHRASES))]
    # They are kept in 64 bits with a sign.
    assert max(bits) < 2**62


def test_phrases_of_two_actions_never_are_the_same():
    said = [phrase for phrases in PHRASES.values() for phrase in phrases]
    assert len(set(said)) == len(said)


def test_shown_actions():
    assert actions_of(shown_actions(CROWD)) == {'sit', 'drink', 'run', 'walk'}
    # A posture without phrases of its own is none.
    assert actions_of(shown_actions(one('golf', posture=''))) == {'golf'}
    assert shown_actions(Still('park', False, ())) == 0


def test_same_numbers_same_caption():
    assert captions(CROWD) == captions(CROWD)
    texts = {text for text, _ in captions(CROWD)}
    assert len(texts) > 100


@pytest.mark.parametrize('close', [True, False])
def test_only_shown_actions_are_named(close):
    still = Still('gym', close, (DRINKER, RUNNER, IDLE))
    named = set()
    for _, bits in captions(still):
        assert bits and not bits & ~shown_actions(still)
        named |= actions_of(bits)
    # Somebody idle is not talked about.
    assert named == {'sit', 'drink', 'run'}


@pytest.mark.parametrize('name', PHRASES)
def test_the_action_of_the_bits_is_what_the_caption_says(name):
    """One of its phrases, or the bare class name."""
    words = name.replace('_', ' ')
    for text, bits in captions(one(name, posture=''), number=60):
        assert bits == ACTION_BIT[name]
        spoken = text.replace('_', ' ')
        assert words in spoken or any(p in text for p in PHRASES[name]), text


def test_every_phrase_is_used():
    text = '\n'.join(t for t, _ in captions(one('drink'), number=400))
    for phrase in PHRASES['drink']:
        assert phrase in text


def test_other_actions_are_not_mentioned():
    """No phrase that belongs to another action alone."""
    said = captions(one('golf', posture=''), number=300)
    for (text, _), (key, phrases) in product(said, PHRASES.items()):
        for phrase in phrases:
            if key != 'golf' and not any(phrase in g for g in PHRASES['golf']):
                assert phrase not in text, (phrase, text)


def test_two_people_in_one_caption():
    """What both do is in the bits, and in the words."""
    both = ACTION_BIT['run'] | ACTION_BIT['drink']
    pairs = [text for text, bits in captions(CROWD, 400) if bits == both]
    assert len(pairs) > 20
    for text in pairs:
        assert ' and ' in text
        for name in ('run', 'drink'):
            assert any(phrase in text for phrase in PHRASES[name]), text
    # Close-ups are about the one they show.
    lone = [bits for _, bits in captions(one('run', posture='run'))]
    assert set(lone) == {ACTION_BIT['run']}


def test_close_up_is_about_the_first_person():
    still = Still('gym', True, (RUNNER, DRINKER))
    for _, bits in captions(still):
        assert bits & ACTION_BIT['run']


def test_objects_are_named_rather_than_poses():
    still = one('sit', 'drink', posture='sit')
    bits = [bits for _, bits in captions(still, 400)]
    sit, drink = ACTION_BIT['sit'], ACTION_BIT['drink']
    # Some say that somebody who drinks sits.
    assert set(bits) == {sit, drink, sit | drink}
    drinking = np.mean([b & drink != 0 for b in bits])
    # Half of the times anyway, and always in 60 of the other 100.
    assert drinking == pytest.approx(0.5 + 0.5 * 0.6, abs=0.06)


@pytest.mark.parametrize(
    'posture, words',
    [
        ('sit', (' while sitting', ' on a chair', ' sitting down')),
        ('crouch', (' while crouching', ' low on the ground')),
    ],
)
def test_bits_have_the_postures_that_are_named(posture, words):
    """Beside something else, too; and only if they are."""
    drink, pose = ACTION_BIT['drink'], ACTION_BIT[posture]
    numbers = {True: 0, False: 0}
    for text, bits in captions(one('drink', posture=posture), 400):
        named = any(phrase in text for phrase in words)
        assert bits == (drink | pose if named else drink), text
        numbers[named] += 1
    assert numbers[True] > 40 and numbers[False] > 200


def test_bits_have_the_walk_of_the_second_person_too():
    walker = Person(('drink',), 'walk', **MAN)
    named = 0
    for text, bits in captions(Still('gym', False, (RUNNER, walker)), 400):
        if ' while walking' in text or ' on the way' in text:
            assert bits & ACTION_BIT['walk'], text
            named += ' and ' in text
    assert named > 10


def test_woman_or_man():
    for woman, allowed, wrong in (
        (True, ('a woman', 'a girl', 'a lady'), ('a man', 'a boy', 'a guy')),
        (False, ('a man', 'a boy', 'a guy'), ('a woman', 'a girl', 'a lady')),
    ):
        texts = [text for text, _ in captions(one('golf', woman=woman))]
        assert not [t for t in texts for word in wrong if word in t]
        for word in allowed:
            assert any(word in text for text in texts), word


def test_clothes_are_those_of_the_person():
    texts = [text for text, _ in captions(one('golf', shirt='teal'), 400)]
    assert any(' in a teal shirt' in text for text in texts)
    for colour in set(COLOURS) - {'teal'}:
        assert not [text for text in texts if f' in {colour}' in text]
        assert not [text for text in texts if f' {colour} shirt' in text]
    assert not [text for text in texts if 'hat' in text.split()]
    texts = [text for text, _ in captions(one('golf', hat=True), 400)]
    assert any(' with a hat' in text for text in texts)


def test_place_is_the_scene():
    texts = [t for t, _ in captions(one('golf', scene='beach', close=False))]
    assert any('at the beach' in text for text in texts)
    for elsewhere in ('park', 'street', 'office', 'kitchen', 'gym', 'forest'):
        assert not [text for text in texts if elsewhere in text]


@pytest.mark.parametrize('scene', PLACES)
def test_empty_scene(scene):
    """Also where nobody does anything; no bit is set."""
    for people in ((), (IDLE,)):
        for text, bits in captions(Still(scene, False, people), 5):
            assert bits == 0
            assert text.startswith(('nobody ', 'an empty scene ', 'a view '))


def test_words_get_lost_but_not_all():
    full = [text.split() for text, _ in captions(CROWD, 400)]
    kept = [text.split() for text, _ in captions(CROWD, 400, word_drop=0.3)]
    ratio = sum(map(len, kept)) / sum(map(len, full))
    assert ratio == pytest.approx(0.7, abs=0.03)
    assert min(map(len, kept)) >= 1
    for whole, part in zip(full, kept, strict=True):
        words = iter(whole)
        assert all(word in words for word in part)  # in their order
    # A caption of which nothing would be left stays whole.
    assert captions(CROWD, 50, word_drop=1.0) == captions(CROWD, 50)
