"""An empty stage, a plain person to pose on it, and rendered crowds."""

from dataclasses import dataclass

import numpy as np
import pytest

from stclip.zs_stage.actor import Actor, Timing
from stclip.zs_stage.clip import Clip, Optics
from stclip.zs_stage.figure import Placement
from stclip.zs_stage.looks import Garment, Look
from stclip.zs_stage.motion import Motion
from stclip.zs_stage.painter import (
    HEIGHT,
    MARGIN,
    SUPERSAMPLING,
    WIDTH,
    Camera,
    Painter,
)
from stclip.zs_stage.pose import Build
from stclip.zs_stage.scenes import Scene
from stclip.zs_stage.tracks import SIZES, plan_track, render_video

GREY = 100


@dataclass(frozen=True)
class Stage:
    """A grey stage on which everything that differs has been drawn."""

    backdrop: np.ndarray
    grey: int = GREY

    def painter(self, **camera) -> Painter:
        return Painter(self.backdrop, Camera(**camera))

    def clip(self, *actors, seed=0, occluders=(), **optics) -> Clip:
        scene = Scene('park', self.backdrop, horizon=60.0)
        return Clip(scene, actors, Optics(**optics), seed, occluders)


@pytest.fixture(scope='session')
def stage():
    shape = (HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN, 3)
    shape = (shape[0] * SUPERSAMPLING, shape[1] * SUPERSAMPLING, 3)
    return Stage(np.full(shape, GREY, np.uint8))


@pytest.fixture(scope='session')
def look():
    """Every part in a colour of its own, none of them grey."""
    return Look(
        build=Build(),
        kind='man',
        skin=(250, 200, 160),
        hair='brown',
        top=Garment('shirt', 'red', (200, 0, 0)),
        legs=Garment('trousers', 'blue', (0, 0, 200)),
        shoes=(0, 120, 0),
        long_sleeves=True,
    )


@pytest.fixture(scope='session')
def actor(look):
    """Pose somebody: frozen at ``phase`` unless given a ``speed``."""

    def make(
        *motions, phase=0.0, speed=0.0, x=80.0, y=100.0, size=80.0,
        yaw=0.0, mirror=False, **more,
    ):  # fmt: skip
        timing = more.pop('timing', Timing(phase, speed))
        layers = tuple(
            (motion, timing, np.zeros_like(motion.poses)) for motion in motions
        )
        arguments = dict(
            look=look,
            placement=Placement(x, y, size, yaw, mirror),
            layers=layers,
            colour=(0, 200, 200),
        )
        return Actor(**arguments | more)

    return make


@pytest.fixture(scope='session')
def still_motion():
    """Stand as stiff as a post."""
    return Motion(keys=[(0.0, {})], rate=1.0)


@pytest.fixture(scope='session')
def full_crowds():
    """(plan, actors) of all multi-action videos; nothing is rendered."""
    plans = plan_track('multi', SIZES['full'])
    return [(plan, plan.cast().actors) for plan in plans]


@pytest.fixture(scope='session')
def some_crowds(tmp_path_factory):
    """(root, records) of two training and two test videos."""
    root = tmp_path_factory.mktemp('zs_stage_multi')
    plans = plan_track('multi', SIZES['tiny'])
    chosen = [plans[4], plans[5], plans[15], plans[18]]
    return root, [render_video(plan, root, 'frames') for plan in chosen]
