"""Photographs of the stage: what they show and what is said of it."""

import numpy as np
import pytest

from stclip.zs_stage import stills
from stclip.zs_stage.photographs import about_lead
from stclip.zs_stage.pictures import Doing, SeenThing
from stclip.zs_stage.places import PLACES
from stclip.zs_stage.stills import stage_still, take_stills
from stclip.zs_stage.things import THINGS, Standing
from stclip.zs_stage.verbs import VERBS
from stclip.zs_stage.weather import INDOOR_WEATHERS, WEATHERS
from stclip.zs_stage.words import setting, thing_words, verb_phrases

SIZE = 64


@pytest.fixture(scope='module')
def albums():
    """What sixty scenes give."""
    return [take_stills(np.random.default_rng(k), SIZE) for k in range(60)]


def test_same_numbers_same_stills(albums):
    again = take_stills(np.random.default_rng(4), SIZE)
    assert len(again) == len(albums[4])
    for one, other in zip(again, albums[4], strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
        np.testing.assert_array_equal(one.sights, other.sights)
        assert one.shown == other.shown
    assert (again[0].pixels != albums[5][0].pixels).mean() > 0.5


def test_whole_scene_first_then_close_ups(albums):
    close = photographed = 0
    for first, *others in albums:
        whole = first.shown
        assert whole.style != 'close_up' or len(others) <= 2
        for still in others:
            part = still.shown
            assert still.pixels.shape == (SIZE, SIZE, 3)
            assert (part.place, part.weather) == (whole.place, whole.weather)
            close += bool(part.people[0].doings)
            photographed += 1
    # Few are cut so that the one it is done to is outside.
    assert close > 90 and close > 0.95 * photographed


def test_all_that_is_said_has_words(albums):
    kinds = {
        'place': PLACES, 'weather': WEATHERS, 'relation': stills._OFFSETS,
    }  # fmt: skip
    for kind, keys in kinds.items():
        assert set(keys) <= set(setting(kind))
    assert set(VERBS) <= set(verb_phrases())
    assert set(THINGS) <= set(thing_words())
    for album in albums:
        for shown in (still.shown for still in album):
            weathers = (
                INDOOR_WEATHERS if PLACES[shown.place].indoor else WEATHERS
            )
            assert shown.weather in weathers
            for person in shown.people:
                assert person.kind in setting('person')
                assert person.hair in setting('hair')
                assert set(person.wears) <= set(setting('wear'))
                for garment in person.garments:
                    assert garment.kind in setting('garment')
                    assert garment.colour in setting('colour')
                for doing in person.doings:
                    assert VERBS[doing.verb].partner == (
                        doing.partner is not None
                    )
                    assert bool(VERBS[doing.verb].things) == (
                        doing.thing is not None
                    )


def test_partners_are_in_the_picture(albums):
    """Who does something to somebody is said only with the other."""
    partners = 0
    for album in albums:
        for shown in (still.shown for still in album):
            for index, person in enumerate(shown.people):
                for doing in person.doings:
                    if doing.partner is not None:
                        assert doing.partner != index
                        assert doing.partner < len(shown.people)
                        partners += 1
    assert partners > 10


def _staged(seed: int, verb: str, monkeypatch) -> stills.Staged:
    """A scene of one group that does ``verb``."""
    monkeypatch.setattr(stills, 'VERBS', {verb: VERBS[verb]})
    while True:
        staged = stage_still(np.random.default_rng(seed))
        if len(staged.people) == 1 + VERBS[verb].partner:
            return staged
        seed += 1000


def test_colour_and_size_are_those_said(monkeypatch):
    """Of a thing in the hand, by pixels of its colour."""
    shares = {}
    for seed in range(40):
        staged = _staged(seed, 'carry', monkeypatch)
        thing = staged.people[0].doings[0].thing
        [carried] = [
            c for c in staged.clip.actors[0].carried if c.thing == thing.name
        ]
        assert carried.size == stills.SIZES[thing.size]
        assert carried.pattern == thing.pattern
        shares.setdefault(thing.colour, []).append(carried.colour)
    for name, colours in shares.items():
        want = np.array(stills.COLOURS[name], float)
        for colour in colours:
            ratio = (np.array(colour) + 1) / (want + 1)
            # Lighter or darker, saturation at 255 aside.
            assert 0.8 < np.median(ratio) < 1.2, (name, colour)


def test_giver_and_taker_hold_the_same_thing(monkeypatch):
    staged = _staged(0, 'give', monkeypatch)
    giver, taker = staged.people
    assert giver.doings[0].verb == 'give' and giver.doings[0].partner == 1
    assert not taker.doings
    looks = {
        (c.thing, c.colour, c.pattern, c.size)
        for actor in staged.clip.actors
        for c in actor.carried
    }
    assert len(looks) == 1


def test_mutual_verbs_are_done_by_both(monkeypatch):
    staged = _staged(0, 'shake_hands', monkeypatch)
    one, other = staged.people
    assert one.doings == (Doing('shake_hands', None, 1),)
    assert other.doings == (Doing('shake_hands', None, 0),)


def test_photographs_are_taken_near_the_end():
    rng = np.random.default_rng(0)
    phases = [stills.decisive_phase(*rng.uniform(size=2)) for _ in range(4000)]
    assert np.mean(np.array(phases) >= 0.6) == pytest.approx(0.82, abs=0.02)
    assert min(phases) < 0.02 and max(phases) > 0.99


@pytest.mark.parametrize(('verb', 'twin'), [('open', 'close')])
def test_members_of_a_pair_are_met_in_other_states(verb, twin, monkeypatch):
    """A door that is opened is open in most photographs, and the reverse."""

    def openness(name: str) -> float:
        found = []
        for seed in range(40):
            staged = _staged(seed, name, monkeypatch)
            actor = staged.clip.actors[0]
            figure = actor.figure(0.0)
            [carried] = [
                c
                for c in actor.carried
                if c.thing == staged.people[0].doings[0].thing.name
            ]
            found.append(carried.carriage.openness(figure.phase))
        return float(np.mean(found))

    assert openness(verb) - openness(twin) > 0.3


def test_relations_are_where_they_are_said_to_be():
    """By the place at which the thing is drawn, against the person's."""
    checked = set()
    for seed in range(150):
        staged = stage_still(np.random.default_rng(seed))
        if not staged.people:
            continue
        place = staged.clip.actors[0].placement
        front = [
            (each.name, each.floor)
            for each in staged.clip.occluders
            if isinstance(each, Standing)
        ]
        about = staged.standing[len(staged.clip.scene.things) :]
        found = {each.name: each.floor for each in about}
        for thing, relation, _ in staged.things:
            x, y = found[thing.name]
            checked.add(relation)
            if relation == 'left_of':
                assert x > place.x
            elif relation == 'right_of':
                assert x < place.x
            elif relation == 'under':
                assert y < place.y - place.size
            elif relation == 'behind':
                assert y > place.y
                assert thing.name in dict(front)
            elif relation in ('facing', 'away_from'):
                towards = np.sign(x - place.x) == stills.facing_side(place)
                assert towards == (relation == 'facing')
    assert checked == set(stills._OFFSETS)


def test_an_empty_scene_tells_what_stands_about():
    seed = 0
    while (staged := stage_still(np.random.default_rng(seed))).people:
        seed += 1
    [still] = take_stills(np.random.default_rng(seed), SIZE)
    shown = still.shown
    assert shown.people == ()
    assert [thing for thing, _, _ in shown.things] == [
        SeenThing(name)
        for name in dict.fromkeys(t.name for t in staged.clip.scene.things)
    ]


def test_stills_are_sharp():
    optics = [
        stills._photo_optics(np.random.default_rng(seed)) for seed in range(20)
    ]
    assert not any(each.blur for each in optics)
    assert all(1.0 <= each.zoom <= 1.25 for each in optics)
    assert np.mean([each.softness for each in optics]) < 0.5


def test_the_lead_is_in_the_middle_of_a_close_up():
    lead, other = np.array([40, 20, 60, 80.0]), np.array([70, 10, 100, 90.0])
    box = about_lead(lead, other)
    np.testing.assert_allclose(box, [50 - 42.5, 10, 50 + 42.5, 90])
    # More than half of the other one is in it; one behind is no reason to
    # cut the lead.
    assert box[2] - other[0] > 0.5 * 30
    inner = np.array([45, 30, 55, 70.0])
    np.testing.assert_array_equal(about_lead(lead, inner), lead)
