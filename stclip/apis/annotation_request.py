"""What the results of an inferencer depend on, as plain values."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stclip.apis.action_models import ActionModel
from stclip.apis.loading import pipeline_of
from stclip.labels.label_space import LabelSpace
from stclip.utils.resources import resolve

# Changed when results of the same values are written in another form.
_FORM = 3


def request_of(
    video: str | Path,
    labels: LabelSpace,
    stride: int | str,
    box_threshold: float = 0.5,
    fps: float | None = None,
    strict: bool = False,
    model: str | None = None,
    config: str | Path | None = None,
    checkpoint: str | Path | None = None,
    clip: str | None = None,
    detector: str | Path | None = None,
    detector_checkpoint: str | Path | None = None,
    start_sec: float | None = None,
    end_sec: float | None = None,
    track: bool = True,
    detect_every: int = 1,
    **_: Any,
) -> dict[str, Any]:
    """Tell requests apart that may have different results.

    Files go by path, size and time of the last change, configs by what they
    say of model and pictures.

    Args:
        video: Video file or folder of frames.
        labels: See :meth:`ActionInferencer.stream`.
        stride: Likewise.
        box_threshold: Likewise.
        fps: Likewise.
        strict: See :func:`open_video`.
        model: See :func:`load_inferencer`.
        config: Likewise.
        checkpoint: Likewise.
        clip: Likewise.
        detector: Likewise.
        detector_checkpoint: Likewise.
        start_sec: See :meth:`ActionInferencer.stream`.
        end_sec: Likewise.
        track: See :meth:`ActionInferencer.stream`.
        detect_every: Likewise.
        **_: What changes no more than the last digits: device, batch size.

    Raises:
        MissingFileError: If a file is missing.
        UserError: If a config cannot be run.
    """
    chosen = ActionModel.of(model, config, checkpoint, clip)
    detector = chosen.require_files(detector, detector_checkpoint)
    looks = [pipeline_of(chosen.config), chosen.config.get('model')]
    files = sorted({name for name in _strings(looks) if _is_file(name)})
    return dict(
        form=_FORM,
        video=_stamp(video),
        labels=asdict(labels),
        model=_digest([looks, [_stamp(resolve(name)) for name in files]]),
        checkpoint=chosen.checkpoint and _stamp(chosen.checkpoint),
        detector=_stamp(resolve(detector)),
        detector_checkpoint=detector_checkpoint
        and _stamp(detector_checkpoint),
        stride=stride,
        box_threshold=box_threshold,
        fps=fps,
        strict=strict,
        start_sec=start_sec,
        end_sec=end_sec,
        track=track,
        detect_every=detect_every,
    )


def _stamp(path: str | Path) -> list[Any]:
    """Path, size and time of a file; of a folder those of all its files.

    What is no file, as an address, goes by its name alone.
    """
    path = Path(path)
    if path.is_dir():
        files = sorted(
            (entry.name, entry.stat().st_size, entry.stat().st_mtime_ns)
            for entry in os.scandir(path)
        )
        return [os.path.abspath(path), _digest(files)]
    if not path.is_file():
        return [str(path)]
    stat = path.stat()
    return [os.path.abspath(path), stat.st_size, stat.st_mtime_ns]


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _strings(part: Any) -> Iterator[str]:
    """All texts of a config, such as the names of weights."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping | Sequence):
        values = part.values() if isinstance(part, Mapping) else part
        for value in values:
            yield from _strings(value)


def _is_file(name: str) -> bool:
    try:
        return resolve(name).is_file()
    except OSError:  # too long for a path
        return False
