"""CLIP weights: formats, activation, and errors that say what to do."""

import json

import open_clip
import pytest
import torch
from tower_families import FAMILIES

from stclip.models.clip import CLIPBackbone, build_clip


@pytest.fixture
def weights(arch):
    torch.manual_seed(1)
    return open_clip.CLIP(**arch).state_dict()


def same(model, weights) -> bool:
    state = model.state_dict()
    return all(torch.equal(state[key], weights[key]) for key in weights)


@pytest.mark.parametrize('form', ['plain', 'nested', 'safetensors'])
def test_open_clip_files(arch, weights, tmp_path, form):
    file = tmp_path / 'clip.pt'
    if form == 'plain':
        torch.save(weights, file)
    elif form == 'nested':
        state = {f'module.{key}': value for key, value in weights.items()}
        torch.save({'state_dict': state}, file)
    else:
        from safetensors.torch import save_file

        file = tmp_path / 'clip.safetensors'
        save_file(weights, file)
    assert same(build_clip(arch, str(file)), weights)


def openai_archive(weights, file):
    """A TorchScript archive with the entries that OpenAI's files hold."""

    class Archive(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x

    def holder(names):
        module = Archive()
        for name in {n.split('.')[0] for n in names}:
            below = [n[len(name) + 1 :] for n in names if n != name
                     and n.split('.')[0] == name]  # fmt: skip
            if below:
                module.add_module(name, holder(below))
        return module

    root = holder(list(weights))
    for name, value in weights.items():
        path, _, leaf = name.rpartition('.')
        # OpenAI stores the big matrices in half precision.
        root.get_submodule(path).register_buffer(leaf, value.half())
    for name in ('input_resolution', 'context_length', 'vocab_size'):
        root.register_buffer(name, torch.tensor(1))
    torch.jit.script(root).save(file)


def test_openai_archive(arch, weights, tmp_path):
    file = tmp_path / 'ViT-tiny.pt'
    openai_archive(weights, file)
    model = build_clip(arch, str(file))
    assert model.visual.proj.dtype == torch.float32
    halves = {key: value.half().float() for key, value in weights.items()}
    assert same(model, halves)


def test_openai_weights_need_quick_gelu(arch, weights, tmp_path):
    file = tmp_path / 'ViT-tiny.pt'
    openai_archive(weights, file)
    with pytest.raises(ValueError, match=r'QuickGELU.*-quickgelu'):
        build_clip({**arch, 'quick_gelu': False}, str(file))


def test_tag_with_another_activation_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(
        'stclip.models.clip.build.weight_file', lambda *_: tmp_path
    )
    monkeypatch.setattr(
        'stclip.models.clip.build._read_weights', lambda file: {}
    )
    with torch.device('meta'), pytest.raises(ValueError, match='-quickgelu'):
        build_clip('ViT-B-32', 'openai')


def test_json_architecture(arch, tmp_path):
    file = tmp_path / 'open_clip_config.json'
    file.write_text(json.dumps({'model_cfg': arch}))
    assert CLIPBackbone(str(file)).num_layers == 3


def test_underscores(arch):
    torch.manual_seed(0)
    clip = CLIPBackbone(arch, underscores_to_spaces=True)
    one, other = clip.encode_labels(['kick_ball', 'kick ball'])
    assert torch.equal(one, other)
    clip.underscores_to_spaces = False
    clip.load_state_dict(clip.state_dict())
    one, other = clip.encode_labels(['kick_ball', 'kick ball'])
    assert not torch.equal(one, other)


@pytest.mark.parametrize(
    ('layers', 'trained', 'frozen'),
    [
        (0, set(), 3),
        (
            2,
            {'transformer.resblocks.1', 'transformer.resblocks.2', 'ln_post',
             'proj'},
            1,
        ),
        ('all', {'conv1', 'class_embedding', 'transformer.resblocks.0'}, 0),
    ],
)  # fmt: skip
def test_trained_layers(arch, layers, trained, frozen):
    clip = CLIPBackbone(arch, trained_layers=layers)
    assert clip.num_frozen == frozen
    assert clip.model.logit_scale.requires_grad == (layers != 0)
    learning = {
        n for n, p in clip.visual.named_parameters() if p.requires_grad
    }
    for part in trained:
        assert any(name.startswith(part) for name in learning), part
    if layers == 'all':
        assert len(learning) == len(list(clip.visual.parameters()))
    else:
        assert all(name.startswith(tuple(trained)) for name in learning)


@pytest.mark.parametrize('layers', [-1, 4, 'last', None])
def test_layers_that_cannot_be_trained(arch, layers):
    with pytest.raises(ValueError, match=f"'all' or 0 to 3 .* got {layers!r}"):
        CLIPBackbone(arch, trained_layers=layers)


@pytest.mark.parametrize(
    ('arch', 'pretrained', 'error', 'message'),
    [
        ('ViT-Z-99', None, ValueError, 'unknown CLIP architecture'),
        ('roberta-ViT-B-32', None, ValueError, 'roberta-base of transformers'),
        ('ViT-B-32', 'laion', FileNotFoundError, 'its tags: .*laion2b'),
    ],
)
def test_what_cannot_be_built(arch, pretrained, error, message):
    with torch.device('meta'), pytest.raises(error, match=message):
        build_clip(arch, pretrained)


def test_weights_of_another_architecture(arch, weights, tmp_path):
    file = tmp_path / 'clip.pt'
    del weights['ln_final.bias']
    weights['visual.extra'] = torch.ones(1)
    weights['visual.proj'] = torch.ones(3, 3)
    torch.save(weights, file)
    with pytest.raises(ValueError, match='of this architecture') as caught:
        build_clip(arch, str(file))
    for part in (
        '1 missing in the checkpoint: ln_final.bias',
        '1 unknown to the model: visual.extra',
        '1 of another shape: visual.proj (3, 3) for (128, 64)',
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize('name', ['clip.pt', 'clip.safetensors'])
@pytest.mark.parametrize('content', [b'', b'<!DOCTYPE html>', b'\0' * 100])
def test_files_that_hold_no_weights(arch, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=rf'{name} is .*download') as caught:
        build_clip(arch, str(tmp_path / name))
    assert '\n' not in str(caught.value)


def test_a_pickle_is_not_executed(arch, tmp_path):
    class Evil:
        def __reduce__(self):
            return (print, ('executed',))

    file = tmp_path / 'clip.pt'
    torch.save({'state_dict': Evil()}, file)
    with pytest.raises(ValueError, match='weights_only'):
        build_clip(arch, str(file))


@pytest.mark.parametrize('dtype', [torch.float16, torch.float32])
def test_positions_for_pictures_of_another_size(
    arch, weights, tmp_path, dtype
):
    """Resized as open_clip does it, whatever the file holds them in."""
    halves = {key: value.to(dtype) for key, value in weights.items()}
    torch.save(halves, tmp_path / 'clip.pt')
    larger = {**arch, 'vision_cfg': {**arch['vision_cfg'], 'image_size': 64}}
    found = build_clip(larger, str(tmp_path / 'clip.pt')).state_dict()
    expected = {key: value.float() for key, value in halves.items()}
    open_clip.factory.resize_pos_embed(expected, open_clip.CLIP(**larger))
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert torch.equal(found[key], value), key


@pytest.mark.parametrize('family', FAMILIES)
def test_nothing_is_drawn_where_a_file_says_all(family, tmp_path):
    """Drawing takes longer than reading; what comes next is as it was."""
    arch = FAMILIES[family]
    drawn = build_clip(arch, None)
    torch.save(drawn.state_dict(), tmp_path / 'clip.pt')
    torch.manual_seed(7)
    model = build_clip(arch, str(tmp_path / 'clip.pt'))
    found = torch.rand(3)
    torch.manual_seed(7)
    assert torch.equal(found, torch.rand(3))
    for name, value in drawn.state_dict().items():
        assert torch.equal(model.state_dict()[name], value), name
