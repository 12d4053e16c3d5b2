"""Attention maps of a video: values, and the tool around them."""

import json
import re

import av
import numpy as np
import pytest
import torch
from command_line import call
from dasti_loop import projected, spatial_scores, temporal_saliency, unit
from mmengine.config import Config
from PIL import Image
from tiny_model import ARCH, SIZE

from stclip.apis.attention_maps import explain_video
from stclip.cli.visualize import command
from stclip.labels.label_space import LabelSpace
from stclip.models.clip import build_clip
from stclip.registry import MODELS
from stclip.utils.errors import UserError
from stclip.video.opening import open_video

T = 4
LABELS = LabelSpace(
    ('sit', 'kick_ball', 'run'), keywords=(('chair',), ('foot', 'net'), ())
)


@pytest.fixture
def clip(tmp_path):
    """A small CLIP in files."""
    (tmp_path / 'clip.json').write_text(json.dumps(dict(model_cfg=ARCH)))
    model = build_clip(ARCH, pretrained=None)
    torch.save(model.state_dict(), tmp_path / 'clip.pt')
    arch, weights = f'{tmp_path}/clip.json', f'{tmp_path}/clip.pt'
    return dict(arch=arch, pretrained=weights, trained_layers=1)


@pytest.fixture
def config(clip):
    """Overrides that of the detectors."""
    pipeline = [
        dict(type='DecordInit'),
        dict(type='UniformSample', clip_len=T, test_mode=True),
        dict(type='DecordDecode'),
        dict(type='Resize', scale=(SIZE, SIZE), keep_ratio=False),
        dict(type='FormatShape', input_format='NCHW'),
        # Whose file is not there: other labels are asked for.
        dict(type='AddLabelSpace', label_file='absent.txt'),
        dict(type='PackActionInputs', meta_keys=('label_space', 'filename')),
    ]
    return Config(
        dict(
            model=dict(
                type='DASTIRecognizer',
                clip=clip,
                num_frames=T,
                temporal_layers=1,
            ),
            test_dataloader=dict(dataset=dict(pipeline=pipeline)),
        )
    )


@pytest.fixture
def model(config):
    """A trained model, unlike CLIP."""
    model = MODELS.build(config.model).eval()
    for name, parameter in model.named_parameters():
        if parameter.requires_grad and 'logit_scale' not in name:
            torch.nn.init.normal_(parameter, std=0.2)
    return model


@pytest.fixture
def checkpoint(model, tmp_path):
    path = tmp_path / 'epoch_1.pth'
    torch.save(dict(state_dict=model.state_dict()), path)
    return path


def normalised(model, frames):
    images = torch.from_numpy(frames).permute(0, 3, 1, 2)
    data = dict(inputs=[images], data_samples=[])
    return model.data_preprocessor(data)['inputs']


@torch.no_grad()
def test_ours_equals_the_equations(config, model, checkpoint, video):
    found = explain_video(config, checkpoint, video, LABELS, 'kick_ball')
    assert found.class_name == 'kick_ball'
    assert found.sentence == 'this is a video about kick ball, foot, net.'
    assert found.frames.shape == (T, SIZE, SIZE, 3)
    row = found.rows[1]
    frames, patches = model.encode_videos(normalised(model, found.frames))
    text = model.text(LABELS)
    words = text.words.embeddings[text.words.class_idx == 1]
    interaction = model.interaction
    asked = projected(words, interaction.word_projection.weight.T, 'cos')
    seen = projected(patches[0], interaction.patch_projection.weight.T, 'cos')
    expected = np.zeros((T, 4, 4), np.float32)
    for t in range(T):
        for n in range(16):
            best = max(float(seen[t, n] @ word) for word in asked)
            expected[t, n // 4, n % 4] = best
    np.testing.assert_allclose(row.heat, expected, atol=1e-5)
    spatial = spatial_scores(seen, asked)
    saliency = temporal_saliency(
        spatial[:, None] * unit(frames[0]), asked, 0.01
    )
    np.testing.assert_allclose(row.saliency, saliency, atol=1e-4)


def test_maps_of_an_untrained_model_say_so(config, checkpoint, video):
    """On the pictures too; those of a trained one do not."""
    untrained = 'untrained model: scores mean nothing'
    found = explain_video(config, None, video, LABELS, 'kick_ball')
    assert untrained in found.banners
    found = explain_video(config, checkpoint, video, LABELS, 'kick_ball')
    assert untrained not in found.banners


@torch.no_grad()
def test_clip_is_the_one_before_training(config, checkpoint, video):
    found = explain_video(config, checkpoint, video, LABELS, 'kick_ball')
    row = found.rows[0]
    clip_cfg = dict(config.model, num_attributes=0, temporal_layers=0)
    model = MODELS.build(clip_cfg)
    videos = normalised(model, found.frames)[0]
    tokens = model.clip.encode_image_tokens(videos)
    sentence = model.clip.tokenizer(['This is a video about kick ball.'])
    cls = unit(model.clip.model.encode_text(sentence)[0])
    expected = (unit(tokens[:, 1:]) @ cls).reshape(T, 4, 4)
    np.testing.assert_allclose(row.heat, expected, atol=1e-5)
    np.testing.assert_allclose(row.saliency, 1 / T)


@torch.no_grad()
def test_scores_are_those_of_testing(config, model, checkpoint, video):
    """And the likeliest class of ours is looked for."""
    found = explain_video(config, checkpoint, video, LABELS)
    inputs = normalised(model, found.frames)
    scores = model.score(inputs, model.text(LABELS))
    probs = (model.clip.logit_scale * scores)[0].softmax(dim=0)
    ours = found.rows[1].scores
    assert list(ours) == list(LABELS.names)
    np.testing.assert_allclose(list(ours.values()), probs, atol=1e-4)
    assert found.class_name == LABELS.names[int(probs.argmax())]


def test_frames_are_sampled_as_in_testing(config, checkpoint, video, tmp_path):
    """From 30 frames of a file; those of a folder have no time."""
    found = explain_video(config, checkpoint, video, LABELS)
    places = (3, 10, 17, 25)
    assert found.captions == tuple(
        f'#{place}, {place / 10:.1f} s' for place in places
    )
    images = open_video(video).read(range(30))
    folder = tmp_path / 'frames'
    folder.mkdir()
    for number, image in enumerate(images):
        Image.fromarray(image).save(folder / f'{number:05d}.png')
    again = explain_video(config, checkpoint, folder, LABELS)
    assert again.captions == tuple(f'#{place}' for place in places)
    assert np.array_equal(again.frames, found.frames)


def test_what_cannot_be_explained(config, checkpoint, video):
    other = config.copy()
    other.model = dict(config.model, type='STCLIP')
    with pytest.raises(ValueError, match=r'a DASTIRecognizer.* is a STCLIP'):
        explain_video(other, checkpoint, video, LABELS)
    for fusion in ('coattn', 'coattn+st'):
        other.model = dict(config.model, fusion=fusion)
        message = re.escape(f"fusion='st' alone, the config has '{fusion}'")
        with pytest.raises(UserError, match=message):
            explain_video(other, None, video, LABELS)
    views = config.copy()
    views.test_dataloader.dataset.pipeline[1].num_clips = 2
    with pytest.raises(ValueError, match='gives 8 frames, which is not one'):
        explain_video(views, checkpoint, video, LABELS)


def run(capsys, config, video, out, *options, labels='sit, "kick, ball", run'):
    config.dump(out.parent / 'config.py')
    return call(
        capsys,
        command,
        *('da_sti', video, '--labels', labels),
        *('--config', out.parent / 'config.py', '--out', out),
        *options,
    )


def test_tool_writes_a_strip_and_a_film(
    config, checkpoint, video, tmp_path, capsys
):
    record = dict(
        schema='da-1',
        dataset='test',
        class_id=0,
        class_name='run',
        keywords=['legs', 'fast'],
        status='manual',
    )
    attributes = tmp_path / 'attributes.jsonl'
    attributes.write_text(json.dumps(record))
    options = ['--checkpoint', checkpoint, '--attributes', attributes]
    out = tmp_path / 'out'
    code, shown, _ = run(
        capsys, config, video, out, *options, '--class', 'run'
    )
    assert code == 0
    assert 'this is a video about run, legs, fast.' in shown
    for label in ('sit', 'kick, ball', 'run'):
        assert f'{label} 0.' in shown
    assert {p.name for p in out.iterdir()} == {
        'squares_strip.png',
        'squares.mp4',
    }
    with Image.open(out / 'squares_strip.png') as strip:
        assert strip.width > strip.height > 600
    with av.open(str(out / 'squares.mp4')) as container:
        assert sum(1 for _ in container.decode(video=0)) == T
    assert 'ours: run 0.' in shown and 'squares_strip.png' in shown


def test_one_line_for_what_is_wrong(
    config, checkpoint, video, tmp_path, capsys
):
    broken = tmp_path / 'broken.mp4'
    broken.write_bytes(b'no video')
    out = tmp_path / 'out'
    trained = '--checkpoint', checkpoint
    for path, labels, options, message in (
        (broken, 'sit', trained, r'error: .*broken\.mp4 cannot be opened'),
        ('absent.mp4', 'sit', trained, r'error: .*absent\.mp4'),
        (
            video,
            'sit, run',
            (*trained, '--class', 'fly'),
            "error: unknown action 'fly'; known: sit, run",
        ),
        (video, ' , ', trained, 'at least one action name'),
        (video, 'sit', ('--checkpoint', 'absent.pth'), r'absent\.pth'),
        (video, 'sit', ('--attributes', 'a.jsonl'), r'a\.jsonl'),
    ):
        code, _, error = run(
            capsys, config, path, out, *options, labels=labels
        )
        assert code == 2 and re.search(message, error)
    assert not out.exists()
