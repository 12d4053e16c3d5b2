"""Maps of four scales out of the patches of one.

Shapes: B clips, T frames, h x w patches, Dv vision width, D joint width.
"""

from torch import Tensor, nn
from torch.nn import functional as F

# Of the maps, for each side of a patch.
_SCALES = 4.0, 2.0, 1.0, 0.5


class PatchPyramid(nn.Module):
    """CLIP's patches at 4, 2, 1 and 1/2 times their number a side.

    Source: OpenMixer, WACV 2025; ViTDet, arXiv:2203.16527, Sec. 3.

    Args:
        width: Dv, a multiple of 4.
        out_width: D.
    """

    def __init__(self, width: int, out_width: int) -> None:
        super().__init__()
        half, quarter = width // 2, width // 4
        finest = _twice(width), ChannelNorm(half), nn.GELU(), _twice(half)
        coarsest = nn.MaxPool3d((1, 2, 2), (1, 2, 2))
        self.laterals = nn.ModuleList(
            [
                _lateral(*finest, channels=quarter, out=out_width),
                _lateral(_twice(width), channels=half, out=out_width),
                _lateral(channels=width, out=out_width),
                _lateral(coarsest, channels=width, out=out_width),
            ]
        )

    def forward(self, patches: Tensor, joint: Tensor) -> list[Tensor]:
        """Make the maps.

        Args:
            patches: (B, Dv, T, h, w) of the last layer.
            joint: (B, D, T, h, w), the same in the joint space; it is added
                to each map.

        Returns:
            (B, D, T, s h, s w) for each scale s, the finest first.
        """
        height, width = patches.shape[-2:]
        frames = joint.transpose(1, 2).flatten(0, 1)
        maps = []
        for scale, lateral in zip(_SCALES, self.laterals, strict=True):
            size = int(scale * height), int(scale * width)
            plain = F.interpolate(frames, size, mode='bilinear')
            plain = plain.unflatten(0, (len(joint), -1)).transpose(1, 2)
            maps.append(lateral(patches) + plain)
        return maps


class ChannelNorm(nn.LayerNorm):
    """Layer norm of the channels of (B, C, T, h, w)."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, eps=1e-6)

    def forward(self, x: Tensor) -> Tensor:
        """Same shape."""
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


def _twice(channels: int) -> nn.ConvTranspose3d:
    """Twice the side, half the channels."""
    return nn.ConvTranspose3d(channels, channels // 2, (1, 2, 2), (1, 2, 2))


def _lateral(*resize: nn.Module, channels: int, out: int) -> nn.Sequential:
    return nn.Sequential(
        *resize,
        nn.Conv3d(channels, out, 1, bias=False),
        ChannelNorm(out),
        nn.Conv3d(out, out, 3, padding=1, bias=False),
    )
