"""Inferencers from a command line: files, names or nothing."""

from pathlib import Path

from stclip.apis.action_models import ActionModel
from stclip.apis.inferencer import ActionInferencer
from stclip.apis.person_detectors import person_detector
from stclip.apis.stored_boxes import StoredBoxes


def load_inferencer(
    model: str | None = None,
    config: str | Path | None = None,
    checkpoint: str | Path | None = None,
    clip: str | None = None,
    detector: str | Path | None = None,
    detector_checkpoint: str | Path | None = None,
    device: str | None = None,
    batch_size: int | str = 'auto',
    box_threshold: float = 0.5,
    amp: bool = False,
) -> ActionInferencer:
    """Build an inferencer; files are looked for before anything is built.

    Args:
        model: Name in the index; see :class:`ActionModel` for what is taken
            if there is none.
        config: See :meth:`ActionModel.of`.
        checkpoint: Likewise.
        clip: Likewise.
        detector: See :func:`person_detector`; ``None`` for the one that goes
            with the model.
        detector_checkpoint: Its weights.
        device: See :class:`ActionInferencer`.
        batch_size: Likewise.
        box_threshold: Likewise.
        amp: Likewise.

    Raises:
        MissingFileError: If a file is missing.
        UserError: If a checkpoint does not fit its config.
    """
    chosen = ActionModel.of(model, config, checkpoint, clip)
    chosen = chosen.require_files(detector, detector_checkpoint)
    return inferencer_of(chosen, device, batch_size, box_threshold, amp)


def inferencer_of(
    chosen: ActionModel,
    device: str | None = None,
    batch_size: int | str = 'auto',
    box_threshold: float = 0.5,
    amp: bool = False,
    boxes: StoredBoxes | None = None,
) -> ActionInferencer:
    """Build an inferencer of models whose files were looked for.

    Args:
        chosen: The models.
        device: See :class:`ActionInferencer`.
        batch_size: Likewise.
        box_threshold: Likewise.
        amp: Likewise.
        boxes: What ``chosen.detector`` holds, where it was read already.

    Raises:
        UserError: If a checkpoint does not fit its config.
    """
    detector = boxes or person_detector(
        chosen.detector, chosen.detector_checkpoint, device
    )
    return ActionInferencer(
        chosen.config,
        chosen.checkpoint,
        device=device,
        detector=detector,
        batch_size=batch_size,
        box_threshold=box_threshold,
        amp=amp,
    )
