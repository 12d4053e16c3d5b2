"""OpenMixer: persons and their actions from a clip, boxes included.

Shapes: B clips, T frames, Q queries, C labels, D joint width.
"""

from collections.abc import Sequence
from typing import Any

import torch
from mmengine.structures import BaseDataElement, InstanceData
from torch import Tensor
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace, common_label_space
from stclip.models.clip import Needs
from stclip.models.detection.base import OnCLIP
from stclip.models.detection.label_competition import label_probabilities
from stclip.models.detection.shared_pictures import SharedPictures
from stclip.models.openmixer.boxes import from_corners
from stclip.models.openmixer.decoder import OpenMixerDecoder, best_text
from stclip.models.openmixer.first_boxes import (
    around_map,
    given_boxes,
    whole_picture,
)
from stclip.models.openmixer.losses import SetLoss, Targets
from stclip.models.openmixer.pyramid import PatchPyramid
from stclip.models.openmixer.stage import Found
from stclip.registry import MODELS
from stclip.utils.choices import MODES, require_choice
from stclip.utils.errors import UserError

FIRST_BOXES = ('map', 'given', 'whole')
CONDITIONS = ('clip', 'text')
# Persons of a keyframe in which none is likely.
_LEAST = 3


@MODELS.register_module()
class OpenMixer(OnCLIP):
    """A detector that finds persons itself, of any actions.

    Source: Bao et al., OpenMixer, WACV 2025. Differs: on plain CLIP instead
    of CLIP-ViP, with the mean of the frames' class features as the clip's; a
    label's text is its name, where the release has a language model's sentence
    (on J-HMDB behind the word "a"), of which the files are not public; on
    whole pictures squashed to CLIP's square (``LoadKeyframe(mode='squash')``),
    without flips and scales (short sides of 256 to 320 px) in training; a
    window that the video cuts short repeats the frame at that end, where the
    release repeats those of both ends; with the best matching text in
    training, too, where the release knows the true one; boxes end where the
    picture does, not a pixel before.

    Args:
        decoder: Arguments of :class:`.OpenMixerDecoder`.
        loss: Arguments of :class:`.SetLoss`.
        first_boxes: What queries start from: around a ``'map'`` of the best
            matching text, the ``'given'`` persons, the ``'whole'`` picture.
        condition: What temporal queries are told of the clip: its ``'clip'``
            feature, or its best matching ``'text'``.
        person_threshold: Least probability of a person; where none reaches
            it, the best three are predicted.
        **kwargs: ``clip``, and those of
            :class:`~stclip.models.detection.base.ActionDetector`.

    Raises:
        UserError: For another choice.
    """

    needs = Needs(layers=True)

    def __init__(
        self,
        decoder: dict[str, Any],
        loss: dict[str, Any] | None = None,
        first_boxes: str = 'map',
        condition: str = 'clip',
        person_threshold: float = 0.6,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        require_choice('first_boxes', first_boxes, FIRST_BOXES)
        require_choice('condition', condition, CONDITIONS)
        clip = self.clip
        patch_size = clip.image_tower.patch_size
        self.pyramid = PatchPyramid(clip.width, clip.joint_width)
        self.decoder = OpenMixerDecoder(
            clip.joint_width, patch_size, **decoder
        )
        self.loss = SetLoss(**(loss or {}))
        self.first_boxes = first_boxes
        self.condition = condition
        self.person_threshold = person_threshold

    def forward(
        self,
        inputs: SharedPictures,
        data_samples: Sequence[BaseDataElement],
        mode: str = 'tensor',
    ) -> Any:
        """One step, in mmengine's three modes.

        Args:
            inputs: B of (T, 3, S, S).
            data_samples: A sample per clip, with ``label_space``,
                ``img_shape`` and ``proposals`` (``bboxes`` (P, 4) in px of
                that and, to train, ``labels`` (P, C)).
            mode: ``'tensor'``, ``'loss'`` or ``'predict'``.

        Returns:
            (B, Q, C) logits; a dict of losses; or the samples with
            ``pred_instances``: ``bboxes``, ``box_scores``, the probability of
            a person, ``action_probs`` (P, C), and ``scores``, the same as
            these. Samples whose video ends before them get none.

        Raises:
            UserError: For another mode, or labels that do not exclude each
                other in training.
        """
        require_choice('mode', mode, MODES)
        labels = common_label_space(data_samples)
        answers = self.answers(
            inputs, self.encode_labels(labels), data_samples
        )
        if mode == 'tensor':
            return answers[-1].actions
        if mode == 'loss':
            return self.losses(answers, _size(inputs), data_samples, labels)
        return self.predict(answers[-1], _size(inputs), data_samples, labels)

    def answers(
        self,
        clips: SharedPictures,
        text: Tensor,
        samples: Sequence[BaseDataElement],
    ) -> list[Found]:
        """What each stage says.

        Args:
            clips: B of (T, 3, S, S) normalised.
            text: (C, D).
            samples: See :meth:`forward`.
        """
        towers, seen = self.clip, clips.distinct
        tokens = towers.last_tokens(seen.flatten(0, 1))
        joint = towers.joint_tokens(tokens)
        patches = tokens[:, towers.num_prefix :]
        patches, joint = (
            each.unflatten(0, seen.shape[:2]) for each in (patches, joint)
        )
        maps = self.pyramid(
            self.maps_of(patches), self.maps_of(joint[:, :, 1:])
        )
        maps, joint = [*map(clips.spread, maps)], clips.spread(joint)
        clip = joint[:, :, 0].mean(dim=1).float()
        matched = F.normalize(text[best_text(clip, text)].float(), dim=-1)
        joint = self.maps_of(joint[:, :, 1:])
        return self.decoder(
            maps,
            from_corners(self.start(joint, matched, _size(clips), samples)),
            clip,
            text,
            clip if self.condition == 'clip' else matched,
            towers.logit_scale,
        )

    def maps_of(self, patches: Tensor) -> Tensor:
        """(B, T, N, d) -> (B, d, T, h, w)."""
        return patches.unflatten(2, self.clip.grid).permute(0, 4, 1, 2, 3)

    def start(
        self,
        joint: Tensor,
        matched: Tensor,
        size: Tensor,
        samples: Sequence[BaseDataElement],
    ) -> Tensor:
        """First boxes, (B, Q, 4) x1 y1 x2 y2 in px of the pictures.

        Args:
            joint: (B, D, T, h, w), patches in the joint space.
            matched: (B, D), each clip's text, a unit vector.
            size: (4,) of the pictures.
            samples: See :meth:`forward`.
        """
        num_boxes = self.decoder.sizes.num_queries
        if self.first_boxes == 'map':
            middle = F.normalize(
                joint[:, :, joint.shape[2] // 2].float(), dim=1
            )
            cosines = torch.einsum('bdhw,bd->bhw', middle, matched)
            return around_map(cosines, size, num_boxes)
        if self.first_boxes == 'given':
            boxes = [s.proposals.bboxes * _scale(s, size) for s in samples]
            return given_boxes(boxes, size, num_boxes)
        return whole_picture(size, num_boxes).expand(len(samples), -1, -1)

    def losses(
        self,
        answers: Sequence[Found],
        size: Tensor,
        samples: Sequence[BaseDataElement],
        labels: LabelSpace,
    ) -> dict[str, Tensor]:
        """The losses of all stages."""
        if not all(labels.exclusive):
            raise UserError(
                'OpenMixer is trained on labels that exclude each other; '
                f'these do not: {[*labels.names]}'
            )
        persons = [sample.proposals for sample in samples]
        boxes = [s.proposals.bboxes * _scale(s, size) for s in samples]
        corners = torch.cat(boxes)
        targets = Targets(
            corners,
            torch.cat([each.labels for each in persons]),
            [len(each) for each in persons],
            size.expand_as(corners),
        )
        return self.loss(answers, targets)

    def predict(
        self,
        found: Found,
        size: Tensor,
        samples: Sequence[BaseDataElement],
        labels: LabelSpace,
    ) -> Sequence[BaseDataElement]:
        """Attach the persons to the samples."""
        probs = found.objectness.softmax(dim=-1)[..., 0]
        corners = found.corners.clamp(min=0).minimum(size)
        chosen = likely(probs, self.person_threshold, _LEAST)
        for index, (sample, rows) in enumerate(
            zip(samples, chosen, strict=True)
        ):
            if sample.get('beyond_end', False):
                rows = rows[:0]
            actions = label_probabilities(
                found.actions[index, rows].float(), labels
            )
            sample.pred_instances = InstanceData(
                bboxes=corners[index, rows] / _scale(sample, size),
                box_scores=probs[index, rows],
                action_probs=actions,
                scores=actions,
            )
            if self.first_boxes != 'given':
                sample.set_metainfo(dict(box_source='own'))
        return samples


def likely(probs: Tensor, threshold: float, least: int) -> list[Tensor]:
    """Queries that are likely to be persons, or else the likeliest.

    Args:
        probs: (B, Q) of a person.
        threshold: Least probability.
        least: How many are taken where none reaches it, the best first.

    Returns:
        For each of the B clips the (P,) queries.
    """
    best = probs.topk(min(least, probs.shape[1]), dim=-1).indices
    return [
        rows.nonzero()[:, 0] if rows.any() else other
        for rows, other in zip(probs >= threshold, best, strict=True)
    ]


def _size(clips: SharedPictures) -> Tensor:
    """(4,) width, height, width, height of (T, 3, height, width), px."""
    pictures = clips.distinct
    height, width = pictures.shape[-2:]
    return torch.tensor(
        [width, height] * 2, dtype=torch.float32, device=pictures.device
    )


def _scale(sample: BaseDataElement, size: Tensor) -> Tensor:
    """(4,) px of the pictures for each of the annotated frame."""
    height, width = sample.img_shape
    return size / size.new_tensor([width, height] * 2)
