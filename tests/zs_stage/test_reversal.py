"""Twins in motion: the same frames in the opposite order."""

from dataclasses import replace

import numpy as np
import pytest

from stclip.zs_stage.action_casting import cast_action
from stclip.zs_stage.classes import PAIRS
from stclip.zs_stage.clip import FPS, Optics
from stclip.zs_stage.motion import Motion, reversed_motion
from stclip.zs_stage.motions import POSES

ONCE = Motion(
    keys=[(0.0, {}), (0.3, dict(lean=30.0)), (1.0, dict(lean=-10.0))],
    iconic=(0.2, 1.0),
)
FRAMES = 13


def twins(pair, **optics):
    """The clips of both members from the same random choices, with neither
    noise nor rain, which are never the same twice."""
    clips = [
        cast_action(
            name, np.random.default_rng(5), FRAMES / FPS, Optics(**optics),
            bystander_chance=0.0,
        )
        for name in pair
    ]  # fmt: skip
    return [
        replace(clip, scene=replace(clip.scene, weather='clear'))
        for clip in clips
    ]


@pytest.mark.parametrize('motion', [ONCE, POSES['run']])
def test_poses_come_in_the_opposite_order(motion):
    back = reversed_motion(motion)
    rng = np.random.default_rng(0)
    offsets = rng.normal(size=motion.poses.shape)
    for phase in np.linspace(0, 1, 21):
        np.testing.assert_allclose(
            back.pose(phase, offsets), motion.pose(1 - phase, offsets),
            atol=1e-9,
        )  # fmt: skip
        assert back.key_phase(phase) == 1 - phase
    assert (back.travel, back.rise) == (-motion.travel, -motion.rise)


def test_decisive_moments_are_reversed_too():
    assert reversed_motion(ONCE).iconic == pytest.approx((0.8, 0.0))


def test_backwards_twice_is_forwards():
    back = reversed_motion(reversed_motion(POSES['run']))
    assert not back.backwards
    assert back.travel == POSES['run'].travel


@pytest.mark.parametrize('pair', PAIRS['motion'], ids=lambda pair: pair[0])
def test_twins_show_the_same_frames_backwards(pair):
    forth, back = twins(pair)
    seen = []
    for index in (1, 5, 11):
        image, boxes = forth.render(index)
        other, other_boxes = back.render(FRAMES - 1 - index)
        # Rounding may move an edge by an eighth of a pixel.
        difference = np.abs(image.astype(int) - other)
        assert (difference > 2).mean() < 1e-3
        assert np.abs(np.array(boxes) - other_boxes).max() <= 1
        seen.append(image)
    # And they do differ from one another.
    assert (seen[0] != seen[2]).any(-1).mean() > 0.01


def test_open_shutter_does_not_tell_the_direction():
    forth, back = twins(PAIRS['motion'][0], blur=True)
    image, _ = forth.render(4)
    other, _ = back.render(FRAMES - 1 - 4)
    assert (np.abs(image.astype(int) - other) > 2).mean() < 1e-3
