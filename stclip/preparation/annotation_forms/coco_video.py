"""COCO's JSON with videos: boxes of persons on numbered images."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmengine.logging import print_log

from stclip.labels.no_action import is_action
from stclip.preparation.annotation_forms.person_rows import (
    Annotations,
    PersonRow,
    Reading,
    video_name,
)
from stclip.preparation.annotation_forms.turned_boxes import (
    FULL_TURN,
    box_around,
)
from stclip.utils.choices import nearest
from stclip.utils.errors import UserError
from stclip.utils.io import read_json
from stclip.utils.values import (
    MAX_FRAMES,
    MAX_SIDE,
    as_box,
    as_id,
    as_list,
    as_name,
    as_number,
    as_whole,
    shown,
)

_FRAME_KEYS = ('frame_id', 'frame_index')


def read_coco_video(path: Path, reading: Reading) -> Annotations:
    """Read videos, images, annotations and categories.

    Args:
        path: JSON file. An image's ``frame_id`` (or ``frame_index``) counts
            from 0; ``bbox`` is x, y, width, height in px, which CVAT
            turns by ``attributes.rotation`` degrees. What is done is
            the category, or ``attributes.actions`` where there are several.
            A crowd (``iscrowd``) is no person and left out.
        reading: Nothing of it is needed.
    """
    content = read_json(path)
    try:
        videos, categories, images, persons = (
            _by_id(content, key)
            for key in ('videos', 'categories', 'images', 'annotations')
        )
        names = {
            key: as_name(entry.get('name'), f'categories, id {key}: name')
            for key, entry in categories.items()
        }
    except ValueError as error:
        raise UserError(f'{path}: {error}') from error
    known = set(names.values())
    names_in_order = [n for n in names.values() if is_action(n, known)]
    return Annotations(
        _rows(path, videos, names, images, persons),
        dict.fromkeys(names_in_order),
    )


def _by_id(content: dict, key: str) -> dict[Any, dict]:
    if not isinstance(content, dict) or key not in content:
        raise UserError(f"lacks {key!r}, which COCO's form for videos has")
    entries = {}
    for index, entry in enumerate(as_list(content[key], key)):
        if not isinstance(entry, dict):
            raise UserError(f'{key}[{index}] must be an object')
        number = as_id(entry.get('id'), f'{key}[{index}]: id')
        if number in entries:
            raise UserError(f'{key}[{index}]: id {number} is there twice')
        entries[number] = entry
    return entries


def _of(entries: dict, owner: dict, key: str, where: str) -> Any:
    number = as_id(owner.get(key), f'{where}: {key}')
    if number not in entries:
        raise UserError(f'{where}: {key} {number} is not in the file; add it')
    return entries[number]


def _rows(
    path: Path,
    videos: dict,
    names: dict,
    images: dict,
    persons: dict,
) -> Iterator[PersonRow]:
    moments = {}
    for number, image in images.items():
        where = f'{path}, images, id {number}'
        moments[number] = _moment(where, _of(videos, image, 'video_id', where))
        moments[number] |= dict(
            frame_idx=_frame(image, where), size_hw=_size(image, where)
        )
        yield PersonRow(where, labels=(), box=None, **moments[number])
    num_crowds = 0
    for number, person in persons.items():
        where = f'{path}, annotations, id {number}'
        if _is_crowd(person, where):
            num_crowds += 1
            continue
        moment = _of(moments, person, 'image_id', where)
        category = _of(names, person, 'category_id', where)
        yield PersonRow(
            where,
            labels=_labels(person, category, names, where),
            box=_box(person, where),
            **moment,
        )
    if num_crowds:
        print_log(
            f'{path}: crowds (iscrowd) are no persons; {num_crowds} of '
            f'{len(persons)} annotations are left out',
            'current',
            logging.WARNING,
        )


def _moment(where: str, video: dict) -> dict[str, Any]:
    name = video.get('name') or video.get('file_name')
    return dict(video=video_name(as_name(name, f'{where}: name of its video')))


def _frame(image: dict, where: str) -> int:
    key = next((key for key in _FRAME_KEYS if key in image), _FRAME_KEYS[0])
    return as_whole(image.get(key), f'{where}: {key}', 0, MAX_FRAMES - 1)


def _size(image: dict, where: str) -> tuple[int, int] | None:
    if 'height' not in image or 'width' not in image:
        return None
    height, width = (
        as_whole(image[key], f'{where}: {key}', 1, MAX_SIDE)
        for key in ('height', 'width')
    )
    return height, width


def _is_crowd(person: dict, where: str) -> bool:
    told = person.get('iscrowd', 0)
    if told not in (0, 1):
        raise UserError(f'{where}: iscrowd must be 0 or 1, got {shown(told)}')
    return bool(told)


def _attributes(person: dict) -> dict:
    told = person.get('attributes')
    return told if isinstance(told, dict) else {}


def _box(person: dict, where: str) -> tuple[float, ...]:
    """Its corners; of a turned one, those of the box around it."""
    x, y, width, height = as_box(person.get('bbox'), f'{where}: bbox')
    turn = as_number(
        _attributes(person).get('rotation', 0),
        f'{where}: attributes.rotation',
        -FULL_TURN,
        FULL_TURN,
    )
    return box_around((x, y, x + width, y + height), turn)


def _labels(
    person: dict, category: str, names: dict, where: str
) -> tuple[str, ...]:
    told = _attributes(person)
    if 'actions' not in told:
        known = set(names.values())
        return (category,) if is_action(category, known) else ()
    actions = as_list(told['actions'], f'{where}: actions')
    for action in actions:
        if action not in names.values():
            raise UserError(
                f'{where}: {shown(action)} is no name of a category'
                f'{nearest(str(action), names.values())}'
            )
    return tuple(actions)
