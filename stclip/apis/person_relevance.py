"""Why a person has a score: where its picture and the frame fit a label."""

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from mmengine.dataset import pseudo_collate
from torch import Tensor
from torch.nn import functional as F

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.keyframe_samples import keyframe_samples, with_persons
from stclip.labels.label_space import LabelSpace
from stclip.models.clip.patch_relevance import patch_relevance
from stclip.models.detection.base import CLIPDetector
from stclip.models.detection.clip_baseline import CLIPBaseline
from stclip.models.st_clip.detector import STCLIP
from stclip.models.st_clip.trace import traced
from stclip.results.keyframe_actions import KeyframeActions
from stclip.utils.errors import UserError
from stclip.video.sources import Source, open_source
from stclip.visualization.heat_map import overlay_heat

_INTEREST = (
    'frame: the patches that this person attends to most (interest tokens); '
    'the hotter, in the more layers'
)
_FITS = '{}: the patches that speak for this label rather than for the others'
_UNUSED = '; the score does not depend on it'


@dataclass(frozen=True)
class SeenPicture:
    """A picture as the model sees it, and what its patches count.

    Args:
        pixels: (S, S, 3) uint8 RGB.
        heat: (h, w) float32, a value a patch.
        told: What the heat means.
    """

    pixels: np.ndarray
    heat: np.ndarray
    told: str

    def drawn(self) -> np.ndarray:
        """(S, S, 3) uint8 RGB: the heat over the picture."""
        span = float(self.heat.min()), float(self.heat.max())
        return overlay_heat(self.pixels, self.heat, span)


def explain_person(
    infer: ActionInferencer,
    video: Source,
    frame: KeyframeActions,
    row: int,
    labels: LabelSpace,
    name: str,
) -> tuple[SeenPicture, SeenPicture]:
    """Look once more at a person of a keyframe.

    Args:
        infer: What has found the actions.
        video: Where; see :meth:`.ActionInferencer.stream`. Of a file, that
            which :meth:`.VideoActions.opened` gives is not decoded from its
            beginning.
        frame: The keyframe, with all of its persons.
        row: Which of them.
        labels: What it was scored for.
        name: One of these.

    Returns:
        The person's crop and the whole frame. For both what CLIP takes up of
        each patch in favour of the label, against the mean of all labels;
        see :func:`~stclip.models.clip.patch_relevance.patch_relevance`. But
        for the frame of an ST-CLIP with interest tokens in which part of its
        layers each patch is one of these for the person
        (arXiv:2408.15996v1, Sec. 3.4).

    Raises:
        UserError: If the model has no such patches, or no such label.
    """
    model = infer.model
    if not isinstance(model, CLIPDetector):
        raise UserError(
            f'a {type(model).__name__} shows no patches: that is for plain '
            'CLIP and ST-CLIP'
        )
    labels = infer.question(labels)
    label = labels.index(name)
    sample = _sample(infer, video, frame, labels)
    pixels = (sample['inputs']['crops'][row], sample['inputs']['keyframe'])
    with torch.inference_mode():
        texts = F.normalize(model.encode_labels(labels).float(), dim=-1)
        # Of a single label there is nothing to tell it from.
        others = texts.mean(dim=0) if len(texts) > 1 else 0
        data = model.data_preprocessor(pseudo_collate([sample]))
        batch = data['inputs']
        images = torch.cat(
            [batch.crops.each[row : row + 1], batch.keyframes.each]
        )
        towards = texts[label] - others
        crop, whole = patch_relevance(model.clip, images, towards)
        told = [_FITS.format('person'), _FITS.format('frame')]
        if _spots_interest(model):
            whole = _interest(model, data, row)
            told[1] = _INTEREST
    unused = dict(full_frame=0, person_crop=1)
    if isinstance(model, CLIPBaseline) and model.view in unused:
        told[unused[model.view]] += _UNUSED
    return tuple(
        SeenPicture(
            np.ascontiguousarray(picture.numpy().transpose(1, 2, 0)),
            heat.unflatten(0, model.clip.grid).cpu().numpy(),
            words,
        )
        for picture, heat, words in zip(
            pixels, (crop, whole), told, strict=True
        )
    )


def _sample(
    infer: ActionInferencer,
    video: Source,
    frame: KeyframeActions,
    labels: LabelSpace,
) -> dict[str, Any]:
    """The keyframe as the model takes it."""
    loader = copy.deepcopy(infer.loader)
    loader.videos.on_damage = None  # told with the result
    source = open_source(video, loader.videos)
    numbers = [frame.frame_idx]
    try:
        (sample,) = keyframe_samples(loader, source.path, labels, numbers)
    finally:
        source.release()
    return with_persons(
        sample, frame.boxes_xyxy, frame.box_scores, infer.steps
    )


def _interest(model: STCLIP, data: dict[str, Any], row: int) -> Tensor:
    """(N,) in [0, 1]: in which part of the layers a person picks a patch."""
    with traced(model) as trace:
        model(**data, mode='tensor')
    num_patches = model.clip.num_patches
    picked = [tokens[row, -num_patches:] for tokens in trace.spotted]
    return torch.stack(picked).float().mean(dim=0)


def _spots_interest(model: CLIPDetector) -> bool:
    if not isinstance(model, STCLIP):
        return False
    return bool(model.num_interest_tokens and len(model.prompting))
