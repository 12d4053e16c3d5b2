"""What is kept of a benchmark's runs: enough to make its tables anew.

A run is megabytes of checkpoints, logs and scores of all labels. Tables and
intervals need its metrics, how long its test took, and which detections or
answers were right.
"""

import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from stclip.benchmarking.accuracy.runs import (
    METRICS_FILE,
    newest_record,
    took_file,
)
from stclip.evaluation.detection_file import (
    read_frame_results,
    write_detections_json,
)
from stclip.evaluation.frame_results import FrameResults
from stclip.utils.errors import MissingFileError
from stclip.utils.io import atomic_write, read_json, write_json

#: Folder of a kept test's record, where a run has the time it was started;
#: it comes before any of these, as the newest record counts.
FOLDER = '00_kept'


def keep_runs(runs: Path, file: Path) -> int:
    """Pack the tests of a benchmark that have finished.

    Unpacked into a folder, they stand there as runs that need not be done
    again; tables, claims and intervals are the same to the last digit.

    Args:
        runs: Folder of a benchmark.
        file: ``.tar.xz`` to write.

    Returns:
        Number of tests.

    Raises:
        MissingFileError: If none has finished.
    """
    metrics = sorted(runs.glob(f'*/seed*/*/{METRICS_FILE}'))
    if not metrics:
        raise MissingFileError(
            f'no test has finished in {runs}; give the --out of a '
            '`stclip benchmark`'
        )
    with (
        atomic_write(file, 'wb') as target,
        tarfile.open(fileobj=target, mode='w:xz', preset=9) as packed,
        tempfile.TemporaryDirectory() as slimmed,
    ):
        for path in metrics:
            for file_of_test in (path, took_file(path.parent, 'test')):
                if file_of_test.is_file():
                    _add(packed, file_of_test, file_of_test.relative_to(runs))
            for name, slim in SLIM.items():
                record = newest_record(path.parent, name)
                if record:
                    slim(record, Path(slimmed) / name)
                    place = path.parent.relative_to(runs) / FOLDER / name
                    _add(packed, Path(slimmed) / name, place)
    return len(metrics)


def _add(packed: tarfile.TarFile, path: Path, place: Path) -> None:
    """Add a file without its owner and date: equal runs are equal bytes."""
    info = tarfile.TarInfo(place.as_posix())
    info.size, info.mode = path.stat().st_size, 0o644
    with path.open('rb') as file:
        packed.addfile(info, file)


def _slim_detections(source: Path, target: Path) -> None:
    results = ranked(read_frame_results(source, source))
    write_detections_json(target, results, {})


def _slim_answers(source: Path, target: Path) -> None:
    content = read_json(source)
    write_json(target, {key: content[key] for key in ('labels', 'answers')})


#: Record of a test -> what makes a small one of it.
SLIM: Mapping[str, Callable[[Path, Path], None]] = {
    'detections_ground_truth.json': _slim_detections,
    'recognition.json': _slim_answers,
}


def ranked(results: FrameResults) -> FrameResults:
    """The same detections, as far as average precision knows them.

    Args:
        results: Of a test.

    Returns:
        Evaluated labels alone; in place of scores their ranks within a label,
        1 for the lowest, equal ones equal; every box is certain.
    """
    alone = results.of_eval_labels()
    scores = alone.detections.scores.T
    ranks = [np.unique(each, return_inverse=True)[1] + 1 for each in scores]
    return replace(
        alone,
        detections=replace(alone.detections, scores=np.stack(ranks, axis=1)),
        box_scores=np.ones(len(alone.box_scores), np.int64),
    )
