"""Roles in the multi-action videos: all those of the full size.

Nothing is rendered here; labels, motions and places are known before.
"""

from collections import Counter

import numpy as np
import pytest

from stclip.zs_stage.crowd import OBJECT_POSES, Role, cast_crowd
from stclip.zs_stage.crowd_classes import (
    COMMON,
    CROWD_ACTIONS,
    OBJECTS,
    PARTS,
    PERSONS,
    POSES,
    TRAINING_SETS,
)
from stclip.zs_stage.painter import HEIGHT, WIDTH
from stclip.zs_stage.verbs import POSTURES, VERBS

MUTUAL = ('high five', 'hug person', 'shake hands')
BLOWS = ('kick person', 'punch person', 'push person')


def verb_of(label):
    return VERBS[CROWD_ACTIONS[label].verb]


def labels_of(actors):
    return {label for person in actors for label in person.labels}


@pytest.fixture(scope='module')
def train(full_crowds):
    return [(p, people) for p, people in full_crowds if p.subset == 'train']


@pytest.fixture(scope='module')
def test(full_crowds):
    return [(p, people) for p, people in full_crowds if p.subset == 'test']


def test_numbers(train, test):
    assert (len(train), len(test)) == (320, 160)


def moves_of(label):
    """Motions that only this class has, if any."""
    own = {id(verb_of(label).motion)} if label not in COMMON else set()
    duet = verb_of(label).duet
    if duet and duet.answer:
        own.add(id(duet.answer))
    return own


def test_training_shows_nothing_beyond_its_set(train):
    """Neither in a label nor, unlabelled, in a movement or a thing."""
    common = set().union(*(moves_of(name) for name in COMMON))
    for plan, people in train:
        allowed = TRAINING_SETS[plan.index % 10]
        assert labels_of(people) <= allowed, plan
        forbidden = set().union(
            *(moves_of(n) for n in CROWD_ACTIONS if n not in allowed)
        )
        # Reading and taking photographs are told apart by the thing.
        forbidden -= set().union(*(moves_of(name) for name in allowed))
        forbidden -= common | {id(POSTURES['walk'])}
        moves = {id(layer[0]) for person in people for layer in person.layers}
        assert moves & forbidden == set(), plan
        things = {CROWD_ACTIONS[name].thing for name in allowed}
        carried = {c.thing for person in people for c in person.carried}
        assert carried <= things, plan


@pytest.mark.parametrize('part', PARTS)
def test_every_part_learns_from_six_tenths(train, part):
    """192 videos do without it, and show all others many times."""
    free = [people for _, people in train if not labels_of(people) & {*part}]
    assert len(free) >= 192
    shown = Counter(
        label for people in free for person in people
        for label in person.labels
    )  # fmt: skip
    assert set(shown) == set(CROWD_ACTIONS) - {*part}
    assert min(shown.values()) >= 9


def test_testing_shows_every_class(test):
    shown = Counter(label for _, people in test for label in labels_of(people))
    assert set(shown) == set(CROWD_ACTIONS)
    for label in sum(PARTS, ()):
        assert shown[label] >= 7, label


def test_featured_class_is_there(full_crowds):
    for plan, people in full_crowds:
        assert plan.action in labels_of(people), plan


def test_two_to_four_people(full_crowds):
    numbers = Counter(len(people) for _, people in full_crowds)
    assert set(numbers) == {2, 3, 4}


def test_exactly_one_pose_and_at_most_one_other_action(full_crowds):
    for _, people in full_crowds:
        for person in people:
            pose, *others = person.labels
            assert pose in POSES
            assert len(others) <= 1
            assert set(others) <= {*OBJECTS, *PERSONS}


def test_many_people_do_several_things(full_crowds):
    several = Counter(
        len(person.labels) for _, people in full_crowds for person in people
    )
    assert several[2] > 700
    seen = {person.labels for _, people in full_crowds for person in people}
    assert ('sit', 'read book') in seen
    assert ('run', 'wave flag') in seen
    assert ('stand', 'hug person') in seen
    for name, poses in OBJECT_POSES.items():
        assert {labels[0] for labels in seen if name in labels} == {*poses}


def test_people_do_what_their_labels_say(full_crowds):
    """The action's own moves and thing, over the legs of the pose."""
    for plan, people in full_crowds:
        for person in people:
            pose, *others = person.labels
            moves = [motion for motion, _, _ in person.layers]
            if others and verb_of(others[0]).lower_body:
                verb = verb_of(others[0])
                assert moves == [POSTURES[pose], verb.motion], plan
                thing = CROWD_ACTIONS[others[0]].thing
                things = [c.thing for c in person.carried]
                assert things == ([thing] if thing else []), plan
            elif len(moves) == 1:
                assert moves == [verb_of(pose).motion], plan
            else:
                # Somebody to whom something is done.
                answers = [verb_of(name).duet.answer for name in PERSONS]
                assert moves[0] is POSTURES[pose]
                assert moves[1] in answers, plan


def test_interactions_have_somebody_in_front(full_crowds):
    """Half way through, within a body height of the face."""
    checked = 0
    for plan, people in full_crowds:
        time = plan.frames / 16
        for person in people:
            if not set(person.labels) & set(PERSONS):
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
    assert checked > 250


def test_both_shake_hands_but_one_punches(full_crowds):
    for plan, people in full_crowds:
        counts = Counter(label for person in people for label in person.labels)
        for label in PERSONS:
            times = 2 if label in MUTUAL else 1
            assert counts[label] in (0, times), plan


def test_partners_move_in_step(full_crowds):
    """A pair stands last in the list."""
    pairs = 0
    for _, people in full_crowds:
        lead, partner = people[-2:]
        if set(lead.labels) & {*BLOWS, *MUTUAL, 'follow person'}:
            assert lead.layers[-1][1] == partner.layers[-1][1]
            assert lead.layers[-1][0].rate == partner.layers[-1][0].rate
            pairs += 1
    assert pairs > 100


def test_who_is_followed_goes_ahead(full_crowds):
    followed = [
        people[-2:]
        for _, people in full_crowds
        if 'follow person' in people[-2].labels
    ]
    assert len(followed) > 20
    for lead, other in followed:
        assert (lead.labels[0], other.labels) == ('walk', ('walk',))
        for time in (0.0, 2.5, 4.9):
            gap = other.figure(time).here(0, 0, 0) - lead.figure(time).here(
                0, 0, 0
            )
            ahead = gap[0] * np.sign(lead.figure(time).gaze[0])
            assert ahead > 0.3 * lead.placement.size


def test_people_are_spread_over_the_picture(full_crowds):
    """Before and after, too, whoever walks."""
    for plan, people in full_crowds:
        for time in (0.0, plan.frames / 16, plan.frames / 8):
            places = [p.figure(time).here(0, 0, 0) for p in people]
            assert all(0 < x < WIDTH for x, _ in places), plan
            assert all(20 < y < HEIGHT + 5 for _, y in places), plan
        middles = [p.figure(2.5).here(0, 0, 0)[0] for p in people]
        assert max(middles) - min(middles) > 10, plan


def test_labels_of_a_role():
    assert Role('stand').labels() == ('stand',)
    assert Role('sit', 'drink').labels() == ('sit', 'drink')
    assert Role('stand', 'hug person').labels() == ('stand', 'hug person')


ALLOWED = frozenset({*COMMON, 'drink', 'watch person'})


def cast(seed, **options):
    arguments = dict(featured='drink', allowed=ALLOWED, seconds=3.0)
    rng = np.random.default_rng(seed)
    return cast_crowd(rng=rng, **arguments | options)


def test_nothing_but_allowed_classes():
    for seed in range(10):
        people = cast(seed).actors
        assert labels_of(people) <= ALLOWED
        assert 'drink' in labels_of(people)


def test_without_interactions():
    """Nobody has a partner then."""
    allowed = frozenset({*COMMON, 'drink'})
    for seed in range(10):
        people = cast(seed, allowed=allowed).actors
        assert len(people) in (2, 3)
        assert 'drink' in labels_of(people)
        for person in people:
            assert set(person.labels) <= allowed
            assert len(person.layers) == len(person.labels)


def test_same_numbers_same_crowd():
    frames = [cast(seed).render(2) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(frames[0][0], frames[1][0])
    assert frames[0][1] == frames[1][1]
    assert (frames[0][0] != frames[2][0]).mean() > 0.5
