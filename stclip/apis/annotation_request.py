"""What the results of an inferencer depend on, as plain values."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stclip.apis.action_models import ActionModel
from stclip.apis.loading import pipeline_of
from stclip.labels.label_space import LabelSpace
from stclip.utils.downloads import without_user
from stclip.utils.resources import resolve

# Changed when results of the same values are written in another form.
_FORM = 4


def request_of(
    video: str | Path,
    labels: LabelSpace,
    chosen: ActionModel,
    stride: int | str,
    box_threshold: float = 0.5,
    fps: float | None = None,
    strict: bool = False,
    start_sec: float | None = None,
    end_sec: float | None = None,
    track: bool = True,
    detect_every: int = 1,
    amp: bool = False,
    **_: Any,
) -> dict[str, Any]:
    """Tell requests apart that may have different results.

    Files go by path, size and time of the last change, configs by what they
    say of model and pictures.

    Args:
        video: Video file or folder of frames.
        labels: See :meth:`.ActionInferencer.stream`.
        chosen: The models, with the user's own detector.
        stride: See :meth:`.ActionInferencer.stream`.
        box_threshold: Likewise.
        fps: Likewise.
        strict: See :func:`open_video`.
        start_sec: See :meth:`.ActionInferencer.stream`.
        end_sec: Likewise.
        track: See :meth:`.ActionInferencer.stream`.
        detect_every: Likewise.
        amp: See :class:`.ActionInferencer`.
        **_: What changes no more than the last digits: device, batch size.
    """
    looks = [pipeline_of(chosen.config), chosen.config.get('model')]
    files = sorted({name for name in _strings(looks) if _is_file(name)})
    return dict(
        form=_FORM,
        video=stamp_of(video),
        **request_of_labels(labels),
        model=_digest([looks, [stamp_of(resolve(name)) for name in files]]),
        checkpoint=chosen.checkpoint and stamp_of(chosen.checkpoint),
        detector=stamp_of(resolve(chosen.detector)),
        detector_checkpoint=chosen.detector_checkpoint
        and stamp_of(chosen.detector_checkpoint),
        stride=stride,
        box_threshold=box_threshold,
        fps=fps,
        strict=strict,
        start_sec=start_sec,
        end_sec=end_sec,
        track=track,
        detect_every=detect_every,
        amp=amp,
    )


def request_of_labels(labels: LabelSpace) -> dict[str, Any]:
    """What of a request says what persons are scored for.

    Args:
        labels: With the words that stand for none of them.
    """
    texts = dict(zip(labels.names, labels.texts, strict=True))
    background = {name: texts[name] for name in labels.behind}
    return dict(labels=asdict(labels.answers), background=background)


def stamp_of(path: str | Path) -> list[Any]:
    """Path, size and time of a file; of a folder those of all its files.

    What is no file, as an address, goes by its name alone, without a password.
    """
    if '://' in str(path):
        query = urlsplit(str(path)).query  # it may be a token
        return [without_user(str(path)), _digest(query)]
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
