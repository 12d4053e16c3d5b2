"""Parts of a photograph of the stage: cut out, and what each one shows."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from stclip.zs_stage.clip import Clip
from stclip.zs_stage.pictures import Picture, SeenPerson, SeenThing
from stclip.zs_stage.sights import actor_sights, standing_sights
from stclip.zs_stage.things import Standing

Rng = np.random.Generator

# Part of a person's box above which a part of the photograph shows them.
_LEAST_SEEN = 0.5
# Part of the way to another person's far side.
_MOST = 0.85


@dataclass(frozen=True)
class Staged:
    """A scene to photograph.

    Args:
        clip: How it looks; time 0 is the moment.
        people: What each of its actors is and does, in their order.
        things: What was put about: the thing, a relation, and the actor.
        standing: All that stands about, told of or not.
        style: Key of :data:`~stclip.zs_stage.styles.STYLES`.
    """

    clip: Clip
    people: tuple[SeenPerson, ...]
    things: tuple[tuple[SeenThing, str, int], ...]
    standing: tuple[Standing, ...]
    style: str

    def sights(self) -> np.ndarray:
        """Where body parts and things are in the photograph.

        Returns:
            ``(n, 3)`` as :func:`~stclip.zs_stage.sights.body_sights`, x and
            y in pixels of the photograph.
        """
        sights = [
            *(actor_sights(actor, 0.0) for actor in self.clip.actors),
            *map(standing_sights, self.standing),
        ]
        found = np.concatenate([np.empty((0, 3)), *sights])
        found[:, 1:] = self.clip.on_photograph(found[:, 1:])
        return found


@dataclass(frozen=True, eq=False)
class Still:
    """A part of a photograph.

    Args:
        pixels: ``(size, size, 3)`` uint8 RGB.
        shown: What a caption may tell.
        sights: ``(n, 3)`` uint8 of :func:`~stclip.zs_stage.sights.in_region`.
    """

    pixels: np.ndarray
    shown: Picture
    sights: np.ndarray


def inside(region: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return the whole pixels of a region that are in a picture.

    Args:
        region: xyxy in pixels.
        width: Of the picture.
        height: Of the picture.

    Returns:
        xyxy, int64, at least 8 pixels wide.
    """
    x1, y1 = max(int(region[0]), 0), max(int(region[1]), 0)
    x2 = min(max(int(region[2]), x1 + 8), width)
    y2 = min(max(int(region[3]), y1 + 8), height)
    return np.array([min(x1, width - 8), y1, x2, y2])


def cut(image: np.ndarray, region: np.ndarray, size: int) -> np.ndarray:
    """Cut a region out and bring it to a square.

    Args:
        image: ``(h, w, 3)`` uint8.
        region: xyxy of :func:`inside`.
        size: Pixels of the square.
    """
    x1, y1, x2, y2 = region
    part = image[y1:y2, x1:x2]
    return cv2.resize(part, (size, size), interpolation=cv2.INTER_AREA)


def _visible_part(box: np.ndarray, region: np.ndarray) -> float:
    """Part of a box's area that lies in a region, in [0, 1]."""
    low = np.maximum(box[:2], region[:2])
    high = np.minimum(box[2:], region[2:])
    return float(
        np.prod(np.maximum(high - low, 0)) / np.prod(box[2:] - box[:2])
    )


def whole_region(rng: Rng, width: int, height: int) -> np.ndarray:
    """Draw which part a picture of the whole scene shows: all, or a square.

    Returns:
        xyxy in pixels.
    """
    if rng.random() < 0.4:
        return np.array([0.0, 0.0, width, height])
    side = height * rng.uniform(0.85, 1.0)
    x = rng.normal(0.5 * width, 0.08 * width) - 0.5 * side
    y = rng.uniform(0, height - side)
    return np.array([x, y, x + side, y + side])


def about_lead(lead: np.ndarray, other: np.ndarray) -> np.ndarray:
    """A box with a person in the middle and most of another one.

    Who gives and who takes is told by who the picture is of.

    Args:
        lead: xyxy.
        other: xyxy.
    """
    middle = 0.5 * (lead[0] + lead[2])
    reach = _MOST * np.abs(other[[0, 2]] - middle).max()
    reach = max(reach, 0.5 * (lead[2] - lead[0]))
    top, bottom = min(lead[1], other[1]), max(lead[3], other[3])
    return np.array([middle - reach, top, middle + reach, bottom])


def close_region(box: np.ndarray, rng: Rng) -> np.ndarray:
    """Draw which part a close-up shows, about a box.

    Returns:
        xyxy in pixels; it may stand out of the picture.
    """
    width, height = box[2:] - box[:2]
    centre = 0.5 * (box[:2] + box[2:])
    if rng.random() < 0.4:
        # A portrait cut to the person, squeezed to a square.
        half = 0.5 * np.array([width, height]) * rng.uniform(0.95, 1.3)
    else:
        side = max(width, height) * rng.uniform(0.9, 1.5)
        half = 0.5 * side * rng.uniform(0.88, 1.14, 2)
        centre = centre + rng.normal(0, 0.06, 2) * side
    return np.concatenate([centre - half, centre + half])


def describe(
    staged: Staged, boxes: list, region: np.ndarray, lead: int | None
) -> Picture:
    """What a part of a photograph shows.

    Args:
        staged: What was photographed.
        boxes: Of its actors in pixels of the photograph, None if unseen.
        region: xyxy of the part.
        lead: The actor it is about; None for a picture of all.
    """
    seen = [
        index
        for index, box in enumerate(boxes)
        if box is not None
        and _visible_part(np.array(box, float), region) > _LEAST_SEEN
    ]
    if lead is not None:
        seen = [lead, *(index for index in seen if index != lead)]
    place_of = {old: new for new, old in enumerate(seen)}
    people = []
    for index in seen:
        person = staged.people[index]
        doings = tuple(
            replace(
                doing,
                partner=None
                if doing.partner is None
                else place_of[doing.partner],
            )
            for doing in person.doings
            if doing.partner is None or doing.partner in place_of
        )
        people.append(replace(person, doings=doings))
    things = tuple(
        (thing, relation, place_of[actor])
        for thing, relation, actor in staged.things
        if actor in place_of
    )
    if not staged.people:
        things = staged.things
    style = staged.style
    if lead is not None and style == 'plain':
        style = 'close_up'
    scene = staged.clip.scene
    return Picture(scene.kind, scene.weather, style, tuple(people), things)
