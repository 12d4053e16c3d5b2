"""Person detectors by name, config or file, all called alike."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stclip.apis.loading import choose_device
from stclip.apis.model_index import (
    DEFAULT_DETECTOR,
    STAGE,
    IndexedModel,
    person_detectors,
)
from stclip.apis.other_detectors import RFDETRDetector, TorchvisionDetector
from stclip.apis.person_detector import PersonDetector
from stclip.apis.stored_boxes import BOX_FILES, StoredBoxes
from stclip.engine.pictures import clips_of
from stclip.models.clip.architecture import clip_domain
from stclip.structures.box_table import PersonBoxes
from stclip.utils.errors import UserError
from stclip.utils.io import require_file
from stclip.utils.remote_files import require_checkpoint
from stclip.utils.resources import resolve
from stclip.video.rendered import ZS_STAGE

#: From frames, (H, W, 3) uint8 RGB each, to PersonBoxes for each.
Detector = Callable[[Sequence[np.ndarray]], Sequence[PersonBoxes]]

_LIBRARIES = {
    'torchvision': TorchvisionDetector,
    'rfdetr': RFDETRDetector,
}
_HINT = 'Check the path.'


def person_detector(
    source: str | Path,
    checkpoint: str | Path | None = None,
    device: str | None = None,
) -> Detector | StoredBoxes:
    """Build a person detector.

    Args:
        source: Name in the index (``person-coco``); ``torchvision`` or
            ``rfdetr``, perhaps with a model of theirs behind a colon; a
            config of mmdet; or a file of boxes (csv, txt in MOT's form, or
            the json of ``stclip infer``).
        checkpoint: Weights of a config of mmdet, or of torchvision's model.
        device: As in :class:`.PersonDetector`.

    Raises:
        MissingFileError: If a file is missing.
        UserError: If there is none of that name, or what is missing beside
            it is named.
    """
    require_person_detector(source, checkpoint)
    if indexed := _indexed(source):
        config = resolve(indexed.config)
        return PersonDetector(config, indexed.weights, device)
    library, _, variant = str(source).partition(':')
    if library in _LIBRARIES:
        arguments = dict(checkpoint=checkpoint, device=choose_device(device))
        if variant:
            arguments['variant'] = variant
        return _LIBRARIES[library](**arguments)
    return stored_boxes(source) or PersonDetector(source, checkpoint, device)


def stored_boxes(source: str | Path) -> StoredBoxes | None:
    """The persons of a file of boxes; None if it is no such file.

    Args:
        source: See :func:`person_detector`.

    Raises:
        MissingFileError: If the file is missing.
        UserError: If it is faulty.
    """
    if Path(source).suffix.lower() in BOX_FILES:
        return StoredBoxes.read(source)
    return None


def require_person_detector(
    source: str | Path, checkpoint: str | Path | None = None
) -> None:
    """Look for what a person detector is made of; nothing is built.

    Args:
        source: See :func:`person_detector`.
        checkpoint: Likewise.

    Raises:
        MissingFileError: See :func:`person_detector`.
        UserError: Likewise.
    """
    if indexed := _indexed(source):
        if checkpoint:
            raise UserError(
                f'the person detector {source} has weights of its own: leave '
                'out its checkpoint'
            )
        require_checkpoint(indexed.weights, _HINT)
        return
    library = str(source).partition(':')[0]
    if library in _LIBRARIES:
        if checkpoint:
            require_checkpoint(checkpoint, _HINT)
        return
    if Path(source).suffix.lower() in BOX_FILES:
        require_file(source, _HINT)
        return
    known = ', '.join([*person_detectors(), *_LIBRARIES])
    require_file(resolve(source), f'{_HINT} Known by name: {known}.')
    if not checkpoint:
        raise UserError(
            f'the person detector {source} is a config: give its checkpoint, '
            f'too, or one of {known}; files of boxes are '
            f'{", ".join(BOX_FILES)}'
        )
    require_checkpoint(checkpoint, _HINT)


def default_detector(model: Mapping[str, Any]) -> str:
    """Name of the person detector that fits a model.

    Args:
        model: Its config.
    """
    domains = {
        clip_domain(clip['arch'], clip.get('pretrained'))
        for clip in clips_of(model)
    }
    return STAGE if ZS_STAGE in domains else DEFAULT_DETECTOR


def _indexed(source: str | Path) -> IndexedModel | None:
    # No folder is a detector, whatever it is called.
    if Path(source).is_file():
        return None
    found = person_detectors().get(str(source))
    if found and not found.weights:
        raise UserError(
            f'the person detector {source} of the index has no weights'
        )
    return found
