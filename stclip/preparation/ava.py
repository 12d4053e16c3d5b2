"""AVA 2.2: the official CSV files.

Source: https://research.google.com/ava/ (annotations, excluded keyframes,
list of actions).
"""

from pathlib import Path

from stclip.datasets.ava_csv import (
    read_ava_csv,
    read_excluded,
    read_label_map,
)
from stclip.labels.label_space import LabelSpace
from stclip.preparation.records import Findings
from stclip.structures.keyframe import Keyframe
from stclip.utils.io import require_file

#: Second of the films at which the usual cuts of 15 minutes start.
START_SEC = 900
#: File suffix of each subset: AVA's test set has no public annotation.
SUBSETS = {'train': 'train', 'test': 'val'}

_HINT = 'docs/how_to/prepare_data.md tells what to download.'


def read_annotations(
    folder: str | Path, findings: Findings, start_sec: float = START_SEC
) -> tuple[LabelSpace, dict[str, list[Keyframe]]]:
    """Read the annotations of training and validation videos.

    Args:
        folder: With ``ava_{train,val}_v2.2.csv``,
            ``ava_{train,val}_excluded_timestamps_v2.2.csv`` and
            ``ava_action_list_v2.2.pbtxt`` of 80 actions: the list of 60 lacks
            half of the unseen actions.
        findings: Gets the faulty lines, which are left out.
        start_sec: Timestamp of the first frame of the videos.

    Returns:
        All actions; keyframes by subset, the validation videos as test.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If the list of actions is faulty.
    """
    folder = Path(folder)
    label_map = require_file(folder / 'ava_action_list_v2.2.pbtxt', _HINT)
    labels, column_of_id = read_label_map(label_map)
    keyframes = {}
    for subset, suffix in SUBSETS.items():
        path = require_file(folder / f'ava_{suffix}_v2.2.csv', _HINT)
        excluded = require_file(
            folder / f'ava_{suffix}_excluded_timestamps_v2.2.csv', _HINT
        )
        keyframes[subset] = read_ava_csv(
            path,
            column_of_id,
            read_excluded(excluded),
            start_sec,
            on_fault=lambda error: findings.add(
                'faulty line', str(error), 'left out. Download the file again.'
            ),
        )
    return labels, keyframes
