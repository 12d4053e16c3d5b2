"""Boxes as queries move them: centre, z = log2 sqrt(w h), r = log2(h / w).

Source: AdaMixer, arXiv:2203.16507, Sec. 3.2. xyzr and corners are in px.
"""

import torch
from torch import Tensor

# The longest side that the sine encoding tells apart, px.
_LONGEST = 1000.0
_TEMPERATURE = 10000.0


def from_corners(corners: Tensor) -> Tensor:
    """(..., 4) x1 y1 x2 y2 with an area -> (..., 4) xyzr."""
    low, high = corners.split(2, dim=-1)
    width, height = (high - low).log2().split(1, dim=-1)
    centre, z = (low + high) / 2, (width + height) / 2
    return torch.cat([centre, z, height - width], dim=-1)


def sides(xyzr: Tensor) -> Tensor:
    """(..., 4) -> (..., 2) width and height."""
    z, r = xyzr[..., 2:3], xyzr[..., 3:4]
    return torch.cat([z - r / 2, z + r / 2], dim=-1).exp2()


def to_corners(xyzr: Tensor) -> Tensor:
    """(..., 4) -> (..., 4) x1 y1 x2 y2."""
    centre, half = xyzr[..., :2], sides(xyzr) / 2
    return torch.cat([centre - half, centre + half], dim=-1)


def moved(xyzr: Tensor, delta: Tensor) -> Tensor:
    """Boxes after a stage; centres move in units of the box's size 2^z."""
    centre = xyzr[..., :2] + delta[..., :2] * xyzr[..., 2:3].exp2()
    return torch.cat([centre, xyzr[..., 2:] + delta[..., 2:]], dim=-1)


def area(corners: Tensor) -> Tensor:
    """(..., 4) -> (...), 0 for inverted boxes."""
    return (corners[..., 2:] - corners[..., :2]).clamp(min=0).prod(dim=-1)


def _common(a: Tensor, b: Tensor) -> Tensor:
    low = torch.maximum(a[..., :2], b[..., :2])
    high = torch.minimum(a[..., 2:], b[..., 2:])
    return area(torch.cat([low, high], dim=-1))


def covered(corners: Tensor) -> Tensor:
    """Intersection over foreground: how much of a box another one covers.

    Args:
        corners: (B, Q, 4), with an area.

    Returns:
        (B, Q, Q) in [0, 1], by the area of the box of the row.
    """
    shared = _common(corners[:, :, None], corners[:, None])
    return shared / area(corners)[..., None]


def generalised_iou(a: Tensor, b: Tensor) -> Tensor:
    """GIoU, arXiv:1902.09630, of boxes that broadcast against each other.

    torchvision's ``generalized_box_iou`` gives the same for all pairs of two
    sets, but not for boxes one by one, as the loss of the matches has them.

    Args:
        a: (..., 4) corners, of which one of each pair has an area.
        b: (..., 4) likewise.

    Returns:
        (...) in [-1, 1].
    """
    shared = _common(a, b)
    union = area(a) + area(b) - shared
    low = torch.minimum(a[..., :2], b[..., :2])
    high = torch.maximum(a[..., 2:], b[..., 2:])
    hull = area(torch.cat([low, high], dim=-1))
    return shared / union - (hull - union) / hull


def sine_encoding(xyzr: Tensor, width: int) -> Tensor:
    """(..., 4) -> (..., width), a quarter for each number of a box."""
    quarter = width // 4
    step = torch.arange(quarter // 2, device=xyzr.device) * (2 / quarter)
    scale = xyzr.new_tensor([_LONGEST, _LONGEST, 1, 1])
    phase = (xyzr / scale)[..., None] / _TEMPERATURE**step
    return torch.stack([phase.sin(), phase.cos()], dim=-1).flatten(-3)
