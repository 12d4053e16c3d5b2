"""All things by name."""

from stclip.zs_stage.things.tables import animals as _animals
from stclip.zs_stage.things.tables.food import FOOD
from stclip.zs_stage.things.tables.furniture import FURNITURE
from stclip.zs_stage.things.tables.household import HOUSEHOLD
from stclip.zs_stage.things.tables.leisure import LEISURE
from stclip.zs_stage.things.tables.nature import NATURE
from stclip.zs_stage.things.tables.street import STREET
from stclip.zs_stage.things.tables.tools import TOOLS
from stclip.zs_stage.things.thing import Thing

_KINDS = (
    (*HOUSEHOLD, *FOOD, *TOOLS, *LEISURE),
    _animals.ANIMALS,
    (*NATURE, *STREET, *FURNITURE),
)
THINGS: dict[str, Thing] = {
    thing.name: thing for kind in _KINDS for thing in kind
}
#: Names of what is held, of animals, and of what stands about.
HELD, ANIMALS, STANDING = (
    tuple(thing.name for thing in kind) for kind in _KINDS
)
#: Names of what can be striped, dotted or checked, so that it is seen.
PATTERNED = (
    'cup', 'glass', 'bottle', 'jug', 'bucket', 'book', 'phone',
    'camera', 'candle', 'fan', 'pillow', 'bag', 'suitcase', 'hat', 'box',
    'gift', 'fish', 'axe', 'shield', 'guitar', 'drum', 'bat', 'ball',
    'umbrella', 'flag', 'balloon', 'kite', 'doll', 'cat', 'house', 'tent',
    'fence', 'mailbox', 'bin', 'bench', 'car', 'bus', 'boat', 'cart', 'table',
    'chair', 'sofa', 'bed', 'door', 'piano', 'fridge', 'sink',
)  # fmt: skip
