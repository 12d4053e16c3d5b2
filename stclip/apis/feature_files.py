"""Features of a video's persons in a file, with all that is known of them.

A file of safetensors; K keyframes, N persons on all of them together:

    features      (N, Dt) float16, keyframe by keyframe
    boxes_xyxy    (N, 4) float32, px of the frame
    box_scores    (N,) float32 in [0, 1]
    track_ids     (N,) int64, from 1 on; left out if nobody was followed
    frame_idx     (K,) int64, ascending
    time_sec      (K,) float64; NaN where a time is unknown
    num_persons   (K,) int64, whose sum is N

Its metadata has one key, ``stclip``: JSON with ``form``, ``result`` (what a
result says beside its keyframes and labels) and ``about`` (who has made them).
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.config import Config
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from stclip.apis.action_models import ActionModel
from stclip.apis.loading import pipeline_of
from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.video_actions import VideoActions
from stclip.utils.digests import digest_of_file
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, require_file
from stclip.utils.resources import resolve
from stclip.video.damage import Damage

# Changed when the same names mean something else.
_FORM = 1
_KEY = 'stclip'
# Any label will do: none was scored.
_NO_LABEL = LabelSpace(('person',))
_KEPT = ('fps', 'num_frames', 'start_frame')
_TUPLES = ('frame_hw', 'warnings', 'banners')


def made_by(chosen: ActionModel) -> dict[str, Any]:
    """Tell models apart whose features differ; nothing is built.

    Args:
        chosen: The models.

    Returns:
        Plain values: ``model`` and ``preprocessing``, as the config says
        them, and ``checkpoint``. Files go by their content, wherever they
        lie.
    """
    cfg = chosen.config
    return by_content(
        dict(
            model=cfg.model,
            preprocessing=pipeline_of(cfg),
            checkpoint=chosen.checkpoint,
        )
    )


def by_content(value: Any) -> Any:
    """Values as JSON holds them, files replaced by what they hold.

    Args:
        value: Plain values, or a part of a config; a text is a file if there
            is one of that name, here or in the package.
    """
    return json.loads(json.dumps(_by_content(value)))


def _by_content(value: Any) -> Any:
    if isinstance(value, Config | Mapping):
        return {name: _by_content(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_by_content(each) for each in value]
    if isinstance(value, str | Path):
        file = resolve(value)
        is_file = len(str(file)) < 4096 and file.is_file()
        return digest_of_file(file) if is_file else str(value)
    return value


def write_features(
    path: str | Path,
    result: VideoActions,
    features: np.ndarray,
    about: Mapping[str, Any],
) -> None:
    """Write features, atomically; they are on the disk when it ends.

    Args:
        path: File of safetensors.
        result: Boxes, ids and times of the keyframes.
        features: (N, Dt) float16.
        about: Plain values.
    """
    frames = result.frames
    times = [math.nan if f.time_sec is None else f.time_sec for f in frames]
    tensors = dict(
        features=np.ascontiguousarray(features),
        boxes_xyxy=np.concatenate([f.boxes_xyxy for f in frames]),
        box_scores=np.concatenate([f.box_scores for f in frames]),
        frame_idx=np.array([f.frame_idx for f in frames], np.int64),
        time_sec=np.array(times, np.float64),
        num_persons=np.array([len(f) for f in frames], np.int64),
    )
    ids = [f.track_ids for f in frames]
    if all(each is not None for each in ids):
        tensors['track_ids'] = np.concatenate(ids).astype(np.int64)
    said = {name: getattr(result, name) for name in (*_KEPT, *_TUPLES)}
    said |= dict(video=str(result.video), damage=result.damage.to_json())
    told = dict(form=_FORM, result=said, about=dict(about))
    with atomic_write(path, 'wb', lasting=True) as file:
        file.write(save(tensors, {_KEY: json.dumps(told, allow_nan=False)}))


def read_features(
    path: str | Path,
) -> tuple[VideoActions, np.ndarray, dict[str, Any]]:
    """Read what :func:`write_features` has written.

    Args:
        path: The file.

    Returns:
        Result, whose actions are none; features; what is known of them.

    Raises:
        MissingFileError: If there is no such file.
        UserError: If it is another one, or damaged.
    """
    path = require_file(path, 'Look at the video again.')
    try:
        with safe_open(path, 'np') as file:
            told = json.loads((file.metadata() or {})[_KEY])
            names = list(file.keys())
            tensors = {name: file.get_tensor(name) for name in names}
        if told['form'] != _FORM:
            raise ValueError(f'form {told["form"]} is not known')
        result = _result_of(told['result'], tensors)
        return result, tensors['features'], told['about']
    except (SafetensorError, LookupError, TypeError, ValueError) as error:
        raise UserError(
            f'{path} holds no features ({type(error).__name__}: {error}): '
            'look at the video again'
        ) from error


def _result_of(
    said: Mapping[str, Any], tensors: Mapping[str, np.ndarray]
) -> VideoActions:
    ends = np.cumsum(tensors['num_persons'])[:-1]
    ids = tensors.get('track_ids')
    parts = [np.split(tensors[n], ends) for n in ('boxes_xyxy', 'box_scores')]
    tracks = [None] * len(parts[0]) if ids is None else np.split(ids, ends)
    numbers, times = tensors['frame_idx'].tolist(), tensors['time_sec']
    rows = zip(numbers, times.tolist(), *parts, tracks, strict=True)
    frames = tuple(
        KeyframeActions(
            frame_idx=number,
            boxes_xyxy=boxes,
            box_scores=scores,
            action_probs=np.zeros((len(boxes), 1), np.float32),
            time_sec=None if math.isnan(time) else time,
            track_ids=ids,
        )
        for number, time, boxes, scores, ids in rows
    )
    return VideoActions(
        video=Path(said['video']),
        labels=_NO_LABEL,
        frames=frames,
        damage=Damage.from_json(said['damage']),
        **{name: said[name] for name in _KEPT},
        **{name: tuple(said[name]) for name in _TUPLES},
    )
