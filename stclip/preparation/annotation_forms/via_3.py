"""Projects of VIA's version 3: regions at moments of videos."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stclip.preparation.annotation_forms.person_rows import video_name
from stclip.preparation.annotation_forms.via_regions import (
    Attribute,
    Project,
    Region,
    as_object,
    options_of,
    place_of_picture,
)
from stclip.utils.errors import UserError
from stclip.utils.values import MAX_SECONDS, as_list, as_name, as_number, shown

# Kinds of attributes, files and shapes, by VIA's numbers.
_TEXT, _BOXES_TO_TICK = 1, 2
_PICTURE, _VIDEO = 2, 4
_SHAPES = {
    1: 'point',
    2: 'rect',
    3: 'circle',
    4: 'ellipse',
    5: 'line',
    6: 'polyline',
    7: 'polygon',
    8: 'polygon',  # its four extreme points
    9: 'circle by three points',
}
_SIZES = {
    'rect': ('x', 'y', 'width', 'height'),
    'circle': ('cx', 'cy', 'r'),
    'ellipse': ('cx', 'cy', 'rx', 'ry'),
}
_ANCHOR_OF_REGIONS = 'XY1'


def via_3_project(path: Path, content: dict) -> Project:
    """Take a project apart.

    Args:
        path: For messages.
        content: Its attributes, files, views and metadata.

    Raises:
        UserError: If one of these is missing.
    """
    parts = {}
    for key in ('attribute', 'file', 'view', 'metadata'):
        told = as_object(content.get(key), f'{path}: {key}')
        parts[key] = {
            name: as_object(entry, f'{path}, {key} {name}')
            for name, entry in told.items()
        }
    attributes = {
        key: _attribute(told, f'{path}, attribute {key}')
        for key, told in parts['attribute'].items()
        if str(told.get('anchor_id')).endswith(_ANCHOR_OF_REGIONS)
    }
    return Project(path, _regions(path, parts), attributes)


def _attribute(told: dict, where: str) -> Attribute:
    name = as_name(told.get('aname'), f'{where}: aname')
    kind = told.get('type')
    words = options_of(told, where) if kind != _TEXT else {}
    return Attribute(name, words, kind == _BOXES_TO_TICK)


def _regions(path: Path, parts: dict[str, dict]) -> Iterator[Region]:
    for key, told in parts['metadata'].items():
        where = f'{path}, metadata {key}'
        numbers = as_list(told.get('xy'), f'{where}: xy')
        if not numbers:
            continue  # a stretch of time, or the file as a whole
        where, place = _place(path, where, told, parts)
        yield Region(
            where,
            place,
            _shape(numbers, where),
            as_object(told.get('av') or {}, f'{where}: av'),
        )


def _place(
    path: Path, where: str, told: dict, parts: dict[str, dict]
) -> tuple[str, dict[str, Any]]:
    """The video, and the moment or picture of it."""
    view = parts['view'].get(str(told.get('vid')), {})
    files = as_list(view.get('fid_list', []), f'{where}: fid_list')
    file = parts['file'].get(str(files[0])) if files else None
    if file is None:
        raise UserError(f'{where}: its file (vid) is not in the project')
    kind, name = file.get('type'), file.get('fname')
    if kind == _PICTURE:
        return place_of_picture(path, name, f'{where}: fname')
    if kind != _VIDEO:
        raise UserError(f'{where}: {shown(name)} is neither video nor picture')
    times = as_list(told.get('z'), f'{where}: z')
    if len(times) != 1:
        raise UserError(
            f'{where}: z must hold the time of one frame, got {shown(times)}'
        )
    seconds = as_number(times[0], f'{where}: z', 0, MAX_SECONDS)
    video = video_name(as_name(name, f'{where}: fname'))
    return where, dict(video=video, seconds=seconds)


def _shape(numbers: list, where: str) -> dict[str, Any]:
    """Kind and sizes, under the names of version 2."""
    kind, *sizes = numbers
    name = _SHAPES.get(kind) if isinstance(kind, int) else None
    if name is None:
        raise UserError(f'{where}: xy has the unknown shape {shown(kind)}')
    if name == 'polygon':
        return dict(
            name=name, all_points_x=sizes[::2], all_points_y=sizes[1::2]
        )
    keys = _SIZES.get(name, ())
    if keys and len(sizes) < len(keys):
        raise UserError(
            f'{where}: xy of a {name} needs {", ".join(keys)}, got '
            f'{shown(sizes)}'
        )
    return dict(zip(keys, sizes, strict=False), name=name)
