"""All things by name."""

from stclip.zs_stage.things.tables.food import FOOD
from stclip.zs_stage.things.tables.household import HOUSEHOLD
from stclip.zs_stage.things.tables.leisure import LEISURE
from stclip.zs_stage.things.tables.tools import TOOLS
from stclip.zs_stage.things.thing import Thing

_HELD = (*HOUSEHOLD, *FOOD, *TOOLS, *LEISURE)
THINGS: dict[str, Thing] = {thing.name: thing for thing in _HELD}
#: Names of what is held in hands.
HELD = tuple(thing.name for thing in _HELD)
