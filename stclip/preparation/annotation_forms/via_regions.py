"""Regions of VIA, and the attributes that say what is done in them."""

import logging
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from mmengine.logging import print_log

from stclip.labels.no_action import is_action
from stclip.preparation.annotation_forms.person_rows import (
    Annotations,
    PersonRow,
    Reading,
)
from stclip.utils.choices import nearest
from stclip.utils.errors import UserError
from stclip.utils.values import (
    MAX_COORDINATE,
    as_list,
    as_name,
    as_number,
    shown,
)


@dataclass(frozen=True)
class Region:
    """What somebody has drawn.

    Args:
        source: File and key or line, for messages.
        place: ``video``, and ``picture`` or ``seconds``, of its row.
        shape: ``name`` and sizes, as version 2 calls them.
        answers: Values by the key of the attribute.
    """

    source: str
    place: Mapping[str, Any]
    shape: Mapping[str, Any]
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Attribute:
    """A question that is asked of each region.

    Args:
        name: What it is called.
        options: What may be answered, key -> words; none for free text.
        is_many: Whether several may be ticked.
    """

    name: str
    options: Mapping[str, str] = field(default_factory=dict)
    is_many: bool = False


@dataclass
class Project:
    """Regions of a file, and what is asked of them.

    Args:
        path: The file.
        regions: All that was drawn.
        attributes: By key; None where the file does not define them, so that
            answers are what they say.
    """

    path: Path
    regions: Iterable[Region]
    attributes: Mapping[str, Attribute] | None

    def read(self, reading: Reading) -> Annotations:
        """Persons and labels of it.

        Raises:
            UserError: If no attribute tells actions.
        """
        if self.attributes is None:
            self.regions = list(self.regions)
            keys = {key: None for r in self.regions for key in r.answers}
            self._require(reading.attributes, keys)
            told = {k: Attribute(k) for k in keys if reading.wants(k)}
        else:
            names = [each.name for each in self.attributes.values()]
            self._require(reading.attributes, names)
            told = {
                key: each
                for key, each in self.attributes.items()
                if reading.wants(each.name)
                and (each.options or reading.attributes)
            }
        if not told:
            self._refuse_without_actions()
        found = Annotations(())
        for each in told.values():
            known = each.options.values()
            labels = [word for word in known if is_action(word, known)]
            found.labels |= dict.fromkeys(labels)
            found.independent.update(labels if each.is_many else ())
        found.rows = self._rows(told, found)
        return found

    def _require(self, wanted: Collection[str], names: Iterable[str]) -> None:
        names = list(names)
        for name in wanted:
            if name not in names:
                raise UserError(
                    f'{self.path}: regions have no attribute {name!r} '
                    f'(--attributes){nearest(name, names)}; they have '
                    f'{", ".join(names) or "none"}'
                )

    def _refuse_without_actions(self) -> None:
        names = [each.name for each in (self.attributes or {}).values()]
        if not names:
            raise UserError(
                f'{self.path}: regions have no attribute; define one in VIA '
                'that lists the actions'
            )
        raise UserError(
            f'{self.path}: no attribute of regions is a list; name that whose '
            f'text tells the action with --attributes: {", ".join(names)}'
        )

    def _rows(
        self, told: Mapping[str, Attribute], found: Annotations
    ) -> Iterator[PersonRow]:
        left_out: Counter[str] = Counter()
        num_persons = 0
        for region in self.regions:
            box = box_of(region)
            if box is None:
                left_out[str(region.shape.get('name'))] += 1
                continue
            labels = []
            for key, each in told.items():
                labels += _labels(region, each, region.answers.get(key), found)
            num_persons += 1
            yield PersonRow(
                region.source, labels=tuple(labels), box=box, **region.place
            )
        if left_out:
            counts = ', '.join(f'{n} {name}' for name, n in left_out.items())
            told_of = (
                f'{self.path}: regions that enclose nothing are left out '
                f'({counts}); draw persons as rectangles'
            )
            if not num_persons:
                raise UserError(told_of)
            print_log(told_of, 'current', logging.WARNING)


def _labels(
    region: Region, attribute: Attribute, answer: Any, found: Annotations
) -> list[str]:
    """What an answer says is done; new words are added to the labels."""
    is_ticked = isinstance(answer, Mapping)
    if is_ticked:
        keys = _ticked(answer, f'{region.source}: {attribute.name}')
    elif attribute.is_many and isinstance(answer, str):
        keys = answer.split(',')
    else:
        keys = [answer]
    words = []
    for key in keys:
        if key is None or key == '':
            continue
        if not isinstance(key, str):
            raise UserError(
                f'{region.source}: {attribute.name} must be a text, got '
                f'{shown(key)}'
            )
        options = attribute.options
        if options and key not in options:
            raise UserError(
                f'{region.source}: {key!r} is no option of the attribute '
                f'{attribute.name!r}{nearest(key, options)}'
            )
        word = options.get(key, key).strip()
        if is_action(word, options.values()):
            words.append(word)
    found.labels |= dict.fromkeys(words)
    if is_ticked:
        found.independent.update(words)
    return words


def _ticked(answer: Mapping, where: str) -> list[str]:
    for key, is_so in answer.items():
        if is_so not in (True, False):
            raise UserError(
                f'{where}: {key} must be true or false, got {shown(is_so)}'
            )
    return [key for key, is_so in answer.items() if is_so]


def as_object(value: Any, field: str) -> dict:
    """An object of VIA's JSON.

    Raises:
        UserError: If it is something else.
    """
    if not isinstance(value, dict):
        raise UserError(
            f'{field} must be an object, got {shown(value)}; save it in VIA '
            'again'
        )
    return value


def options_of(told: Mapping[str, Any], where: str) -> dict[str, str]:
    """What an attribute may be, key -> words, from its ``options``.

    Raises:
        UserError: If they are no object of texts.
    """
    options = as_object(told.get('options', {}), f'{where}: options')
    for key, word in options.items():
        if not isinstance(word, str):
            raise UserError(
                f'{where}: option {key!r} must be a text, got {shown(word)}'
            )
    return options


def place_of_picture(path: Path, name: str, where: str) -> tuple[str, dict]:
    """Where a picture belongs: its folder, or else what the file is named.

    Args:
        path: File of annotations.
        name: Path of the picture.
        where: For messages.

    Returns:
        Words for messages; ``video`` and ``picture`` of rows.
    """
    file = PurePosixPath(as_name(name, where).replace('\\', '/'))
    where = f'{path}, {file}'
    if file.parent == PurePosixPath('.'):
        where += f' (no folder, so of the video {path.stem!r})'
        return where, dict(video=path.stem, picture=file.name)
    return where, dict(video=str(file.parent), picture=file.name)


def box_of(region: Region) -> tuple[float, ...] | None:
    """The box around a region; None for points and lines.

    Raises:
        UserError: If a size is missing or no number; names it.
    """
    shape, source = region.shape, region.source

    def value(key: str, least: float = -MAX_COORDINATE) -> float:
        field_ = f'{source}: {key}'
        return as_number(shape.get(key), field_, least, MAX_COORDINATE)

    kind = shape.get('name')
    if kind == 'rect':
        x, y = value('x'), value('y')
        return x, y, x + value('width', 0), y + value('height', 0)
    if kind in ('circle', 'ellipse'):
        x, y = value('cx'), value('cy')
        if kind == 'circle':
            across = down = value('r', 0)
        else:
            turn = value('theta') if 'theta' in shape else 0.0
            long, wide = value('rx', 0), value('ry', 0)
            across = math.hypot(long * math.cos(turn), wide * math.sin(turn))
            down = math.hypot(long * math.sin(turn), wide * math.cos(turn))
        return x - across, y - down, x + across, y + down
    if kind == 'polygon':
        xs, ys = (
            [
                as_number(
                    each, f'{source}: {key}', -MAX_COORDINATE, MAX_COORDINATE
                )
                for each in as_list(shape.get(key), f'{source}: {key}')
            ]
            for key in ('all_points_x', 'all_points_y')
        )
        if not xs or len(xs) != len(ys):
            raise UserError(
                f'{source}: a polygon of {len(xs)} x and {len(ys)} y; draw it '
                'again'
            )
        return min(xs), min(ys), max(xs), max(ys)
    return None
