"""Casts of the videos' actions: who, with what, before whom, when."""

import numpy as np
import pytest

from stclip.zs_stage import action_casting
from stclip.zs_stage.action_casting import (
    IDLE,
    cast_action,
    cast_idle,
    even_timing,
)
from stclip.zs_stage.classes import ACTIONS, PAIRS
from stclip.zs_stage.clip import FPS, Optics
from stclip.zs_stage.motion import reversed_motion
from stclip.zs_stage.painter import HEIGHT, WIDTH
from stclip.zs_stage.scenes import Scene
from stclip.zs_stage.things import THINGS
from stclip.zs_stage.verbs import POSTURES, VERBS

SECONDS = 3.0
LAST = SECONDS - 1 / FPS


@pytest.fixture(scope='module')
def empty_scenes(stage):
    """Places are drawn at random, yet need not be painted here."""
    kinds = []

    def sample_scene(kind, rng, weather='clear'):
        kinds.append((kind, weather))
        return Scene(kind, stage.backdrop, horizon=55.0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(action_casting, 'sample_scene', sample_scene)
        yield kinds


@pytest.fixture(scope='module')
def clips(empty_scenes):
    """(name, clip), three of each action; nothing is rendered."""
    return [
        (name, cast_action(name, np.random.default_rng(seed), SECONDS))
        for name in ACTIONS
        for seed in range(3)
    ]


def test_first_person_does_the_action(clips):
    for name, clip in clips:
        verb = VERBS[ACTIONS[name].verb]
        lead = clip.actors[0]
        assert lead.labels == (name,)
        assert lead.layers[-1][0] is verb.motion
        below = [motion for motion, _, _ in lead.layers[:-1]]
        assert below in [[POSTURES[p]] for p in verb.lower_body] or not (
            below or verb.lower_body
        )


def test_things_are_there_in_colours_of_theirs(clips):
    for name, clip in clips:
        action = ACTIONS[name]
        verb = VERBS[action.verb]
        things = [carried.thing for carried in clip.actors[0].carried]
        own = [action.thing] if action.thing and verb.carriage else []
        assert things == own + [thing for thing, _ in verb.scenery]
    patterns = {c.pattern for _, clip in clips for c in clip.actors[0].carried}
    assert 'plain' in patterns and len(patterns) > 1


def test_small_things_are_drawn_larger(clips):
    sizes = {
        carried.thing: carried.size
        for _, clip in clips
        for carried in clip.actors[0].carried
    }
    assert sizes['apple'] == pytest.approx(0.26 / THINGS['apple'].size)
    assert sizes['guitar'] == 1.0


def test_nothing_below_a_hat(empty_scenes):
    seen = {'put_on_hat': [], 'pour': []}
    for seed in range(20):
        for name in seen:
            rng = np.random.default_rng(seed)
            look = cast_action(name, rng, SECONDS).actors[0].look
            seen[name].append(look.hat)
    assert not any(seen['put_on_hat'])
    assert any(seen['pour'])


def test_partners_answer_at_the_same_time(clips):
    for name, clip in clips:
        verb = VERBS[ACTIONS[name].verb]
        if not verb.partner:
            continue
        lead, partner = clip.actors[:2]
        across = abs(partner.placement.x - lead.placement.x)
        turned = np.cos(np.deg2rad(lead.placement.yaw))
        distance = verb.duet.distance * lead.placement.size
        assert across == pytest.approx(distance * turned)
        assert partner.labels == (lead.labels if verb.mutual else ())
        if verb.duet.answer:
            assert partner.layers[-1][0] is verb.duet.answer
            assert partner.layers[-1][1] == lead.layers[-1][1]
        assert len(partner.carried) == bool(verb.duet.carriage)


def test_bystanders_do_nothing_named(clips):
    idle = [VERBS[name].motion for name in IDLE]
    for name, clip in clips:
        first = 1 + VERBS[ACTIONS[name].verb].partner
        for other in clip.actors[first:]:
            assert other.labels == ()
            assert other.layers[0][0] in idle
    assert not {ACTIONS[name].verb for name in ACTIONS} & set(IDLE)


def test_lead_is_in_the_picture_from_first_to_last(clips):
    for name, clip in clips:
        assert 58.0 * 0.8 <= clip.actors[0].placement.size <= 98.0
        for time in (0.0, LAST):
            x, y = clip.actors[0].figure(time).at('neck')
            assert -5 < x < WIDTH + 5, name
            assert -5 < y < HEIGHT, name
        x, _ = clip.actors[0].figure(LAST / 2).at('pelvis')
        assert 12 < x < WIDTH - 12, name


def test_all_actions_are_seen_in_all_places(empty_scenes):
    """The place says nothing about the action: the same draws, whatever it
    is."""
    seen = []
    for name in ('run', 'pour', 'watch_tv'):
        empty_scenes.clear()
        for seed in range(60):
            cast_action(name, np.random.default_rng(seed), SECONDS)
        seen.append(list(empty_scenes))
    assert seen[0] == seen[1] == seen[2]
    places, weathers = map(set, zip(*seen[0], strict=True))
    assert len(places) >= 15
    assert weathers <= {'clear', 'rain', 'snow', 'sunset'}
    assert len(weathers) >= 3


@pytest.mark.parametrize('pair', PAIRS['motion'], ids=lambda pair: pair[0])
def test_twins_in_motion_differ_in_direction_alone(empty_scenes, pair):
    forth, back = (
        cast_action(name, np.random.default_rng(8), SECONDS).actors[0]
        for name in pair
    )
    assert forth.placement == back.placement
    assert forth.look == back.look
    assert forth.carried == back.carried
    for time in np.linspace(0, LAST, 5):
        np.testing.assert_allclose(
            forth.figure(time).joints, back.figure(LAST - time).joints,
            atol=1e-6,
        )  # fmt: skip


def test_motions_go_over_the_whole_clip():
    """They begin in the first 15 % and end in the last 15 %."""
    rng = np.random.default_rng(0)
    for name in ('sit_down', 'stand_up'):
        timings = [
            even_timing(VERBS[name].motion, rng, SECONDS) for _ in range(200)
        ]
        begins = np.array([-t.start / t.speed for t in timings]) / LAST
        ends = np.array([(1 - t.start) / t.speed for t in timings]) / LAST
        for margins in (begins, 1 - ends):
            assert -1e-9 <= margins.min() < 0.02
            assert 0.13 < margins.max() <= 0.15 + 1e-9


def test_twins_in_time_from_the_same_numbers():
    for motion in (VERBS['sit_down'].motion, VERBS['push'].motion):
        forth, back = (
            even_timing(m, np.random.default_rng(3), SECONDS)
            for m in (motion, reversed_motion(motion))
        )
        rate = forth.speed * (motion.rate or 1.0)
        for time in (0.0, 1.0, LAST):
            phase = forth.start + rate * time
            other = 1 - (back.start + rate * (LAST - time))
            assert (phase - other + 0.5) % 1.0 == pytest.approx(0.5)
        assert forth.middle == back.middle == LAST / 2


def test_camera_and_sizes_can_be_given(empty_scenes):
    optics = Optics(zoom=1.25)
    clip = cast_action(
        'dig', np.random.default_rng(0), SECONDS, optics, (60.0, 61.0), 1.0
    )
    assert clip.optics is optics
    assert len(clip.actors) == 2
    assert 60 <= clip.actors[0].placement.size <= 61


def test_idle_people(empty_scenes):
    clips = [
        cast_idle(np.random.default_rng(seed), SECONDS) for seed in range(40)
    ]
    labels = {clip.actors[0].labels for clip in clips}
    assert labels == {(name,) for name in IDLE}
    assert not any(clip.actors[0].carried for clip in clips)


def test_same_numbers_same_clip():
    frames = [
        cast_action('pour', np.random.default_rng(seed), SECONDS).render(3)[0]
        for seed in (1, 1, 2)
    ]
    np.testing.assert_array_equal(frames[0], frames[1])
    assert (frames[0] != frames[2]).mean() > 0.5
