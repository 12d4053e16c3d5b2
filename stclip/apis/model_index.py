"""Models by name: what they are made of and where their weights lie."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stclip.utils.choices import nearest
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.resources import resolve, shipped
from stclip.utils.text_file import read_yaml

#: Variable that names a second index, whose entries come first.
OWN_INDEX = 'STCLIP_INDEX'
#: What looks at a video if nothing is said, and what finds its persons.
DEFAULT_MODEL, DEFAULT_DETECTOR = 'clip-b16', 'person-coco'
#: The small models of the project, which know rendered scenes only.
STAGE = 'stage'
_SHIPPED = 'data/models/index.yaml'
_HINT = f'{OWN_INDEX} names it.'
_WEIGHT_KEYS = {'url', 'file', 'sha256'}


@dataclass(frozen=True)
class IndexedModel:
    """An entry of the index.

    Args:
        name: What it is called by.
        config: Of an action detector, or of a person detector of mmdet.
        licence: Of the weights.
        measured_on: What the weights were measured on, in words.
        weights: Checkpoint of the whole model, a file or an address with
            ``#sha256=`` and the hash behind it; None if there is none.
        clip_weights: Weights of the CLIP that it stands on, likewise; None
            for those of the config.
        detector: Name of the person detector that goes with it; None for
            the default one, and for person detectors.
    """

    name: str
    config: str
    licence: str
    measured_on: str
    weights: str | None = None
    clip_weights: str | None = None
    detector: str | None = None


def action_models() -> dict[str, IndexedModel]:
    """All action models by name.

    Raises:
        UserError: If the user's index is faulty.
    """
    return _entries('action_models')


def person_detectors() -> dict[str, IndexedModel]:
    """All person detectors by name; see :func:`action_models`."""
    return _entries('detectors')


def action_model(name: str) -> IndexedModel:
    """An action model.

    Raises:
        UserError: If there is none of that name; the known ones are listed.
    """
    models = action_models()
    if name not in models:
        raise UserError(
            f'there is no model {name!r}{nearest(name, models)}; known: '
            f'{", ".join(models)}; or a file: the config of a model'
        )
    return models[name]


def _entries(kind: str) -> dict[str, IndexedModel]:
    files = [shipped(_SHIPPED)]
    if own := os.environ.get(OWN_INDEX):
        files.append(resolve(own))
    found = {}
    for file in files:
        told = read_yaml(file, _HINT)
        if not isinstance(told, dict):
            raise UserError(f'{file}: wanted are action_models or detectors')
        for name, entry in (told.get(kind) or {}).items():
            found[name] = _entry(f'{file}: {kind}.{name}', str(name), entry)
    return found


def _entry(where: str, name: str, value: Any) -> IndexedModel:
    if not isinstance(value, dict) or not isinstance(value.get('config'), str):
        raise UserError(f'{where} needs a config')
    known = IndexedModel.__dataclass_fields__
    unknown = [key for key in value if key not in known or key == 'name']
    if unknown:
        raise UserError(
            f'{where} has the unknown key {unknown[0]}; known: '
            f'{", ".join(key for key in known if key != "name")}'
        )
    weights = {
        key: _weights(f'{where}.{key}', value[key])
        for key in ('weights', 'clip_weights')
        if value.get(key) is not None
    }
    texts = {
        key: str(value.get(key, 'not stated'))
        for key in ('licence', 'measured_on')
    }
    return IndexedModel(**{**value, **weights, **texts, 'name': name})


def _weights(where: str, value: Any) -> str:
    if not isinstance(value, Mapping) or set(value) - _WEIGHT_KEYS:
        raise UserError(
            f'{where} wants the keys {", ".join(sorted(_WEIGHT_KEYS))}'
        )
    file, url = value.get('file'), value.get('url')
    if bool(file) == bool(url):
        raise UserError(f'{where} wants a url or a file')
    place = str(resolve(file)) if file else url
    if url and value.get('sha256'):
        place += f'#sha256={value["sha256"]}'
    return place


@contextmanager
def rendered_need_none() -> Iterator[None]:
    """Say, where a download fails, what needs none."""
    try:
        yield
    except MissingFileError as error:
        raise MissingFileError(
            f'{str(error).rstrip(".")}. Rendered scenes need no download: '
            f'--model {STAGE}'
        ) from error


def is_indexed(name: str | Path) -> bool:
    """Whether an action model is called so, and no file is.

    A folder of that name is none: models are no folders.
    """
    return not Path(name).is_file() and str(name) in action_models()
