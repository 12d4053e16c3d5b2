"""open_clip's own ViT: OpenAI, LAION, DataComp, DFN and MetaCLIP."""

from collections.abc import Sequence

from open_clip.transformer import ResidualAttentionBlock, VisionTransformer
from torch import Tensor, nn

from stclip.models.clip.attention import project_qkv
from stclip.models.clip.towers.image import (
    QKV,
    ImageTower,
    Part,
    with_prefix,
)


def why_not_open_clip_vit(visual: nn.Module) -> str:
    """Why an image tower is none that :class:`OpenCLIPViT` steps through."""
    if not isinstance(visual, VisionTransformer):
        return f'it is a {type(visual).__name__}'
    if visual.attn_pool is not None:
        return 'it pools by an attentional pooler of its own'
    if visual.pool_type != 'tok' or visual.final_ln_after_pool:
        return 'its feature is the mean of the patches'
    if any(
        type(block) is not ResidualAttentionBlock
        for block in visual.transformer.resblocks
    ):
        return 'its layers are of another form'
    return ''


class OpenCLIPViT(ImageTower):
    """Class token, positions, ln_pre; ln_post and projection of a token.

    Args:
        visual: Which :func:`why_not_open_clip_vit` says nothing against.
    """

    kind = "CLIP's own ViT"
    num_prefix = 1
    pooled_rows = 1

    def __init__(self, visual: VisionTransformer) -> None:
        self.visual = visual
        self.width = visual.conv1.out_channels
        self.joint_width = visual.proj.shape[1]
        self.grid = visual.grid_size
        self.patch_size = visual.conv1.kernel_size[0]
        self.blocks = visual.transformer.resblocks
        self.num_heads = self.blocks[0].attn.num_heads

    @property
    def last_parts(self) -> Sequence[Part]:
        """See the base class."""
        return self.visual.ln_post, self.visual.proj

    def embed_patches(self, images: Tensor) -> Tensor:
        """See the base class."""
        return self.visual.conv1(images).flatten(2).transpose(1, 2)

    def embed(self, patches: Tensor, shift: Tensor | None = None) -> Tensor:
        """See the base class; Eq. (1) of ST-CLIP."""
        visual = self.visual
        x = with_prefix(visual.class_embedding[None], patches)
        x = x + visual.positional_embedding
        return self.norm_before(x if shift is None else x + shift)

    def norm_before(self, x: Tensor) -> Tensor:
        """See the base class."""
        return self.visual.ln_pre(x)

    def qkv(
        self,
        layer: int,
        x: Tensor,
        num_queries: int | None = None,
        places: Tensor | None = None,
    ) -> QKV:
        """See the base class."""
        block = self.blocks[layer]
        return project_qkv(block.attn, block.ln_1(x), num_queries)

    def attention_branch(self, layer: int, attended: Tensor) -> Tensor:
        """See the base class."""
        block = self.blocks[layer]
        return block.ls_1(block.attn.out_proj(attended))

    def ffn_branch(self, layer: int, x: Tensor) -> Tensor:
        """See the base class."""
        block = self.blocks[layer]
        return block.ls_2(block.mlp(block.ln_2(x)))

    def pooled(self, x: Tensor) -> Tensor:
        """See the base class: the class token."""
        return self.visual.ln_post(x[..., 0, :])

    def pooled_alone(self, x: Tensor) -> Tensor:
        """See the base class."""
        return self.visual.ln_post(x)

    def project(self, x: Tensor) -> Tensor:
        """See the base class."""
        return x @ self.visual.proj
