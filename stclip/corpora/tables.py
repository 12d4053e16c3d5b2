"""Tables of a whole corpus: one row a video, one row a person found.

Parquet, in shards that pandas, DuckDB and Ray read alone or together.
"""

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from stclip.corpora.folder import DONE, FAILED, CorpusFolder
from stclip.corpora.tasks import Task
from stclip.results.answers import best_answer
from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.result_file import read_result
from stclip.results.video_actions import VideoActions
from stclip.utils.disk_space import told_if_full
from stclip.utils.errors import UserError
from stclip.video.local_files import is_hidden

SUMMARY, DETECTIONS = 'summary', 'detections'
#: Rows of a shard.
SHARD_ROWS = 1_000_000
# Rows that are in memory at a time.
_GROUP_ROWS = 10_000


def require_tables() -> Any:
    """The package that writes them.

    Raises:
        UserError: If it is not installed.
    """
    try:
        return import_module('pyarrow')
    except ImportError as error:
        raise UserError(
            "pyarrow is not installed: pip install 'stclip[corpus]'"
        ) from error


def require_replaceable(folder: CorpusFolder, detections: bool) -> None:
    """Make sure that nothing but tables will be replaced.

    Args:
        folder: Of the corpus.
        detections: Whether each person becomes a row of a table.

    Raises:
        UserError: If a file is none; it is named.
    """
    for name in (SUMMARY, DETECTIONS) if detections else (SUMMARY,):
        _require_tables_in(folder.root / name)


def _require_tables_in(final: Path) -> None:
    shard = re.compile(rf'{final.name}-\d{{5,}}\.parquet')
    for file in final.iterdir() if final.is_dir() else ():
        if not (shard.fullmatch(file.name) or is_hidden(file.name)):
            raise UserError(
                f'{file} is no table of this command, which replaces all that '
                'is in that folder; move it away'
            )


def write_summary(folder: CorpusFolder, tasks: Iterable[Task]) -> list[Path]:
    """Write a row for each video; damaged results become failures.

    Args:
        folder: Of the corpus.
        tasks: The videos; those without a file yet are left out.

    Returns:
        The shards.
    """
    arrow = require_tables()
    columns = dict(
        path=arrow.string(),
        status=arrow.string(),
        error=arrow.string(),
        duration_sec=arrow.float64(),
        fps=arrow.float64(),
        width=arrow.int32(),
        height=arrow.int32(),
        frames=arrow.int64(),
        keyframes=arrow.int64(),
        boxes=arrow.int64(),
        persons=arrow.int64(),
        top_actions=arrow.list_(
            arrow.struct(dict(label=arrow.string(), boxes=arrow.int64()))
        ),
        damage=arrow.string(),
        seconds=arrow.float64(),
        result=arrow.string(),
    )
    rows = (_row(folder, task) for task in tasks)
    return _write(folder, SUMMARY, columns, filter(None, rows))


def _row(folder: CorpusFolder, task: Task) -> dict[str, Any] | None:
    status = folder.status_of(task.key)
    if status is None:
        return None
    try:
        head = folder.head_of(task.key, status)
    except UserError as error:
        folder.fail(task, str(error))
        status = FAILED
        head = folder.head_of(task.key, status)
    file = folder.record_of(task.key, status)
    sizes = {name: head.get(name) for name in ('fps', 'width', 'height')}
    return dict(
        head['corpus'],
        **sizes,
        frames=head.get('num_frames'),
        status=status,
        result=str(file.relative_to(folder.root)),
    )


def write_detections(
    folder: CorpusFolder, tasks: Iterable[Task]
) -> list[Path]:
    """Write a row for each person on each keyframe.

    Results that cannot be read become failures.

    Args:
        folder: Of the corpus.
        tasks: The videos; those without a result are left out.

    Returns:
        The shards.
    """
    arrow = require_tables()
    columns = dict(
        path=arrow.string(),
        frame=arrow.int64(),
        time_sec=arrow.float64(),
        person=arrow.int64(),
        **{side: arrow.float32() for side in ('x1', 'y1', 'x2', 'y2')},
        box_score=arrow.float32(),
        action=arrow.string(),
        score=arrow.float32(),
    )
    return _write(folder, DETECTIONS, columns, _detections(folder, tasks))


def _detections(
    folder: CorpusFolder, tasks: Iterable[Task]
) -> Iterator[dict[str, Any]]:
    for task in tasks:
        file = folder.record_of(task.key, DONE)
        if not file.is_file():
            continue
        try:
            result = read_result(file)
        except UserError as error:
            folder.fail(task, str(error))
            continue
        for frame in result.frames:
            yield from _persons(task.shown, result, frame)


def _persons(
    path: str, result: VideoActions, frame: KeyframeActions
) -> Iterator[dict[str, Any]]:
    ids, none = frame.track_ids, frame.none_probs
    for row, probs in enumerate(frame.action_probs):
        against = None if none is None else float(none[row])
        best = best_answer(probs, against, result.labels)
        yield dict(
            path=path,
            frame=frame.frame_idx,
            time_sec=frame.time_sec,
            person=None if ids is None else int(ids[row]),
            **dict(
                zip(
                    ('x1', 'y1', 'x2', 'y2'),
                    frame.boxes_xyxy[row].tolist(),
                    strict=True,
                )
            ),
            box_score=float(frame.box_scores[row]),
            action=None if best is None else result.labels.names[best],
            score=None if best is None else float(probs[best]),
        )


def _write(
    folder: CorpusFolder,
    name: str,
    columns: Mapping[str, Any],
    rows: Iterator[Mapping[str, Any]],
) -> list[Path]:
    """Write shards, which replace those before when all are there."""
    arrow, parquet = require_tables(), import_module('pyarrow.parquet')
    about = json.dumps(folder.read_about())
    schema = arrow.schema(columns).with_metadata(dict(stclip=about))
    part, final = folder.root / f'.{name}.part', folder.root / name
    shutil.rmtree(part, ignore_errors=True)
    shards: list[str] = []
    count = SHARD_ROWS
    with told_if_full(final):
        part.mkdir(parents=True)
        # Without rows there is a shard all the same, of the columns alone.
        while count == SHARD_ROWS:
            shards.append(f'{name}-{len(shards):05d}.parquet')
            with parquet.ParquetWriter(part / shards[-1], schema) as writer:
                count = 0
                shard = islice(rows, SHARD_ROWS)
                while group := list(islice(shard, _GROUP_ROWS)):
                    writer.write_table(arrow.Table.from_pylist(group, schema))
                    count += len(group)
        _require_tables_in(final)
        shutil.rmtree(final, ignore_errors=True)
        part.rename(final)
    return [final / shard for shard in shards]
