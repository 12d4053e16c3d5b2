"""The annotation format of all prepared data sets; docs/formats.md has it."""

import math
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from stclip.labels.label_space import LabelSpace
from stclip.structures.boxes import clip_boxes
from stclip.structures.keyframe import Keyframe, multi_hot
from stclip.utils.errors import UserError
from stclip.utils.io import read_json, write_json
from stclip.utils.text_file import read_text

#: Box -> 0-based actions; equal boxes are one person.
Persons = dict[tuple, set[int]]


def read_keyframe_file(
    path: str | Path, label_file: str | Path = ''
) -> tuple[LabelSpace, list[Keyframe]]:
    """Read annotated keyframes.

    Args:
        path: JSON file.
        label_file: Names of all actions, one a line, in the order of their
            ids; empty to take ``action_categories`` of the annotations.

    Returns:
        All actions; the keyframes in the order of the file.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If an entry is faulty; it is named.
    """
    content = read_json(path, 'What to prepare is told in data/README.md.')
    try:
        _check_form(content)
        labels = _read_labels(content, label_file)
        persons = _read_persons(content['annotations'], len(labels))
        keyframes = [
            _make_keyframe(image, persons.pop(image['id'], {}), len(labels))
            for image in content['images']
        ]
        _check_unique(keyframes)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UserError(f'{path}: {_say(error)}') from error
    if persons:
        raise UserError(
            f'{path}: annotations name the image {next(iter(persons))}, '
            'which is not among its images or is there twice'
        )
    return labels, keyframes


def write_keyframe_file(
    path: str | Path, labels: LabelSpace, keyframes: Iterable[Keyframe]
) -> None:
    """Write annotated keyframes, atomically.

    Args:
        path: JSON file; reads back as the same keyframes.
        labels: All actions.
        keyframes: With labels over all actions. Persons in equal boxes
            become one.
    """
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for keyframe in keyframes:
        images.append(_image_entry(keyframe))
        for box, actions in _persons_of(keyframe).items():
            annotations.append(
                dict(
                    id=len(annotations) + 1,
                    image_id=keyframe.image_id,
                    bbox=list(box),
                    action_ids=[action + 1 for action in sorted(actions)],
                )
            )
    flags = zip(labels.names, labels.exclusive, strict=True)
    actions = [
        dict(id=index, name=name, exclusive=exclusive)
        for index, (name, exclusive) in enumerate(flags, 1)
    ]
    content = dict(
        action_categories=actions, images=images, annotations=annotations
    )
    write_json(path, content)


def _persons_of(keyframe: Keyframe) -> Persons:
    persons: Persons = {}
    for box, row in zip(keyframe.boxes, keyframe.labels, strict=True):
        key = tuple(round(float(side), 6) for side in box)
        persons.setdefault(key, set()).update(np.flatnonzero(row).tolist())
    return persons


def _image_entry(keyframe: Keyframe) -> dict[str, Any]:
    entry = dict(
        id=keyframe.image_id,
        movie=keyframe.video,
        timestamp=keyframe.timestamp,
    )
    if keyframe.seconds is not None:
        entry['seconds'] = keyframe.seconds
    if keyframe.img_shape is not None:
        entry['height'], entry['width'] = keyframe.img_shape
    return entry


def _check_form(content: Any) -> None:
    """Lists of objects, or ValueError."""
    if not isinstance(content, dict):
        raise UserError('must hold an object with images and annotations')
    keys = ('action_categories', 'annotations', 'images')
    lists = {key: content.get(key, []) for key in keys}
    for key, entries in lists.items():
        if not isinstance(entries, list) or not all(
            isinstance(entry, dict) for entry in entries
        ):
            raise UserError(f'{key} must be a list of objects')
    for entry in lists['images']:
        if not isinstance(entry['movie'], str) or not entry['movie']:
            raise UserError(
                f'image {entry.get("id")}: movie must be the name of a '
                f'video, got {entry["movie"]!r}'
            )
    for entry in lists['action_categories']:
        if not isinstance(entry['name'], str):
            raise UserError(
                'action_categories: a name must be a text, got '
                f'{entry["name"]!r}'
            )


def _read_labels(content: dict, label_file: str | Path) -> LabelSpace:
    if label_file:
        lines = read_text(
            label_file, 'It should hold one action name a line.'
        ).splitlines()
        return LabelSpace(
            tuple(line.strip() for line in lines if line.strip())
        )
    if 'action_categories' not in content:
        raise UserError('no action_categories: set label_file')
    actions = sorted(content['action_categories'], key=lambda a: a['id'])
    ids = [action['id'] for action in actions]
    if ids != list(range(1, len(ids) + 1)):
        raise UserError(f'action ids must be 1, 2, ..., got {ids}')
    return LabelSpace(
        tuple(action['name'] for action in actions),
        tuple(action.get('exclusive', True) for action in actions),
    )


def _check_unique(keyframes: list[Keyframe]) -> None:
    for what in (
        lambda k: k.image_id,
        lambda k: (k.video, k.frame_idx if k.seconds is None else k.seconds),
    ):
        seen: set[Hashable] = set()
        for keyframe in keyframes:
            if what(keyframe) in seen:
                raise UserError(f'image {what(keyframe)} is listed twice')
            seen.add(what(keyframe))


def _read_persons(
    annotations: list[dict], num_actions: int
) -> dict[Hashable, Persons]:
    """Persons by image id."""
    persons: dict[Hashable, Persons] = {}
    for index, annotation in enumerate(annotations):
        where = f'annotation {annotation.get("id", f"at {index}")}'
        try:
            box = tuple(float(value) for value in annotation['bbox'])
            actions = [int(i) - 1 for i in annotation['action_ids']]
            image_id = annotation['image_id']
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f'{where}: {_say(error)}') from error
        if len(box) != 4:
            raise UserError(f'{where}: bbox needs 4 numbers, got {box}')
        labels = persons.setdefault(image_id, {}).setdefault(box, set())
        for action in actions:
            if not 0 <= action < num_actions:
                raise UserError(
                    f'{where}: action id {action + 1} is unknown; there are '
                    f'{num_actions} actions'
                )
            if action in labels:
                raise UserError(
                    f'{where}: repeats box {list(box)} with action id '
                    f'{action + 1} on image {image_id}'
                )
            labels.add(action)
    return persons


def _make_keyframe(
    image: dict, persons: Persons, num_actions: int
) -> Keyframe:
    shape = None
    if 'seconds' not in image or 'height' in image:
        shape = int(image['height']), int(image['width'])
        if min(shape) < 1:
            raise UserError(
                f'image {image["id"]}: height and width must be positive, '
                f'got {shape}'
            )
    try:
        boxes = clip_boxes(list(persons), shape or (1, 1))
    except ValueError as error:
        raise UserError(f'image {image["id"]}: {error}') from error
    return Keyframe(
        image_id=image['id'],
        video=image['movie'],
        timestamp=image['timestamp'],
        boxes=boxes,
        labels=multi_hot(persons.values(), num_actions),
        img_shape=shape,
        **_time_fields(image),
    )


def _time_fields(image: dict) -> dict[str, Any]:
    """Where in its video a keyframe is."""
    if 'seconds' in image:
        seconds = float(image['seconds'])
        if not 0 <= seconds < math.inf:
            raise UserError(
                f'image {image["id"]}: seconds must count from the first '
                f'frame, got {image["seconds"]!r}'
            )
        return dict(seconds=seconds)
    timestamp = int(image['timestamp'])
    if timestamp < 1:
        raise UserError(
            f'image {image["id"]}: frames count from 1, got '
            f'{image["timestamp"]!r}'
        )
    return dict(frame_idx=timestamp - 1)


def _say(error: Exception) -> str:
    return f'lacks {error}' if isinstance(error, KeyError) else str(error)
