"""Frames that were encoded once, in place of the videos.

A store is a folder: ``store.json`` says whose features they are, and each
video has a ``.npy`` of its frames' features, (F, Dt) float16, or a ``.npz`` of
some frames, ``features`` likewise and ``frame_idx`` (F,) int64, ascending.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from mmcv.transforms import BaseTransform

from stclip.registry import TRANSFORMS
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import read_json

STORE_FILE = 'store.json'
_ADVICE = '`stclip prepare features CONFIG --out FOLDER` makes it'
_UNREADABLE = f'cannot be read; delete it: {_ADVICE}'


@dataclass(frozen=True)
class FrameFeatures:
    """What a frozen CLIP makes of some of a video's frames.

    Args:
        file: Where it was read.
        frame_idx: (F,) int64, ascending.
        features: (F, Dt) float16.
    """

    file: Path
    frame_idx: np.ndarray
    features: np.ndarray


def features_file(folder: str | Path, video: str | Path) -> Path:
    """Where the features of a video are: named by its folder and itself."""
    path = Path(video)
    return Path(folder, f'{path.parent.name}__{path.stem}.npy')


def keyframe_features_file(folder: str | Path, video: str | Path) -> Path:
    """Where the features of some of a video's frames are."""
    return features_file(folder, video).with_suffix('.npz')


def read_keyframe_features(file: Path) -> FrameFeatures:
    """The frames' part of a video's file.

    Raises:
        MissingFileError: If there is no such file.
        UserError: If it cannot be read.
    """
    return FrameFeatures(
        file, **read_arrays(file, ('frame_idx', 'features'), _UNREADABLE)
    )


def read_arrays(
    file: Path, names: Iterable[str], otherwise: str
) -> dict[str, np.ndarray]:
    """Some arrays of a video's file, by name.

    Args:
        file: Of :func:`keyframe_features_file`.
        names: Of the arrays.
        otherwise: What is said of a file that has them not.

    Raises:
        MissingFileError: If there is no such file.
        UserError: If an array is missing, or the file cannot be read.
    """
    if not file.is_file():
        raise MissingFileError(f'{file} is missing: {_ADVICE}')
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in names}
    except KeyError as error:
        raise UserError(f'{file} {otherwise}') from error
    except (ValueError, EOFError, OSError, BadZipFile) as error:
        raise UserError(f'{file} {_UNREADABLE}') from error


def identity_of(clip: Mapping[str, Any]) -> dict[str, str]:
    """What tells one CLIP's features from another's.

    Args:
        clip: Arguments of a model's CLIP.
    """
    return {key: str(clip.get(key)) for key in ('arch', 'pretrained')}


def read_identity(folder: str | Path) -> dict[str, str]:
    """Whose features a store holds.

    Raises:
        MissingFileError: If there is no store.
        UserError: If its description cannot be read.
    """
    file = Path(folder, STORE_FILE)
    if not file.is_file():
        raise MissingFileError(f'{file} is missing: {_ADVICE}')
    content = read_json(file)
    if not isinstance(content, dict) or not isinstance(
        content.get('clip'), dict
    ):
        raise UserError(f'{file} has no key clip; delete it: {_ADVICE}')
    return content['clip']


def require_store(folder: str | Path, clip: Mapping[str, Any]) -> None:
    """Make sure that a store holds features of a model's CLIP.

    Raises:
        MissingFileError: If there is no store.
        UserError: If it is another CLIP's.
    """
    wanted, found = identity_of(clip), read_identity(folder)
    if wanted != found:
        raise UserError(
            f'{folder} holds features of {found}, but the model has '
            f'{wanted}: name another folder, or encode anew'
        )


def open_frame_features(folder: str | Path, video: str | Path) -> np.ndarray:
    """Features of all frames of a video, (F, Dt) float16, not read yet.

    Raises:
        MissingFileError: If the store has no such video.
        UserError: If its file cannot be read.
    """
    file = features_file(folder, video)
    if not file.is_file():
        raise MissingFileError(f'{file} is missing, for {video}: {_ADVICE}')
    try:
        return np.load(file, mmap_mode='r', allow_pickle=False)
    except ValueError as error:
        raise UserError(f'{file} {_UNREADABLE}') from error


@TRANSFORMS.register_module()
class OpenFrameFeatures(BaseTransform):
    """Take the place of ``VideoInit`` where frames were encoded before.

    Required key: ``filename``. Added: ``frame_features`` (F, Dt) float16, not
    read yet; ``total_frames``, ``start_index`` 0.

    Args:
        folder: Of the store.
        clip: The model's ``arch`` and ``pretrained``, which have to be those
            of the store.

    Raises:
        MissingFileError: If there is no store, or in it no such video.
        UserError: If the store is another CLIP's.
    """

    def __init__(self, folder: str, clip: Mapping[str, Any]) -> None:
        require_store(folder, clip)
        self.folder = folder

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Open the file of the video."""
        features = open_frame_features(self.folder, results['filename'])
        results['frame_features'] = features
        results['total_frames'] = len(features)
        results['start_index'] = 0
        return results


@TRANSFORMS.register_module()
class TakeFrameFeatures(BaseTransform):
    """Take the place of ``VideoDecode`` after :class:`OpenFrameFeatures`.

    Required keys: ``frame_features``, ``frame_inds``. Added: ``imgs``
    (T, Dt) float32, which ``PackActionInputs`` packs; a model whose
    preprocessor leaves them as they are takes them for its frames.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the rows of the frames."""
        features = results.pop('frame_features')
        results['imgs'] = np.asarray(features[results['frame_inds']], 'f4')
        return results


@TRANSFORMS.register_module()
class TakeEveryFrame(BaseTransform):
    """A sampler of all frames, each once.

    Required key: ``total_frames``. Added: ``frame_inds`` (F,) int64,
    ``clip_len`` F, ``num_clips`` 1.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """See the class."""
        results['frame_inds'] = np.arange(results['total_frames'])
        results['clip_len'] = results['total_frames']
        results['num_clips'] = 1
        return results
