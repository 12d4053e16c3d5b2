"""CVAT for video 1.1: tracks of boxes, drawn between their keyframes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

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
    turn_between,
)
from stclip.preparation.annotation_forms.xml_text import utf8_pieces
from stclip.utils.choices import nearest
from stclip.utils.errors import UserError
from stclip.utils.io import require_file
from stclip.utils.values import (
    MAX_COORDINATE,
    MAX_FRAMES,
    MAX_SIDE,
    as_number,
    as_whole,
)

_SIDES = ('xtl', 'ytl', 'xbr', 'ybr')
_LISTS, _BOX_TO_TICK = ('select', 'radio'), 'checkbox'


@dataclass
class _Attribute:
    """A question that the task asks of each box of a label."""

    name: str
    kind: str
    values: tuple[str, ...]

    @property
    def label(self) -> str:
        """The independent label that a box to tick stands for."""
        return self.name.removesuffix(' (label)')


@dataclass
class _Key:
    """A box of a track, with the answers to the task's questions.

    It is turned about its centre by so many degrees.
    """

    line: int
    frame: int
    outside: bool
    box: tuple[float, ...]
    turn: float
    answers: dict[str, str] = field(default_factory=dict)


@dataclass
class _Track:
    label: str
    line: int
    keys: list[_Key] = field(default_factory=list)


def read_cvat(path: Path, reading: Reading) -> Annotations:
    """Read a file of CVAT.

    Each frame of the stride that a track shows is a keyframe; a box between
    two of CVAT's keyframes lies on the straight line, and what is done
    stays as it was. Of a turned box it is the one around. A track goes on to
    the end of the task unless it is outside.

    Args:
        path: XML file. What a document type could declare is not read.
        reading: Stride and attributes.
    """
    require_file(path, 'Export it from CVAT as "CVAT for video 1.1".')
    annotations = Annotations(())
    annotations.rows = _Reader(path, reading, annotations).rows()
    return annotations


class _Reader:
    """One pass over a file; a track is in memory at a time."""

    def __init__(
        self, path: Path, reading: Reading, found: Annotations
    ) -> None:
        self.path = path
        self.reading = reading
        self.found = found
        self.facts: dict[str, str] = {}
        self.questions: dict[str, list[_Attribute]] = {}
        self.tracks: list[_Track] = []
        self._open: list[str] = []
        self._text: list[str] = []
        self._label = self._answer = ''
        # The questions on that label, and what a question is told to be.
        self._asked: list[_Attribute] = []
        self._told: dict[str, str] = {}
        self._track: _Track | None = None
        self._parser = expat.ParserCreate('utf-8')
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append

    def rows(self) -> Iterator[PersonRow]:
        """Give the persons of track after track."""
        for _ in self._pieces():
            for track in self.tracks:
                yield from self._rows_of(track)
            self.tracks.clear()

    def _pieces(self) -> Iterator[None]:
        try:
            for piece in utf8_pieces(self.path):
                self._parser.Parse(piece, False)
                yield
            self._parser.Parse(b'', True)
        except expat.ExpatError as error:
            raise UserError(
                f'{self.path}, line {error.lineno}: no XML '
                f'({expat.ErrorString(error.code)}); export it from CVAT again'
            ) from error

    def _fault(self, reason: str, line: int | None = None) -> UserError:
        line = line or self._parser.CurrentLineNumber
        return UserError(f'{self.path}, line {line}: {reason}')

    def _refuse_doctype(self, *_: object) -> None:
        raise self._fault(
            'has a document type (DOCTYPE), which CVAT does not write and '
            'which can pull in other files; remove it'
        )

    def _start(self, name: str, given: dict[str, str]) -> None:
        if not self._open and name != 'annotations':
            raise self._fault(
                f'expected <annotations>, got <{name}>; export it from CVAT '
                'as "CVAT for video 1.1"'
            )
        if name == 'image' and self._open == ['annotations']:
            raise self._fault(
                'pictures without tracks; export it from CVAT as "CVAT for '
                'video 1.1"'
            )
        self._open.append(name)
        self._text.clear()
        if name == 'track':
            self._start_track(given)
        elif self._track and name == 'box':
            self._track.keys.append(self._key(given))
        elif self._track and name == 'attribute':
            self._answer = given.get('name', '')

    def _start_track(self, given: dict[str, str]) -> None:
        label = given.get('label', '')
        if self.questions and label not in self.questions:
            raise self._fault(
                f'label {label!r} is not among those of the task'
                f'{nearest(label, self.questions)}'
            )
        self._track = _Track(label, self._parser.CurrentLineNumber)

    def _key(self, given: dict[str, str]) -> _Key:
        where = f'{self.path}, line {self._parser.CurrentLineNumber}: '
        frame = as_whole(
            given.get('frame'), f'{where}frame', 0, MAX_FRAMES - 1
        )
        keys = self._track.keys
        if keys and frame <= keys[-1].frame:
            raise self._fault(
                f'frame {frame} comes after frame {keys[-1].frame} in its '
                'track; sort the boxes'
            )
        box = tuple(
            as_number(
                given.get(side),
                f'{where}{side}',
                -MAX_COORDINATE,
                MAX_COORDINATE,
            )
            for side in _SIDES
        )
        turn = as_number(
            given.get('rotation', 0), f'{where}rotation', -FULL_TURN, FULL_TURN
        )
        outside = as_whole(given.get('outside', 0), f'{where}outside', 0, 1)
        line = self._parser.CurrentLineNumber
        return _Key(line, frame, bool(outside), box, turn)

    def _end(self, name: str) -> None:
        inside, text = self._open[:-1], ''.join(self._text).strip()
        self._open.pop()
        if name == 'track' and self._track:
            if not self._track.label.strip():
                raise self._fault('a track without a label', self._track.line)
            if not self._track.keys:
                raise self._fault(
                    'a track without a box; draw persons as rectangles',
                    self._track.line,
                )
            self.tracks.append(self._track)
            self._track = None
        elif name == 'attribute' and self._track and self._track.keys:
            self._track.keys[-1].answers[self._answer] = text
        elif 'attributes' in inside:
            self._end_of_question(name, text)
        elif 'labels' in inside:
            self._end_of_label(name, text)
        elif name == 'labels' and 'meta' in inside:
            self._require_attributes()
        elif 'meta' in inside:
            self.facts[name] = text

    def _require_attributes(self) -> None:
        known = {q.name for each in self.questions.values() for q in each}
        for name in self.reading.attributes:
            if name not in known:
                raise self._fault(
                    f'no label has the attribute {name!r} of --attributes'
                    f'{nearest(name, known)}'
                )

    def _end_of_question(self, name: str, text: str) -> None:
        if name != 'attribute':
            self._told[name] = text
            return
        told, self._told = self._told, {}
        if not told.get('name'):
            raise self._fault('an attribute without a name; give it one')
        values = told.get('values', '').split('\n')
        self._asked.append(
            _Attribute(
                told['name'],
                told.get('input_type', ''),
                tuple(value.strip() for value in values),
            )
        )

    def _end_of_label(self, name: str, text: str) -> None:
        if name == 'name':
            self._label = text
        if name != 'label':
            return
        if not self._label:
            raise self._fault('a label without a name; give it one')
        self.questions[self._label], self._asked = self._asked, []
        told = self._told_by(self._label)
        ticked = [each.label for each in told if each.kind == _BOX_TO_TICK]
        listed = [
            value
            for each in told
            if each.kind != _BOX_TO_TICK
            for value in each.values
            if is_action(value, each.values)
        ]
        names = listed + ticked if told else [self._label]
        self.found.labels |= dict.fromkeys(names)
        self.found.independent.update(ticked)
        self._label = ''

    def _told_by(self, label: str) -> list[_Attribute]:
        """The questions on a label that tell actions."""
        return [
            each
            for each in self.questions.get(label, ())
            if each.kind in (*_LISTS, _BOX_TO_TICK)
            and self.reading.wants(each.name)
        ]

    def _rows_of(self, track: _Track) -> Iterator[PersonRow]:
        """The person of a track on each frame of the stride."""
        stride = self.reading.stride
        last = self._last_frame(track)
        ends = [key.frame for key in track.keys[1:]] + [last + 1]
        afters = [*track.keys[1:], None]
        for key, after, end in zip(track.keys, afters, ends, strict=True):
            if key.outside:
                continue
            labels = self._labels_of(track, key)
            first = math.ceil(key.frame / stride) * stride
            for frame in range(first, end, stride):
                yield PersonRow(
                    f'{self.path}, line {key.line}',
                    self._video(),
                    labels,
                    _between(key, after, frame),
                    frame,
                    size_hw=self._size(),
                )

    def _last_frame(self, track: _Track) -> int:
        """Where a track ends that is never outside."""
        last = track.keys[-1].frame
        if 'stop_frame' in self.facts:
            fact = self.facts['stop_frame']
            field_ = f'{self.path}: stop_frame'
            last = max(last, as_whole(fact, field_, 0, MAX_FRAMES - 1))
        return last

    def _labels_of(self, track: _Track, key: _Key) -> tuple[str, ...]:
        told = self._told_by(track.label)
        if not told:
            self.found.labels.setdefault(track.label)
            return (track.label,)
        labels = []
        for each in told:
            value = key.answers.get(each.name, '')
            if each.kind == _BOX_TO_TICK:
                labels += [each.label] * (value.lower() == 'true')
            elif is_action(value, each.values):
                if value not in each.values:
                    raise self._fault(
                        f'{value!r} is no value of the attribute '
                        f'{each.name!r}{nearest(value, each.values)}',
                        key.line,
                    )
                labels.append(value)
        return tuple(labels)

    def _video(self) -> str:
        name = self.facts.get('source') or self.facts.get('name')
        if not name:
            name = self.path.stem.removesuffix('.cvat')
        return video_name(name)

    def _size(self) -> tuple[int, int] | None:
        if not {'height', 'width'} <= set(self.facts):
            return None
        height, width = (
            as_whole(self.facts[key], f'{self.path}: {key}', 1, MAX_SIDE)
            for key in ('height', 'width')
        )
        return height, width


def _between(key: _Key, after: _Key | None, frame: int) -> tuple[float, ...]:
    """The box on a frame from a key on."""
    if after is None or after.outside:
        return box_around(key.box, key.turn)
    part = (frame - key.frame) / (after.frame - key.frame)
    box = tuple(
        (1 - part) * one + part * other
        for one, other in zip(key.box, after.box, strict=True)
    )
    return box_around(box, turn_between(key.turn, after.turn, part))
