"""Boxes that the queries start from, (B, Q, 4) x1 y1 x2 y2 in px.

Shapes: B clips, Q queries.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F


def whole_picture(size: Tensor, num_boxes: int) -> Tensor:
    """The picture itself, (Q, 4).

    Args:
        size: (4,) width, height, width, height.
        num_boxes: Q.
    """
    box = torch.cat([torch.zeros_like(size[:2]), size[:2]])
    return box.expand(num_boxes, -1)


def around_map(cosines: Tensor, size: Tensor, num_boxes: int) -> Tensor:
    """Boxes of the picture's size, where a map is lowest.

    Source: OpenMixer, WACV 2025, as released: CLIP's patches are least like
    the text where the thing is that it names. Of the inverted map the Q
    highest pixels are centres, if they lie above its median; others have the
    whole picture.

    Args:
        cosines: (B, h, w) of the patches and the clip's text.
        size: See :func:`whole_picture`.
        num_boxes: Q, at most the number of pixels.
    """
    width, height = (int(side) for side in size[:2])
    pixels = F.interpolate(cosines[:, None], (height, width), mode='bilinear')
    heat = -pixels.flatten(1)
    values, index = heat.topk(num_boxes, dim=-1)
    x, y = index % width, index // width
    centres = torch.stack([x, y, x, y], dim=-1).to(size.dtype)
    whole = whole_picture(size, num_boxes)
    half = torch.cat([-size[:2], size[:2]]) / 2
    boxes = (centres + half).clamp(min=0).minimum(size)
    stands_out = values > heat.median(dim=-1, keepdim=True).values
    return torch.where(stands_out[..., None], boxes, whole)


def given_boxes(
    boxes: Sequence[Tensor], size: Tensor, num_boxes: int
) -> Tensor:
    """Boxes that are known, each again and again; the picture where none is.

    Args:
        boxes: (P, 4) of each clip; those under a pixel are made one.
        size: See :func:`whole_picture`.
        num_boxes: Q; of more than that the first are used.
    """
    turns = torch.arange(num_boxes, device=size.device)
    whole = whole_picture(size, num_boxes)
    chosen = torch.stack(
        [own[turns % len(own)] if len(own) else whole for own in boxes]
    )
    low, high = chosen.split(2, dim=-1)
    return torch.cat([low, torch.maximum(high, low + 1)], dim=-1)
