"""Inferencers from a command line: files, names or nothing."""

import re
from pathlib import Path

from mmengine.config import Config

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.loading import load_config, pipeline_of
from stclip.apis.person_detector import PersonDetector
from stclip.engine.pictures import fit_steps
from stclip.models.clip import clip_image_size
from stclip.models.clip.build import require_weights
from stclip.utils.errors import UserError
from stclip.utils.io import require_file
from stclip.utils.remote_files import require_checkpoint
from stclip.utils.resources import resolve, shipped

#: What a checkpoint of ST-CLIP was trained by unless another is named.
STCLIP_CONFIG = Path('configs/zs_stage_single.py')
_PLAIN_CLIP_CONFIG = Path('configs/clip/zs_stage_single_person_crop.py')
# Only names of files and the addresses of weights hold further colons.
_CLIP = re.compile(r'(.+?\.json|[^:]+):(.+)')


def load_inferencer(
    config: str | Path | None = None,
    checkpoint: str | Path | None = None,
    clip: str | None = None,
    detector: str | Path | None = None,
    detector_checkpoint: str | Path | None = None,
    device: str | None = None,
    batch_size: int = 8,
    box_threshold: float = 0.5,
) -> ActionInferencer:
    """Build an inferencer; files are looked for before anything is built.

    Args:
        config: Config of an action detector; that of ``zs_stage_single`` if
            only a checkpoint is given.
        checkpoint: Its weights, file or address. Without one plain CLIP
            looks at each person's picture.
        clip: That CLIP, see :func:`plain_clip_config`.
        detector: Config of a person detector of mmdet; that of the project,
            which knows rendered people only, if there is none.
        detector_checkpoint: Its weights.
        device: See :class:`ActionInferencer`.
        batch_size: Likewise.
        box_threshold: Likewise.

    Raises:
        MissingFileError: If a file is missing.
        UserError: If a checkpoint does not fit its config.
    """
    require_files(config, checkpoint, detector, detector_checkpoint)
    cfg = action_config(config, checkpoint, clip)
    if not checkpoint:
        require_weights(cfg.model.clip.arch, cfg.model.clip.pretrained)
    return ActionInferencer(
        cfg,
        checkpoint,
        device=device,
        detector=detector
        and PersonDetector(detector, detector_checkpoint, device),
        batch_size=batch_size,
        box_threshold=box_threshold,
    )


def require_files(
    config: str | Path | None,
    checkpoint: str | Path | None,
    detector: str | Path | None,
    detector_checkpoint: str | Path | None,
) -> None:
    """Look whether what is given is there; see :func:`load_inferencer`.

    Raises:
        MissingFileError: If a file is missing.
    """
    for path in (config, detector):
        if path is not None:
            require_file(resolve(path), 'Check the path.')
    for path in (checkpoint, detector_checkpoint):
        if path is not None:
            require_checkpoint(path, 'Check the path.')


def action_config(
    config: str | Path | None,
    checkpoint: str | Path | None,
    clip: str | None,
) -> Config:
    """The config of the action detector that is wanted.

    Args:
        config: See :func:`load_inferencer`.
        checkpoint: Likewise.
        clip: Likewise.

    Raises:
        MissingFileError: If there is no such config.
        UserError: If the config cannot be run.
    """
    if not checkpoint:
        return plain_clip_config(clip)
    return load_config(config or shipped(STCLIP_CONFIG))


def plain_clip_config(clip: str | None = None) -> Config:
    """The config of plain CLIP on person crops, for any CLIP.

    Args:
        clip: ``ARCH:WEIGHTS``, open_clip's name and tag, or files, or the
            address of weights; ``None`` for the small CLIP of the project.

    Raises:
        UserError: If there is no such architecture, or it is not served.
    """
    cfg = load_config(shipped(_PLAIN_CLIP_CONFIG))
    if clip is None:
        return cfg
    parts = _CLIP.fullmatch(clip)
    if not parts:
        raise UserError(
            f'wanted is ARCH:WEIGHTS, as ViT-B-16-quickgelu:openai, got {clip}'
        )
    arch, pretrained = parts.groups()
    cfg.model.clip.update(arch=arch, pretrained=pretrained)
    pipeline = pipeline_of(cfg)
    for step in pipeline:
        if 'size' in step:
            step.size = clip_image_size(arch)
            # That of ZS-Stage, for pictures of its own.
            step.pop('mode', None)
    fit_steps(pipeline, cfg.model)
    return cfg
