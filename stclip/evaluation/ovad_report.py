"""OVAD's figures as a table and as values."""

import math
from pathlib import Path
from typing import Any

from stclip.evaluation.functional.open_vocabulary import (
    MEASURES,
    SCORED,
    OpenVocabularyRun,
    part_means,
)
from stclip.evaluation.ovad_file import read_open_vocabulary
from stclip.evaluation.report import none_if_nan, percent
from stclip.utils.tables import text_table

_HEADINGS = dict(
    video_released='video, released', video='video', frame='frame'
)
_GROUPS = dict(own_part='', all_classes='all: ')


def ovad_of_files(gt: str | Path, pred: str | Path) -> tuple[str, dict]:
    """OVAD's figures of scored videos in files.

    Args:
        gt: File with annotated tubes and vocabulary; docs/formats.md has the
            form.
        pred: File with detections; may be the same.

    Returns:
        A table and the values of it.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is malformed.
    """
    run, source = read_open_vocabulary(gt, pred)
    values = ovad_values(run, source)
    return format_ovad(run, values), values


def ovad_values(run: OpenVocabularyRun, box_source: str) -> dict[str, Any]:
    """All figures, in percent, and what protocol they are of.

    Args:
        run: Scored videos.
        box_source: Where their person boxes come from.
    """
    values: dict[str, Any] = dict(
        unit='percent',
        protocol=dict(
            boxes=box_source,
            vocabulary=list(run.vocabulary),
            base=list(run.base),
            iou_threshold=run.iou_thr,
            frame_step=run.frame_step,
        ),
        num_videos=len(run.videos),
        num_tubes=run.num_tubes(),
    )
    for scored in SCORED:
        values[scored] = {
            f'{measure}_ap': _plain(run, 100 * ap)
            for measure, ap in run.evaluate(scored).items()
        }
    return values


def _plain(run: OpenVocabularyRun, ap: Any) -> dict[str, Any]:
    means = part_means(ap, run.is_base)
    named = zip(run.vocabulary, ap.tolist(), strict=True)
    return {
        **{key: none_if_nan(mean) for key, mean in means.items()},
        'per_class': {name: none_if_nan(value) for name, value in named},
    }


def format_ovad(run: OpenVocabularyRun, values: dict[str, Any]) -> str:
    """The table, and lines that say the protocol.

    Args:
        run: Scored videos.
        values: Of :func:`ovad_values`.
    """
    columns = [
        (f'{_GROUPS[scored]}{_HEADINGS[measure]}', f'{measure}_ap', scored)
        for scored in SCORED
        for measure in MEASURES
    ]
    parts = [values[scored][key] for _, key, scored in columns]
    is_base = dict(zip(run.vocabulary, run.is_base, strict=True))
    table = text_table(
        [['AP (%)', 'part', *(heading for heading, *_ in columns)]],
        [
            [
                name,
                'base' if is_base[name] else 'novel',
                *(_cell(part['per_class'][name]) for part in parts),
            ]
            for name in run.vocabulary
        ],
        [
            [key, '', *(_cell(part[key]) for part in parts)]
            for key in ('base', 'novel', 'mean')
        ],
    )
    return '\n'.join([table, *_protocol(run, values)])


def _protocol(run: OpenVocabularyRun, values: dict[str, Any]) -> list[str]:
    num_base, step = len(run.base), run.frame_step
    tubes = values['num_tubes']
    every = 'every annotated frame'
    if step > 1:
        every = f'every {step}th annotated frame of a tube'
    return [
        f'boxes: {values["protocol"]["boxes"]}; vocabulary: {num_base} base '
        f'and {len(run.vocabulary) - num_base} novel actions; metric: video '
        f'AP (tubes) and frame AP (boxes), IoU >= {run.iou_thr:g}, {every}',
        f'{len(run.videos)} videos, {tubes["base"]} tubes in base and '
        f'{tubes["novel"]} in novel ones, each a detection of every action '
        'scored',
        'first columns: base videos scored among base actions, novel ones '
        'among novel (not generalised zero-shot); all: every video among all',
        'released: time as differences of frame numbers, as in OpenMixer; '
        'else frames are counted',
    ]


def _cell(value: float | None) -> str:
    return percent(math.nan if value is None else value / 100)
