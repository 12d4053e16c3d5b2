"""What is known of a thing: how it looks, how large it is, where it goes."""

from dataclasses import dataclass, field

import numpy as np

from stclip.zs_stage.colours import COLOURS
from stclip.zs_stage.things.shapes import Shape

#: Colours of things that may have any.
ANY = tuple(COLOURS)


@dataclass(frozen=True, eq=False)
class Thing:
    """A kind of thing.

    Args:
        name: Key, as captions and verbs use it.
        size: Longest side in body heights.
        grip: Where its origin belongs. ``'hand'``: in one hand, up is where
            a held tool points; ``'hands'``: between both hands; ``'head'``:
            on top of a head, up is the head's; ``'floor'``: on the floor;
            ``'wall'``: the lower edge of what hangs on a wall; ``'sky'``:
            its middle, in the sky.
        shapes: In the order in which they are drawn, in any scale: they are
            made to fit ``size``. What has a front (animals, vehicles)
            shows it to the right.
        colours: Keys of :data:`~stclip.zs_stage.colours.COLOURS` that it may
            have; the first if nothing is said.
        stands: Whether it keeps upright where it is put; otherwise it lies
            on its side.
    """

    name: str
    size: float
    grip: str
    shapes: tuple[Shape, ...]
    colours: tuple[str, ...] = ANY
    stands: bool = True
    #: xyxy of the thing, its origin 0, 0, its longest side 1, y up.
    extent: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        low, high = extent_of(self.shapes)
        longest = float((high - low).max())
        scaled = tuple(
            Shape(s.paint, s.points / longest, s.width / longest)
            for s in self.shapes
        )
        object.__setattr__(self, 'shapes', scaled)
        extent = np.concatenate([low, high]) / longest
        object.__setattr__(self, 'extent', extent)


def extent_of(shapes: tuple[Shape, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and the highest x and y of shapes, ``(2,)`` each."""
    low = np.min([s.points.min(0) - s.width / 2 for s in shapes], axis=0)
    high = np.max([s.points.max(0) + s.width / 2 for s in shapes], axis=0)
    return low, high
