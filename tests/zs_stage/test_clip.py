"""Frames and boxes of a whole clip, on a plain stage."""

from dataclasses import replace

import numpy as np
import pytest

from stclip.zs_stage.clip import FPS, Occluder
from stclip.zs_stage.motion import Motion
from stclip.zs_stage.painter import HEIGHT, WIDTH

GLIDE = Motion(keys=[(0.0, {})], rate=1.0, travel=0.4)


def seen_box(image, empty, threshold=12):
    """Tight box of all pixels that differ from the empty stage."""
    change = np.abs(image.astype(int) - empty.astype(int)).max(-1)
    rows, columns = np.nonzero(change > threshold)
    return (
        columns.min(), rows.min(), columns.max() + 1, rows.max() + 1,
    )  # fmt: skip


@pytest.fixture
def standing(actor, still_motion):
    def make(**more):
        return actor(still_motion, **more)

    return make


def test_same_clip_same_frames(stage, actor):
    optics = dict(shake=2.0, noise=5.0, blur=True, pan=(3.0, 1.0), zoom=1.1)
    clips = [
        stage.clip(actor(GLIDE, speed=1.0), seed=seed, **optics)
        for seed in (5, 5, 6)
    ]
    frames = [clip.render(7) for clip in clips]
    np.testing.assert_array_equal(frames[0][0], frames[1][0])
    assert frames[0][1] == frames[1][1]
    assert (frames[0][0] != frames[2][0]).mean() > 0.5
    # Frames do not depend on those rendered before.
    clips[0].render(3)
    np.testing.assert_array_equal(clips[0].render(7)[0], frames[1][0])


@pytest.mark.parametrize('yaw', [-90.0, -30.0, 90.0])
@pytest.mark.parametrize('zoom', [1.0, 1.2])
def test_boxes_fit_what_is_seen(stage, standing, yaw, zoom):
    """Within a pixel of the changed pixels of the picture."""
    image, boxes = stage.clip(standing(yaw=yaw), zoom=zoom).render(0)
    empty, none = stage.clip().render(0)
    assert none == []
    seen = seen_box(image, empty)
    assert np.abs(np.subtract(boxes[0], seen)).max() <= 1


def test_boxes_come_in_the_order_of_the_actors(stage, standing):
    """Who is nearer is drawn later, but stays in his place of the list."""
    near = standing(x=50.0, y=110.0, size=60.0)
    far = standing(x=120.0, y=80.0, size=40.0)
    _, boxes = stage.clip(near, far).render(0)
    _, swapped = stage.clip(far, near).render(0)
    assert boxes == swapped[::-1]
    assert boxes[0][0] < 50 < boxes[0][2]
    assert boxes[1][0] < 120 < boxes[1][2]


def test_nearer_person_hides_the_farther(stage, standing):
    """Somebody small stands behind the trunk of somebody tall."""
    near = standing(y=110.0, size=100.0, yaw=-90.0)
    far = standing(y=60.0, size=20.0)
    _, [alone] = stage.clip(near).render(0)
    assert stage.clip(near, far).render(0)[1] == [alone, None]
    assert stage.clip(far, near).render(0)[1] == [None, alone]


def test_occluder_hides_a_part(stage, standing):
    person = standing()
    _, [whole] = stage.clip(person).render(0)
    wall = Occluder((0, 70, WIDTH, HEIGHT), (0, 90, 0))
    image, [upper] = stage.clip(person, occluders=(wall,)).render(0)
    assert upper == (upper[0], whole[1], upper[2], 70)
    assert (image[71:] == [0, 90, 0]).all()


def test_occluder_hides_all(stage, standing):
    wall = Occluder((20, 0, 140, HEIGHT), (0, 90, 0))
    _, boxes = stage.clip(standing(), occluders=(wall,)).render(0)
    assert boxes == [None]


def test_out_of_the_picture(stage, standing):
    _, boxes = stage.clip(standing(x=-60.0)).render(0)
    assert boxes == [None]
    _, [box] = stage.clip(standing(x=0.0, yaw=-90.0)).render(0)
    assert box[0] == 0


def test_pan_moves_everything_the_other_way(stage, standing):
    """8 stage pixels a second to the right, level at 1.5 seconds."""
    clip = stage.clip(standing(), pan=(8.0, 0.0))
    _, [middle] = clip.render(int(1.5 * FPS))
    for seconds in (0.5, 1.0, 2.0, 2.5):
        _, [box] = clip.render(int(seconds * FPS))
        moved = round(8 * (seconds - 1.5))
        assert box == (
            middle[0] - moved, middle[1], middle[2] - moved, middle[3],
        )  # fmt: skip


def test_pan_stops_before_the_end_of_the_stage(stage, standing):
    clip = stage.clip(standing(), pan=(40.0, 0.0))
    lefts = [clip.render(frame)[1][0][0] for frame in range(3 * FPS)]
    assert max(lefts) - min(lefts) == 28
    assert lefts[0] == lefts[1] == max(lefts)


def test_zoom_grows(stage, standing):
    """From 1 by 0.25 a second, about the middle of the frame."""
    clip = stage.clip(standing(yaw=-90.0, size=60.0, y=90.0), zoom_speed=0.25)
    _, [small] = clip.render(0)
    _, [large] = clip.render(2 * FPS)
    middle = np.array([80, 60, 80, 60])
    expected = middle + 1.5 * (np.array(small) - middle)
    assert np.abs(np.array(large) - expected).max() <= 1.5


def test_shutter_mixes_a_quarter_frame_interval(stage, actor):
    """A quarter of a frame's time before and after, in equal parts."""
    person = actor(GLIDE, speed=1.0, size=80.0)
    way = 0.4 * 80 * 0.25 / FPS
    [before, after] = [
        replace(person, placement=replace(person.placement, x=80.0 + shift))
        for shift in (-way, way)
    ]
    first, _ = stage.clip(before).render(4)
    second, _ = stage.clip(after).render(4)
    blurred, boxes = stage.clip(person, blur=True).render(4)
    expected = 0.5 * first + 0.5 * second.astype(float)
    assert np.abs(blurred - expected).max() <= 1.5
    assert boxes == stage.clip(person).render(4)[1]


def test_contrast_and_tint(stage):
    """Grey 100, drawn to middle grey by the contrast, then coloured."""
    clip = stage.clip(contrast=0.8, tint=(1.0, 1.1, 0.9))
    image, _ = clip.render(0)
    middle = 127.5 * 0.2
    expected = [int(80 * tint + middle) for tint in (1.0, 1.1, 0.9)]
    assert (image == expected).all()
    # What is too light or too dark stays at the end of the scale.
    glare, _ = stage.clip(contrast=4.0, tint=(1.0, 5.0, 1.0)).render(0)
    assert glare[0, 0].tolist() == [17, 255, 17]


def test_noise_is_grey_and_new_in_every_frame(stage):
    clip = stage.clip(noise=6.0)
    first, second = (clip.render(index)[0].astype(float) for index in (0, 1))
    assert (first[..., 0] == first[..., 1]).all()
    assert first.std() == pytest.approx(6.0, rel=0.05)
    assert first.mean() == pytest.approx(99.5, abs=0.3)  # rounded down
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] < 0.05


def test_lens_blur(stage, standing):
    """Softens, and keeps the brightness of the whole."""
    sharp, _ = stage.clip(standing()).render(0)
    soft, boxes = stage.clip(standing(), softness=2.0).render(0)
    assert soft.mean() == pytest.approx(sharp.mean(), abs=1.0)

    def steepest(image):
        return np.abs(np.diff(image[..., 0].astype(int), axis=1)).max()

    assert steepest(soft) < 0.6 * steepest(sharp)
    assert boxes == stage.clip(standing()).render(0)[1]


def test_photograph_is_the_first_frame_at_twice_the_size(stage, standing):
    clip = stage.clip(standing(), pan=(3.0, 0.0), contrast=0.9)
    photo, boxes = clip.photograph()
    frame, expected = clip.render(0)
    assert boxes == expected
    assert photo.shape == (2 * HEIGHT, 2 * WIDTH, 3)
    tiles = photo.reshape(HEIGHT, 2, WIDTH, 2, 3).astype(float)
    assert np.abs(tiles.mean((1, 3)) - frame).max() <= 1.5
