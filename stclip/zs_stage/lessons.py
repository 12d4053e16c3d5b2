"""What a picture is asked for its first person, besides its caption."""

import numpy as np
import torch

from stclip.zs_stage.colours import COLOURS
from stclip.zs_stage.pictures import Picture
from stclip.zs_stage.places import PLACES
from stclip.zs_stage.things import THINGS
from stclip.zs_stage.verbs import VERBS

#: Question -> possible answers; where the picture gives none, nothing is
#: asked.
LESSONS = {
    'verb': tuple(VERBS),
    'thing': tuple(THINGS),
    'place': tuple(PLACES),
    'colour': tuple(COLOURS),
}


def answers(shown: Picture) -> dict[str, str]:
    """What the first person does, with what, where, and in which colour."""
    found = {'place': shown.place}
    for person in shown.people[:1]:
        found['colour'] = person.garments[0].colour
        for doing in person.doings[:1]:
            found['verb'] = doing.verb
            if doing.thing:
                found['thing'] = doing.thing.name
    return found


def answer_table(pictures: list[Picture]) -> torch.Tensor:
    """Answers as indices.

    Args:
        pictures: n of them.

    Returns:
        ``(n, len(LESSONS))`` int64; what has no answer is -100, which
        torch's cross entropy ignores.
    """
    places = [
        {answer: index for index, answer in enumerate(possible)}
        for possible in LESSONS.values()
    ]
    table = np.full((len(pictures), len(LESSONS)), -100)
    for row, shown in enumerate(pictures):
        found = answers(shown)
        for column, (lesson, index) in enumerate(
            zip(LESSONS, places, strict=True)
        ):
            if lesson in found:
                table[row, column] = index[found[lesson]]
    return torch.from_numpy(table)
