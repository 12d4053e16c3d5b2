"""What a verb is: moves of the body, things that fit, a partner or none."""

from dataclasses import dataclass, replace

from stclip.zs_stage.carriage import Carriage
from stclip.zs_stage.motion import Motion, reversed_motion


@dataclass(frozen=True)
class Duet:
    """The second person of a verb that needs one.

    Args:
        distance: Between the two, who face each other, in body heights.
        answer: What the second person does; None: whatever he likes.
        carriage: How he carries the thing, if it comes to him.
        facing: Whether the two face each other; otherwise the second one
            goes ahead.
    """

    distance: float
    answer: Motion | None = None
    carriage: Carriage | None = None
    facing: bool = True


@dataclass(frozen=True, eq=False)
class Verb:
    """What somebody does.

    Args:
        motion: Of the body.
        lower_body: Postures of :data:`~stclip.zs_stage.verbs.POSTURES` over
            which the motion may be laid; empty if it moves all of the body.
        things: Names of the things that fit; empty if it needs none.
        carriage: How the thing is carried.
        duet: The partner, if there is one.
        scenery: Further things that belong to it, with where they stand.
        headroom: Body heights it takes above the floor.
        footroom: Body heights it goes below its floor.
        ahead: Body heights it takes before the person.
    """

    motion: Motion
    lower_body: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    carriage: Carriage | None = None
    duet: Duet | None = None
    scenery: tuple[tuple[str, Carriage], ...] = ()
    headroom: float = 1.05
    footroom: float = 0.0
    ahead: float = 0.0

    @property
    def partner(self) -> bool:
        """Whether it is done to another person."""
        return self.duet is not None

    @property
    def mutual(self) -> bool:
        """Whether the partner does the same."""
        return self.duet is not None and self.duet.answer is self.motion


def reversed_verb(verb: Verb) -> Verb:
    """Return the verb whose motion is this one's, played backwards."""
    duet = verb.duet
    if duet and duet.answer:
        duet = replace(duet, answer=reversed_motion(duet.answer))
    return replace(verb, motion=reversed_motion(verb.motion), duet=duet)
