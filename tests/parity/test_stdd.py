"""STDD equals the authors' numbers, from pixels to gradients.

Folders ``$STCLIP_SHARED/fixtures/stdd*``: ``meta.json`` with ``hyper``
(``res``, ``patch``, ``width``, ``layers``, ``vision_heads``, ``embed``,
``sample_frames``, ``mask_rate``, ``cell``, ``fold``, ``scales``) and
``tensors.npz`` with at least

- ``in/videos`` (B, T, 3, S, S) normalised, ``in/text`` (K, A, D);
- ``in/order`` (B, T), whose frame's mask each frame has, ``in/offset`` (B,);
- ``sd/visual.*`` and ``sd/logit_scale``, a CLIP's own names;
- ``out/frames`` (B, T, D) normalised, ``out/logits`` (B, K).

Each test runs on the folders that have what it compares with. One folder is
made here, by loops; so frames and logits are compared where no other is.
"""

import os
import zipfile
from pathlib import Path

import pytest
import torch
from stdd_numbers import Fixture, build, make_folder
from torch.nn import functional as F

from stclip.models.recognition.packed_text import PackedText
from stclip.models.stdd.frame_prompt_score import frame_prompt_score
from stclip.models.stdd.space_time_cross import mix_channels

SHARED = Path(os.environ.get('STCLIP_SHARED', 'absent'))
FOLDERS = sorted(SHARED.glob('fixtures/stdd*'))


def having(*keys):
    """Parametrise a test with the folders that have these tensors."""

    def has(folder):
        with zipfile.ZipFile(folder / 'tensors.npz') as arrays:
            return {f'{key}.npy' for key in keys} <= set(arrays.namelist())

    folders = [folder for folder in FOLDERS if has(folder)]
    if not folders:
        return lambda test: None  # nothing to compare with: no test
    return pytest.mark.parametrize(
        'fixture',
        [pytest.param(f, marks=pytest.mark.shared) for f in folders],
        ids=[folder.name for folder in folders],
        indirect=True,
    )


everywhere = pytest.mark.parametrize(
    'fixture',
    ['loops', *(pytest.param(f, marks=pytest.mark.shared) for f in FOLDERS)],
    ids=['loops', *(folder.name for folder in FOLDERS)],
    indirect=True,
)


@pytest.fixture(scope='module')
def fixture(request, tmp_path_factory):
    folder = request.param
    if folder == 'loops':
        folder = tmp_path_factory.mktemp('stdd')
        make_folder(folder)
    return Fixture(folder)


def close(actual, expected, atol=1e-5):
    torch.testing.assert_close(actual, expected, rtol=0, atol=atol)


@pytest.mark.shared
def test_there_are_reference_numbers():
    assert FOLDERS, f'no fixtures/stdd* below {SHARED}'


@everywhere
@torch.no_grad()
def test_frames(fixture):
    close(
        fixture.model.encode_frames(fixture['in/videos']),
        fixture['out/frames'],
    )


@everywhere
@torch.no_grad()
def test_logits(fixture):
    logits = fixture.model.logits(fixture['in/videos'], fixture.prompts)
    close(logits, fixture['out/logits'], 1e-4)
    # A sharp test: other masks give other numbers.
    model = fixture.build()
    flipped = fixture['in/order'].flip(1)
    masks = [
        model.cells.masked(order, fixture['in/offset'])
        for order in (fixture['in/order'], flipped)
    ]
    if torch.equal(*masks):
        return
    fixture.give_masks(model, [flipped] * fixture.meta['hyper']['layers'])
    other = model.logits(fixture['in/videos'], fixture.prompts)
    assert (logits - other).abs().max() > 1e-3


@having('out/mask')
def test_masks(fixture):
    cells = fixture.model.cells
    masked = cells.masked(fixture['in/order'], fixture['in/offset'])
    num_cells = fixture['out/mask'].shape[-1] // cells.size
    assert torch.equal(masked.repeat(1, 1, num_cells), fixture['out/mask'])


@having('out/tokens_in', 'out/layers')
@torch.no_grad()
def test_every_layer(fixture):
    model, videos = fixture.model, fixture['in/videos']
    clip, shape = model.clip, videos.shape[:2]
    x = clip.embed(clip.patch_tokens(videos.flatten(0, 1)))
    close(x.unflatten(0, shape), fixture['out/tokens_in'])
    x = fixture['out/tokens_in']
    kept = model.kept_patches(shape, x.device)
    layers = zip(kept, fixture['out/layers'], strict=True)
    for layer, (patches, expected) in enumerate(layers):
        inputs = clip.image_tower, layer, x, patches
        close(model.crossing.layer(*inputs), expected)
        cls = model.crossing.last_layer(*inputs)
        close(cls, expected[:, :, 0])
        x = expected


@having('out/tokens_in', 'out/layer0/kept', 'out/layer0/crossed')
@torch.no_grad()
def test_inside_the_first_layer(fixture):
    model, crossing = fixture.model, fixture.model.crossing
    x, expected = fixture['out/tokens_in'], fixture['out/layer0/kept']
    patches = model.kept_patches(x.shape[:2], x.device)[0]
    index = patches[..., None].expand(*patches.shape, x.shape[-1])
    kept = x[:, :, 1:].gather(2, index)
    close(kept, expected[:, :, 1:])
    for scale in crossing.scales:
        mixed = mix_channels(kept, crossing.span, scale)
        expected = fixture[f'out/layer0/mixed_scale{scale}']
        close(mixed, expected[:, :, 1:])
    crossed = crossing.crossed(model.clip.image_tower, 0, x, patches)
    close(crossed, fixture['out/layer0/crossed'])


@having('out_unshuffled/frames')
@torch.no_grad()
def test_the_masks_of_testing(fixture):
    """What the product does by itself when it tests."""
    model = build(fixture.meta['hyper'], fixture.text)
    model.load_state_dict(fixture.model.state_dict())
    frames = model.eval().encode_frames(fixture['in/videos'])
    close(frames, fixture['out_unshuffled/frames'])


@having('out_per_layer/frames', 'in/order_per_layer')
@torch.no_grad()
def test_masks_of_each_layer(fixture):
    """In training, every layer draws its own."""
    model = fixture.build()
    fixture.give_masks(model, fixture['in/order_per_layer'])
    frames = model.encode_frames(fixture['in/videos'])
    close(frames, fixture['out_per_layer/frames'])


@having('out/best_frame', 'out/best_prompt')
@pytest.mark.parametrize('kind', ['best_frame', 'best_prompt'])
def test_both_halves_of_the_score(fixture, kind):
    found = frame_prompt_score(fixture['out/frames'], fixture.prompts, kind)
    close(found, fixture[f'out/{kind}'])


@having('in/tokens', 'out/text_normalised')
@torch.no_grad()
def test_prompts(fixture):
    clip = fixture.model.clip
    prompts = [text for own in fixture.meta['prompts'] for text in own]
    tokens = clip.tokenizer(prompts)
    assert torch.equal(tokens, fixture['in/tokens'].flatten(0, 1).long())
    found = fixture.model._encode_prompts(prompts)
    close(found, fixture['out/text_normalised'].flatten(0, 1))


@having('in/tokens_hand28', 'out/text_hand28', 'out/logits_hand28')
@torch.no_grad()
def test_without_text_augmentation(fixture):
    """The normalised mean of hand-written templates, and the frames' mean."""
    model, tokens = fixture.model, fixture['in/tokens_hand28'].long()
    num_classes = tokens.shape[1]
    class_idx = torch.arange(num_classes).repeat_interleave(len(tokens))
    embeddings = model.clip.model.encode_text(
        tokens.transpose(0, 1).flatten(0, 1), normalize=True
    )
    text = PackedText(embeddings, class_idx, num_classes)
    means = F.normalize(text.mean(embeddings.T).T, dim=-1)
    close(means, fixture['out/text_hand28'])
    text = PackedText(means, torch.arange(num_classes), num_classes)
    scores = frame_prompt_score(fixture['out/frames'], text, 'mean')
    logits = model.clip.logit_scale * scores
    close(logits, fixture['out/logits_hand28'], 1e-4)


@having('out/raw_logits_eval')
@torch.no_grad()
def test_plain_clip_on_the_same_prompts(fixture):
    model = fixture.build(crossing=None)
    logits = model.logits(fixture['in/videos'], fixture.prompts)
    close(logits, fixture['out/raw_logits_eval'], 1e-4)


@having('loss/total_ratio2', 'loss_grads_intended/visual.proj')
def test_loss_and_gradients(fixture):
    ratio = 2.0  # as the key says
    losses, model = fixture.train_step(ratio)
    close(losses['loss_classes'], fixture['loss/ce'])
    close(losses['loss_regulariser'] / ratio, fixture['loss/regulariser'])
    close(sum(losses.values()), fixture['loss/total_ratio2'])
    check_gradients(model, fixture.state('loss_grads_intended/'))
    for name in fixture.meta.get('unused_by_logits', ()):
        assert model.clip.model.get_parameter(name).grad is None, name


@having('loss_grads_released/visual.proj')
def test_gradients_of_the_release(fixture):
    """Its regulariser has none, as with a weight of 0 here."""
    _, model = fixture.train_step(0.0)
    check_gradients(model, fixture.state('loss_grads_released/'))


def check_gradients(model, expected):
    assert expected
    for name, gradient in expected.items():
        if name.startswith('projector_v.'):
            found = model.projector.get_parameter(name.split('.', 1)[1])
        else:
            found = model.clip.model.get_parameter(name)
        close(found.grad, gradient)


@having('out/layers')
@torch.no_grad()
def test_every_tensor_of_the_tower_counts(fixture):
    """A fifth of a tensor's spread moves the logits more than we are off."""
    key = 'smallest_change_of_logits_by_perturbing_one_visual_tensor_by_20pct'
    smallest, *_ = fixture.meta.get(key, [1e-3])
    assert smallest > 1e-4  # which the logits may be off
    model, videos = fixture.build(), fixture['in/videos']
    logits = model.logits(videos, fixture.prompts)
    generator = torch.Generator().manual_seed(0)
    for name, parameter in model.clip.visual.named_parameters():
        kept = parameter.clone()
        noise = torch.randn(parameter.shape, generator=generator)
        spread = parameter.std() if parameter.numel() > 1 else parameter.abs()
        parameter.add_(0.2 * spread * noise)
        moved = (model.logits(videos, fixture.prompts) - logits).abs().max()
        assert moved > smallest / 4, name
        parameter.copy_(kept)
