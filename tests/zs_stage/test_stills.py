"""Photographs of the stage: what they show and what is said of it."""

from dataclasses import replace

import numpy as np
import pytest

from stclip.zs_stage import stills
from stclip.zs_stage.captions import PHRASES, action_key, shown_actions
from stclip.zs_stage.gestures import GESTURES
from stclip.zs_stage.motions import ACTS, POSES
from stclip.zs_stage.places import PLACES
from stclip.zs_stage.stills import cast_still, take_stills

SIZE = 64


@pytest.fixture(scope='module')
def albums():
    """What thirty scenes give."""
    return [take_stills(np.random.default_rng(k), SIZE) for k in range(30)]


@pytest.fixture
def photograph(monkeypatch):
    """Photograph a given clip."""

    def photograph(clip, seed=0):
        monkeypatch.setattr(stills, 'cast_still', lambda rng: clip)
        return take_stills(np.random.default_rng(seed), SIZE)

    return photograph


def test_same_numbers_same_stills(albums):
    again = take_stills(np.random.default_rng(4), SIZE)
    assert len(again) == len(albums[4])
    for (picture, still), (other, same) in zip(again, albums[4], strict=True):
        np.testing.assert_array_equal(picture, other)
        assert still == same
    assert (again[0][0] != albums[5][0][0]).mean() > 0.5


def is_of(person, actor):
    """Whether a description fits somebody."""
    look = actor.look
    return (
        (person.woman, person.shirt, person.hat)
        == (look.woman, look.shirt_name, look.hat)
        and set(person.actions) <= {action_key(n) for n in actor.labels}
    )  # fmt: skip


def test_whole_scene_first_then_close_ups(albums):
    close, cut_off = 0, 0
    for seed, album in enumerate(albums):
        actors = cast_still(np.random.default_rng(seed)).actors
        (picture, whole), *others = album
        assert picture.shape == (SIZE, SIZE, 3)
        assert picture.dtype == np.uint8
        assert not whole.close
        assert whole.scene in PLACES
        for part, still in others:
            assert part.shape == (SIZE, SIZE, 3)
            assert still.close and still.scene == whole.scene
            [person] = still.people
            assert any(is_of(person, actor) for actor in actors)
            if person in whole.people:
                assert not shown_actions(still) & ~shown_actions(whole)
            else:
                cut_off += 1
            close += 1
        for person in whole.people:
            assert any(is_of(person, actor) for actor in actors)
    assert close > 50
    # Few are outside of the cut of the whole scene.
    assert 0 < cut_off < 0.2 * close


def test_who_is_mostly_outside_of_the_cut_is_not_described(
    stage, actor, photograph, monkeypatch
):
    """Counted in pixels of the person's box and of the cut."""
    regions = []

    def cut(image, region, size):
        regions.append(np.round(np.clip(region, 0, None)).astype(int))
        return np.zeros((size, size, 3), np.uint8)

    monkeypatch.setattr(stills, '_cut', cut)
    middle = actor(POSES['walk'], labels=('walk',), size=70.0)
    edge = actor(POSES['run'], labels=('run',), x=26.0, size=70.0)
    clip = stage.clip(middle, edge)
    image, (_, box) = clip.photograph()
    inside = np.zeros(image.shape[:2], bool)
    x1, y1, x2, y2 = 2 * np.array(box)
    inside[y1:y2, x1:x2] = True
    shown = []
    for seed in range(60):
        (_, whole), *_ = photograph(clip, seed)
        x1, y1, x2, y2 = regions[-3]
        part = inside[y1:y2, x1:x2].sum() / inside.sum()
        assert whole.people[0].actions == ('walk',)
        if abs(part - 0.5) > 0.05:  # but for rounding
            shown.append(part > 0.5)
            assert (len(whole.people) == 2) == shown[-1], (seed, part)
    assert 10 < sum(shown) < len(shown) - 10


def test_people_are_described_in_keys_of_the_phrases(albums):
    people = [
        p for album in albums for _, still in album for p in still.people
    ]
    assert len(people) > 60
    for person in people:
        assert person.actions
        assert set(person.actions) <= set(PHRASES)
        assert person.posture in ('', *POSES)
        # Standing is not worth a word beside something else.
        assert person.actions == ('stand',) or person.actions[0] != 'stand'


def test_description_is_the_persons(stage, actor, look, photograph):
    top = replace(look.top, name='teal')
    other = replace(look, kind='woman', top=top, wears=('cap',))
    drinker = actor(
        POSES['sit'], GESTURES['drink'], labels=('sit', 'drink'), x=40.0
    )
    caller = actor(
        POSES['stand'], GESTURES['talk_on_phone'], look=other, x=120.0,
        labels=('stand', 'talk on phone'),
    )  # fmt: skip
    extra = actor(POSES['walk'], x=80.0)
    climber = actor(ACTS['push'], x=80.0, labels=('push',), y=115.0)
    (_, whole), *_ = photograph(stage.clip(drinker, caller, extra, climber))
    described = [tuple(vars(person).values()) for person in whole.people]
    assert described == [
        (('sit', 'drink'), 'sit', False, 'red', False),
        (('talk_on_phone',), 'stand', True, 'teal', True),
        (('push',), '', False, 'red', False),
    ]


def test_who_cannot_be_seen_is_not_described(stage, actor, photograph):
    """Outside of the picture, or only the feet in it."""
    walk = POSES['walk']
    outside = actor(walk, x=-60.0, labels=('walk',))
    feet = actor(walk, x=80.0, y=10.0, labels=('walk',))
    [(_, still)] = photograph(stage.clip(outside, feet))
    assert still.people == ()


def test_close_ups_are_nearer(stage, actor, photograph):
    """The person fills more of the picture than in the whole scene."""
    walker = actor(POSES['walk'], size=40.0, labels=('walk',))
    for seed in range(10):
        pictures = [p for p, _ in photograph(stage.clip(walker), seed)]
        assert len(pictures) == 3
        parts = [(p != stage.grey).any(-1).mean() for p in pictures]
        assert 0.01 < parts[0] < 0.1
        assert min(parts[1:]) > 1.5 * parts[0]


def test_motions_are_caught_in_the_decisive_moment():
    """Mostly near an iconic phase, sometimes anywhere."""
    near, all_layers = 0, 0
    shared = []
    for seed in range(60):
        clip = cast_still(np.random.default_rng(seed))
        for person in clip.actors:
            for motion, timing, _ in person.layers:
                gaps = np.abs(np.array(motion.iconic) - timing.start)
                near += gaps.min() < 0.12
                all_layers += 1
        shared.append(len(clip.actors))
    assert 0.8 < near / all_layers < 0.97
    assert 1 in shared and max(shared) >= 3


def test_videos_and_stills_are_different_pictures():
    """Sharp, near: less blur, no shutter, larger people."""
    optics = [
        cast_still(np.random.default_rng(seed)).optics for seed in range(20)
    ]
    assert not any(o.blur for o in optics)
    assert all(1.0 <= o.zoom <= 1.25 for o in optics)
    assert np.mean([o.softness for o in optics]) < 0.5
