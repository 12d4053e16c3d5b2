"""Where body parts and things are, against the pixels that show them."""

import numpy as np
import pytest

from stclip.zs_stage.lessons import LESSONS, answer_table
from stclip.zs_stage.painter import HEIGHT, WIDTH, Camera, Painter
from stclip.zs_stage.painter import SUPERSAMPLING as SCALE
from stclip.zs_stage.pictures import (
    Doing,
    Picture,
    SeenGarment,
    SeenPerson,
    SeenThing,
)
from stclip.zs_stage.sights import (
    PARTS,
    SIGHTS,
    body_sights,
    in_region,
    standing_sights,
)
from stclip.zs_stage.stills import stage_still
from stclip.zs_stage.things import Standing


def test_points_of_a_body_lie_on_it():
    """By the map of who is where, for bodies that nothing hides."""
    on_body = []
    for seed in range(80):
        clip = stage_still(np.random.default_rng(seed)).clip
        if len(clip.actors) != 1 or clip.actors[0].carried:
            continue
        actor = clip.actors[0]
        painter = Painter(clip.scene.backdrop, Camera())
        actor.draw(painter, 0.0, 1)
        points = body_sights(actor.figure(0.0))
        x, y = np.rint(points[:, 1:]).astype(int).T
        seen = (x >= 0) & (x < WIDTH) & (y >= 0) & (y < HEIGHT)
        on_body.append((painter.owners[y[seen], x[seen]] == 1).mean())
        assert set(points[:, 0]) == set(range(len(PARTS)))
    assert len(on_body) > 5 and np.mean(on_body) > 0.95


@pytest.mark.parametrize('name', ['tree', 'umbrella', 'bottle', 'skateboard'])
@pytest.mark.parametrize('mirror', [False, True])
def test_points_of_a_thing_fill_its_box(name, mirror, stage):
    thing = Standing(
        name, np.array([80.0, 110.0]), 45.0, (200, 30, 30), mirror=mirror
    )
    painter = stage.painter()
    thing.draw(painter)
    y, x = np.nonzero((painter.canvas != stage.grey).any(2))
    drawn = np.array([x.min(), y.min(), x.max() + 1, y.max() + 1]) / SCALE
    points = standing_sights(thing)
    assert set(points[:, 0]) == {SIGHTS.index(name)}
    low, high = points[:, 1:].min(0), points[:, 1:].max(0)
    # The outermost of four points are an eighth from the edges.
    size = drawn[2:] - drawn[:2]
    np.testing.assert_allclose(low, drawn[:2] + size / 8, atol=1.5)
    np.testing.assert_allclose(high, drawn[2:] - size / 8, atol=1.5)


def test_what_a_region_shows():
    sights = np.array(
        [[3, 10.0, 20.0], [3, 10.1, 20.1], [5, 29.9, 39.9], [7, 30.0, 30.0]]
    )
    kept = in_region(sights, np.array([10, 20, 30, 40]), 40)
    np.testing.assert_array_equal(kept, [[3, 0, 0], [5, 39, 39]])
    assert kept.dtype == np.uint8


def test_answers_are_of_the_first_person():
    shirt = (SeenGarment('shirt', 'red'),)
    kick = Doing('kick', SeenThing('ball', 'blue'))
    doer = SeenPerson('man', 'black', (), shirt, (kick,))
    idle = SeenPerson('man', 'black', (), shirt, ())
    shown = [
        Picture('park', 'clear', 'plain', (doer, idle)),
        Picture('park', 'clear', 'plain', (idle, doer)),
        Picture('park', 'clear', 'plain', ()),
    ]
    table = answer_table(shown).tolist()
    park, red = (
        LESSONS[lesson].index(answer)
        for lesson, answer in (('place', 'park'), ('colour', 'red'))
    )
    assert list(LESSONS) == ['verb', 'thing', 'place', 'colour']
    assert table == [
        [LESSONS['verb'].index('kick'), LESSONS['thing'].index('ball'),
         park, red],
        [-100, -100, park, red],
        [-100, -100, park, -100],
    ]  # fmt: skip
