"""Roles in the multi-action videos: all those of the full size.

Nothing is rendered here; labels, motions and places are known before.
"""

from collections import Counter

import numpy as np
import pytest

from stclip.zs_stage.actions import (
    MULTI_ACTIONS,
    MULTI_TEST_CLASSES,
    multi_action_names,
)
from stclip.zs_stage.clip import Optics
from stclip.zs_stage.crowd import Role, cast_crowd
from stclip.zs_stage.gestures import DUETS, GESTURES, REACTIONS
from stclip.zs_stage.motions import POSES
from stclip.zs_stage.painter import WIDTH

UNSEEN = set(MULTI_TEST_CLASSES)
POSE_NAMES, OBJECT_NAMES, PERSON_NAMES = MULTI_ACTIONS.values()
INTERACTIONS = {
    'hug person': 'hug', 'kick person': 'kick_person',
    'punch person': 'punch', 'push person': 'push_person',
    'shake hands': 'shake_hands', 'watch person': 'watch_person',
    'wave to person': 'wave',
}  # fmt: skip


def motion_of(label):
    """The moves that belong to a class, from the three books."""
    name = INTERACTIONS.get(label, label.replace(' ', '_'))
    if label in POSE_NAMES:
        return POSES[name]
    return {**GESTURES, **DUETS}[name]


def labels_of(actors):
    return {label for person in actors for label in person.labels}


@pytest.fixture(scope='module')
def train(full_crowds):
    return [(p, people) for p, people in full_crowds if p.subset == 'train']


@pytest.fixture(scope='module')
def test(full_crowds):
    return [(p, people) for p, people in full_crowds if p.subset == 'test']


def test_numbers(train, test):
    assert (len(train), len(test)) == (160, 66)


def test_training_never_shows_an_unseen_class(train):
    """Neither in a label nor, unlabelled, in a movement."""
    forbidden = {id(motion_of(label)) for label in UNSEEN}
    forbidden.add(id(REACTIONS['punch']))
    for plan, people in train:
        assert labels_of(people) & UNSEEN == set(), plan
        moves = {id(layer[0]) for person in people for layer in person.layers}
        assert moves & forbidden == set(), plan


def test_training_shows_every_seen_class(train):
    shown = Counter(
        label for _, people in train for person in people
        for label in person.labels
    )  # fmt: skip
    assert set(shown) == set(multi_action_names()) - UNSEEN
    assert min(shown.values()) >= 10


def test_testing_shows_every_unseen_class(test):
    shown = Counter(label for _, people in test for label in labels_of(people))
    for label in UNSEEN:
        assert shown[label] >= 7, label
    # The seen ones are there to be mistaken for.
    assert set(shown) == set(multi_action_names())


def test_featured_class_is_there(full_crowds):
    for plan, people in full_crowds:
        assert plan.action in labels_of(people), plan


def test_two_to_four_people(full_crowds):
    numbers = Counter(len(people) for _, people in full_crowds)
    assert set(numbers) == {2, 3, 4}


def test_exactly_one_pose_and_at_most_one_of_each_other_type(full_crowds):
    for _, people in full_crowds:
        for person in people:
            types = [
                [label for label in person.labels if label in members]
                for members in (POSE_NAMES, OBJECT_NAMES, PERSON_NAMES)
            ]
            assert len(types[0]) == 1
            assert len(types[1]) <= 1 and len(types[2]) <= 1
            assert sum(map(len, types)) == len(person.labels)


def test_many_people_do_several_things(full_crowds):
    several = Counter(
        len(person.labels) for _, people in full_crowds for person in people
    )
    assert several[2] > 200
    seen = {person.labels for _, people in full_crowds for person in people}
    assert ('sit', 'read book') in seen
    assert ('walk', 'talk on phone') in seen
    assert ('stand', 'hug person') in seen


def test_people_do_what_their_labels_say(full_crowds):
    """One motion for each label, and the answer to a blow beside them."""
    answers = [id(motion) for motion in REACTIONS.values()]
    for plan, people in full_crowds:
        for person in people:
            moves = [id(motion) for motion, _, _ in person.layers]
            done = [id(motion_of(label)) for label in person.labels]
            assert moves[: len(done)] == done, plan
            assert all(move in answers for move in moves[len(done) :]), plan


def test_interactions_have_somebody_in_front(full_crowds):
    """Half way through, within a body height of the face."""
    checked = 0
    for plan, people in full_crowds:
        time = plan.frames / 16
        for person in people:
            if not set(person.labels) & set(PERSON_NAMES):
                continue
            figure = person.figure(time)
            distances = []
            for other in people:
                if other is not person:
                    way = other.figure(time).here(0, 0, 0)
                    way = (way - figure.here(0, 0, 0)) / person.placement.size
                    distances.append(way[0] * np.sign(figure.gaze[0]))
            assert any(0.2 < d < 1.0 for d in distances), plan
            checked += 1
    assert checked > 100


def test_both_shake_hands_but_one_punches(full_crowds):
    for plan, people in full_crowds:
        counts = Counter(label for person in people for label in person.labels)
        for label in ('hug person', 'shake hands'):
            assert counts[label] in (0, 2), plan
        for label in ('punch person', 'push person', 'kick person'):
            assert counts[label] in (0, 1), plan


def test_partners_move_in_step(full_crowds):
    """A pair stands last in the list."""
    blows = {'kick person', 'push person', 'punch person'}
    pairs = 0
    for _, people in full_crowds:
        lead, partner = people[-2:]
        if set(lead.labels) & (blows | {'hug person', 'shake hands'}):
            assert lead.layers[-1][1] == partner.layers[-1][1]
            assert lead.layers[-1][0].rate == partner.layers[-1][0].rate
            pairs += 1
    assert pairs > 50


def test_people_are_spread_over_the_picture(full_crowds):
    for plan, people in full_crowds:
        places = [
            person.figure(plan.frames / 16).here(0, 0, 0)[0]
            for person in people
        ]
        assert all(-15 < x < WIDTH + 15 for x in places), plan
        assert max(places) - min(places) > 10, plan


def test_labels_of_a_role():
    assert Role('stand').labels() == ('stand',)
    assert Role('sit', ('drink',)).labels() == ('sit', 'drink')
    assert Role('stand', (), 'hug person').labels() == ('stand', 'hug person')


def cast(seed, **options):
    arguments = dict(
        featured='drink',
        allowed=frozenset({'stand', 'drink', 'watch person'}),
        seconds=3.0,
    )
    rng = np.random.default_rng(seed)
    return cast_crowd(rng=rng, **arguments | options)


def test_nothing_but_allowed_classes():
    for seed in range(20):
        people = cast(seed).actors
        assert labels_of(people) <= {'stand', 'drink', 'watch person'}
        assert 'drink' in labels_of(people)


def test_without_interactions():
    """Nobody has a partner then."""
    allowed = frozenset({'stand', 'drink'})
    for seed in range(20):
        people = cast(seed, allowed=allowed).actors
        assert len(people) in (2, 3)
        assert 'drink' in labels_of(people)
        for person in people:
            assert person.labels in (('stand',), ('stand', 'drink'))
            moves = [layer[0] for layer in person.layers]
            assert moves == [motion_of(label) for label in person.labels]


def test_same_numbers_same_crowd():
    frames = [cast(seed).render(2) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(frames[0][0], frames[1][0])
    assert frames[0][1] == frames[1][1]
    assert (frames[0][0] != frames[2][0]).mean() > 0.5


def test_camera_can_be_given():
    optics = Optics(noise=1.0)
    assert cast(0, optics=optics).optics is optics
