"""Places by name: their floors, their walls or sky, what stands there."""

from collections.abc import Callable
from dataclasses import dataclass

from stclip.zs_stage import interiors, scenery
from stclip.zs_stage.painter import Colour


@dataclass(frozen=True)
class Place:
    """What a kind of place is made of.

    Args:
        indoor: Whether a wall takes the place of the sky.
        floors: Possible floor colours, RGB.
        backs: Possible sky (upper) or wall colours, RGB.
        looks: How wall or horizon and floor are drawn.
        far: Names of things along the horizon or the wall.
        near: Names of things on the floor.
    """

    indoor: bool
    floors: tuple[Colour, ...]
    backs: tuple[Colour, ...]
    looks: tuple[Callable[[scenery.Ground], None], ...]
    far: tuple[str, ...]
    near: tuple[str, ...]


_SKY = ((120, 170, 230), (150, 195, 240), (175, 205, 235))
_GRASS = ((85, 150, 60), (105, 160, 70))
_BRIGHT = ((225, 225, 220), (215, 220, 225))

PLACES = {
    'park': Place(
        False, _GRASS, _SKY, (scenery.hills, scenery.path),
        ('tree', 'bush', 'fountain', 'tree', 'lamp_post'),
        ('bench', 'bush', 'tree', 'flower', 'bin'),
    ),
    'street': Place(
        False, ((100, 100, 104), (120, 118, 116)), _SKY,
        (scenery.skyline, scenery.road),
        ('house', 'lamp_post', 'house', 'sign', 'house'),
        ('car', 'lamp_post', 'bin', 'mailbox', 'bicycle', 'sign'),
    ),
    'beach': Place(
        False, ((235, 215, 160), (225, 200, 145)), _SKY[:2], (scenery.sea,),
        ('palm', 'boat', 'palm'), ('umbrella', 'ball', 'palm', 'bucket'),
    ),
    'forest': Place(
        False, ((80, 85, 45), (95, 75, 50)), ((70, 105, 70), (90, 120, 85)),
        (scenery.woods, scenery.leaves),
        ('pine', 'tree', 'pine', 'pine', 'bush'),
        ('pine', 'bush', 'log', 'rock', 'tree'),
    ),
    'sports_field': Place(
        False, ((60, 160, 70), (70, 170, 60)), _SKY,
        (scenery.stand, scenery.pitch), ('goal',), ('football', 'flag'),
    ),
    'playground': Place(
        False, ((215, 130, 85), (200, 145, 95)), _SKY,
        (scenery.hills, scenery.swings), ('fence', 'tree', 'fence'),
        ('ball', 'bench', 'bucket', 'bicycle'),
    ),
    'desert': Place(
        False, ((230, 165, 80), (220, 150, 75)),
        ((245, 200, 130), (240, 215, 165)), (scenery.dunes,),
        ('cactus', 'rock', 'cactus'), ('cactus', 'rock', 'rock'),
    ),
    'snow_field': Place(
        False, ((235, 240, 248), (228, 235, 245)),
        ((190, 205, 225), (170, 190, 215)), (scenery.drifts,),
        ('pine', 'mountain', 'pine', 'house'), ('snowman', 'pine', 'pine'),
    ),
    'lake': Place(
        False, ((100, 145, 75), (120, 150, 90)), _SKY, (scenery.water,),
        ('boat', 'boat', 'pine'), ('duck', 'rock', 'bush', 'tent', 'duck'),
    ),
    'farm': Place(
        False, ((165, 165, 70), (180, 165, 75)), _SKY,
        (scenery.hills, scenery.furrows),
        ('windmill', 'house', 'fence', 'cow', 'tree', 'horse'),
        ('cow', 'sheep', 'fence', 'barrel', 'sheep', 'duck'),
    ),
    'living_room': Place(
        True, ((150, 100, 60), (135, 90, 60)),
        ((215, 190, 150), (205, 170, 140)),
        (interiors.wallpaper, interiors.planks, interiors.rug),
        ('sofa', 'window', 'tv', 'shelf', 'piano'),
        ('table', 'chair', 'sofa', 'pillow', 'cat'),
    ),
    'kitchen': Place(
        True, ((205, 200, 190), (190, 190, 195)), ((235, 235, 225),),
        (interiors.tiles, interiors.counter, interiors.checks),
        ('fridge', 'sink', 'fridge'),
        ('table', 'chair', 'bin', 'basket'),
    ),
    'office': Place(
        True, ((90, 105, 130), (100, 110, 125)), ((200, 208, 215),),
        (interiors.lamps, interiors.skirting, interiors.desks),
        ('window', 'shelf', 'clock', 'window'),
        ('table', 'laptop', 'chair', 'table', 'laptop', 'bin'),
    ),
    'gym': Place(
        True, ((215, 155, 80), (205, 145, 75)), ((205, 210, 190),),
        (interiors.bars, interiors.court), ('hoop',),
        ('barbell', 'basketball', 'bench', 'barbell'),
    ),
    'classroom': Place(
        True, ((190, 165, 120), (180, 155, 110)),
        ((240, 225, 165), (235, 220, 150)),
        (interiors.blackboard, interiors.planks), ('window', 'door', 'clock'),
        ('table', 'chair', 'table', 'book', 'chair'),
    ),
    'shop': Place(
        True, _BRIGHT, ((185, 190, 200),),
        (interiors.goods, interiors.lamps, interiors.checks), ('cart',),
        ('cart', 'basket', 'box', 'bag'),
    ),
    'garage': Place(
        True, ((105, 105, 108), (120, 118, 115)),
        ((165, 95, 75), (150, 90, 75)), (interiors.bricks, interiors.shutter),
        ('ladder', 'shelf', 'barrel'),
        ('car', 'wheel', 'barrel', 'bucket', 'bicycle'),
    ),
    'bedroom': Place(
        True, ((185, 150, 160), (170, 140, 165)),
        ((200, 175, 220), (225, 180, 205)), (interiors.wallpaper,),
        ('bed', 'bed', 'window', 'door'),
        ('pillow', 'teddy', 'bed', 'chair', 'doll'),
    ),
    'station': Place(
        True, ((150, 150, 152), (165, 160, 155)), ((150, 170, 190),),
        (interiors.rails,), ('clock', 'sign'),
        ('bench', 'suitcase', 'bin', 'suitcase', 'bag'),
    ),
    'museum': Place(
        True, ((210, 205, 195), (200, 195, 190)),
        ((125, 45, 50), (60, 70, 90)), (interiors.gallery, interiors.checks),
        ('statue',), ('statue', 'bench', 'shield', 'statue'),
    ),
}  # fmt: skip
