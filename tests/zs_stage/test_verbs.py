"""Verbs: what fits them, and where things are while they are handled."""

from dataclasses import replace

import numpy as np
import pytest

from stclip.zs_stage.carriage import UP, Carriage, Carried, Place
from stclip.zs_stage.figure import Figure, Placement
from stclip.zs_stage.opening import OPENING
from stclip.zs_stage.painter import HEIGHT
from stclip.zs_stage.pose import Build, joint_positions
from stclip.zs_stage.things import THINGS
from stclip.zs_stage.verb import Verb, reversed_verb
from stclip.zs_stage.verbs import POSTURES, VERBS

SIZE = 80.0
HANDLING = [
    name
    for name, verb in VERBS.items()
    if verb.carriage and not verb.motion.backwards
]


def figure_at(verb, phase, posture='stand', yaw=-20.0):
    """An average body at a phase of a verb's own keys."""
    motion = replace(verb.motion, backwards=False)
    pose = motion.pose(phase)
    if verb.lower_body:
        pose = motion.overlay(POSTURES[posture].pose(0.0), phase)
    joints = joint_positions(pose, Build())
    placement = Placement(80.0, 100.0, SIZE, yaw, False)
    return Figure(joints, placement, np.zeros(3), phase)


def place(verb, phase, **figure):
    """Where the thing is, in body heights right of and above the feet."""
    anchor, _ = verb.carriage.at(figure_at(verb, phase, **figure))
    return (anchor - [80.0, 100.0]) / SIZE * [1, -1]


def hand(verb, phase, joint='r_hand'):
    at = figure_at(verb, phase).at(joint)
    return (at - [80.0, 100.0]) / SIZE * [1, -1]


@pytest.fixture
def seen(stage):
    """Box of the pixels that a thing changes, xyxy in stage pixels."""

    def seen(carried, figure):
        painter = stage.painter()
        carried.draw(painter, figure)
        changed = (painter.canvas != stage.grey).any(-1)
        rows, columns = np.nonzero(changed)
        if not len(rows):
            return None
        return (
            np.array(
                [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            )
            / 2
        )

    return seen


def test_there_are_verbs_enough():
    """About 60: at least 20 with things and 12 with a person."""
    assert len(VERBS) >= 60
    assert sum(bool(verb.things) for verb in VERBS.values()) >= 20
    assert sum(verb.partner for verb in VERBS.values()) >= 12


@pytest.mark.parametrize('name', VERBS)
def test_all_that_a_verb_names_exists(name):
    verb = VERBS[name]
    assert set(verb.lower_body) <= set(POSTURES)
    assert set(verb.things) | {n for n, _ in verb.scenery} <= set(THINGS)
    assert len(set(verb.things)) == len(verb.things)
    if verb.carriage:
        assert verb.things
        if verb.carriage.opening:
            assert set(verb.things) <= set(OPENING)
    else:
        # Without a way of its own it is drawn by the motion.
        assert set(verb.things) <= set(verb.motion.props)


@pytest.mark.parametrize('name', HANDLING)
def test_things_never_jump(name):
    """At most 0.15 body heights in a fortieth of a motion."""
    verb = VERBS[name]
    phases = np.linspace(0.0, 1.0, 41)
    way = np.array([place(verb, phase) for phase in phases])
    steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
    assert steps.max() < 0.15


@pytest.mark.parametrize('name', HANDLING)
def test_things_can_be_seen(name, seen):
    """At the decisive moment: a tenth of a body height, in the picture."""
    verb = VERBS[name]
    phase = min(verb.motion.iconic[0], verb.carriage.shown[1])
    figure = figure_at(verb, phase)
    for thing in verb.things[:2]:
        box = seen(Carried(thing, verb.carriage, (0, 200, 0)), figure)
        assert (box[2:] - box[:2]).max() > 0.1 * SIZE
        assert 0 <= box[3] <= HEIGHT + 10


def test_picked_up_from_the_floor_to_the_hands():
    verb = VERBS['pick_up']
    assert place(verb, 0.0) == pytest.approx(place(verb, 0.3))
    assert place(verb, 0.2)[1] < 0.15
    for phase in (0.5, 0.8, 1.0):
        both = hand(verb, phase) + hand(verb, phase, 'l_hand')
        assert place(verb, phase) == pytest.approx(both / 2, abs=0.03)
    assert place(verb, 1.0)[1] > 0.55


def test_thrown_from_the_hand_in_a_curve():
    verb = VERBS['throw']
    for phase in (0.0, 0.3, 0.5, 0.54):
        assert place(verb, phase) == pytest.approx(hand(verb, phase), abs=0.1)
    start, middle, end = (place(verb, phase) for phase in (0.54, 0.76, 0.98))
    assert end[0] > start[0] + 0.7
    straight = 0.5 * (start[1] + end[1])
    assert middle[1] == pytest.approx(straight + 0.22, abs=0.02)


def test_hat_from_the_hand_to_the_head():
    verb = VERBS['put_on']
    assert place(verb, 0.2) == pytest.approx(hand(verb, 0.2))
    worn = place(verb, 0.8)
    head = hand(verb, 0.8, 'head')
    assert worn[0] == pytest.approx(head[0], abs=0.02)
    assert 0.03 < worn[1] - head[1] < 0.1


def test_gift_is_at_one_person_at_a_time(seen):
    verb = VERBS['give']
    giver = Carried('gift', verb.carriage, (200, 0, 0))
    taker = replace(giver, carriage=verb.duet.carriage)
    answer = replace(verb, motion=verb.duet.answer)
    for phase, first in ((0.1, True), (0.45, True), (0.55, False)):
        gift = seen(giver, figure_at(verb, phase))
        taken = seen(taker, figure_at(answer, phase))
        assert (gift is not None, taken is not None) == (first, not first)
    # Where it changes hands, both reach for the same point.
    reach = [hand(v, 0.5)[0] for v in (verb, answer)]
    assert sum(reach) == pytest.approx(verb.duet.distance, abs=0.12)


def test_umbrella_opens(stage, seen):
    verb = VERBS['open_umbrella']
    umbrella = Carried('umbrella', verb.carriage, (200, 0, 200))
    areas = []
    for phase in (0.0, 0.5, 1.0):
        painter = stage.painter()
        umbrella.draw(painter, figure_at(verb, phase))
        areas.append((painter.canvas == umbrella.colour).all(-1).sum())
    assert 2 * areas[0] < areas[1] < 0.9 * areas[2]
    box = seen(umbrella, figure_at(verb, 1.0))
    assert (box[2] - box[0]) / SIZE == pytest.approx(0.64, abs=0.06)


def test_door_turns_on_its_hinges(stage):
    """Closed, the leaf covers all of the inside; open, little of it."""
    verb, colour = VERBS['open'], (0, 200, 0)
    door = Carried('door', verb.carriage, colour)
    inside, leaf = [], []
    for phase in (0.0, 0.4, 1.0):
        painter = stage.painter()
        door.draw(painter, figure_at(verb, phase, yaw=30.0))
        inside.append((painter.canvas == (38, 36, 44)).all(-1).sum())
        leaf.append((painter.canvas == colour).all(-1).sum())
    assert inside[0] < 60 < 500 < inside[1] < inside[2]
    assert leaf[1] < leaf[0] < leaf[2]


def test_reversed_verb_keeps_all_but_the_direction():
    give, take = VERBS['give'], VERBS['take']
    assert take.motion.backwards
    assert take.duet.answer.backwards
    assert take.duet.carriage is give.duet.carriage
    for name in ('things', 'carriage', 'headroom', 'ahead', 'scenery'):
        assert getattr(take, name) is getattr(give, name)


def test_partners_who_do_the_same():
    mutual = {name for name, verb in VERBS.items() if verb.mutual}
    assert mutual == {
        'hug', 'shake_hands', 'high_five', 'follow', 'dance_with'
    }  # fmt: skip


def test_stations_before_between_and_after():
    """From 0.2 to 0.6 a body height to the right, in an arc of 0.1."""
    start, end = Place('there', (0, 0, 0), UP), Place('there', (1, 0, 0), UP)
    carriage = Carriage(((0.2, start), (0.6, end)), arc=0.1)
    verb = Verb(VERBS['stand'].motion, carriage=carriage)
    ways = [place(verb, p, yaw=0.0) for p in (0.0, 0.2, 0.4, 0.6, 1.0)]
    up = 0.1 * np.cos(np.deg2rad(11.0))
    expected = [(0, 0), (0, 0), (0.5, up), (1, 0), (1, 0)]
    np.testing.assert_allclose(ways, expected, atol=1e-9)


def test_mutual_verb_stays_so_backwards():
    verb = reversed_verb(VERBS['hug'])
    assert verb.duet.answer.backwards and verb.motion.backwards
