"""Every architecture of open_clip: served by its own tokenizer, or refused."""

import json

import open_clip
import pytest
import torch
from open_clip.tokenizer import SimpleTokenizer
from tiny_model import ARCH

from stclip.models.clip import CLIPBackbone, build_clip, build_tokenizer
from stclip.models.clip.architecture import clip_domain, read_architecture
from stclip.models.clip.build import require_weights
from stclip.utils.errors import UserError

# Looked through by hand in open_clip 3.3: all of OpenAI's form. Others want
# what is not here, beginning with a ViT of their own.
SERVED = {
    'ViT-B-16', 'ViT-B-16-plus', 'ViT-B-16-plus-240', 'ViT-B-16-quickgelu',
    'ViT-B-32', 'ViT-B-32-256', 'ViT-B-32-plus-256', 'ViT-B-32-quickgelu',
    'ViT-H-14', 'ViT-H-14-378', 'ViT-H-14-378-quickgelu',
    'ViT-H-14-quickgelu', 'ViT-H-16', 'ViT-L-14', 'ViT-L-14-280',
    'ViT-L-14-336', 'ViT-L-14-336-quickgelu', 'ViT-L-14-quickgelu',
    'ViT-L-16', 'ViT-L-16-320', 'ViT-M-16', 'ViT-M-16-alt', 'ViT-M-32',
    'ViT-M-32-alt', 'ViT-S-16', 'ViT-S-16-alt', 'ViT-S-32', 'ViT-S-32-alt',
    'ViT-bigG-14', 'ViT-bigG-14-quickgelu', 'ViT-e-14', 'ViT-g-14',
}  # fmt: skip
TEXTS = ['a man who Kicks_ a  ball, twice', 'naïve &amp; café 42', 'x ' * 90]


@pytest.mark.parametrize('name', open_clip.list_models())
def test_every_architecture_is_served_right_or_refused(name):
    text = open_clip.get_model_config(name)['text_cfg']
    if name not in SERVED:
        with pytest.raises(UserError, match=f'^{name}: ') as refused:
            require_weights(name, None)
        assert '\n' not in str(refused.value)
        # Before anything is built too.
        with pytest.raises(UserError) as again:
            build_clip(name, None)
        assert str(again.value) == str(refused.value)
        return
    assert not text.get('hf_tokenizer_name')
    read = read_architecture(name)
    with torch.device('meta'):
        model = build_clip(name, None)
    ours = build_tokenizer(model, read.text_cleaning)
    theirs = open_clip.get_tokenizer(name)
    assert type(theirs) is SimpleTokenizer
    assert ours(TEXTS).shape[1] == text.get('context_length', 77)
    assert torch.equal(ours(TEXTS), theirs(TEXTS))
    assert read.image_size == model.visual.image_size[0]


@pytest.mark.parametrize(
    'name, reason',
    [
        ('ViT-H-14-worldwide-quickgelu', 'tokenizer of facebook/xlm-v-base'),
        ('ViT-L-14-worldwide', 'tokenizer of google/mt5-base'),
        ('ViT-bigG-14-worldwide-378', 'tokenizer of facebook/xlm-v-base'),
        ('ViT-H-14-CLIPA', 'tokenizer of bert-base-uncased'),
        ('xlm-roberta-base-ViT-B-32', 'its is xlm-roberta-base'),
        ('nllb-clip-base', 'its is facebook/nllb'),
        ('coca_ViT-B-32', 'this is a CoCa'),
        ('RN50x4', 'class token'),
        ('ViT-B-16-SigLIP', 'plain CLIP ViTs'),
        ('EVA02-B-16', 'plain CLIP ViTs'),
        ('PE-Core-B-16', 'plain CLIP ViTs'),
    ],
)
def test_reasons(name, reason):
    with pytest.raises(UserError, match=reason):
        read_architecture(name)


@pytest.mark.parametrize(
    'part, values, reason',
    [
        ('text_cfg', dict(vocab_size=250100), '250100 words'),
        ('text_cfg', dict(hf_tokenizer_name='a/b'), 'tokenizer of a/b'),
        ('text_cfg', dict(tokenizer_kwargs=dict(strip_sep_token=1)), 'clean'),
        ('text_cfg', dict(tokenizer_kwargs=dict(clean='upper')), 'clean'),
        ('text_cfg', dict(no_causal_mask=True), 'own text tower'),
        ('text_cfg', dict(pool_type='last'), 'own text tower'),
        ('text_cfg', dict(pool_type='eos', eos_id=2), 'own text tower'),
        ('text_cfg', dict(embed_cls=True), 'own text tower'),
        ('text_cfg', dict(proj_bias=True), 'own text tower'),
        ('text_cfg', dict(wdith=3), 'wdith'),
        ('vision_cfg', dict(layers=[3, 4, 6, 3]), 'class token'),
        ('vision_cfg', dict(image_size=[32, 64]), 'no squares'),
        ('vision_cfg', dict(pool_type='avg'), 'class token'),
        ('vision_cfg', dict(image_size='32'), "no squares .*'32'"),
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
