"""Casts of single-action clips, and their placements."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from stclip.zs_stage.actions import SINGLE_ACTIONS
from stclip.zs_stage.actor import Timing
from stclip.zs_stage.casting import (
    DUET_DISTANCE,
    MUTUAL,
    USUAL_SCENES,
    cast_single,
    facing_partner,
    sample_occluders,
    sample_placement,
    sample_timing,
    tame_travel,
    usual_scene,
)
from stclip.zs_stage.clip import Optics
from stclip.zs_stage.figure import Figure, Placement
from stclip.zs_stage.gestures import DUETS, GESTURES, REACTIONS
from stclip.zs_stage.motions import ACTS, POSES
from stclip.zs_stage.painter import HEIGHT, WIDTH
from stclip.zs_stage.places import PLACES
from stclip.zs_stage.pose import Build, joint_positions, relaxed_pose
from stclip.zs_stage.tracks import SIZES, plan_track

BYSTANDERS = [POSES[name] for name in ('stand', 'walk', 'sit')]


@pytest.fixture(scope='module')
def clips():
    """(plan, clip) of all videos of the tiny size; nothing is rendered."""
    plans = plan_track('single', SIZES['tiny'])
    return [(plan, plan.cast()) for plan in plans]


def test_all_actions_are_cast_for_both_subsets(clips):
    cast = [(plan.subset, plan.action) for plan, _ in clips]
    assert sorted(cast) == sorted(
        (subset, action)
        for subset in ('train', 'test')
        for action in SINGLE_ACTIONS
    )


def test_first_person_does_the_action(clips):
    for plan, clip in clips:
        lead = clip.actors[0]
        assert lead.labels == (plan.action,)
        books = (ACTS, POSES, GESTURES, DUETS)
        book = next(book for book in books if plan.action in book)
        assert lead.layers[-1][0] is book[plan.action]


def test_others_do_the_same_or_nothing(clips):
    """Partners of a duet, then people in the background."""
    bystanders = 0
    for plan, clip in clips:
        others = list(clip.actors[1:])
        if plan.action in DUETS:
            partner = others.pop(0)
            mutual = plan.action in MUTUAL
            assert partner.labels == ((plan.action,) if mutual else ())
            book = DUETS if mutual else REACTIONS
            assert partner.layers[-1][0] is book[plan.action]
        for other in others:
            assert other.labels == ()
            assert other.layers[0][0] in BYSTANDERS
            assert len(other.layers) == 1
            lead = clip.actors[0]
            tall = lead.placement.size / lead.look.scale
            assert other.placement.size < 0.76 * tall
            bystanders += 1
    assert 0.2 < bystanders / len(clips) < 0.55


def test_partners_move_in_step(clips):
    pairs = [clip.actors for plan, clip in clips if plan.action in DUETS]
    assert len(pairs) == 6
    for lead, partner, *_ in pairs:
        assert lead.layers[-1][1] == partner.layers[-1][1]
        assert lead.layers[-1][0].rate == partner.layers[-1][0].rate


def test_partners_face_each_other(clips):
    for plan, clip in clips:
        if plan.action not in DUETS:
            continue
        lead, partner = (person.figure(0) for person in clip.actors[:2])
        np.testing.assert_allclose(lead.gaze, -partner.gaze, atol=1e-9)
        across = clip.actors[1].placement.x - clip.actors[0].placement.x
        assert np.sign(across) == np.sign(lead.gaze[0])
        # The farther they turn from us, the nearer they seem.
        distance = DUET_DISTANCE[plan.action] * clip.actors[0].placement.size
        assert abs(across) == pytest.approx(distance * abs(lead.gaze[0]))


def test_lead_is_in_the_picture_half_way(clips):
    for plan, clip in clips:
        figure = clip.actors[0].figure(plan.frames / 16)
        x, y = figure.at('pelvis')
        assert 14 < x < WIDTH - 14, plan
        assert 10 < y < HEIGHT, plan


def test_same_numbers_same_clip():
    plan = plan_track('single', SIZES['tiny'])[3]
    clips = [
        plan.cast(),
        plan.cast(),
        replace(plan, index=1).cast(),
        replace(plan, subset='test').cast(),
        replace(plan, action='clap').cast(),
    ]
    frames = [clip.render(0) for clip in clips]
    np.testing.assert_array_equal(frames[0][0], frames[1][0])
    assert frames[0][1] == frames[1][1]
    for image, _ in frames[2:]:
        assert (image != frames[0][0]).mean() > 0.5
    assert len({clip.seed for clip in clips}) == 4


def test_camera_and_sizes_can_be_given():
    optics = Optics(zoom=1.25)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        clip = cast_single(
            'walk', rng, 3.0, optics, sizes=(60.0, 61.0), bystander_chance=1.0
        )
        assert clip.optics is optics
        lead, bystander = clip.actors
        assert 60 <= lead.placement.size <= 61
        assert bystander.labels == ()


@pytest.mark.parametrize('seconds', [1.25, 3.0])
def test_timing_of_motions_that_go_once(actor, seconds):
    """Slow or fast, they begin at once and end within the video."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        timing = sample_timing(ACTS['sit'], rng, seconds)
        assert -0.1 <= timing.start <= 0
        assert 0.7 * seconds <= 1 / timing.speed <= 0.9 * seconds
        # Nothing is cut off.
        person = actor(ACTS['sit'], timing=timing)
        assert person.figure(seconds).phase == 1.0


def test_the_slowest_motion_that_goes_once_still_ends():
    latest = SimpleNamespace(uniform=max)
    timing = sample_timing(ACTS['sit'], latest, 3.0)
    assert 1 / timing.speed == pytest.approx(0.9 * 3.0)
    # Started as late as can be, too.
    assert timing.start == -0.1
    assert timing.start + 3.0 * timing.speed >= 1


def test_timing_of_repeated_motions():
    rng = np.random.default_rng(0)
    timings = [sample_timing(POSES['walk'], rng, 3.0) for _ in range(200)]
    starts = [timing.start for timing in timings]
    speeds = [timing.speed for timing in timings]
    assert min(starts) < 0.05 and max(starts) > 0.95
    assert 0.8 <= min(speeds) < 0.85 and 1.2 < max(speeds) <= 1.25
    # Stairs are climbed from the foot of them.
    stairs = [sample_timing(ACTS['climb_stairs'], rng, 3.0) for _ in 'abc']
    assert {timing.start for timing in stairs} == {0.0}


def test_way_is_shortened_to_the_room(actor):
    """1.2 body heights a second of 50 pixels, 3 seconds: 180 pixels."""
    timing = tame_travel(POSES['run'], Timing(0.2, 1.2), 50.0, 3.0, room=60.0)
    assert (timing.start, timing.speed) == (0.2, 1.2)
    person = actor(POSES['run'], timing=timing, size=50.0)
    way = person.figure(3.0).here(0, 0, 0) - person.figure(0.0).here(0, 0, 0)
    assert way.tolist() == pytest.approx([60, 0])


def test_short_ways_and_stairs_are_left_alone():
    timing = Timing(0.2, 1.2)
    assert tame_travel(POSES['run'], timing, 50.0, 3.0, 181.0) is timing
    assert tame_travel(POSES['stand'], timing, 50.0, 3.0, 1.0) is timing
    assert tame_travel(ACTS['climb_stairs'], timing, 50.0, 3.0, 1.0) is timing


@pytest.mark.parametrize('mirror', [False, True])
@pytest.mark.parametrize('yaw', [-20.0, 0.0, 15.0])
def test_facing_partner(yaw, mirror):
    placement = Placement(80.0, 100.0, 60.0, yaw, mirror)
    other = facing_partner(placement, 0.5)
    joints = joint_positions(relaxed_pose(), Build())
    figures = [Figure(joints, p, np.zeros(3), 0.0) for p in (placement, other)]
    np.testing.assert_allclose(figures[0].gaze, -figures[1].gaze, atol=1e-9)
    assert figures[0].gaze_depth == pytest.approx(-figures[1].gaze_depth)
    sign = -1 if mirror else 1
    expected = 80 + sign * 0.5 * 60 * np.cos(np.deg2rad(yaw))
    assert other.x == pytest.approx(expected)
    assert other.size == placement.size
    assert abs(other.y - placement.y) < 1


def test_people_stand_on_the_floor_below_the_upper_edge():
    rng = np.random.default_rng(0)
    scene = usual_scene('golf', rng)
    mirrors = set()
    for _ in range(100):
        placement = sample_placement(
            rng, scene, POSES['walk'], 70.0, 50.0, 1.2
        )
        assert placement.y >= scene.horizon + 8
        assert 1.2 * 70 + 4 <= placement.y <= HEIGHT - 3
        assert -35 <= placement.yaw <= 10
        mirrors.add(placement.mirror)
    assert mirrors == {False, True}


def test_scenes_fit_mostly():
    assert set(USUAL_SCENES) <= set(SINGLE_ACTIONS)
    rng = np.random.default_rng(0)
    kinds = [usual_scene('golf', rng).kind for _ in range(40)]
    usual = [kind in ('park', 'sports_field') for kind in kinds]
    # 65 of 100, and two of ten of the rest.
    assert 0.55 < np.mean(usual) < 0.9
    assert set(kinds) - {'park', 'sports_field'}
    for names in USUAL_SCENES.values():
        assert set(names) <= set(PLACES)


def test_occluders_are_rare_and_within_reach():
    rng = np.random.default_rng(0)
    counts = [len(sample_occluders(rng)) for _ in range(400)]
    assert np.mean(counts) == pytest.approx(0.15, abs=0.05)
    assert sample_occluders(rng, 0.0) == ()
    posts, ledges = 0, 0
    for _ in range(50):
        [occluder] = sample_occluders(rng, 1.0)
        x1, y1, x2, y2 = occluder.box
        assert y2 > HEIGHT and x1 < WIDTH and x2 > 0
        posts += x2 - x1 < 10 and y1 < 0
        ledges += x2 - x1 > 30 and y1 >= 0.8 * HEIGHT
    assert posts + ledges == 50
    assert min(posts, ledges) > 10
