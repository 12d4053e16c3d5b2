"""ViFi-CLIP: CLIP on mean frames, prompts layer by layer, what is trained."""

import pytest
import torch
from small_training import moved_by_a_step, noise_batch, num_trained
from tiny_model import ARCH, SIZE
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS

T = 3
LABELS = LabelSpace(('sit', 'climb_stairs', 'run'))
BOTH = dict(trained_layers='all', trained_text=True)
PROMPTS = dict(num_visual=2, num_text=3, visual_depth=2, text_depth=2)


def build(prompts=None, clip=BOTH, **config):
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='ViFiCLIPRecognizer',
            clip=dict(arch=ARCH, **clip),
            num_frames=T,
            prompts=prompts,
            **config,
        )
    )
    for parameter in model.clip.visual.parameters():
        if parameter.dim() == 2:
            parameter.data.mul_(3)
    return model.eval()


def videos_of(number=2):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(number, T, 3, SIZE, SIZE, generator=generator)


@torch.no_grad()
def test_before_training_it_is_clip_on_the_mean_frame():
    model, videos = build(), videos_of()
    clip = model.clip.model
    frames = clip.encode_image(videos.flatten(0, 1)).unflatten(0, (2, T))
    video = F.normalize(frames.mean(dim=1), dim=-1)
    sentences = [
        'a photo of a sit.',
        'a photo of a climb stairs.',
        'a photo of a run.',
    ]
    text = clip.encode_text(model.clip.tokenizer(sentences), normalize=True)
    expected = clip.logit_scale.exp() * video @ text.T
    found = model.logits(videos, model.text(LABELS))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


@torch.no_grad()
def test_the_scale_may_grow_beyond_clips_bound():
    model, videos = build(), videos_of()
    model.clip.model.logit_scale.fill_(torch.tensor(150.0).log())
    text = model.text(LABELS)
    expected = 150 * model.score(videos, text)
    torch.testing.assert_close(model.logits(videos, text), expected)


def slow_image(model, image):
    """One image through open_clip's layers, prompts put in by hand."""
    visual, prompts = model.clip.visual, model.visual_prompts.layers
    patches = visual.conv1(image[None]).flatten(2).transpose(1, 2)[0]
    x = torch.cat([visual.class_embedding[None], patches])
    x = torch.cat([x + visual.positional_embedding, prompts[0]])
    x = visual.ln_pre(x)
    for number, block in enumerate(visual.transformer.resblocks):
        if 0 < number < len(prompts):
            rows = [*x[: -len(prompts[number])], *prompts[number]]
            x = torch.stack(rows)
        x = block(x[None])[0]
    return visual.ln_post(x[0]) @ visual.proj


def slow_text(model, sentence):
    """One sentence, likewise."""
    clip, prompts = model.clip.model, model.text_prompts.layers
    tokens = model.clip.tokenizer([sentence])[0]
    x = [*clip.token_embedding(tokens)]
    for row, word in enumerate(prompts[0], 1):
        x[row] = word
    x = torch.stack(x) + clip.positional_embedding
    for number, block in enumerate(clip.transformer.resblocks):
        if 0 < number < len(prompts):
            x = [*x]
            for row, word in enumerate(prompts[number], 1):
                x[row] = word
            x = torch.stack(x)
        x = block(x[None], attn_mask=clip.attn_mask)[0]
    return (clip.ln_final(x) @ clip.text_projection)[tokens.argmax()]


@torch.no_grad()
@pytest.mark.parametrize('visual_depth', [1, 2, 3])
@pytest.mark.parametrize('text_depth, num_text', [(1, 3), (2, 4), (2, 6)])
def test_prompts_equal_the_slow_form(visual_depth, text_depth, num_text):
    depths = dict(visual_depth=visual_depth, text_depth=text_depth)
    model = build(dict(PROMPTS, num_text=num_text, **depths), clip={})
    for tokens in model.visual_prompts.layers:
        tokens.mul_(50)
    videos = videos_of(1)
    found = model.encode_frames(videos)[0]
    expected = torch.stack([slow_image(model, image) for image in videos[0]])
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)
    # Up to four learned words stand for the first ones of the prefix.
    prefix = 'a photo of a' if num_text < 5 else 'X X X X X X'
    expected = torch.stack(
        [
            slow_text(model, f'{prefix} {name}.')
            for name in ('sit', 'climb stairs', 'run')
        ]
    )
    found = model.text(LABELS)
    expected = F.normalize(expected, dim=-1)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


@torch.no_grad()
def test_few_learned_words_start_as_the_prefix():
    """So that before training the text is the plain sentence's."""
    start = build(dict(PROMPTS, num_text=4, text_depth=1), clip={})
    torch.testing.assert_close(start.text(LABELS), build().text(LABELS))
    many = build(dict(PROMPTS, num_text=5), clip={})
    assert many.text_prompts.layers[0].std() < 0.03


@pytest.mark.parametrize(
    'prompts, clip, expected',
    [
        (None, BOTH, 124_323_841),
        (None, dict(trained_layers='all'), 86_192_641),
        (None, dict(trained_text=True), 38_131_200),
        ((10, 12), {}, 153_600),
        ((16, 9), {}, 184_320),
    ],
)
def test_trained_parameters_at_real_size(prompts, clip, expected):
    if prompts:
        number, depth = prompts
        prompts = dict(
            num_visual=number,
            num_text=number,
            visual_depth=depth,
            text_depth=depth,
        )
    with torch.device('meta'):
        model = MODELS.build(
            dict(
                type='ViFiCLIPRecognizer',
                clip=dict(arch='ViT-B-16-quickgelu', **clip),
                num_frames=32,
                prompts=prompts,
            )
        )
    assert num_trained(model) == expected


@pytest.mark.parametrize('prompts, clip', [(None, BOTH), (PROMPTS, {})])
def test_a_step_moves_what_is_trained(prompts, clip):
    """With a class that is there twice; and the next test hears of it."""
    model = build(prompts, clip)
    before = model.text(LABELS)
    moved = moved_by_a_step(model, noise_batch(LABELS, [1, 0, 1], T))
    trained = {n for n, p in model.named_parameters() if p.requires_grad}
    assert moved == trained
    if prompts:
        assert all(name.split('.')[0].endswith('prompts') for name in moved)
    else:
        frozen = {n for n, _ in model.named_parameters()} - moved
        assert frozen == {'clip.model.token_embedding.weight'}
    assert not torch.equal(model.eval().text(LABELS), before)


def test_loss_of_a_repeated_class():
    model = build(label_smoothing=0.1)
    data = noise_batch(LABELS, [2, 0, 2], T)
    data = model.data_preprocessor(data, training=True)
    logits = model(**data, mode='tensor')[:, 0]
    logs = logits.log_softmax(dim=1)
    expected = 0.0
    for row, target in enumerate([2, 0, 2]):
        for column in range(3):
            share = 0.1 / 3 + 0.9 * (column == target)
            expected -= share * logs[row, column].item() / 3
    loss = model(**data, mode='loss')['loss_classes'].item()
    assert loss == pytest.approx(expected, abs=1e-5)


@torch.no_grad()
def test_a_test_is_the_same_each_time():
    model = build()
    data = noise_batch(LABELS, [0, 1], 2 * T)  # two views of each video
    first, second = (
        torch.stack([s.pred_score for s in model.test_step(data)])
        for _ in range(2)
    )
    assert torch.equal(first, second)


@pytest.mark.parametrize(
    'changes, message',
    [
        (dict(visual_depth=4), 'VisualPrompts.* depth of 1 to 3 .*got 2 and'),
        (dict(text_depth=0), 'TextPrompts.* 1 to 2 .*got 3 and 0'),
        (dict(num_visual=0), 'at least one token'),
        (dict(num_text=15), r'num_text is 15, but .* reads 16 tokens'),
    ],
)
def test_prompts_without_a_place_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        build(PROMPTS | changes, clip={})


def test_pixels_of_the_released_weights():
    """ImageNet's mean and standard deviation."""
    from mmengine.config import Config

    file = 'configs/_base_/models/vifi_clip_released.py'
    released = Config.fromfile(file).model.clip.preprocess_cfg
    model = build(clip=dict(BOTH, preprocess_cfg=released))
    mean, std = model.data_preprocessor.mean, model.data_preprocessor.std
    expected = torch.tensor([123.675, 116.28, 103.53])
    torch.testing.assert_close(mean.flatten(), expected)
    expected = torch.tensor([58.395, 57.12, 57.375])
    torch.testing.assert_close(std.flatten(), expected)
    assert build().data_preprocessor.mean[0].item() == pytest.approx(
        122.7709, abs=1e-3
    )


def test_prompts_in_bfloat16():
    """Text stays in float32; gradients reach every prompt."""
    model = build(PROMPTS, clip={})
    data = noise_batch(LABELS, [0, 1], T)
    data = model.data_preprocessor(data, training=True)
    with torch.no_grad():
        expected = model(**data, mode='tensor').softmax(dim=-1)
    model.train()
    with torch.autocast('cpu', torch.bfloat16):
        assert model.text(LABELS).dtype == torch.float32
        found = model(**data, mode='tensor')
        loss = model(**data, mode='loss')['loss_classes']
    loss.backward()
    assert (found.softmax(dim=-1) - expected).abs().max() < 0.05
    for prompts in (model.visual_prompts, model.text_prompts):
        for parameter in prompts.parameters():
            assert parameter.grad.abs().max() > 0
