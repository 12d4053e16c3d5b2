"""The ST-CLIP detector: batches, ablations, what is trained."""

import pytest
import stclip_loop
import torch

from stclip.models.clip.towers import TextTower
from stclip.models.detection.person_layout import PersonLayout
from stclip.registry import MODELS


@MODELS.register_module()
class SumHead(torch.nn.Module):
    """Gives the features themselves back."""

    def forward(self, features, text):
        return features


def predict(model, samples, collate):
    data = model.data_preprocessor(collate(samples), training=False)
    with torch.no_grad():
        return model(**data, mode='tensor')


@torch.no_grad()
@pytest.mark.parametrize('top_k', [0, 4])
@pytest.mark.parametrize('full_frame', [True, False])
@pytest.mark.parametrize(
    'prompted, layers', [('all', (0, 1, 2)), ('last', (2,)), ('none', ())]
)
def test_logits_equal_the_loop(
    build, keyframe, collate, prompted, layers, full_frame, top_k
):
    """From pictures to logits; which layers prompt, the full frame or not."""
    model = build(
        prompted_layers=prompted,
        full_frame_feature=full_frame,
        num_interest_tokens=top_k,
    )
    assert set(model.prompting) == {str(layer) for layer in layers}
    samples = [keyframe(2), keyframe(1, num_frames=4, seed=1)]
    found = predict(model, samples, collate).split([2, 1])
    names = samples[0]['data_samples'].label_space.names
    text = model.clip.model.encode_text(model.clip.tokenizer(list(names)))
    mean, std = model.data_preprocessor.mean, model.data_preprocessor.std
    for sample, rows in zip(samples, found, strict=True):
        pictures = [
            (sample['inputs'][key] - mean) / std
            for key in ('keyframe', 'context', 'crops')
        ]
        # Without interest tokens all tokens prompt.
        expected = stclip_loop.logits(
            model, pictures, text, top_k or 100, layers, full_frame
        )
        torch.testing.assert_close(rows, expected, rtol=0, atol=2e-4)


@torch.no_grad()
def test_crop_feature_is_clips_of_the_persons_own_picture(
    build, keyframe, collate
):
    """Added before the angle is taken, from CLIP without the adapter."""
    ours = build(crop_feature=True, head=dict(type='SumHead'))
    plain = build(head=dict(type='SumHead'))
    samples = [keyframe(2), keyframe(1, seed=1)]
    gain = predict(ours, samples, collate) - predict(plain, samples, collate)
    mean, std = plain.data_preprocessor.mean, plain.data_preprocessor.std
    crops = torch.cat([s['inputs']['crops'] for s in samples])
    crops = (crops - mean) / std
    expected = plain.clip.model.encode_image(crops)
    torch.testing.assert_close(gain, expected, rtol=0, atol=2e-5)


@pytest.mark.parametrize('num_interest_tokens', [0, 5, 40, 100])
def test_padded_batch_equals_one_by_one(
    build, keyframe, collate, num_interest_tokens
):
    model = build(num_interest_tokens=num_interest_tokens)
    persons = [1, 30, 0, 3, 2]
    frames = [9, 9, 9, 4, 1]
    samples = [
        keyframe(p, t, seed)
        for seed, (p, t) in enumerate(zip(persons, frames, strict=True))
    ]
    batched = predict(model, samples, collate).split(persons)
    for sample, rows, count in zip(samples, batched, persons, strict=True):
        alone = predict(model, [sample], collate)
        assert alone.shape == (count, 4)
        torch.testing.assert_close(rows, alone, rtol=0, atol=2e-5)


def test_batch_without_persons(build, keyframe, collate):
    model = build()
    data = collate([keyframe(0), keyframe(0)])
    predictions = model.test_step(data)
    assert [len(p.pred_instances) for p in predictions] == [0, 0]
    assert predictions[0].pred_instances.scores.shape == (0, 4)


@pytest.mark.parametrize('top_k', [1, 4, 100])
def test_interest_tokens_equal_the_loop(build, top_k):
    model = build(num_interest_tokens=top_k)
    num_persons, width = 3, model.clip.width
    persons = torch.randn(num_persons, width)
    context = torch.randn(1, 16, width)
    text = model.clip.encode_labels(('sit', 'stand'))
    layout = PersonLayout.from_counts([num_persons])
    with torch.no_grad():
        actual = model.interact(persons, context, text, layout)
        expected = stclip_loop.interact(
            model, persons, context[0], text, top_k
        )
    for ours, theirs in zip(actual, expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=2e-5)


def test_predictions_multiply_probability_and_box_score(
    build, keyframe, collate
):
    model = build()
    samples = [keyframe(2), keyframe(3, seed=1)]
    logits = predict(model, samples, collate).split([2, 3])
    predictions = model.test_step(collate(samples))
    for sample, rows, prediction in zip(
        samples, logits, predictions, strict=True
    ):
        expected = torch.cat(
            [rows[:, :2].softmax(dim=1), rows[:, 2:].sigmoid()], dim=1
        )
        instances = prediction.pred_instances
        torch.testing.assert_close(instances.action_probs, expected)
        scores = sample['data_samples'].proposals.scores
        torch.testing.assert_close(
            instances.scores, expected * scores[:, None]
        )


@pytest.mark.parametrize('counts', [(2, 0), (0, 0)])
def test_mixed_precision_scores_keep_their_digits(
    build, keyframe, collate, counts
):
    """Only what leads to the features is computed in bfloat16."""
    model = build()
    data = collate([keyframe(count) for count in counts])
    with torch.autocast('cpu', torch.bfloat16):
        predictions = model.test_step(data)
        person, text = torch.randn(5, 8), torch.randn(3, 8)
        logits = model.head(person, text)
    for prediction in predictions:
        assert prediction.pred_instances.scores.dtype == torch.float32
    torch.testing.assert_close(
        logits, model.head(person, text), rtol=0, atol=0
    )


ABLATIONS = {
    'paper': {},
    'no LoRA': {'clip': {'lora_rank': 0}},
    'patch embedding persons': {'person_source': 'patch_embedding'},
    'no adapter': {'adapter_depth': 0},
    '1-layer adapter': {'adapter_depth': 1},
    'no temporal context': {'temporal': None},
    'average over time': {'temporal': {'num_layers': 0}},
    '2 temporal layers': {'temporal': {'num_layers': 2}},
    'prompt last layer': {'prompted_layers': 'last'},
    'no prompting': {'prompted_layers': 'none'},
    'interest tokens': {'num_interest_tokens': 4},
    'no full frame': {'full_frame_feature': False},
}


@pytest.mark.parametrize('name', ABLATIONS)
def test_every_trained_parameter_learns_and_the_rest_is_bit_equal(
    build, keyframe, collate, name
):
    model = build(**ABLATIONS[name]).train()
    before = {k: v.clone() for k, v in model.named_parameters()}
    trained = {k: v for k, v in model.named_parameters() if v.requires_grad}
    data = collate([keyframe(2), keyframe(1, seed=1)])
    data = model.data_preprocessor(data, training=True)
    sum(model(**data, mode='loss').values()).backward()
    torch.optim.SGD(trained.values(), lr=0.1).step()
    for key, value in model.named_parameters():
        # A softmax does not change when all keys move by one vector.
        moves_nothing = key.endswith('attention.in_proj_bias')
        if key in trained:
            assert moves_nothing or not torch.equal(value, before[key]), key
        else:
            assert torch.equal(value, before[key]), key


def test_trained_names_are_the_papers(build):
    names = {n for n, p in build().named_parameters() if p.requires_grad}
    parts = {
        'adapter.norm.weight', 'adapter.norm.bias',
        'adapter.ffn.c_fc.weight', 'adapter.ffn.c_fc.bias',
        'adapter.ffn.c_proj.weight', 'adapter.ffn.c_proj.bias',
        'temporal.encoding.weight',
        'temporal.layers.0.norm.weight', 'temporal.layers.0.norm.bias',
    }  # fmt: skip
    parts |= {
        f'temporal.layers.0.attention.{name}'
        for name in (
            'in_proj_weight', 'in_proj_bias',
            'out_proj.weight', 'out_proj.bias',
        )
    }  # fmt: skip
    prompting = {
        'projector.weight', 'projector.bias', 'rho',
        'norm_visual.weight', 'norm_visual.bias',
        'norm_text.weight', 'norm_text.bias',
        'norm_ffn.weight', 'norm_ffn.bias',
        'attention.query.weight', 'attention.key.weight',
        'attention.value.weight', 'attention.out.weight',
        'attention.out.bias',
        'ffn.c_fc.weight', 'ffn.c_fc.bias',
        'ffn.c_proj.weight', 'ffn.c_proj.bias',
    }  # fmt: skip
    for layer in range(3):
        parts |= {f'prompting.{layer}.{name}' for name in prompting}
        block = f'clip.model.visual.transformer.resblocks.{layer}.mlp'
        for linear in ('c_fc', 'c_proj'):
            parts |= {f'{block}.{linear}.lora_{m}' for m in 'AB'}
    assert names == parts


def test_parameter_count_of_the_paper():
    """55.11 M in Table 6, less the temporal block's unused 4.72 M."""
    from stclip.models.st_clip.context_prompting import ContextPrompting
    from stclip.models.st_clip.person_adapter import PersonAdapter
    from stclip.models.st_clip.temporal_context import TemporalContext

    with torch.device('meta'):
        prompting = ContextPrompting(768, 512)
        adapter = PersonAdapter(768)
        temporal = TemporalContext(768)

    def count(module):
        return sum(p.numel() for p in module.parameters())

    lora = 12 * 2 * 8 * (768 + 3072)
    total = 12 * count(prompting) + count(adapter) + count(temporal) + lora
    assert total == 55_109_376 - 4_723_968


@torch.no_grad()
def test_lora_at_initialisation_is_plain_clip(arch, keyframe, collate):
    import open_clip

    from stclip.models.clip import CLIPBackbone

    torch.manual_seed(0)
    adapted = CLIPBackbone(arch, lora_rank=8)
    plain = open_clip.CLIP(**arch).eval()
    state = {
        k: v for k, v in adapted.model.state_dict().items() if 'lora' not in k
    }
    plain.load_state_dict(state, strict=True)
    images = torch.randn(2, 3, 32, 32)
    torch.testing.assert_close(
        adapted.project(adapted.encode_images(images)),
        plain.encode_image(images),
        rtol=0,
        atol=1e-5,
    )
    tokens = adapted.tokenizer(['sit', 'kick ball'])
    torch.testing.assert_close(
        adapted.encode_labels(['sit', 'kick ball']), plain.encode_text(tokens)
    )


def test_merged_and_low_rank_forward_agree(build, keyframe, collate):
    model = build()
    data = model.data_preprocessor(collate([keyframe(2)]), training=False)
    with torch.no_grad():
        merged = model(**data)
    torch.testing.assert_close(merged, model(**data), rtol=0, atol=2e-5)


def test_text_is_encoded_once_per_label_set(build, monkeypatch):
    model = build()
    calls = []
    features = TextTower.features
    monkeypatch.setattr(
        TextTower,
        'features',
        lambda tower, tokens: (
            calls.append(len(tokens)) or features(tower, tokens)
        ),
    )
    for names in (('a', 'b'), ('c',), ('a', 'b'), ('c',)):
        model.clip.encode_labels(names)
    assert calls == [2, 1]
    model.load_state_dict(model.state_dict())
    model.clip.encode_labels(('c',))
    assert calls == [2, 1, 1], 'loading weights must forget old features'


@pytest.mark.parametrize(
    ('config', 'message'),
    [
        ({'person_source': 'roi'}, 'person_source'),
        (
            {'person_source': 'patch_embedding', 'crop_feature': True},
            'image_encoder',
        ),
        ({'prompted_layers': 'some'}, 'prompted_layers'),
        ({'adapter_depth': 3}, 'adapter depth'),
        ({'type': 'CLIPBaseline', 'view': 'left'}, 'view'),
    ],
)
def test_unknown_options_are_refused(build, config, message):
    with pytest.raises(ValueError, match=message):
        build(**config)


def test_too_long_window_names_the_mend(build, keyframe, collate):
    model = build(temporal={'num_frames': 5})
    with pytest.raises(ValueError, match='num_frames'):
        predict(model, [keyframe(1)], collate)


@pytest.mark.parametrize('view', ['full_frame', 'person_crop', 'both'])
def test_baseline_is_plain_clip(build, keyframe, collate, view):
    model = build(type='CLIPBaseline', view=view, clip={'lora_rank': 0})
    samples = [keyframe(2), keyframe(0, seed=1), keyframe(1, seed=2)]
    logits = predict(model, samples, collate)
    clip, normalise = model.clip.model, torch.nn.functional.normalize
    text = normalise(model.clip.encode_labels(
        samples[0]['data_samples'].label_space.names
    ), dim=-1)  # fmt: skip
    rows = []
    for sample in samples:
        inputs = sample['inputs']
        for crop in inputs['crops']:
            seen = dict(person_crop=[crop], full_frame=[inputs['keyframe']])
            units = []
            for image in seen.get(view) or [crop, inputs['keyframe']]:
                image = (image - model.data_preprocessor.mean) / (
                    model.data_preprocessor.std
                )
                with torch.no_grad():
                    feature = clip.encode_image(image[None])[0]
                units.append(normalise(feature, dim=-1))
            person = normalise(sum(units), dim=-1)
            rows.append(person @ text.T / 0.07)
    torch.testing.assert_close(logits, torch.stack(rows), rtol=1e-4, atol=1e-4)
