"""Average RoIAlign with the in-place signatures of mmcv's operators.

Source: Mask R-CNN arXiv:1703.06870, Sec. 3; sampling positions, borders and
the meaning of ``aligned`` as in mmcv 2.1 and torchvision.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch.nn import functional as F

from stclip.compat.operators import compiled


class _Geometry(NamedTuple):
    """What both directions need to know about the pooling."""

    height: int
    width: int
    spatial_scale: float
    sampling_ratio: int
    aligned: bool


def roi_align_forward(
    input: torch.Tensor,
    rois: torch.Tensor,
    output: torch.Tensor,
    argmax_y: torch.Tensor,
    argmax_x: torch.Tensor,
    aligned_height: int,
    aligned_width: int,
    spatial_scale: float,
    sampling_ratio: int,
    pool_mode: int,
    aligned: bool,
) -> None:
    """Write the pooled features into ``output``.

    Args:
        input: (B, C, H, W) features.
        rois: (N, 5) batch index and xyxy in px of the image.
        output: (N, C, aligned_height, aligned_width), overwritten.
        argmax_y: unused, of maximum pooling.
        argmax_x: unused, of maximum pooling.
        aligned_height: bins per column.
        aligned_width: bins per row.
        spatial_scale: feature cells per px of the image.
        sampling_ratio: samples per bin and axis; 0 takes as many as the bin
            spans feature cells.
        pool_mode: 1, average; 0, maximum, is not available.
        aligned: shift by half a cell, so that cells are sampled at centres;
            False additionally makes a RoI at least one cell large.

    Raises:
        NotImplementedError: maximum pooling is asked for.
    """
    _refuse_max(pool_mode)
    dtype = torch.promote_types(input.dtype, torch.float32)
    features, rois = input.to(dtype), rois.to(dtype)
    geometry = _Geometry(
        aligned_height, aligned_width, spatial_scale, sampling_ratio, aligned
    )
    if operators := compiled.torchvision_operators():
        pooled = operators.roi_align(
            features,
            rois,
            spatial_scale,
            aligned_height,
            aligned_width,
            sampling_ratio,
            aligned,
        )
        output.copy_(pooled)
        return
    channels = input.shape[1]
    table = features.permute(0, 2, 3, 1).reshape(-1, channels)  # (BHW, C)
    output.zero_()
    for members, cells, weights in _bags(rois, input.shape, geometry):
        pooled = F.embedding_bag(
            cells, table, per_sample_weights=weights, mode='sum'
        )  # (n * height * width, C)
        pooled = pooled.view(-1, aligned_height, aligned_width, channels)
        output[members] = pooled.permute(0, 3, 1, 2).to(output.dtype)


def roi_align_backward(
    grad_output: torch.Tensor,
    rois: torch.Tensor,
    argmax_y: torch.Tensor,
    argmax_x: torch.Tensor,
    grad_input: torch.Tensor,
    aligned_height: int,
    aligned_width: int,
    spatial_scale: float,
    sampling_ratio: int,
    pool_mode: int,
    aligned: bool,
) -> None:
    """Write the gradient of the features into ``grad_input`` (B, C, H, W).

    ``grad_output`` is (N, C, aligned_height, aligned_width); everything else
    is as in :func:`roi_align_forward`.
    """
    _refuse_max(pool_mode)
    dtype = torch.promote_types(grad_output.dtype, torch.float32)
    grad, rois = grad_output.to(dtype), rois.to(dtype)
    shape = grad_input.shape
    geometry = _Geometry(
        aligned_height, aligned_width, spatial_scale, sampling_ratio, aligned
    )
    if operators := compiled.torchvision_operators():
        pooled = operators._roi_align_backward(
            grad,
            rois,
            spatial_scale,
            aligned_height,
            aligned_width,
            *shape,
            sampling_ratio,
            aligned,
        )
        grad_input.copy_(pooled)
        return
    batch, channels, height, width = shape
    total = grad.new_zeros(batch * height * width, channels)
    for members, cells, weights in _bags(rois, shape, geometry):
        rows = grad[members].permute(0, 2, 3, 1).reshape(-1, channels)
        # The bags are linear in the table: any table gives the gradient.
        table = torch.zeros_like(total, requires_grad=True)
        with torch.enable_grad():
            pooled = F.embedding_bag(
                cells, table, per_sample_weights=weights, mode='sum'
            )
        total += torch.autograd.grad(pooled, table, rows)[0]
    grad_input.copy_(total.view(batch, height, width, -1).permute(0, 3, 1, 2))


def _refuse_max(pool_mode: int) -> None:
    if pool_mode != 1:
        raise NotImplementedError(
            "roi_align with pool_mode='max' is not available without a "
            "compiled mmcv; use pool_mode='avg'"
        )


def _bags(
    rois: torch.Tensor, shape: torch.Size, geometry: _Geometry
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Write pooling as weighted sums of feature cells.

    RoIs with the same number of samples per bin go together.

    Yields:
        members (n,) int64 RoI indices; cells (n * height * width, K) int64
        rows of the (B * H * W, C) feature table; weights, same shape.
    """
    cells_y, cells_x = shape[2:]
    start = rois[:, 1:3] * geometry.spatial_scale
    end = rois[:, 3:5] * geometry.spatial_scale
    if geometry.aligned:
        start, end = start - 0.5, end - 0.5
    size = end - start if geometry.aligned else (end - start).clamp(min=1)
    bins = size.new_tensor([geometry.width, geometry.height])
    bin_size = size / bins  # (N, 2) x, y
    if geometry.sampling_ratio > 0:
        samples = torch.full_like(size, geometry.sampling_ratio).long()
    else:
        samples = bin_size.ceil().long()
    first_cell = rois[:, 0].long() * cells_y * cells_x
    for num_x, num_y in samples.unique(dim=0).tolist():
        if num_x <= 0 or num_y <= 0:
            continue  # an empty RoI has no samples: its output stays zero
        same = (samples[:, 0] == num_x) & (samples[:, 1] == num_y)
        members = same.nonzero().squeeze(1)
        x, weight_x = _axis(
            start[members, 0],
            bin_size[members, 0],
            geometry.width,
            num_x,
            cells_x,
        )
        y, weight_y = _axis(
            start[members, 1],
            bin_size[members, 1],
            geometry.height,
            num_y,
            cells_y,
        )
        # Bilinear weights are products: (n, height, width, K_y, K_x).
        cells = (
            first_cell[members, None, None, None, None]
            + y[:, :, None, :, None] * cells_x
            + x[:, None, :, None, :]
        )
        weights = weight_y[:, :, None, :, None] * weight_x[:, None, :, None, :]
        rows = len(members) * geometry.height * geometry.width
        yield members, cells.reshape(rows, -1), weights.reshape(rows, -1)


def _axis(
    start: torch.Tensor,
    bin_size: torch.Tensor,
    num_bins: int,
    num_samples: int,
    num_cells: int,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Interpolate along one axis.

    Args:
        start: (n,) first coordinate of each RoI, in cells.
        bin_size: (n,) cells.
        num_bins: bins of a RoI.
        num_samples: samples per bin, evenly spaced.
        num_cells: length of the axis.

    Returns:
        Cells (n, num_bins, at most 2 * num_samples) int64 and their weights
        in each bin's mean; samples more than one cell outside count as zero.
    """
    bins = torch.arange(num_bins, device=start.device)
    steps = torch.arange(num_samples, device=start.device) + 0.5
    position = bins[:, None] + steps / num_samples  # (num_bins, num_samples)
    at = start[:, None, None] + bin_size[:, None, None] * position
    inside = (at >= -1) & (at <= num_cells)
    at = at.clamp(min=0, max=num_cells - 1)
    low = at.floor()
    high_weight = at - low
    weights = torch.stack((1 - high_weight, high_weight), dim=-1)
    weights = weights * inside[..., None] / num_samples
    low = low.long()
    cells = torch.stack((low, (low + 1).clamp(max=num_cells - 1)), dim=-1)
    return _merge(cells.flatten(2), weights.flatten(2), num_cells)


def _merge(
    cells: torch.Tensor, weights: torch.Tensor, num_cells: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Add up the weights of cells that several samples of a bin share."""
    first = cells[:, :, :1]  # samples ascend, so this is the lowest
    slots = cells - first
    span = int(slots.max()) + 1
    if span >= cells.shape[2]:
        return cells, weights
    merged = weights.new_zeros(*weights.shape[:2], span)
    merged.scatter_add_(2, slots, weights)
    steps = torch.arange(span, device=cells.device)
    return (first + steps).clamp(max=num_cells - 1), merged
