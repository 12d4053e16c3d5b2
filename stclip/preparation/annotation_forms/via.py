"""VIA, the VGG Image Annotator: version 2 here, its forms told apart."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stclip.preparation.annotation_forms.person_rows import (
    Annotations,
    Reading,
)
from stclip.preparation.annotation_forms.via_3 import via_3_project
from stclip.preparation.annotation_forms.via_regions import (
    Attribute,
    Project,
    Region,
    as_object,
    options_of,
    place_of_picture,
)
from stclip.utils.decoding import parse_json
from stclip.utils.errors import UserError
from stclip.utils.io import read_json
from stclip.utils.text_file import read_csv
from stclip.utils.values import as_list

#: Columns of version 2's table that are read.
_COLUMNS = ('filename', 'region_shape_attributes', 'region_attributes')
_IMAGES, _ATTRIBUTES = '_via_img_metadata', '_via_attributes'
# One of them stands in the first characters of each file of VIA alone.
_MARKS = (b'_via_', b'"vid_list"', b'shape_attributes', b'VGG Image Annotator')
_HEAD = 1 << 14


def is_via(path: Path) -> bool:
    """Whether a file begins as those of VIA do."""
    with path.open('rb') as file:
        head = file.read(_HEAD)
    return any(mark in head for mark in _MARKS)


def read_via(path: Path, reading: Reading) -> Annotations:
    """Read a project of version 2 or 3, or what version 2 exports.

    Args:
        path: JSON file, or version 2's CSV. Version 2 annotates pictures of
            folders of frames; version 3 also moments of videos, in s.
        reading: The attributes of regions that tell actions. Without any, all
            lists are meant.

    Raises:
        UserError: Names file, region and what is wrong.
    """
    if path.suffix.lower() == '.csv':
        return Project(path, _table(path), None).read(reading)
    content = read_json(path)
    if isinstance(content, dict) and {'metadata', 'view'} <= content.keys():
        return via_3_project(path, content).read(reading)
    images, attributes = content, None
    if isinstance(content, dict) and _IMAGES in content:
        images, attributes = content[_IMAGES], _asked(path, content)
    return Project(path, _regions(path, images), attributes).read(reading)


def _asked(path: Path, content: dict) -> dict[str, Attribute]:
    """The attributes of regions that a project defines."""
    given = as_object(content.get(_ATTRIBUTES, {}), f'{path}: {_ATTRIBUTES}')
    regions = as_object(given.get('region', {}), f'{path}: region attributes')
    found = {}
    for name, entry in regions.items():
        where = f'{path}: attribute {name!r}'
        told = as_object(entry, where)
        kind, words = told.get('type'), {}
        if kind != 'text':
            words = options_of(told, where)
        # What is shown may be left empty.
        words = {key: word or key for key, word in words.items()}
        found[name] = Attribute(name, words, kind == 'checkbox')
    return found


def _regions(path: Path, images: Any) -> Iterator[Region]:
    """Of a project's pictures, or of the export of these alone."""
    if not isinstance(images, dict):
        raise UserError(
            f'{path}: expected a project or annotations of VIA, an object; '
            'save it in VIA again'
        )
    for key, image in images.items():
        if not isinstance(image, dict) or 'filename' not in image:
            raise UserError(f"{path}, {key}: lacks 'filename'")
        name = image['filename']
        where, place = place_of_picture(path, name, f'{path}, {key}: filename')
        regions = image.get('regions') or []
        # Version 1 has an object of numbers.
        if isinstance(regions, dict):
            regions = list(regions.values())
        for number, told in enumerate(as_list(regions, f'{where}: regions')):
            source = f'{where}, region {number}'
            region = as_object(told, f'{source}:')
            yield _region(
                source,
                place,
                region.get('shape_attributes'),
                region.get('region_attributes'),
            )


def _region(source: str, place: dict, shape: Any, answers: Any) -> Region:
    return Region(
        source,
        place,
        as_object(shape, f'{source}: shape_attributes'),
        as_object(answers, f'{source}: region_attributes'),
    )


def _table(path: Path) -> Iterator[Region]:
    columns: dict[str, int] = {}
    for line, cells in read_csv(path):
        where = f'{path}, line {line}'
        if not columns:
            names = [cell.strip().removeprefix('#') for cell in cells]
            missing = [name for name in _COLUMNS if name not in names]
            if missing:
                raise UserError(
                    f'{where}: the headings lack {", ".join(missing)}; of '
                    'VIA 3 give the project, not its table'
                )
            columns = {name: names.index(name) for name in _COLUMNS}
            continue
        if len(cells) <= max(columns.values()):
            raise UserError(f'{where}: {len(cells)} cells are too few')
        name, shape, answers = (cells[i] for i in columns.values())
        shape, answers = (
            _object(cell, f'{where}: {key}')
            for cell, key in zip((shape, answers), _COLUMNS[1:], strict=True)
        )
        if shape:  # A picture without regions has a line, too.
            _, place = place_of_picture(path, name, f'{where}: filename')
            yield _region(where, place, shape, answers)


def _object(cell: str, field: str) -> Any:
    try:
        return parse_json(cell or '{}')
    except (ValueError, RecursionError) as error:
        raise UserError(f'{field} is no JSON ({error})') from error
