"""The checks of a config's data, in words and as values."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from stclip.apis.data_check import CheckedSet
from stclip.evaluation.report import seen_or_unseen
from stclip.preparation.records import Findings
from stclip.preparation.summary import count
from stclip.utils.tables import text_table

_SHOWN = 3
_PLACES_IN_JSON = 20


def told_checks(checked: Sequence[CheckedSet]) -> str:
    """The checks in words, a table for each set."""
    parts = []
    for each in checked:
        media = _media(each)
        lines = [
            f'{each.task}: {type(each.dataset).__name__} of '
            f'{each.dataset.ann_file}',
            f'{len(each.used):,} of {len(each.annotated):,} keyframes are '
            f'used; {media["folders"]} folders of frames and '
            f'{media["files"]} files are there, of '
            f'{len({k.video for k in each.used}):,} videos',
        ]
        for name in ('fps', 'frame_hw'):
            if media[name]:
                told = ', '.join(f'{v} ({n})' for v, n in media[name].items())
                lines.append(f'{name}: {told}')
        if each.used:
            lines.append(_table(each))
        for title, findings in (
            ('faults', each.faults),
            ('notes', each.notes),
        ):
            if findings.faults:
                lines.append(f'{title}:')
                lines += [f'  {line}' for line in findings.lines(_SHOWN)]
        if not each.faults.faults:
            lines.append('no fault found')
        parts.append('\n'.join(lines))
    return '\n\n'.join(parts)


def _media(checked: CheckedSet) -> dict[str, Any]:
    glances = [g for g in checked.glances.values() if not g.facts.fault]
    folders = sum(glance.is_folder for glance in glances)
    rates = Counter(f'{g.fps:.6g}' if g.fps else 'unknown' for g in glances)
    sizes = Counter('{} x {}'.format(*g.facts.size_hw) for g in glances)
    return dict(
        folders=folders,
        files=len(glances) - folders,
        fps=dict(rates.most_common(_SHOWN)),
        frame_hw=dict(sizes.most_common(_SHOWN)),
    )


def _table(checked: CheckedSet) -> str:
    rows = checked.counts()
    marks = seen_or_unseen(checked.names, checked.split.train)
    recall = ['found (kept boxes)'] if checked.recall else []
    total = count(checked.used)
    everything = [total[key] for key in ('boxes', 'keyframes', 'videos')]

    def found(name: str) -> list[str]:
        if not checked.recall:
            return []
        known = checked.recall.get(name)
        return [f'{known["kept"]:.1%}' if known else '-']

    return text_table(
        [['action', '', 'boxes', 'keyframes', 'videos', *recall]],
        [
            [
                name,
                marks[name],
                *(f'{n:,}' for n in row.values()),
                *found(name),
            ]
            for name, row in rows.items()
        ],
        [['all', '', *(f'{n:,}' for n in everything), *found('all')]],
    )


def values_of_checks(checked: Sequence[CheckedSet]) -> list[dict[str, Any]]:
    """The checks in values that JSON knows."""
    return [
        dict(
            set=each.task,
            annotations=each.dataset.ann_file,
            annotated=count(each.annotated),
            used=count(each.used),
            media=_media(each),
            classes=each.counts(),
            recall=each.recall,
            faults=list(_plain(each.faults)),
            notes=list(_plain(each.notes)),
        )
        for each in checked
    ]


def _plain(findings: Findings) -> Iterator[dict[str, Any]]:
    for kind, places in findings.faults.items():
        yield dict(
            kind=kind,
            count=len(places),
            places=places[:_PLACES_IN_JSON],
            mend=findings.hints[kind],
        )


def num_faults(checked: Sequence[CheckedSet]) -> int:
    """Kinds of faults over all sets."""
    return sum(len(each.faults.faults) for each in checked)
