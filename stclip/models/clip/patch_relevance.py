"""Which patches of a picture speak for a text, in CLIP's eyes."""

import torch
from torch import Tensor
from torch.nn import functional as F

from stclip.models.clip.attention import merge_heads
from stclip.models.clip.backbone import CLIPBackbone
from stclip.models.clip.towers import ImageTower
from stclip.utils.errors import UserError


def patch_relevance(
    clip: CLIPBackbone, images: Tensor, direction: Tensor
) -> Tensor:
    """Attention of the last layer's class token, weighted by its gradient.

    The cosines of CLIP's patch tokens and a text, which are at hand as well,
    are often low where the thing is that the text names; what the class token
    takes up is what the score is made of.

    Source: Chefer, Gur and Wolf, arXiv:2103.15679v1, Eq. (5). Differs: of the
    last layer alone, so no relevance is carried on from layer to layer.

    Args:
        clip: The towers.
        images: (n, 3, S, S) normalised.
        direction: (Dt,), what the unit vector of a picture is multiplied by:
            a text's unit vector, or the difference of two.

    Returns:
        (n, N) float32, >= 0: mean over the heads of the positive parts of
        attention times gradient.

    Raises:
        UserError: For a tower whose feature is not that of a class token.
    """
    tower = clip.image_tower
    if not isinstance(tower, ImageTower):
        raise UserError(
            'what speaks for a text is read off the last layer, and this CLIP '
            f'can only be used as a whole ({tower.reason})'
        )
    if tower.pooled_rows != 1:
        raise UserError(
            'what speaks for a text is read off the class token, which is not '
            f'the feature of {tower.kind}'
        )
    with torch.inference_mode(False), torch.enable_grad():
        attention, score = _last_layer(clip, images.clone(), direction.clone())
        (gradient,) = torch.autograd.grad(score.sum(), attention)
    relevance = (attention.detach() * gradient).clamp(min=0)
    return relevance[:, :, 0, clip.num_prefix :].mean(dim=1)


def _last_layer(
    clip: CLIPBackbone, images: Tensor, direction: Tensor
) -> tuple[Tensor, Tensor]:
    """(n, h, 1, L) attention of the class token; (n,) scores made of it."""
    last = clip.num_layers - 1
    tower = clip.image_tower
    with torch.no_grad():
        x = clip.embed(clip.patch_tokens(images))
        for layer in range(last):
            x = clip.finish_layer(layer, x, clip.qkv(layer, x))
        q, k, v = clip.qkv(last, x, 1)
        weights = q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5
        attention = weights.float().softmax(dim=-1)
    attention.requires_grad_()
    attended = merge_heads(attention.to(v.dtype) @ v)
    cls = tower.after_attention(last, x[:, :1], attended)
    features = clip.project(clip.pooled(cls)).float()
    return attention, F.normalize(features, dim=-1) @ direction.float()
