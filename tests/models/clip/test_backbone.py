"""The frozen CLIP: what of it is trained, its LoRA and its logit scale."""

import math

import open_clip
import pytest
import stclip_loop
import torch
from torch import nn
from torch.nn import functional as F

from stclip.models.clip import CLIPBackbone
from stclip.models.clip.lora import LoRALinear, add_lora, merge_lora


def random(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
def test_tokens_equal_the_plain_tower(arch):
    """Class token and patches, each layer as open_clip has it."""
    clip = CLIPBackbone(arch, trained_layers=1)
    visual, images = clip.visual, random(2, 3, 32, 32)
    tokens = clip.encode_image_tokens(images)
    rows = [stclip_loop.encoded_tokens(visual, image) for image in images]
    expected = visual.ln_post(torch.stack(rows)) @ visual.proj
    torch.testing.assert_close(tokens, expected, rtol=0, atol=1e-5)
    torch.testing.assert_close(
        clip.project(clip.encode_images(images)),
        expected[:, 0],
        rtol=0,
        atol=1e-5,
    )
    torch.testing.assert_close(
        tokens[:, 0], clip.model.encode_image(images), rtol=0, atol=1e-5
    )


@pytest.mark.parametrize('layers', [0, 1, 2, 3, 'all'])
def test_every_trained_layer_learns_and_no_other(arch, layers):
    """Also the first of them, and what lies before it if all are trained."""
    clip = CLIPBackbone(arch, trained_layers=layers).train()
    before = {name: p.clone() for name, p in clip.named_parameters()}
    learning = [p for p in clip.parameters() if p.requires_grad]
    tokens = clip.encode_image_tokens(random(2, 3, 32, 32))
    if layers == 0:
        assert not tokens.requires_grad
        return
    weights = random(*tokens.shape)
    (clip.logit_scale * (tokens * weights).sum()).backward()
    torch.optim.SGD(learning, lr=0.1).step()
    changed = {
        name
        for name, parameter in clip.named_parameters()
        if not torch.equal(parameter, before[name])
    }
    assert changed == {
        name for name, p in clip.named_parameters() if p.requires_grad
    }
    first = 0 if layers == 'all' else 3 - layers
    block = f'model.visual.transformer.resblocks.{first}.attn.in_proj_weight'
    assert block in changed
    assert ('model.visual.conv1.weight' in changed) == (layers == 'all')


def test_frozen_towers_stay_in_eval_mode(arch):
    clip = CLIPBackbone(arch, trained_layers='all').train()
    assert not any(module.training for module in clip.modules())


@pytest.mark.parametrize(
    'logarithm, factor',
    [
        (0.0, 1.0),
        (math.log(50), 50.0),
        (math.log(100), 100.0),
        (4.7, 100.0),
        (20.0, 100.0),
    ],
)
def test_logit_scale_is_at_most_100(arch, logarithm, factor):
    clip = CLIPBackbone(arch)
    clip.model.logit_scale.data.fill_(logarithm)
    assert clip.logit_scale.item() == pytest.approx(factor, rel=1e-5)
    own = math.exp(logarithm)
    assert clip.unbounded_scale.item() == pytest.approx(own, rel=1e-5)


@pytest.mark.parametrize('logarithm', [1.0, 4.6, 4.61])
def test_bound_of_the_scale_cuts_no_gradient(arch, logarithm):
    """CLIP's own weights lie about the bound."""
    clip = CLIPBackbone(arch, trained_layers=1)
    parameter = clip.model.logit_scale
    parameter.data.fill_(logarithm)
    clip.logit_scale.backward()
    factor = min(math.exp(logarithm), 100)
    assert parameter.grad.item() == pytest.approx(factor, rel=1e-5)


@pytest.mark.parametrize('rank', [1, 2, 4])
@pytest.mark.parametrize('grad', [False, True])
def test_lora_adds_its_product_over_the_rank(rank, grad):
    """W x + b + (alpha / rank) B A x with alpha 1, loralib's default."""
    linear = nn.Linear(6, 5)
    weight, bias = linear.weight.detach().clone(), linear.bias.detach().clone()
    adapted = LoRALinear(linear, rank)
    assert torch.equal(adapted.lora_B, torch.zeros(5, rank))
    assert adapted.lora_A.shape == (rank, 6)
    nn.init.normal_(adapted.lora_B)
    x = random(3, 6)
    with torch.set_grad_enabled(grad):
        found = adapted(x)
    a, b = adapted.lora_A.detach(), adapted.lora_B.detach()
    expected = [weight @ row + bias + 1 / rank * (b @ (a @ row)) for row in x]
    torch.testing.assert_close(found, torch.stack(expected))
    assert found.requires_grad == grad
    trained = {n for n, p in adapted.named_parameters() if p.requires_grad}
    assert trained == {'lora_A', 'lora_B'}


def test_lora_replaces_linear_layers_at_any_depth():
    """And nothing that only derives from them."""
    inner = nn.Sequential(nn.Linear(4, 4), nn.GELU())
    net = nn.Sequential(inner, nn.Linear(4, 2), nn.LayerNorm(2))
    add_lora(net, 3)
    adapted = [n for n, m in net.named_modules() if type(m) is LoRALinear]
    assert adapted == ['0.0', '1']
    assert net[1].lora_A.shape == (3, 4)
    first = net[1]
    add_lora(net, 3)
    assert net[1] is first


@torch.no_grad()
def test_merged_lora_is_plain_and_changes_nothing():
    net = nn.Sequential(nn.Linear(6, 5), nn.Sequential(nn.Linear(5, 4)))
    add_lora(net, 2)
    for part in (net[0], net[1][0]):
        nn.init.normal_(part.lora_B)
    x = random(3, 6)
    expected = net(x)
    merge_lora(net)
    assert {type(part) for part in (net[0], net[1][0])} == {nn.Linear}
    assert torch.equal(net(x), expected)


@torch.no_grad()
def test_under_autocast_the_sum_is_rounded_once():
    """Merged or not: a term that bfloat16 has no digits for beside W."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(64, 48))
    add_lora(net, 2)
    adapted = net[0]
    nn.init.normal_(adapted.lora_B, std=0.01)
    a, b = adapted.lora_A, adapted.lora_B
    summed = adapted.weight + b @ a / 2
    x = random(3, 64)
    with torch.autocast('cpu', torch.bfloat16):
        torch.testing.assert_close(adapted.summed_weight(), summed)
        found, expected = net(x), F.linear(x, summed, adapted.bias)
        merge_lora(net)
        merged = net(x)
    assert torch.equal(found, expected)
    assert torch.equal(found, merged)


@torch.no_grad()
def test_words_equal_the_text_tower_at_the_end_of_text(arch):
    clip = CLIPBackbone(arch)
    tokens = clip.tokenizer(['sit', 'kick a ball'])
    ends = tokens.argmax(dim=1)
    words = clip.encode_words(tokens[:, : int(ends.max()) + 1])
    torch.testing.assert_close(
        words[torch.arange(2), ends],
        clip.model.encode_text(tokens),
        rtol=0,
        atol=1e-5,
    )


@torch.no_grad()
def test_several_texts_are_averaged_as_open_clip_does(arch):
    """Unit vectors, their mean, a unit vector; one text stays as it is."""
    clip = CLIPBackbone(arch)
    texts = (('a photo of a dog', 'a dog', 'the dog'), ('a cat',))
    features = clip.encode_labels(('dog', 'cat'), texts)
    classifier = open_clip.build_zero_shot_classifier(
        clip.model,
        clip.tokenizer,
        classnames=['dog'],
        templates=['a photo of a {}'.format, 'a {}'.format, 'the {}'.format],
    )
    torch.testing.assert_close(features[0], classifier[:, 0])
    plain = clip.model.encode_text(clip.tokenizer(['a cat']))
    torch.testing.assert_close(features[1], plain[0])
