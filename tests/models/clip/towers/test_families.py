"""Image and text towers of every family, in steps, against open_clip's own."""

import copy

import pytest
import torch
from torch import nn
from tower_families import FAMILIES

from stclip.models.clip import CLIPBackbone
from stclip.models.clip.towers.timm_tower import TimmTower
from stclip.utils.errors import UserError

TEXTS = ['sit', 'talk on phone', 'go ' * 40]
families = pytest.mark.parametrize('family', FAMILIES)


def build(family, **options):
    """With weights that all matter."""
    torch.manual_seed(0)
    clip = CLIPBackbone(FAMILIES[family], **options)
    for parameter in clip.parameters():
        noise = nn.init.normal_(torch.empty_like(parameter), std=0.05)
        parameter.data.add_(noise)
    return clip


def pictures(count=2):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(count, 3, 32, 32, generator=generator)


def close(found, expected, atol=1e-5):
    torch.testing.assert_close(found, expected, rtol=0, atol=atol)


@families
@torch.no_grad()
def test_nothing_inserted_it_is_open_clip(family):
    clip, images = build(family), pictures()
    expected = clip.model.encode_image(images)
    assert expected.std(dim=0).mean() > 1e-4, 'pictures differ'
    close(clip.project(clip.encode_images(images)), expected)
    tokens = clip.encode_image_tokens(images)
    assert tokens.shape == (2, 17, clip.joint_width)
    close(tokens[:, 0], expected)
    ids = clip.tokenizer(TEXTS)
    close(clip.text_tower.features(ids), clip.model.encode_text(ids))
    close(clip.encode_labels(TEXTS), clip.model.encode_text(ids))


@families
@pytest.mark.parametrize('size', [(32, 40), (16, 16), (64, 64)])
def test_pictures_of_another_size_are_refused(family, size):
    """As of a pipeline that is still that of another CLIP."""
    told = r'looks at pictures of 32 x 32 px, but got {} x {}: set'
    with pytest.raises(UserError, match=told.format(*size)):
        build(family).encode_images(torch.zeros(1, 3, *size))


@families
@torch.no_grad()
def test_a_token_alone_is_pooled_as_the_only_one(family):
    clip, x = build(family), torch.randn(2, 3, build(family).width)
    found, tower = clip.pooled_alone(x), clip.image_tower
    for row in range(3):
        if isinstance(tower, TimmTower):
            alone = tower.trunk.norm(x[:, row : row + 1])
            expected = tower.trunk.forward_head(alone, pre_logits=True)
        else:
            expected = tower.visual.ln_post(x[:, row])
        close(found[:, row], expected)


@families
@torch.no_grad()
def test_places_follow_the_patches(family):
    """Patches in another order, some left out, tokens on both sides."""
    clip = build(family)
    tower, x = clip.image_tower, torch.randn(2, 20, clip.width)
    first = 20 - tower.num_patches
    whole = tower.qkv(1, x)
    kept = torch.stack([torch.randperm(16)[:5] for _ in range(2)])
    rows = torch.cat([kept + first, torch.tensor([[0], [1]])], dim=1)
    index = rows[..., None].expand(-1, -1, clip.width)
    before = torch.randn(2, 3, clip.width)
    some = torch.cat([before, x.gather(1, index)], dim=1)
    places = tower.places(3, kept, after=1)
    for found, expected in zip(
        tower.qkv(1, some, None, places), whole, strict=True
    ):
        for row in range(2):
            close(found[row, :, 3:], expected[row][:, rows[row]])
    few = tower.qkv(1, x, num_queries=2)
    close(few[0], whole[0][:, :, :2])
    close(few[1], whole[1])
    # Tokens without a place are what they are wherever they stand.
    nowhere = tower.qkv(1, x[:, first:], None, clip.nowhere(16))
    moved = tower.qkv(1, x[:, first:].flip(1), None, clip.nowhere(16))
    for found, expected in zip(nowhere, moved, strict=True):
        close(found, expected.flip(2))


@families
def test_last_layers_and_what_pools_behind_them_are_trained(family):
    clip = build(family, trained_layers=1)
    tokens = clip.encode_image_tokens(pictures())
    (clip.logit_scale * (tokens * torch.randn(tokens.shape)).sum()).backward()
    learning = {n for n, p in clip.named_parameters() if p.requires_grad}
    assert learning == {n for n, p in clip.named_parameters() if has_grad(p)}
    blocks = [id(p) for p in clip.blocks[-1].parameters()]
    behind = {
        name.split('.')[3 if 'trunk' in name else 2]
        for name, p in clip.named_parameters()
        if p.requires_grad and id(p) not in blocks and 'visual' in name
    }
    assert behind <= {'norm', 'attn_pool', 'head', 'ln_post', 'proj'}
    assert clip.num_frozen == 2


def has_grad(parameter):
    return parameter.grad is not None


@families
def test_all_of_an_image_tower_is_trained(family):
    clip = build(family, trained_layers='all')
    tokens = clip.encode_image_tokens(pictures())
    (tokens * torch.randn(tokens.shape)).sum().backward()
    still = {n for n, p in clip.visual.named_parameters() if not has_grad(p)}
    assert still == set()


@families
def test_text_towers_are_trained_but_for_their_table(family):
    clip = build(family, trained_text=True)
    features = clip.text_tower.features(clip.tokenizer(TEXTS))
    (features * torch.randn(features.shape)).sum().backward()
    missing = {
        name.rpartition('model.')[2].removeprefix('text.')
        for name, parameter in clip.named_parameters()
        if not has_grad(parameter) and 'visual' not in name
    }
    assert missing - {'logit_bias'} == {
        'token_embedding.weight',
        'logit_scale',
    }


@families
def test_lora_is_in_every_feed_forward_network_and_merges(family):
    clip, images = build(family, lora_rank=2), pictures()
    with torch.no_grad():
        expected = clip.encode_images(images)
    learning = [n for n, p in clip.named_parameters() if p.requires_grad]
    assert len(learning) == 2 * 3 * (3 if family == 'eva02' else 2)
    assert all('.mlp.' in n and 'lora_' in n for n in learning)
    (clip.encode_images(images) ** 2).sum().backward()
    assert all(
        p.grad.abs().max() > 0 for p in clip.parameters() if p.requires_grad
    )
    clip.settle()
    assert not any('lora' in name for name, _ in clip.named_parameters())
    assert not hasattr(clip.model, 'text')
    with torch.no_grad():
        close(clip.encode_images(images), expected)


@families
def test_layers_computed_again_have_the_same_gradients(family):
    images, found = pictures(), []
    for with_cp in (False, True):
        clip = build(family, lora_rank=2, with_cp=with_cp)
        (clip.encode_images(images) ** 2).sum().backward()
        found.append(
            {n: p.grad for n, p in clip.named_parameters() if p.requires_grad}
        )
    torch.testing.assert_close(found[1], found[0])


@families
@torch.no_grad()
def test_copies_stand_by_themselves(family):
    """And weights that are loaded make the same of the same."""
    clip, images = build(family), pictures()
    before = clip.encode_images(images)
    other = copy.deepcopy(clip)
    for parameter in other.parameters():
        nn.init.normal_(parameter)
    close(clip.encode_images(images), before, 0)
    assert not torch.equal(other.encode_images(images), before)
    other.load_state_dict(clip.state_dict())
    close(other.encode_images(images), before, 0)
    close(other.encode_labels(TEXTS), clip.encode_labels(TEXTS), 0)
