"""timm's ViT: SigLIP2 and SigLIP, MobileCLIP's B and L/14."""

from timm.layers import Attention
from timm.models.vision_transformer import Block, VisionTransformer
from torch import Tensor

from stclip.models.clip.towers.image import QKV
from stclip.models.clip.towers.timm_tower import TimmTower, project_timm_qkv


class TimmViT(TimmTower):
    """Absolute positions, with a class token or none."""

    trunk: VisionTransformer

    @staticmethod
    def why_not(trunk: VisionTransformer) -> str:
        """Why a trunk cannot be stepped through; empty if it can."""
        if any(
            type(block) is not Block or type(block.attn) is not Attention
            for block in trunk.blocks
        ):
            return 'its layers are of another form'
        return ''

    @property
    def kind(self) -> str:
        """See the base class."""
        return 'a ViT of timm'

    def qkv(
        self,
        layer: int,
        x: Tensor,
        num_queries: int | None = None,
        places: Tensor | None = None,
    ) -> QKV:
        """See the base class."""
        block = self.blocks[layer]
        return project_timm_qkv(block.attn, block.norm1(x), num_queries)

    def attention_branch(self, layer: int, attended: Tensor) -> Tensor:
        """See the base class."""
        block = self.blocks[layer]
        return block.ls1(block.attn.proj(block.attn.norm(attended)))

    def ffn_branch(self, layer: int, x: Tensor) -> Tensor:
        """See the base class."""
        block = self.blocks[layer]
        return block.ls2(block.mlp(block.norm2(x)))
