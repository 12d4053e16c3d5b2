"""Predictions in AVA's form: a line for each box and action."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stclip.datasets.ava_rows import BOX_FIELDS, AvaRow, Moment, read_ava_rows
from stclip.evaluation.loose_file import Annotated, Place, Predicted
from stclip.utils.errors import UserError
from stclip.utils.values import MAX_SCORE, as_number

_FIELDS = (*BOX_FIELDS, 'action_id', 'score')


def read_ava_predictions(
    path: str | Path, truth: Annotated, name_of_id: Mapping[int, str]
) -> Predicted:
    """Read lines ``video,timestamp,x1,y1,x2,y2,action_id,score``.

    Args:
        path: CSV file, boxes in fractions of the frame; the action may also
            be named.
        truth: What they are to be compared with; of the same moments they
            take the ids.
        name_of_id: Names of the actions by id.

    Returns:
        Predictions of the truth's labels; lines of other actions are left
        out. An action that a box has no line for scores below all others.

    Raises:
        FileNotFoundError: If the file is missing.
        UserError: For a line of another form; names it.
    """
    columns = {name: c for c, name in enumerate(truth.labels)}
    boxes: dict[Moment, dict[tuple, dict[int, float]]] = {}
    for row in read_ava_rows(path, _FIELDS):
        moment, box = row.moment(), row.box()
        name, score = _action(row, name_of_id), _score(row)
        scores = boxes.setdefault(moment, {}).setdefault(box, {})
        if name not in columns:
            continue
        if columns[name] in scores:
            raise row.fault('repeats an earlier line; leave one out')
        scores[columns[name]] = score
    rows = [row for persons in boxes.values() for row in persons.values()]
    least = min((s for row in rows for s in row.values()), default=0.0)
    table = np.full((len(rows), len(columns)), min(least, 0.0))
    for line, row in zip(table, rows, strict=True):
        line[list(row)] = list(row.values())
    known = {_moment_of(place): place for place in truth.places}
    return Predicted(
        labels=list(truth.labels),
        places=[
            known.get(moment) or Place(f'{moment[0]},{moment[1]:g}', *moment)
            for moment in boxes
        ],
        entry=np.repeat(
            np.arange(len(boxes)), [len(each) for each in boxes.values()]
        ).astype(int),
        boxes=np.array([b for each in boxes.values() for b in each]).reshape(
            -1, 4
        ),
        scores=table,
    )


def _action(row: AvaRow, name_of_id: Mapping[int, str]) -> str:
    cell = str(row.cells[6]).strip() if len(row.cells) > 6 else ''
    if cell in name_of_id.values():
        return cell
    number = row.number(6, 'action_id', int)
    if number not in name_of_id:
        raise row.fault(
            f'action id {number} is unknown; the ids are {min(name_of_id)} to '
            f'{max(name_of_id)}, of {name_of_id[min(name_of_id)]!r} and so '
            'on: give the config of the data set that the predictions are of'
        )
    return name_of_id[number]


def _score(row: AvaRow) -> float:
    score = row.number(7, 'score')
    if len(row.cells) > len(row.fields) or abs(score) > MAX_SCORE:
        raise row.fault(
            f'expected {",".join(row.fields)}, a score of at most '
            f'{MAX_SCORE:g} last'
        )
    return score


def _moment_of(place: Place) -> Moment | None:
    """Video and second of a keyframe, of the entry or read from its id."""
    movie, time = place.movie, place.timestamp
    if not movie:
        movie, _, time = str(place.image_id).rpartition(',')
    try:
        return movie, as_number(time, 'timestamp')
    except UserError:
        return None
