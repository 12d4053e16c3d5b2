"""Every architecture of open_clip: served by its own tokenizer, or refused."""

import json

import open_clip
import pytest
import torch
from open_clip.tokenizer import SimpleTokenizer
from tiny_model import ARCH

from stclip.models.clip import (
    CLIPBackbone,
    Needs,
    build_clip,
    build_tokenizer,
)
from stclip.models.clip.architecture import clip_domain, read_architecture
from stclip.models.clip.build import require_weights
from stclip.models.clip.towers import (
    TextTower,
    image_encoder,
    require_towers,
)
from stclip.utils.errors import MissingFileError, UserError

# Looked through by hand in open_clip 3.3.
OWN = {
    'ViT-B-16', 'ViT-B-16-plus', 'ViT-B-16-plus-240', 'ViT-B-16-quickgelu',
    'ViT-B-32', 'ViT-B-32-256', 'ViT-B-32-plus-256', 'ViT-B-32-quickgelu',
    'ViT-H-14', 'ViT-H-14-378', 'ViT-H-14-378-quickgelu',
    'ViT-H-14-quickgelu', 'ViT-H-16', 'ViT-L-14', 'ViT-L-14-280',
    'ViT-L-14-336', 'ViT-L-14-336-quickgelu', 'ViT-L-14-quickgelu',
    'ViT-L-16', 'ViT-L-16-320', 'ViT-M-16', 'ViT-M-16-alt', 'ViT-M-32',
    'ViT-M-32-alt', 'ViT-S-16', 'ViT-S-16-alt', 'ViT-S-32', 'ViT-S-32-alt',
    'ViT-bigG-14', 'ViT-bigG-14-quickgelu', 'ViT-e-14', 'ViT-g-14',
}  # fmt: skip
REFUSED = {
    'coca_base': '64000 words', 'coca_roberta-ViT-B-32': 'roberta-base',
    'mt5-base-ViT-B-32': 'google/mt5-base', 'mt5-xl-ViT-H-14': 'mt5-xl',
    'nllb-clip-base': 'nllb-200-distilled-600M',
    'nllb-clip-base-siglip': 'nllb-200-distilled-600M',
    'nllb-clip-large': 'nllb-200-distilled-1.3B',
    'nllb-clip-large-siglip': 'nllb-200-distilled-1.3B',
    'roberta-ViT-B-32': 'roberta-base',
    'xlm-roberta-base-ViT-B-32': 'xlm-roberta-base',
    'xlm-roberta-large-ViT-H-14': 'xlm-roberta-large',
}  # fmt: skip
TEXTS = ['a man who Kicks_ a  ball, twice', 'naïve &amp; café 42', 'x ' * 90]


@pytest.mark.parametrize('name', open_clip.list_models())
def test_every_architecture_is_served_or_refused(name):
    text = open_clip.get_model_config(name)['text_cfg']
    if text.get('hf_model_name') or name in REFUSED:
        reason = REFUSED.get(name, 'of transformers')
        with pytest.raises(UserError, match=f'^{name}: .*{reason}') as refused:
            require_weights(name, None)
        assert '\n' not in str(refused.value)
        # Before anything is built too.
        with pytest.raises(UserError) as again:
            build_clip(name, None)
        assert str(again.value) == str(refused.value)
        return
    read = read_architecture(name)
    assert read.context_length == text.get('context_length', 77)
    assert read.tokenizer_name == text.get('hf_tokenizer_name', '')
    if read.tokenizer_name:
        # Never by CLIP's own ids, which are noise to it; nothing is cached.
        with pytest.raises(MissingFileError, match=r'clip\.tokenizer') as why:
            build_tokenizer(name)
        assert '\n' not in str(why.value)
    else:
        assert build_tokenizer(name)(TEXTS).max() < text['vocab_size']


def test_no_family_of_open_clip_is_lost():
    """Counts of open_clip 3.3; a newer one may have more."""
    served = [n for n in open_clip.list_models() if n not in REFUSED]
    assert set(served) >= OWN
    for begin, count in dict(PE=5, EVA=7, MobileCLIP=9, convnext=11).items():
        assert sum(name.startswith(begin) for name in served) >= count
    assert sum('SigLIP2' in name for name in served) >= 14
    assert sum('worldwide' in name for name in served) >= 7
    assert len(served) >= 133


@pytest.mark.parametrize('name', sorted(OWN))
def test_clip_s_own_texts_and_pictures(name):
    ours = build_tokenizer(name)
    theirs = open_clip.get_tokenizer(name)
    assert type(theirs) is SimpleTokenizer
    assert torch.equal(ours(TEXTS), theirs(TEXTS))


LAYERS, CLASS = Needs(layers=True), Needs(class_token=True)
WORDS, PARTS = Needs(words=True), Needs(own_vit=True)


@pytest.mark.parametrize(
    'name, refusals',
    [
        ('ViT-B-32', {}),
        ('PE-Core-T-16-384', {PARTS: 'rotary positions'}),
        (
            'ViT-B-16-SigLIP2',
            {CLASS: 'has 0 such', WORDS: 'all see each other'},
        ),
        ('ViT-L-14-worldwide', {WORDS: "tokenizer other than CLIP's"}),
        (
            'ViT-L-14-CLIPA',
            {LAYERS: 'mean of the patches', WORDS: 'all see each other'},
        ),
        ('convnext_tiny', {LAYERS: 'it is a ConvNeXt of timm'}),
        ('RN50', {LAYERS: 'it is a ModifiedResNet'}),
        ('vit_relpos_medium_patch16_cls_224', {LAYERS: 'RelPos'}),
        (
            'coca_ViT-B-32',
            {LAYERS: 'attentional pooler', WORDS: 'class token behind'},
        ),
    ],
)
def test_what_towers_cannot_do_is_said(name, refusals):
    """Before weights are looked for; there are none of this tag."""
    read = read_architecture(name)
    with torch.device('meta'):
        model = build_clip(name, None)
    assert read.joint_width == open_clip.get_model_config(name)['embed_dim']
    towers = image_encoder(model, read.joint_width), TextTower(model)
    for needs in (LAYERS, CLASS, WORDS, PARTS):
        told = refusals.get(needs)
        if needs in (CLASS, PARTS) and told is None:
            told = refusals.get(LAYERS)
        if needs is PARTS and told is None and CLASS in refusals:
            told = 'a ViT of timm'
        if told is None:
            require_towers(name, needs, *towers)
            continue
        with pytest.raises(UserError, match=f'^{name}: .*{told}') as refused:
            require_towers(name, needs, *towers)
        assert '\n' not in str(refused.value)


@pytest.mark.parametrize(
    'config',
    [dict(lora_rank=1), dict(trained_layers=1), dict(with_cp=True)],
)
def test_layers_are_needed_to_train_some(config):
    vision = dict(ARCH['vision_cfg'], pool_type='avg')
    arch = dict(ARCH, vision_cfg=vision)
    assert CLIPBackbone(arch).image_tower.reason.endswith('of the patches')
    with pytest.raises(UserError, match='steps through the layers'):
        CLIPBackbone(arch, 'no such file', **config)


@pytest.mark.parametrize(
    'part, values, reason',
    [
        ('text_cfg', dict(vocab_size=250100), '250100 words'),
        ('text_cfg', dict(hf_model_name='a/b'), 'a/b of transformers'),
        ('text_cfg', dict(tokenizer_mode='clips'), "tokenizer_mode 'clips'"),
        ('text_cfg', dict(tokenizer_kwargs=dict(strip_sep_token=1)), 'clean'),
        ('text_cfg', dict(tokenizer_kwargs=dict(clean='upper')), 'clean'),
        ('text_cfg', dict(wdith=3), 'wdith'),
        ('vision_cfg', dict(image_size=[32, 64]), 'no squares'),
        ('vision_cfg', dict(image_size='32'), "no squares .*'32'"),
        ('vision_cfg', dict(timm_model_name='vit_'), 'cannot build'),
        ('vision_cfg', dict(layers='3'), 'cannot build its model_cfg'),
        ('vision_cfg', dict(patch_size=0), 'cannot build its model_cfg'),
        ('vision_cfg', dict(head_width=33), 'cannot build its model_cfg'),
        ('text_cfg', dict(heads=3), 'cannot build its model_cfg'),
        ('text_cfg', dict(context_length=-3), 'cannot build its model_cfg'),
    ],
)
def test_configs_of_users_are_served_right_or_refused(part, values, reason):
    config = {**ARCH, part: {**ARCH[part], **values}}
    with pytest.raises(UserError, match=reason) as refused:
        build_clip(config, None)
    assert '\n' not in str(refused.value)


@pytest.mark.parametrize(
    'key, value, reason',
    [
        ('foo', 1, "keyword argument 'foo'"),
        ('embed_dim', '128', 'cannot build its model_cfg'),
        ('embed_dim', None, 'cannot build its model_cfg'),
        ('quick_gelu', 'false', "quick_gelu must be true or false.*'false'"),
        ('quick_gelu', 1, 'quick_gelu must be true or false'),
    ],
)
def test_what_open_clip_cannot_build_is_told_without_memory(
    key, value, reason
):
    with pytest.raises(UserError, match=reason):
        require_weights({**ARCH, key: value}, None)


@pytest.mark.parametrize('length', [8, 32, 64, 100])
def test_texts_are_cut_at_the_context_of_the_model(length):
    config = {**ARCH, 'text_cfg': {**ARCH['text_cfg']}}
    config['text_cfg']['context_length'] = length
    clip = CLIPBackbone(config)
    ids = clip.tokenizer(['walk ' * 90])
    end = clip.tokenizer.eot_token_id
    assert ids.shape == (1, length)
    assert ids[0].tolist().index(end) == min(length, 92) - 1
    assert clip.encode_labels(['walk ' * 90]).isfinite().all()


@pytest.mark.parametrize('clean', ['lower', 'canonicalize', 'whitespace'])
def test_texts_are_cleaned_as_the_model_wants_it(clean):
    config = {**ARCH, 'text_cfg': {**ARCH['text_cfg']}}
    config['text_cfg']['tokenizer_kwargs'] = dict(clean=clean)
    clip = CLIPBackbone(config)
    theirs = SimpleTokenizer(context_length=16, clean=clean)
    texts = ['Kick, the  ball!', 'kick the ball']
    assert torch.equal(clip.tokenizer(texts), theirs(texts))
    same = torch.equal(*clip.tokenizer(texts))
    assert same == (clean == 'canonicalize')


def test_slashes_of_openai_are_open_clip_s_dashes():
    assert read_architecture('ViT-B/16').name == 'ViT-B-16'


def test_files_tell_what_weights_know(tmp_path):
    told = dict(model_cfg=ARCH, domain='ZS-Stage')
    file = tmp_path / 'open_clip_config.json'
    file.write_text(json.dumps(told))
    (tmp_path / 'clip.pt').write_bytes(b'')
    assert clip_domain(str(file), None) == 'ZS-Stage'
    # Also where only the weights are named that the file lies beside.
    assert clip_domain(ARCH, tmp_path / 'clip.pt') == 'ZS-Stage'
    assert clip_domain(ARCH, None) == clip_domain('ViT-B-32', 'openai') == ''
    tiny = 'data/pretrained/tiny_clip/open_clip_config.json'
    assert clip_domain(tiny, None) == 'ZS-Stage'


def test_a_trunk_is_described_beside_its_file(tmp_path, monkeypatch):
    """By a folder for timm, wherever the command is run."""
    told = dict(architecture='vit_tiny_patch16_224', model_args=dict(depth=1))
    told['pretrained_cfg'] = {}
    (tmp_path / 'trunk').mkdir()
    (tmp_path / 'trunk' / 'config.json').write_text(json.dumps(told))
    vision = dict(
        image_size=32,
        timm_model_name='local-dir:trunk',
        timm_pool='token',
        timm_proj=None,
    )
    config = dict(ARCH, vision_cfg=vision, custom_text=True)
    file = tmp_path / 'open_clip_config.json'
    file.write_text(json.dumps(dict(model_cfg=config)))
    monkeypatch.chdir('/')
    model = build_clip(str(file), pretrained=None)
    assert len(model.visual.trunk.blocks) == 1
