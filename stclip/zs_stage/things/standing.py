"""A thing that was put somewhere."""

from dataclasses import dataclass

import numpy as np

from stclip.zs_stage.painter import Canvas, Colour
from stclip.zs_stage.things.drawing import draw_standing


@dataclass(frozen=True, eq=False)
class Standing:
    """A thing that stands or lies somewhere.

    Args:
        name: Key of :data:`~stclip.zs_stage.things.tables.THINGS`.
        floor: ``(2,)`` stage pixels of what its middle stands on.
        unit: Pixels per body height.
        colour: RGB of its main part.
        pattern: Of its main part.
        mirror: Whether its right is on the left.
        outline: Whether it is edged in black.
    """

    name: str
    floor: np.ndarray
    unit: float
    colour: Colour
    pattern: str = 'plain'
    mirror: bool = False
    outline: bool = True

    def draw(self, canvas: Canvas) -> None:
        """Draw it and hide what is behind it."""
        if canvas.owners is not None:
            canvas.owner = 0
        draw_standing(
            canvas, self.name, self.floor, self.unit, self.colour,
            self.pattern, self.mirror, self.outline,
        )  # fmt: skip
        canvas.owner = None
