"""The annotation format of all prepared data sets; docs/formats.md has it."""

import logging
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.logging import print_log

from stclip.datasets.faults import OnFault, refuse
from stclip.knowledge.attributes import plain_name
from stclip.labels.label_list import read_label_list
from stclip.labels.label_space import LabelSpace
from stclip.structures.box_units import (
    describe_beyond,
    require_fractions,
    require_pixels,
    within_a_pixel,
)
from stclip.structures.boxes import clip_boxes
from stclip.structures.keyframe import Keyframe, multi_hot
from stclip.utils.errors import UserError
from stclip.utils.io import read_json, write_json
from stclip.utils.values import (
    MAX_FRAMES,
    MAX_SECONDS,
    MAX_SIDE,
    as_box,
    as_flag,
    as_id,
    as_list,
    as_name,
    as_number,
    as_video,
    as_whole,
    require_one_kind,
    shown,
)

#: Box -> 0-based actions; equal boxes are one person.
Persons = dict[tuple, set[int]]


def read_keyframe_file(
    path: str | Path,
    label_file: str | Path = '',
    on_fault: OnFault = refuse,
) -> tuple[LabelSpace, list[Keyframe]]:
    """Read annotated keyframes.

    Args:
        path: JSON file.
        label_file: Names of all actions, one a line, in the order of their
            ids; empty to take ``action_categories`` of the annotations. A
            warning tells if those have names of it under other ids.
        on_fault: Called for each faulty person and keyframe; if it returns,
            that one is left out.

    Returns:
        All actions; the keyframes in the order of the file.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If an entry is faulty; it is named.
    """
    content = read_json(path, 'What to prepare is told in data/README.md.')
    try:
        _check_form(content)
        _refuse_coco(content)
        labels = _read_labels(content, label_file)
        annotations = _value(content, 'annotations', 'the file')
        persons = _read_persons(annotations, len(labels), on_fault)
        uncut, keyframes = dict(persons), []
        for index, image in enumerate(_value(content, 'images', 'the file')):
            try:
                keyframes.append(
                    _make_keyframe(image, index, persons, len(labels))
                )
            except ValueError as error:
                on_fault(error)
        _check_unique(keyframes)
        for image_id in persons:
            on_fault(
                UserError(
                    f'annotations name the image {image_id!r}, which is not '
                    'among its images or is there twice'
                )
            )
        in_pixels = _boxes_in_pixels(keyframes)
        require_pixels(in_pixels)
    except ValueError as error:
        raise UserError(f'{path}: {error}') from error
    for doubt in (_describe_tiny(in_pixels), _describe_far(keyframes, uncut)):
        if doubt:
            print_log(f'{path}: {doubt}', 'current', logging.WARNING)
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
    for key in ('action_categories', 'annotations', 'images'):
        entries = content.get(key, [])
        if not isinstance(entries, list) or not all(
            isinstance(entry, dict) for entry in entries
        ):
            raise UserError(f'{key} must be a list of objects')


def _refuse_coco(content: Mapping[str, Any]) -> None:
    """Say what is missing where persons and files are, but no actions.

    Raises:
        ValueError: For files of COCO's kind.
    """
    image = next(iter(content.get('images', [])), {})
    person = next(iter(content.get('annotations', [])), {})
    signs = [
        f'{theirs} instead of {ours}'
        for entry, theirs, ours in (
            (image, 'file_name', 'movie'),
            (person, 'category_id', 'action_ids'),
        )
        if theirs in entry and ours not in entry
    ]
    if signs:
        raise UserError(
            f"annotations of COCO's kind have {' and '.join(signs)}, "
            'categories instead of action_categories, and boxes as x, y, '
            'width, height instead of x1, y1, x2, y2; '
            'docs/formats.md#annotations has the form'
        )


def _value(entry: Mapping[str, Any], key: str, where: str) -> Any:
    if key not in entry:
        raise UserError(f'{where} lacks {key!r}')
    return entry[key]


def _read_labels(content: dict, label_file: str | Path) -> LabelSpace:
    if label_file:
        names = read_label_list(label_file)
        actions = content.get('action_categories', [])
        _tell_other_order(actions, names, label_file)
        return LabelSpace(names)
    if 'action_categories' not in content:
        raise UserError(
            'no action_categories: set label_file, or write annotations as in '
            f'docs/formats.md#annotations; its keys are {shown(list(content))}'
        )
    actions = []
    for index, action in enumerate(content['action_categories']):
        where = f'action_categories[{index}]'
        actions.append(
            (
                as_whole(_value(action, 'id', where), f'{where} id'),
                as_name(_value(action, 'name', where), f'{where} name'),
                as_flag(action.get('exclusive', True), f'{where} exclusive'),
            )
        )
    actions.sort(key=lambda action: action[0])
    ids = [number for number, _, _ in actions]
    if ids != list(range(1, len(ids) + 1)):
        raise UserError(f'action ids must be 1, 2, ..., got {shown(ids)}')
    return LabelSpace(
        tuple(name for _, name, _ in actions),
        tuple(exclusive for _, _, exclusive in actions),
    )


def _tell_other_order(
    actions: list[dict[str, Any]],
    names: tuple[str, ...],
    label_file: str | Path,
) -> None:
    """Warn of a label file by which ids mean other actions.

    That may be meant; a name that the annotations lack is another wording.
    """
    places = {plain_name(name): place for place, name in enumerate(names, 1)}
    for action in actions:
        name, number = action.get('name'), action.get('id')
        place = places.get(plain_name(name)) if isinstance(name, str) else None
        if place is not None and number not in (place, str(place)):
            print_log(
                f'{label_file}: {name!r} is name {place}, but has the id '
                f'{shown(number)} in the action_categories of the '
                'annotations. The order of the label file is taken.',
                'current',
                logging.WARNING,
            )
            return


def _boxes_in_pixels(keyframes: list[Keyframe]) -> np.ndarray:
    return np.concatenate(
        [
            np.zeros((0, 4), np.float32),
            *(k.boxes for k in keyframes if k.img_shape is not None),
        ]
    )


def _describe_tiny(in_pixels: np.ndarray) -> str:
    """What is to be said of boxes that seem to be fractions."""
    tiny = in_pixels[within_a_pixel(in_pixels)].tolist()
    if not tiny:
        return ''
    return (
        f'persons under a pixel: {len(tiny)} of {len(in_pixels)} boxes, such '
        f'as {tiny[0]}. Boxes are in px where an image has height and width; '
        'these seem to be fractions of the frame.'
    )


def _describe_far(
    keyframes: list[Keyframe], uncut: Mapping[Hashable, Persons]
) -> str:
    """What is to be said of boxes in px as they were before the cut."""
    seen = [
        (np.array(list(uncut[k.image_id])), k.img_shape)
        for k in keyframes
        if k.img_shape is not None and k.image_id in uncut
    ]
    return describe_beyond(*zip(*seen, strict=True)) if seen else ''


def _check_unique(keyframes: list[Keyframe]) -> None:
    require_one_kind((k.image_id for k in keyframes), 'image ids')
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
    annotations: list[dict], num_actions: int, on_fault: OnFault
) -> dict[Hashable, Persons]:
    """Persons by image id."""
    persons: dict[Hashable, Persons] = {}
    for index, annotation in enumerate(annotations):
        where = f'annotation {annotation.get("id", f"at {index}")!s:.40}'
        try:
            _add_person(annotation, where, num_actions, persons)
        except ValueError as error:
            on_fault(error)
    return persons


def _add_person(
    annotation: dict,
    where: str,
    num_actions: int,
    persons: dict[Hashable, Persons],
) -> None:
    """Put what an annotation says to those of its image."""
    box = as_box(_value(annotation, 'bbox', where), f'{where}: bbox')
    image_id = as_id(
        _value(annotation, 'image_id', where), f'{where}: image_id'
    )
    actions = [
        as_whole(number, f'{where}: action_ids') - 1
        for number in as_list(
            _value(annotation, 'action_ids', where), f'{where}: action_ids'
        )
    ]
    labels = persons.setdefault(image_id, {}).setdefault(box, set())
    for action in actions:
        if not 0 <= action < num_actions:
            raise UserError(
                f'{where}: action id {action + 1} is unknown; there are '
                f'{num_actions} actions, the first is 1'
            )
        if action in labels:
            raise UserError(
                f'{where}: repeats box {list(box)} with action id '
                f'{action + 1} on image {image_id}'
            )
        labels.add(action)


def _make_keyframe(
    image: dict,
    index: int,
    persons: dict[Hashable, Persons],
    num_actions: int,
) -> Keyframe:
    """The keyframe of an image, whose persons are taken out."""
    image_id = as_id(_value(image, 'id', f'images[{index}]'), 'image id')
    where = f'image {image_id}'
    actions_of = persons.pop(image_id, {})
    shape = None
    if 'seconds' not in image or 'height' in image or 'width' in image:
        shape = tuple(
            as_whole(_value(image, key, where), f'{where}: {key}', 1, MAX_SIDE)
            for key in ('height', 'width')
        )
    try:
        if shape is None:
            require_fractions(actions_of)
        boxes = clip_boxes(list(actions_of), shape or (1, 1))
    except ValueError as error:
        raise UserError(f'{where}: {error}') from error
    return Keyframe(
        image_id=image_id,
        video=as_video(_value(image, 'movie', where), f'{where}: movie'),
        boxes=boxes,
        labels=multi_hot(actions_of.values(), num_actions),
        img_shape=shape,
        **_time_fields(image, where),
    )


def _time_fields(image: dict, where: str) -> dict[str, Any]:
    """Where in its video a keyframe is."""
    timestamp = _value(image, 'timestamp', where)
    if 'seconds' not in image:
        number = as_whole(
            timestamp,
            f'{where}: timestamp (frames count from 1)',
            1,
            MAX_FRAMES,
        )
        if not isinstance(timestamp, str):
            timestamp = number
        return dict(timestamp=timestamp, frame_idx=number - 1)
    if not isinstance(timestamp, str):
        as_number(timestamp, f'{where}: timestamp', 0, MAX_SECONDS)
    seconds = as_number(
        image['seconds'],
        f'{where}: seconds (since the first frame)',
        0,
        MAX_SECONDS,
    )
    return dict(timestamp=timestamp, seconds=seconds)
