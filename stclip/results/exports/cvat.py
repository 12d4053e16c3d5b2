"""CVAT for video 1.1: a track a person, with what it does to be corrected.

Labels that exclude each other are the values of one list, independent ones
are boxes to tick; both may change along a track.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from stclip.labels.label_space import LabelSpace
from stclip.labels.no_action import none_name
from stclip.results.exports.persons import Person, require_tracks
from stclip.results.exports.track_keys import (
    Said,
    TrackKey,
    by_track,
    track_keys,
)
from stclip.utils.io import atomic_write, write_json
from stclip.utils.outputs import stem_of_video

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions

_LABEL = 'person'
# What XML 1.0 cannot hold, however it is written.
_NOT_XML = re.compile('[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')


@dataclass(frozen=True)
class _Attribute:
    """One question on a person.

    Args:
        name: Of the attribute.
        members: Indices of its labels: several that exclude each other, or
            an independent one.
        values: What can be answered: a value for each member, and at last
            that nothing holds.
        kind: How CVAT shows it.
    """

    name: str
    members: tuple[int, ...]
    values: tuple[str, ...]
    kind: str

    @property
    def listed(self) -> tuple[str, ...]:
        """What CVAT wants to know of the values: of a box, its start."""
        return self.values[-1:] if self.kind == 'checkbox' else self.values

    def value_of(self, person: Person) -> str:
        """The answer for a person."""
        chosen = (i for i in person.answers if i in self.members)
        best = next(chosen, None)
        if best is None:
            return self.values[-1]
        return self.values[self.members.index(best)]


def write_cvat(result: 'VideoActions', path: Path, beside: Path) -> None:
    """Write the tracks, and the labels that the task in CVAT needs.

    Args:
        result: Tracked persons.
        path: XML file, to be imported as *CVAT 1.1*.
        beside: JSON file, to be put into the task's labels as *Raw*.

    Raises:
        UserError: If nobody was followed.
    """
    require_tracks(result, 'CVAT for video')
    attributes = _attributes(result.labels)

    def say(person: Person) -> Said:
        return tuple(each.value_of(person) for each in attributes)

    write_json(beside, [_label(attributes)], indent=1)
    with atomic_write(path) as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n')
        file.write('  <version>1.1</version>\n')
        file.writelines(_meta(result, attributes))
        for track_id, keys in by_track(track_keys(result, say)):
            _write_track(file, track_id, keys, attributes)
        file.write('</annotations>\n')


def _attributes(labels: LabelSpace) -> list[_Attribute]:
    """A list for each group of exclusive labels, a box for each other."""
    # Values of a list stand on a line each.
    names = [' '.join(name.split()) for name in labels.names]
    none = none_name(labels.names)
    groups: dict[int, list[int]] = {}
    for index, exclusive in enumerate(labels.exclusive):
        if exclusive:
            groups.setdefault(labels.groups[index], []).append(index)
    attributes = []
    for number, members in enumerate(groups.values(), 1):
        name = 'action' if len(groups) == 1 else f'action {number}'
        values = tuple(names[i] for i in members)
        attributes.append(
            _Attribute(name, tuple(members), (*values, none), 'select')
        )
    taken = {each.name for each in attributes}
    for index, exclusive in enumerate(labels.exclusive):
        if not exclusive:
            name = names[index]
            name = f'{name} (label)' if name in taken else name
            values = ('true', 'false')
            attributes.append(_Attribute(name, (index,), values, 'checkbox'))
    return attributes


def _label(attributes: list[_Attribute]) -> dict[str, Any]:
    """The label of a task, as CVAT's editor of labels takes it."""
    return dict(
        name=_LABEL,
        type='rectangle',
        attributes=[
            dict(
                name=each.name,
                mutable=True,
                input_type=each.kind,
                default_value=each.values[-1],
                values=list(each.listed),
            )
            for each in attributes
        ],
    )


def _meta(
    result: 'VideoActions', attributes: list[_Attribute]
) -> Iterator[str]:
    height, width = result.frame_hw
    yield '  <meta>\n    <task>\n'
    yield f'      <name>{_text(stem_of_video(result.video))}</name>\n'
    yield f'      <size>{result.num_frames}</size>\n'
    yield '      <mode>interpolation</mode>\n      <overlap>0</overlap>\n'
    yield '      <start_frame>0</start_frame>\n'
    yield f'      <stop_frame>{result.num_frames - 1}</stop_frame>\n'
    yield '      <frame_filter></frame_filter>\n      <labels>\n'
    yield f'        <label>\n          <name>{_LABEL}</name>\n'
    yield '          <type>rectangle</type>\n          <attributes>\n'
    for each in attributes:
        values = '\n'.join(each.listed)
        yield (
            '            <attribute>\n'
            f'              <name>{_text(each.name)}</name>\n'
            '              <mutable>True</mutable>\n'
            f'              <input_type>{each.kind}</input_type>\n'
            '              <default_value>'
            f'{_text(each.values[-1])}</default_value>\n'
            f'              <values>{_text(values)}</values>\n'
            '            </attribute>\n'
        )
    yield '          </attributes>\n        </label>\n      </labels>\n'
    yield (
        '      <original_size>\n'
        f'        <width>{width}</width>\n'
        f'        <height>{height}</height>\n'
        '      </original_size>\n'
    )
    yield '    </task>\n  </meta>\n'


def _write_track(
    file: IO[str],
    track_id: int,
    keys: Iterator[TrackKey],
    attributes: list[_Attribute],
) -> None:
    """Write keys alone: CVAT draws what lies between them by itself."""
    file.write(f'  <track id="{track_id}" label="{_LABEL}" source="auto">\n')
    for key in keys:
        sides = zip(('xtl', 'ytl', 'xbr', 'ybr'), key.box_xyxy, strict=True)
        box = ' '.join(f'{name}="{value:.2f}"' for name, value in sides)
        file.write(
            f'    <box frame="{key.frame_idx}" keyframe="1" '
            f'outside="{int(key.outside)}" occluded="0" {box} z_order="0">\n'
        )
        for each, value in zip(attributes, key.said, strict=True):
            name = quoteattr(_legal(each.name))
            file.write(
                f'      <attribute name={name}>{_text(value)}</attribute>\n'
            )
        file.write('    </box>\n')
    file.write('  </track>\n')


def _text(value: str) -> str:
    return escape(_legal(value))


def _legal(value: str) -> str:
    return _NOT_XML.sub('\ufffd', value)
