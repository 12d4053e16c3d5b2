"""Things that open: doors on hinges, and umbrellas."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stclip.zs_stage.colours import MATERIALS, Colour, tone
from stclip.zs_stage.figure import Figure
from stclip.zs_stage.painter import Painter

#: Draws a thing: painter, figure of its user, anchor and direction in stage
#: pixels, how far it is open (0 to 1), pixels per body height, colour.
DrawOpen = Callable[
    [Painter, Figure, np.ndarray, np.ndarray, float, float, Colour], None
]


@dataclass(frozen=True)
class Leaf:
    """A leaf on hinges, in body heights.

    Args:
        half: Half of its width.
        low: Lower edge above the floor.
        high: Upper edge.
        inside: Colour behind it.
        knob: Whether it has one.
    """

    half: float
    low: float
    high: float
    inside: Colour
    knob: bool = True

    def draw(
        self, painter: Painter, figure: Figure, anchor: np.ndarray,
        direction: np.ndarray, openness: float, unit: float, colour: Colour,
    ) -> None:  # fmt: skip
        """Draw frame, inside and leaf, which turns away from its user."""
        del direction
        scale = unit / figure.size

        def corner(x: float, y: float, z: float) -> np.ndarray:
            return anchor + scale * figure.direction(x, y, z)

        half = self.half

        def upright(x: float, far: float) -> np.ndarray:
            # From the hinges on.
            return np.array(
                [
                    corner(0.0, -half, self.low),
                    corner(0.0, -half, self.high),
                    corner(x, far, self.high), corner(x, far, self.low),
                ]
            )  # fmt: skip

        hole = upright(0.0, half)
        painter.polygon(hole, self.inside)
        painter.path(hole, 0.05 * unit, tone(colour, 0.5))
        angle = np.deg2rad(105.0 * openness)
        out, across = 2 * half * np.sin(angle), 2 * half * np.cos(angle)
        leaf = upright(out, across - half)
        painter.polygon(leaf, colour)
        painter.path(leaf, 0.02 * unit, tone(colour, 0.7))
        if self.knob:
            knob = corner(
                0.85 * out, 0.85 * across - half,
                0.5 * (self.low + self.high),
            )  # fmt: skip
            painter.ellipse(knob, (0.03 * unit,) * 2, MATERIALS['gold'])


def draw_umbrella(
    painter: Painter, figure: Figure, anchor: np.ndarray,
    direction: np.ndarray, openness: float, unit: float, colour: Colour,
) -> None:  # fmt: skip
    """Draw an umbrella between folded and open."""
    del figure
    up, side = unit * direction, unit * np.array([-direction[1], direction[0]])
    painter.line(anchor - 0.06 * up, anchor + 0.56 * up, 0.025 * unit,
                 MATERIALS['ink'])  # fmt: skip
    angles = np.linspace(0, np.pi, 13)
    rim, half = 0.12 + 0.16 * openness, 0.045 + 0.275 * openness
    height = 0.53 - rim
    for width, light in ((1.0, 1.0), (0.35, 0.65)):
        across = width * half * np.cos(angles)[:, None] * side
        along = (rim + height * np.sin(angles))[:, None] * up
        painter.polygon(anchor + across + along, tone(colour, light))


#: How each thing that opens is drawn.
OPENING: dict[str, DrawOpen] = {
    'door': Leaf(0.24, 0.0, 1.05, (38, 36, 44)).draw,
    'fridge': Leaf(0.2, 0.0, 0.85, (235, 245, 250)).draw,
    'window': Leaf(0.2, 0.5, 1.05, MATERIALS['sky'], knob=False).draw,
    'umbrella': draw_umbrella,
}
