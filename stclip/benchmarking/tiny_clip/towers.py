"""Both towers of a CLIP as pre-training runs them.

In half precision with weights in full, on pictures of any size, and on
captions only as far as they go.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.attention import SDPBackend, sdpa_kernel

# Scales of what positions and patches begin with.
_POSITION, _PATCH = 0.2, 0.3
# Wavelengths of positions, from two patches to sixty.
_LOWEST = -1.5
# Groups of captions by length.
_LENGTHS = 4
# Added to the variances of patches, of which the smallest are noise.
_NOISE = 0.01


def begin_sighted(visual: nn.Module, images: Tensor) -> None:
    """Give an image tower first weights from which it learns sooner.

    Positions are sines and cosines of both coordinates; patches are
    whitened: the filters answer to pictures with uncorrelated numbers of one
    variance.

    Args:
        visual: open_clip's ``VisionTransformer``, changed in place.
        images: ``(n, 3, h, w)`` normalised pictures.
    """
    width, channels, patch, _ = visual.conv1.weight.shape
    side = visual.grid_size[0]
    angles = math.pi * torch.logspace(_LOWEST, 0, width // 4)
    y, x = torch.meshgrid(*(2 * (torch.arange(side).float(),)), indexing='ij')
    waves = [
        wave(place.reshape(-1, 1) * angles)
        for place in (y, x)
        for wave in (torch.sin, torch.cos)
    ]
    patches = F.unfold(images, patch, stride=patch)
    patches = patches.transpose(1, 2).flatten(0, 1)
    patches = patches - patches.mean(0)
    variances, axes = torch.linalg.eigh(patches.T @ patches / len(patches))
    whitening = (axes / (variances + _NOISE).sqrt()).T
    turn = torch.linalg.qr(torch.randn(len(axes), width))[0].T
    with torch.no_grad():
        visual.positional_embedding[1:] = _POSITION * torch.cat(waves, 1)
        filters = (turn @ whitening).view(width, channels, patch, patch)
        visual.conv1.weight.copy_(_PATCH * filters)


def _weights(
    module: nn.Module, dtype: torch.dtype, prefix: str = ''
) -> dict[str, Tensor]:
    named = module.named_parameters()
    return {f'{prefix}{name}': weight.to(dtype) for name, weight in named}


def see(
    visual: nn.Module, images: Tensor, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Encode pictures of any size in patches.

    Args:
        visual: open_clip's ``VisionTransformer`` with ``output_tokens``.
        images: ``(n, 3, s, s)`` normalised, ``s`` a multiple of the patch.
        dtype: To compute in.

    Returns:
        ``(n, d)`` image features, not of unit length, and ``(n, patches,
        width)`` tokens, both float32.
    """
    weights = _weights(visual, dtype)
    grid = images.shape[-1] // visual.conv1.kernel_size[0]
    positions = visual.positional_embedding
    side = visual.grid_size[0]
    if grid != side:
        plane = positions[1:].T.reshape(1, -1, side, side)
        plane = F.interpolate(
            plane, (grid, grid), mode='bilinear', antialias=True
        )
        positions = torch.cat([positions[:1], plane[0].flatten(1).T])
        weights['positional_embedding'] = positions.to(dtype)
    # The fused kernel's backward pass is slow in bfloat16 on CPUs.
    with sdpa_kernel(SDPBackend.MATH):
        features, tokens = functional_call(
            visual, weights, (images.to(dtype),)
        )
    return features.float(), tokens.float()


class _Reader(nn.Module):
    """A CLIP's text tower as a module; CLIP itself makes unit features."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor) -> Tensor:
        return self.model.encode_text(tokens)


def read(model: nn.Module, tokens: Tensor, dtype: torch.dtype) -> Tensor:
    """Encode captions, those of similar lengths together.

    Args:
        model: open_clip's ``CLIP``.
        tokens: ``(n, length)`` int64.
        dtype: To compute in.

    Returns:
        ``(n, d)`` text features, not of unit length, float32.
    """
    # Of fifty thousand tokens a batch has a few hundred; in their order, as
    # the one that ends a caption has to keep the highest number.
    used, tokens = tokens.unique(return_inverse=True)
    weights = {
        'token_embedding.weight': model.token_embedding.weight[used].to(dtype),
        **_weights(model.transformer, dtype, 'transformer.'),
        **_weights(model.ln_final, dtype, 'ln_final.'),
        'text_projection': model.text_projection.to(dtype),
    }
    positions = model.positional_embedding.to(dtype)
    lengths = tokens.argmax(1) + 1
    order = lengths.argsort()
    features = []
    for some in order.chunk(_LENGTHS):
        length = int(lengths[some].max())
        shorter = dict(
            weights,
            positional_embedding=positions[:length],
            attn_mask=model.attn_mask[:length, :length].to(dtype),
        )
        shorter = {f'model.{name}': value for name, value in shorter.items()}
        with sdpa_kernel(SDPBackend.MATH):
            features.append(
                functional_call(
                    _Reader(model), shorter, (tokens[some, :length],)
                )
            )
    return torch.cat(features)[order.argsort()].float()
