"""Losses of persons that are found, against those that are there.

Shapes: B clips, Q queries, G persons in the fullest clip, C labels, S stages,
K matches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from mmengine.dist import all_reduce, is_distributed
from scipy.optimize import linear_sum_assignment
from torch import Tensor
from torch.nn import functional as F

from stclip.models.openmixer.boxes import generalised_iou
from stclip.models.openmixer.stage import Found


@dataclass(frozen=True)
class Targets:
    """The persons of each clip, flat.

    Args:
        corners: (M, 4) boxes, px.
        actions: (M, C) 0/1.
        counts: Persons of each of the B clips.
        sizes: (M, 4) width, height, width, height of their pictures, px.
    """

    corners: Tensor
    actions: Tensor
    counts: Sequence[int]
    sizes: Tensor


@dataclass(frozen=True)
class SetLoss:
    """The losses of DETR, and one of actions, for each stage.

    Source: DETR, arXiv:2005.12872, Eqs. (1) and (2); OpenMixer, WACV 2025.
    Weights are those of J-HMDB; UCF101-24 has ``action=8``.

    Args:
        person: Weight of the person's cross-entropy, and of her probability
            in matching; likewise the next two.
        box: Of the boxes' L1 distance in fractions of the picture.
        giou: Of 1 - GIoU.
        action: Of the actions' cross-entropy.
        background: Of queries without a person, in the first of them.
    """

    person: float = 2.0
    box: float = 2.0
    giou: float = 2.0
    action: float = 48.0
    background: float = 0.1

    def __call__(
        self, answers: Sequence[Found], targets: Targets
    ) -> dict[str, Tensor]:
        """Weighed losses, () each; names of early stages have a number."""
        matches = self.match(answers, targets)
        count = targets.corners.new_tensor(float(sum(targets.counts)))
        if is_distributed():
            all_reduce(count, op='mean')
        losses = {}
        for stage, found in enumerate(answers):
            ending = '' if stage + 1 == len(answers) else f'_{stage}'
            at = matches[stage], targets, count.clamp(min=1)
            for name, value in self.of_stage(found, *at).items():
                losses[f'loss_{name}{ending}'] = value
        return losses

    @torch.no_grad()
    def match(
        self, answers: Sequence[Found], targets: Targets
    ) -> list[tuple[Tensor, Tensor, Tensor]]:
        """Assign queries to persons at the least cost, DETR's Eq. (1).

        Returns:
            For each stage the matches: (K,) clip, (K,) query, (K,) person.
        """
        corners = torch.stack([found.corners for found in answers])
        logits = torch.stack([found.objectness for found in answers])
        probs = logits.softmax(dim=-1)[..., :1]
        # (S, B, Q, M): persons of other clips are left out below.
        corners = corners[..., None, :]
        costs = (
            self.box * _distance(corners, targets.corners, targets.sizes)
            - self.giou * generalised_iou(corners, targets.corners)
            - self.person * probs
        )
        # scipy refuses what is not finite; the losses will tell of it.
        costs = costs.nan_to_num().cpu()
        return [_assigned(each, targets.counts) for each in costs]

    def of_stage(
        self,
        found: Found,
        match: tuple[Tensor, Tensor, Tensor],
        targets: Targets,
        count: Tensor,
    ) -> dict[str, Tensor]:
        """The losses of one stage.

        Args:
            found: What it found.
            match: Of :meth:`match`.
            targets: What is there.
            count: () persons a process has.
        """
        clip, query, person = (
            index.to(count.device, non_blocking=True) for index in match
        )
        corners, truth = found.corners[clip, query], targets.corners[person]
        is_background = torch.ones_like(found.objectness[..., 0], dtype=int)
        is_background[clip, query] = 0
        distance = _distance(corners, truth, targets.sizes[person])
        overlap = generalised_iou(corners, truth)
        weight = count.new_tensor([1.0, self.background])
        return dict(
            person=self.person
            * F.cross_entropy(
                found.objectness.flatten(0, 1), is_background.flatten(), weight
            ),
            box=self.box * distance.sum() / count,
            giou=self.giou * (1 - overlap).sum() / count,
            action=self.action
            * _cross_entropy(
                found.actions[clip, query], targets.actions[person]
            ),
        )


def _distance(found: Tensor, true: Tensor, sizes: Tensor) -> Tensor:
    """L1 of boxes that broadcast, in fractions of the picture: (...)."""
    return ((found - true) / sizes).abs().sum(dim=-1)


def _assigned(
    costs: Tensor, counts: Sequence[int]
) -> tuple[Tensor, Tensor, Tensor]:
    """Matches of one stage.

    Args:
        costs: (B, Q, M) on the CPU, of all clips' persons.
        counts: Persons of each clip.

    Returns:
        (K,) clip, (K,) query, (K,) person among all M.
    """
    rows, start = [], 0
    for clip, count in enumerate(counts):
        own = costs[clip, :, start : start + count].numpy()
        queries, persons = map(torch.from_numpy, linear_sum_assignment(own))
        clips = torch.full_like(queries, clip)
        rows.append(torch.stack([clips, queries, persons + start]))
        start += count
    return tuple(torch.cat(rows, dim=1))


def _cross_entropy(logits: Tensor, actions: Tensor) -> Tensor:
    """Mean over persons with an action; of several, their mean counts."""
    shares = F.normalize(actions.float(), p=1, dim=-1)
    total = F.cross_entropy(logits, shares, reduction='sum')
    return total / shares.sum().clamp(min=1)
