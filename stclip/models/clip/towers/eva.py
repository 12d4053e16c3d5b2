"""timm's Eva: EVA02-CLIP and PE-Core, with turned queries and keys."""

import torch
from timm.layers import apply_rot_embed_cat
from timm.models.eva import Eva, EvaBlock, EvaBlockPostNorm
from torch import Tensor

from stclip.models.clip.towers.image import QKV
from stclip.models.clip.towers.timm_tower import TimmTower, project_timm_qkv


class EvaTower(TimmTower):
    """A class token, positions that turn patches, several feed-forwards.

    RoPE turns queries and keys of patches alone; what has no place, as the
    class token and persons, stays as it is.
    """

    trunk: Eva

    @staticmethod
    def why_not(trunk: Eva) -> str:
        """Why a trunk cannot be stepped through; empty if it can."""
        if trunk.rope_mixed:
            return 'its layers have rotary positions of their own'
        if any(
            type(block) not in (EvaBlock, EvaBlockPostNorm)
            for block in trunk.blocks
        ):
            return 'its layers are of another form'
        return ''

    @property
    def kind(self) -> str:
        """See the base class."""
        return 'a ViT with rotary positions (Eva of timm)'

    def places(
        self, before: int, kept: Tensor | None = None, after: int = 0
    ) -> Tensor | None:
        """Sines and cosines: (L, 2 d), or (..., 1, L, 2 d) with ``kept``."""
        rope = self.trunk.rope
        if rope is None:
            return None
        table = rope.get_embed()
        if kept is not None:
            table = table[kept][..., None, :, :]
        sine, cosine = table.chunk(2, dim=-1)
        pad = (0, 0, before, after)
        return torch.cat(
            [
                torch.nn.functional.pad(sine, pad),
                torch.nn.functional.pad(cosine, pad, value=1.0),
            ],
            dim=-1,
        )

    def qkv(
        self,
        layer: int,
        x: Tensor,
        num_queries: int | None = None,
        places: Tensor | None = None,
    ) -> QKV:
        """See the base class."""
        block = self.blocks[layer]
        if places is None:
            places = self.places(x.shape[-2] - self.num_patches)
        normed = x if isinstance(block, EvaBlockPostNorm) else block.norm1(x)
        q, k, v = project_timm_qkv(block.attn, normed, num_queries)
        if places is None:
            return q, k, v
        half = block.attn.rotate_half
        # The cosines are float32, and so were q and k with bfloat16 values.
        k = apply_rot_embed_cat(k, places, half=half).type_as(v)
        asked = places[..., : q.shape[-2], :]
        return apply_rot_embed_cat(q, asked, half=half).type_as(v), k, v

    def attention_branch(self, layer: int, attended: Tensor) -> Tensor:
        """See the base class."""
        block = self.blocks[layer]
        out = block.attn.proj(block.attn.norm(attended))
        if isinstance(block, EvaBlockPostNorm):
            return block.norm1(out)
        return out if block.gamma_1 is None else block.gamma_1 * out

    def ffn_branch(self, layer: int, x: Tensor) -> Tensor:
        """See the base class."""
        block = self.blocks[layer]
        if isinstance(block, EvaBlockPostNorm):
            return block.norm2(block.mlp(x))
        out = block.mlp(block.norm2(x))
        return out if block.gamma_2 is None else block.gamma_2 * out
