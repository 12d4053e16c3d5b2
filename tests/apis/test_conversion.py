"""Names of the released ST-CLIP, and files that are no such checkpoint."""

import pytest
import torch

from stclip.apis.conversion import CONVERTERS, convert_checkpoint
from stclip.cli.convert import command
from stclip.utils.errors import UserError

PREFIX = 'module.roi_heads.action.text_feature_generator.'
TOWER = 'clipmodel.visual.transformer.'
# One name of each kind, and ours; None for what is never used there.
NAMES = {
    f'{TOWER}projector.3.weight': 'prompting.3.projector.weight',
    f'{TOWER}prompts_generator.11.alpha': 'prompting.11.rho',
    f'{TOWER}prompts_generator.0.norm.bias': 'prompting.0.norm_visual.bias',
    f'{TOWER}prompts_generator.0.decoder.0.cross_attn.k_proj.weight': (
        'prompting.0.attention.key.weight'
    ),
    f'{TOWER}prompts_generator.2.decoder.0.mlp.3.bias': (
        'prompting.2.ffn.c_proj.bias'
    ),
    'clipmodel.visual.temporalEmbedding.weight': 'temporal.encoding.weight',
    'clipmodel.visual.temporalModelling.resblocks.0.attn.in_proj_weight': (
        'temporal.layers.0.attention.in_proj_weight'
    ),
    'clipmodel.visual.temporalModelling.resblocks.0.mlp.c_fc.bias': None,
    'ln_person.weight': 'adapter.norm.weight',
    'adapter.2.weight': 'adapter.ffn.c_proj.weight',
    'clipmodel.logit_scale': 'clip.model.logit_scale',
}


@pytest.mark.parametrize('key', [None, 'model', 'state_dict'])
def test_names_and_values(tmp_path, key):
    source, out = tmp_path / 'theirs.pth', tmp_path / 'ours.pth'
    theirs = {
        PREFIX + name: torch.full((2,), float(number))
        for number, name in enumerate(NAMES)
    }
    theirs['head.weight'] = torch.zeros(1)
    content = theirs if key is None else {key: theirs, 'iteration': 3}
    torch.save(content, source)
    found = convert_checkpoint('st_clip_official', source, out)
    assert found == (len(NAMES) - 1, ['head.weight'])
    ours = torch.load(out, weights_only=True)['state_dict']
    assert {name: value[0].item() for name, value in ours.items()} == {
        name: number for number, name in enumerate(NAMES.values()) if name
    }


@pytest.mark.parametrize('source', ['actionclip', 'bike', 'text4vis'])
def test_two_parts_of_one_model(tmp_path, source):
    """CLIP and the temporal layers, as ActionCLIP's family saves them."""
    theirs, out = tmp_path / 'theirs.pth', tmp_path / 'ours.pth'
    content = dict(
        epoch=3,
        model_state_dict={'module.logit_scale': torch.ones(2)},
        fusion_model_state_dict={
            'module.frame_position_embeddings.weight': torch.zeros(2),
            'module.transformer.resblocks.0.ln_1.bias': torch.zeros(2),
        },
        optimizer_state_dict=dict(state={}, param_groups=[]),
    )
    torch.save(content, theirs)
    assert convert_checkpoint(source, theirs, out) == (3, [])
    assert set(torch.load(out)['state_dict']) == {
        'clip.model.logit_scale',
        'temporal.positions.weight',
        'temporal.transformer.resblocks.0.ln_1.bias',
    }


@pytest.mark.parametrize(
    'source, known, unknown',
    [
        ('a5', 'clipmodel.ln_final.bias', 'clipmodel.ln_final.biases'),
        (
            'actionclip',
            'clip.visual.transformer.resblocks.0.attn.in_proj_bias',
            'clip.visual.transformer.resblocks.0.attn.adapter.weight',
        ),
        ('actionclip', 'clip.visual.layer3.0.bn2.running_var', 'clip.version'),
        (
            'iclip',
            'structure.P_block_0.query.weight',
            'structure.P_block_0.query.scale.weight',
        ),
        ('openmixer', 'lateral_convs.1.weight', 'lateral_convs.1.weights'),
        (
            'tc_clip',
            'text_encoder.prompt_generation_layer.0.mlp.c_fc.weight',
            'text_encoder.prompt_generation_layer.0.mlp.gate.weight',
        ),
        ('vita_clip', 'visual.ln_pre.weight', 'visual.projection'),
        ('x_clip', 'mit.resblocks.0.ln_1.weight', 'mit.resblocks.0.ln_3.bias'),
        ('x_clip', 'prompts_generator.alpha', 'prompts_generator.alphabet'),
    ],
)
def test_names_that_only_begin_like_known_ones(
    tmp_path, source, known, unknown
):
    """A layer of a fork is told, not carried along under a name of ours."""
    theirs = tmp_path / 'theirs.pth'
    torch.save({known: torch.ones(2, 2), unknown: torch.ones(2)}, theirs)
    found = convert_checkpoint(source, theirs, tmp_path / 'ours.pth')
    assert found == (1, [unknown])


def test_what_is_there_is_kept_unless_asked(tmp_path):
    source, out = tmp_path / 'theirs.pth', tmp_path / 'ours.pth'
    torch.save({'ln_person.weight': torch.ones(2)}, source)
    out.write_text('another')
    with pytest.raises(UserError, match=r'ours\.pth is there already'):
        convert_checkpoint('st_clip_official', source, out)
    assert out.read_text() == 'another'
    convert_checkpoint('st_clip_official', source, out, overwrite=True)
    assert 'adapter.norm.weight' in torch.load(out)['state_dict']


@pytest.mark.parametrize(
    'name, content, message',
    [
        ('other', {}, "must be one of .*'st_clip_official'.*got 'other'"),
        ('st_clip_official', {'iteration': 3}, 'holds no tensors'),
        (
            'st_clip_official',
            {'head.weight': torch.zeros(1)},
            'has no key of st_clip_official',
        ),
    ],
)
def test_what_cannot_be_converted(tmp_path, name, content, message):
    torch.save(content, tmp_path / 'theirs.pth')
    with pytest.raises(UserError, match=message):
        convert_checkpoint(name, tmp_path / 'theirs.pth', tmp_path / 'a.pth')
    assert not (tmp_path / 'a.pth').exists()


QKV = 'qkv'
TC = 'image_encoder.transformer.resblocks.0.attn.'
PROMPTING = 'text_encoder.prompt_generation_layer.0.attn.'
VITA = 'visual.blocks.0.attn.'


@pytest.mark.parametrize(
    'source, shapes, message',
    [
        (
            'tc_clip',
            {
                f'{TC}{part}_proj.weight': (5 + (part == 'q'), 5)
                for part in QKV
            },
            r'q_proj\.weight, .*k_proj.*differ .*: \(6, 5\), \(5, 5\), \(5, 5',
        ),
        ('tc_clip', {f'{PROMPTING}in_proj_bias': (2,)}, 'of tc_clip'),
        (
            'vita_clip',
            {f'{VITA}{part}_proj.bias': (3 + (part == 'k'),) for part in QKV},
            r'k_proj\.bias, .*v_proj.* \(3,\), \(4,\), \(3,\)',
        ),
        (
            'vita_clip',
            {'visual.pos_embed': (5, 4), 'visual.patch_embed.proj.bias': (3,)},
            'of vita_clip',
        ),
    ],
)
def test_tensors_of_other_shapes(tmp_path, source, shapes, message):
    """The file is named, and of what belongs together every name."""
    theirs, out = tmp_path / 'theirs.pth', tmp_path / 'ours.pth'
    state = {name: torch.zeros(shape) for name, shape in shapes.items()}
    torch.save(dict(state_dict=state), theirs)
    told = rf'theirs\.pth: tensors .* the shapes .*{message}'
    with pytest.raises(UserError, match=told):
        convert_checkpoint(source, theirs, out)
    assert not out.exists()


def test_the_command_names_every_source():
    (option,) = (param for param in command.params if param.name == 'source')
    _, _, names = option.help.rstrip('.').partition(': ')
    assert names.replace(' or ', ', ').split(', ') == sorted(CONVERTERS)
