"""Action models by name, config, checkpoint or CLIP."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from mmengine.config import Config

from stclip.apis.loading import load_config, model_class, pipeline_of
from stclip.apis.model_index import (
    DEFAULT_MODEL,
    action_model,
    rendered_need_none,
)
from stclip.apis.person_detectors import (
    default_detector,
    require_person_detector,
)
from stclip.engine.pictures import fit_steps, require_clips
from stclip.models.clip import clip_image_size
from stclip.models.detection.base import KeyframeDetector
from stclip.utils.errors import UserError
from stclip.utils.remote_files import require_checkpoint
from stclip.utils.resources import resolve, shipped

#: What a checkpoint of ST-CLIP was trained by unless another is named.
STCLIP_CONFIG = Path('configs/zs_stage_single.py')
_PLAIN_CLIP_CONFIG = Path('configs/clip/zs_jhmdb_both_views.py')
# Only names of files and the addresses of weights hold further colons.
_CLIP = re.compile(r'(.+?\.json|[^:]+):(.+)')


@dataclass(frozen=True)
class ActionModel:
    """What looks at persons.

    Args:
        config: Of an action detector.
        checkpoint: Its weights; ``None`` for those of its CLIP.
        detector: The person detector that goes with it, or the user's own.
        detector_checkpoint: Weights of the user's own.
    """

    config: Config
    checkpoint: str | Path | None
    detector: str | Path
    detector_checkpoint: str | Path | None = None

    @classmethod
    def of(
        cls,
        model: str | Path | None = None,
        config: str | Path | None = None,
        checkpoint: str | Path | None = None,
        clip: str | None = None,
    ) -> 'ActionModel':
        """Choose by what a user says.

        Args:
            model: Name in the index; that of plain CLIP on real videos if
                nothing is said at all.
            config: Config of an action detector; that of ``zs_stage_single``
                if only a checkpoint is given.
            checkpoint: Its weights, file or address.
            clip: Plain CLIP, see :func:`plain_clip_config`.

        Raises:
            MissingFileError: If there is no such config.
            UserError: If there is no such model, or the config cannot be run.
        """
        if checkpoint:
            cfg = load_config(config or shipped(STCLIP_CONFIG))
            model_class(cfg, KeyframeDetector)  # refuses others at once
            return cls(cfg, checkpoint, default_detector(cfg.model))
        if clip:
            cfg = plain_clip_config(clip)
            return cls(cfg, None, default_detector(cfg.model))
        entry = action_model(str(model or DEFAULT_MODEL))
        cfg = load_config(resolve(entry.config))
        if entry.clip_weights:
            cfg.model.clip.pretrained = entry.clip_weights
        return cls(
            cfg,
            entry.weights,
            entry.detector or default_detector(cfg.model),
        )

    def require_files(
        self,
        detector: str | Path | None = None,
        detector_checkpoint: str | Path | None = None,
    ) -> 'ActionModel':
        """Look for all weights, on the net as well; nothing is built.

        Args:
            detector: See :func:`person_detector`; ``None`` for the one that
                goes with the model.
            detector_checkpoint: Likewise.

        Returns:
            The same with this person detector.

        Raises:
            MissingFileError: If a file is missing.
            UserError: See :func:`require_person_detector`.
        """
        # What the user names comes first, as it is what may be wrong.
        if detector:
            require_person_detector(detector, detector_checkpoint)
            self.require_weights()
            return replace(
                self,
                detector=detector,
                detector_checkpoint=detector_checkpoint,
            )
        self.require_weights()
        with rendered_need_none():
            require_person_detector(self.detector)
        return self

    def require_weights(self) -> None:
        """Look for the weights of the model alone; see :meth:`require_files`.

        Raises:
            MissingFileError: If a file is missing.
        """
        if self.checkpoint:
            require_checkpoint(self.checkpoint, 'Check the path.')
            return
        with rendered_need_none():
            require_clips(self.config.model)


def plain_clip_config(clip: str) -> Config:
    """The config of plain CLIP on crops and whole frames, for any CLIP.

    Args:
        clip: ``ARCH:WEIGHTS``, open_clip's name and tag, or files, or the
            address of weights.

    Raises:
        UserError: If there is no such architecture, or it is not served.
    """
    cfg = load_config(shipped(_PLAIN_CLIP_CONFIG))
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
    fit_steps(pipeline, cfg.model)
    return cfg
