"""All things by name."""

from stclip.zs_stage.things.household import HOUSEHOLD
from stclip.zs_stage.things.thing import Thing

THINGS: dict[str, Thing] = {thing.name: thing for thing in HOUSEHOLD}
