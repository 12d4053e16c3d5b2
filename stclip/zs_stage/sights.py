"""Where body parts and things are in a photograph of the stage.

It is told by points that lie on them, as many small signs as a picture has
patches; a network that has to find them learns to see from few pictures.
"""

import numpy as np

from stclip.zs_stage.actor import Actor
from stclip.zs_stage.figure import Figure
from stclip.zs_stage.things import THINGS, Standing, standing_pose, thing_axes

#: Parts of a body.
PARTS = (
    'head', 'trunk', 'upper arm', 'forearm', 'hand', 'thigh', 'shin', 'foot',
)  # fmt: skip
#: What may be seen.
SIGHTS = (*PARTS, *THINGS)

# Points of a limb from one joint to the other, and of each side of a thing.
_ALONG, _ACROSS = 6, 4
_SIDED = (
    ('shoulder', 'elbow', 'upper arm'), ('elbow', 'hand', 'forearm'),
    ('hand', 'hand', 'hand'), ('hip', 'knee', 'thigh'),
    ('knee', 'foot', 'shin'), ('foot', 'toe', 'foot'),
    ('shoulder', 'hip', 'trunk'),
)  # fmt: skip
#: Joints at the ends of each limb, and what is between them.
_LIMBS = (
    ('head', 'neck', 'head'), ('neck', 'pelvis', 'trunk'),
    *((f'{side}_{start}', f'{side}_{end}', part)
      for side in 'rl' for start, end, part in _SIDED),
)  # fmt: skip


def _marked(sight: str, points: np.ndarray) -> np.ndarray:
    kinds = np.full(len(points), SIGHTS.index(sight))
    return np.column_stack([kinds, points])


def body_sights(figure: Figure) -> np.ndarray:
    """Points on the limbs of a body.

    Args:
        figure: Its joints.

    Returns:
        ``(n, 3)``: index in :data:`SIGHTS`, x and y in stage pixels.
    """
    part = np.linspace(0, 1, _ALONG)[:, None]
    return np.concatenate(
        [
            _marked(
                name,
                (1 - part) * figure.at(start) + part * figure.at(end),
            )
            for start, end, name in _LIMBS
        ]
    )


def thing_sights(
    name: str, anchor: np.ndarray, axis: np.ndarray, unit: float, mirror: bool
) -> np.ndarray:
    """Points on a thing; arguments as those of ``draw_thing``.

    Returns:
        As :func:`body_sights`.
    """
    left, low, right, high = THINGS[name].extent
    steps = (np.arange(_ACROSS) + 0.5) / _ACROSS
    x, y = np.meshgrid(
        left + steps * (right - left), low + steps * (high - low)
    )
    points = np.stack([x.ravel(), y.ravel()], 1)
    return _marked(
        name, points @ thing_axes(name, axis, unit, mirror) + anchor
    )


def actor_sights(actor: Actor, time: float) -> np.ndarray:
    """Points on a person and on what is carried, as :func:`body_sights`."""
    figure = actor.figure(time)
    carried = [
        thing_sights(each.thing, *each.at(figure))
        for each in actor.carried
        if each.is_shown(figure)
    ]
    return np.concatenate([body_sights(figure), *carried])


def standing_sights(thing: Standing) -> np.ndarray:
    """Points on a thing that stands about, as :func:`body_sights`."""
    look = thing.unit, thing.mirror
    anchor, axis = standing_pose(thing.name, thing.floor, *look)
    return thing_sights(thing.name, anchor, axis, *look)


def in_region(sights: np.ndarray, region: np.ndarray, size: int) -> np.ndarray:
    """Keep what a part of a photograph shows.

    Args:
        sights: ``(n, 3)``, x and y in pixels of the photograph.
        region: xyxy in pixels of it.
        size: Pixels of the square that the part becomes, at most 256.

    Returns:
        ``(m, 3)`` uint8, x and y in pixels of the square, without repeats.
    """
    low, high = region[:2], region[2:]
    points = (sights[:, 1:] - low) / (high - low) * size
    seen = ((points >= 0) & (points < size)).all(1)
    kept = np.column_stack([sights[seen, 0], points[seen]])
    return np.unique(kept.astype(np.uint8), axis=0)
