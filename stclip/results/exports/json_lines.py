"""JSON lines: a keyframe a line."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from stclip.utils.io import atomic_write

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions


def write_json_lines(result: 'VideoActions', path: Path) -> None:
    """Write the entries of ``keyframes`` in the JSON file, with the video."""
    with atomic_write(path) as file:
        for frame in result.frames:
            value = frame.to_json(result.labels.names)
            line = dict(video=str(result.video), **value)
            file.write(json.dumps(line, allow_nan=False) + '\n')
