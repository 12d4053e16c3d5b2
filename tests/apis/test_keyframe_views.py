"""Pictures of ST-CLIP: what is drawn is what the equations say."""

import json

import numpy as np
import pytest
import torch
from command_line import call
from mmengine.dataset import pseudo_collate
from PIL import Image
from stclip_loop import attention_map, encoder_input, prompt
from tiny_model import make_keyframe
from torch.nn import functional as F
from walking_squares import find_squares, squares

from stclip.apis.keyframe_views import (
    save_interest_tokens,
    save_temporal,
    save_text_features,
    view_keyframe,
)
from stclip.cli.visualize import command
from stclip.datasets.transforms import boxes_in_square, clip_resize
from stclip.labels.label_space import LabelSpace
from stclip.models.st_clip.trace import traced
from stclip.registry import MODELS
from stclip.structures.box_table import PersonBoxes

LABELS = LabelSpace(('sit', 'kick ball', 'run'))
K = 7
AT = 12  # of the frame; the video has 10 a second


@pytest.fixture
def trained(config, tmp_path):
    """A config with interest tokens, and a checkpoint that fits it."""
    config.model.num_interest_tokens = K
    torch.manual_seed(0)
    model = MODELS.build(config.model).eval()
    for parameter in model.parameters():
        if parameter.requires_grad:
            torch.nn.init.normal_(parameter, std=0.3)
    torch.save(dict(state_dict=model.state_dict()), tmp_path / 'a.pth')
    return config, tmp_path / 'a.pth', model


@pytest.fixture
def view(trained, video):
    config, checkpoint, _ = trained
    return view_keyframe(
        config, checkpoint, video, LABELS, AT / 10, find_squares, 'cpu'
    )


def saved(save, view, folder, *options):
    save(view, folder / 'a.png', folder / 'a.json', *options)
    with Image.open(folder / 'a.png') as picture:
        pixels = np.asarray(picture.convert('RGB'))
    return json.loads((folder / 'a.json').read_text()), pixels


def normalised(model, pictures):
    return model.data_preprocessor.normalise(pictures)


@torch.no_grad()
def by_hand(model, view):
    """Layer by layer: rows of the map, tokens after it, texts (P, C, Dt)."""
    visual = model.clip.visual
    pictures = view.trace.pictures
    persons = model.adapter(
        model.clip.encode_images(normalised(model, pictures['crops']))
    )
    frames = model.clip.patch_tokens(normalised(model, pictures['context']))
    context = model.temporal(frames[None])[0]
    x = encoder_input(visual, context)
    x = torch.cat([x[:1], persons, x[1:]])
    texts = [model.encode_labels(LABELS) for _ in persons]
    for number, block in enumerate(visual.transformer.resblocks):
        rows = attention_map(block, x).mean(dim=0)[1 : 1 + len(persons)]
        x = block(x[None])[0]
        chosen = [row.argsort(descending=True)[:K] for row in rows]
        layer = model.prompting[str(number)]
        texts = [
            prompt(layer, text, x[tokens])
            for text, tokens in zip(texts, chosen, strict=True)
        ]
        yield rows, chosen, torch.stack(texts)


def test_the_keyframe_is_the_one_asked_for(view):
    assert view.found.frame_idx == AT
    assert view.window == [10, 11, 12, 13, 14]
    inside = squares(AT).clip(max=[160, 96] * 2)
    np.testing.assert_allclose(view.found.boxes_xyxy, inside, atol=1.5)


def test_interest_tokens_are_the_plain_top_k(trained, view, tmp_path):
    """In the file, most attended first; and as lit patches on the picture."""
    model = trained[2]
    told, pixels = saved(save_interest_tokens, view, tmp_path, 'run')
    assert [row['layer'] for row in told['layers']] == [1, 2]
    for row, (weights, chosen, _) in zip(
        told['layers'], by_hand(model, view), strict=True
    ):
        assert len(row['persons']) == len(view.found) == 2
        for person, tokens, all_weights in zip(
            row['persons'], chosen, weights, strict=True
        ):
            assert person['tokens'] == tokens.tolist()
            np.testing.assert_allclose(
                person['attention'], all_weights[tokens], atol=2e-6
            )
    # Second person, second layer; patches of 8 of 32 px are 56 of 224.
    tile = pixels[-224 - 23 :, 2 * 232 + 8 :][: 224 - 30, :224]
    tokens = [t - 3 for t in told['layers'][1]['persons'][1]['tokens']]
    first = pixels[-224 - 23 :, 8:][: 224 - 30, :224]
    for patch in range(12):
        y, x = 56 * (patch // 4) + 10, 56 * (patch % 4) + 10
        is_lit = np.array_equal(tile[y, x], first[y, x])
        assert is_lit == (patch in tokens), patch


def test_texts_are_those_after_each_layer(trained, view, tmp_path):
    """Their cosines, and points as far apart as a plain PCA has them."""
    told, _ = saved(save_text_features, view, tmp_path)
    model = trained[2]
    with torch.no_grad():
        stages = [model.encode_labels(LABELS).expand(2, -1, -1)]
    stages += [texts for _, _, texts in by_hand(model, view)]
    units = F.normalize(torch.stack(stages), dim=-1)
    flat = units.flatten(0, 2).double()
    values, axes = torch.linalg.eigh(torch.cov(flat.T))
    plane = (flat - flat.mean(dim=0)) @ axes[:, -2:].flip(1)
    points = []
    for stage, expected in zip(told['stages'], units, strict=True):
        for person, own in zip(stage['persons'], expected, strict=True):
            np.testing.assert_allclose(
                person['cosines'], own @ own.T, atol=1e-5
            )
            points += person['points']
        pairs = [
            float(own[i] @ own[j])
            for own in expected
            for i in range(3)
            for j in range(3)
            if i != j
        ]
        assert stage['mean_cosine'] == pytest.approx(np.mean(pairs), abs=1e-5)
    np.testing.assert_allclose(np.abs(points), plane.abs(), atol=1e-4)
    shown = float(values[-2:].sum() / values.sum())
    assert told['projection']['variance'] == pytest.approx(shown, abs=1e-4)
    assert told['stages'][0]['stage'] == 'CLIP'


@torch.no_grad()
def test_weights_of_frames_make_the_context(trained, view, tmp_path):
    """With one head's values mixed by them Eq. (2) comes out."""
    told, _ = saved(save_temporal, view, tmp_path)
    model = trained[2]
    layer = model.temporal.layers[-1]
    assert layer.attention.num_heads == 1  # else heads weigh on their own
    weights = torch.tensor(told['weights_of_patches']).flatten(1)  # (T, N)
    frames = model.clip.patch_tokens(
        normalised(model, view.trace.pictures['context'])
    )
    x = frames + model.temporal.encoding.weight[:5, None]
    width = x.shape[-1]
    values = F.linear(
        layer.norm(x),
        layer.attention.in_proj_weight[2 * width :],
        layer.attention.in_proj_bias[2 * width :],
    )
    mixed = (weights[..., None] * values).sum(dim=0)
    expected = x.mean(dim=0) + layer.attention.out_proj(mixed)
    context = model.temporal(frames[None])[0]
    torch.testing.assert_close(context, expected, atol=1e-3, rtol=1e-3)
    np.testing.assert_allclose(told['weights'], weights.mean(dim=1), atol=1e-5)
    assert sum(told['weights']) == pytest.approx(1, abs=1e-5)
    assert max(told['weights']) - min(told['weights']) > 0.01
    assert told['window'] == [10, 11, 12, 13, 14]


def test_watching_changes_nothing(trained, view):
    """Not while it is watched, and no hook is left."""
    model = trained[2]
    packed = make_keyframe(2, 5, labels=LABELS)
    packed['inputs'] = view.trace.pictures
    with torch.no_grad():
        before = model.test_step(pseudo_collate([packed]))
        probs = before[0].pred_instances.action_probs.clone()
        with traced(model) as trace:
            model.test_step(pseudo_collate([packed]))
        assert len(trace.texts) == 3 and len(trace.spotted) == 2
        model.test_step(pseudo_collate([packed]))
    assert len(trace.texts) == 3
    np.testing.assert_allclose(view.found.action_probs, probs, atol=1e-5)


@pytest.mark.parametrize('mode', ['crop', 'squash', 'pad'])
@pytest.mark.parametrize('frame_hw', [(60, 100), (130, 90), (9, 400)])
def test_boxes_in_the_square(mode, frame_hw):
    """A white box is where its corners are said to be."""
    height, width = frame_hw
    box = np.array([0.4 * width, 0.3 * height, 0.6 * width, 0.8 * height])
    box = np.rint(box).astype(int)
    image = np.zeros((*frame_hw, 3), np.uint8)
    image[box[1] : box[3], box[0] : box[2]] = 255
    square = clip_resize(image, 96, mode, pad_colour=(0, 0, 0))[0]
    x1, y1, x2, y2 = boxes_in_square(box[None], frame_hw, 96, mode)[0]
    rows, columns = np.nonzero(square > 127)
    found = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    expected = np.clip((x1, y1, x2, y2), 0, 96)
    np.testing.assert_allclose(found, expected, atol=1.01)


@pytest.mark.parametrize(
    'change, needs',
    [
        (dict(num_interest_tokens=0), 'interest tokens'),
        (dict(prompted_layers='none'), 'prompting'),
        (dict(temporal=None), 'temporal attention'),
        (dict(temporal=dict(num_layers=0)), 'temporal attention'),
    ],
)
def test_models_without_what_is_drawn(config, video, change, needs):
    config.model.update(change)
    with pytest.raises(ValueError, match=f'no {needs} to draw'):
        view_keyframe(config, None, video, LABELS, needs=needs)


def test_nobody_there(trained, video):
    config, checkpoint, _ = trained
    with pytest.raises(ValueError, match=r'no person is found on frame 0'):
        view_keyframe(
            config,
            checkpoint,
            video,
            LABELS,
            detector=lambda frames: [PersonBoxes.none() for _ in frames],
        )


def test_texts_that_all_persons_share(config, video, tmp_path):
    """Without interest tokens; and an untrained model says so."""
    view = view_keyframe(config, None, video, LABELS, detector=find_squares)
    told, _ = saved(save_text_features, view, tmp_path)
    assert {len(stage['persons']) for stage in told['stages']} == {1}
    assert 'untrained' in view.banners[0]
    assert any('untrained' in line for line in told['warnings'])


def test_the_command(trained, video, tmp_path, capsys):
    config, checkpoint, _ = trained
    config.dump(tmp_path / 'config.py')
    boxes = tmp_path / 'boxes.csv'
    boxes.write_text('frame,x1,y1,x2,y2\n0,4,4,30,30\n')
    for method in ('interest-tokens', 'text-features', 'temporal'):
        code, shown, error = call(
            capsys,
            command,
            *(method, video, '--labels', 'sit, run'),
            *('--config', tmp_path / 'config.py'),
            *('--checkpoint', checkpoint, '--detector', boxes),
            *('--out', tmp_path / 'out'),
        )
        assert code == 0, error
        name = f'squares_{method.replace("-", "_")}'
        assert f'{name}.png' in shown and 'person 1: ' in shown
        told = json.loads((tmp_path / 'out' / f'{name}.json').read_text())
        assert told['frame_idx'] == 0 and told['labels'] == ['sit', 'run']
        assert (tmp_path / 'out' / f'{name}.png').stat().st_size > 5000
