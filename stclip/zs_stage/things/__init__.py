"""Everything that does not move by itself, in one small drawing language."""

from stclip.zs_stage.things.drawing import (
    draw_standing,
    draw_thing,
    standing_pose,
    thing_axes,
)
from stclip.zs_stage.things.patterns import PATTERNS
from stclip.zs_stage.things.standing import Standing
from stclip.zs_stage.things.tables import THINGS
from stclip.zs_stage.things.thing import Thing

__all__ = [
    'PATTERNS',
    'THINGS',
    'Standing',
    'Thing',
    'draw_standing',
    'draw_thing',
    'standing_pose',
    'thing_axes',
]
