"""What a tiny CLIP is trained for."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stclip.zs_stage.lessons import LESSONS
from stclip.zs_stage.sights import SIGHTS

# Few patches show any one thing.
_RARE = -4.0


def contrastive_loss(
    image: Tensor, text: Tensor, scale: Tensor, same: Tensor
) -> Tensor:
    """CLIP's symmetric loss in which equal captions are no negatives.

    Source: Radford et al., arXiv:2103.00020, Figure 3. Differs: pairs off the
    diagonal whose captions are the same are left out of the softmax.

    Args:
        image: ``(n, d)`` unit image features.
        text: ``(n, d)`` unit text features.
        scale: Scalar factor on the cosines.
        same: ``(n, n)`` boolean; pairs to leave out.

    Returns:
        The loss, a scalar.
    """
    logits = (scale * image @ text.T).masked_fill(same, float('-inf'))
    target = torch.arange(len(image), device=image.device)
    return 0.5 * (
        F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)
    )


def closeness_loss(text: Tensor, closeness: float) -> Tensor:
    """Distance of the mean cosine of texts from what it is to be, squared.

    A small scale lets texts drift apart until their mean is zero. In CLIP,
    whose scale is 100, any two texts have much in common.

    Args:
        text: ``(n, d)`` unit text features.
        closeness: The mean cosine that is wanted, in [0, 1].
    """
    return (text.mean(0).square().sum() - closeness).square()


def crowding_loss(text: Tensor) -> Tensor:
    """One over the number of directions that texts vary in.

    That number is the participation ratio of the variances along the main
    axes: as large as the width if all are the same.

    Args:
        text: ``(n, d)`` text features.
    """
    centred = text - text.mean(0)
    covariance = centred.T @ centred
    return covariance.square().sum() / covariance.trace().square()


class Teaching(nn.Module):
    """What both towers are asked besides the match; dropped afterwards.

    A tower of this size does not learn to see from a hundred thousand
    captions. The renderer knows more of a picture than its caption tells.
    Captions are asked the same, with the same weights: so phrases that mean
    the same come together before the pictures are understood.

    Args:
        features: Width of the features of both towers.
        tokens: Width of the patches' tokens.
    """

    def __init__(self, features: int, tokens: int) -> None:
        super().__init__()
        self.lessons = nn.ModuleList(
            nn.Linear(features, len(answers)) for answers in LESSONS.values()
        )
        self.sights = nn.Linear(tokens, len(SIGHTS))
        nn.init.constant_(self.sights.bias, _RARE)

    def lesson_loss(self, features: Tensor, answers: Tensor) -> Tensor:
        """Cross entropy of the answers, summed over the lessons.

        Args:
            features: ``(n, d)`` of pictures or captions.
            answers: ``(n, lessons)`` int64, -100 where nothing is asked.
        """
        losses = [
            F.cross_entropy(lesson(features), answer, reduction='sum')
            for lesson, answer in zip(self.lessons, answers.T, strict=True)
        ]
        return torch.stack(losses).sum() / len(features)

    def sight_loss(self, tokens: Tensor, seen: Tensor) -> Tensor:
        """Binary cross entropy of what each patch shows, summed over sights.

        Args:
            tokens: ``(n, patches, width)``.
            seen: ``(n, patches, sights)``, 1 where something is.
        """
        loss = F.binary_cross_entropy_with_logits(
            self.sights(tokens), seen, reduction='sum'
        )
        return loss / seen[..., 0].numel()
