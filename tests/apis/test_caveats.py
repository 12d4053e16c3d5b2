"""What a result cannot be trusted for: in words, in JSON and on pictures."""

import dataclasses
import json

import av
import numpy as np
import pytest
import torch
from PIL import Image

from stclip.apis.action_models import ActionModel
from stclip.apis.inferencer import ActionInferencer
from stclip.apis.model_index import person_detectors
from stclip.apis.person_detector import (
    PersonDetector,
)
from stclip.apis.person_detectors import person_detector
from stclip.labels.label_question import DEFAULT_BACKGROUND
from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS
from stclip.utils.resources import resolve, shipped
from stclip.video import open_video
from stclip.visualization import with_banner
from stclip.zs_stage.tracks import SIZES, plan_track, render_video

LABELS = ['walk', 'wave']
DEMO, LONE = 'small demo weights', 'is the only label'
RED = np.array((176, 0, 32))

TINY = person_detectors()['stage']


@pytest.fixture(scope='module')
def stage(tmp_path_factory):
    """A rendered video, as frames and as a file."""
    out = tmp_path_factory.mktemp('zs_stage')
    plan = plan_track('single', SIZES['tiny'])[0]
    for kind in ('frames', 'video'):
        render_video(plan, out / kind, kind)
    return dict(
        frames=out / 'frames/single/frames' / plan.name,
        video=out / f'video/single/videos/{plan.name}.mp4',
    )


@pytest.fixture(scope='module')
def infer():
    """Plain CLIP and the person detector, both of the project."""
    return ActionInferencer(ActionModel.of('stage').config, device='cpu')


def said(lines):
    return [line for line in lines if DEMO in line or LONE in line]


def reds(image):
    """Part of the pixels of each row that have the banner's colour."""
    gap = np.abs(image.astype(int) - RED).max(axis=2)
    return (gap < 40).mean(axis=1)


@pytest.mark.parametrize('kind', ['frames', 'video'])
def test_rendered_videos_need_no_warning(infer, stage, kind, log_lines):
    result = infer(stage[kind], LABELS)
    assert result.warnings == result.banners == ()
    assert result.to_json()['warnings'] == []
    assert said(log_lines) == []
    keyframe = result.annotated_keyframes(1)[0][0]
    assert reds(keyframe)[-1] < 0.5


def test_small_weights_say_what_they_are_everywhere(
    infer, video, tmp_path, log_lines
):
    infer._caveats._told.clear()
    result = infer(video, LABELS, stride=10)
    infer(video, LABELS, stride=30)
    (line,) = said(log_lines)  # once, not for every video
    assert 'small CLIP and the small person detector' in line
    assert result.warnings == (line,)
    result.save_json(tmp_path / 'a.json')
    assert json.loads((tmp_path / 'a.json').read_text())['warnings'] == [line]
    result.save_video(tmp_path / 'a.mp4')
    with av.open(str(tmp_path / 'a.mp4')) as container:
        for frame in container.decode(video=0):
            # Below it lies the timeline.
            assert max(reds(frame.to_ndarray(format='rgb24'))) > 0.9
    result.save_contact_sheet(tmp_path / 'a.png')
    with Image.open(tmp_path / 'a.png') as sheet:
        assert reds(np.asarray(sheet))[0] == 1


def test_a_rendered_name_elsewhere_is_none(infer, stage, video, tmp_path):
    folder = tmp_path / 'videos'
    folder.mkdir()
    copy = folder / stage['video'].name
    copy.write_bytes(video.read_bytes())
    assert infer(copy, LABELS, stride=30).warnings
    records = tmp_path / 'records'
    records.mkdir()
    for text in ('no json', '[]', '{"stamp": 1}', '{"video": "a"}'):
        (records / f'{copy.stem}.json').write_text(text)
        assert infer(copy, LABELS, stride=30).warnings


@pytest.mark.parametrize(
    'own_clip, own_detector, words',
    [
        (False, True, 'the small CLIP of the project knows'),
        (True, False, 'the small person detector of the project knows'),
        (True, True, None),
    ],
)
def test_each_part_is_told_of(
    own_clip, own_detector, words, config, detector, video
):
    cfg = config if own_clip else ActionModel.of('stage').config
    chosen = (
        detector if own_detector else person_detector('stage', device='cpu')
    )
    infer = ActionInferencer(cfg, device='cpu', detector=chosen)
    lines = [w for w in infer(video, LABELS, 30).warnings if DEMO in w]
    assert len(lines) == (words is not None)
    assert words is None or words in lines[0]


def test_detectors_know_what_they_were_trained_on(tmp_path):
    weights = torch.load(
        shipped(
            'data/pretrained/tiny_person_detector/tiny_person_detector.pth'
        ),
        weights_only=True,
    )
    told = dict(classes=('person',), domain='ZS-Stage')
    file = tmp_path / 'own.pth'
    for meta, domain in ((dict(dataset_meta=told), 'ZS-Stage'), ({}, '')):
        torch.save(dict(state_dict=weights['state_dict'], meta=meta), file)
        config = tmp_path / 'own.py'
        config.write_text(
            f"_base_ = '{resolve(TINY.config)}'\n"
            'test_dataloader = dict(dataset=dict(metainfo=dict('
            "_delete_=True, classes=('person',))))\n"
        )
        assert PersonDetector(config, file, 'cpu').domain == domain


def test_checkpoints_of_the_small_clip_are_small_too(
    stage, video, detector, tmp_path
):
    cfg = ActionModel.of('stage').config
    file = tmp_path / 'iter_1.pth'
    torch.save(dict(state_dict=MODELS.build(cfg.model).state_dict()), file)
    infer = ActionInferencer(cfg, file, 'cpu', detector)
    assert infer(stage['video'], LABELS).warnings == ()
    assert DEMO in infer(video, LABELS, 30).warnings[0]


@pytest.mark.parametrize(
    'labels, lone',
    [
        (['walk'], None),
        (LabelSpace(('walk',)), 'walk'),
        (LabelSpace(('walk', 'wave'), (True, False)), 'walk'),
        (LabelSpace(('walk',), (False,)), None),
        (LabelSpace(('walk', 'wave'), (False, False)), None),
        (LABELS, None),
    ],
)
def test_one_label_is_told_of(infer, stage, labels, lone, log_lines):
    infer._caveats._told.clear()
    result = infer(stage['frames'], labels)
    assert len(result.warnings) == len(result.banners) == (lone is not None)
    assert said(log_lines) == list(result.warnings)
    if lone:
        assert f"'{lone}' is the only label" in result.warnings[0]
        assert any(len(f.action_probs) for f in result.frames)
        for frame in result.frames:
            assert (frame.action_probs[:, 0] == 1).all()


def test_one_label_has_to_win_against_other_words(infer, stage):
    result = infer(stage['frames'], ['walk'])
    assert result.background == DEFAULT_BACKGROUND
    assert result.labels.names == ('walk',)
    for frame in result.frames:
        walk, none = frame.action_probs[:, 0], frame.none_probs
        assert ((walk > 0) & (walk < 1)).all()
        np.testing.assert_allclose(walk + none, 1, rtol=1e-5)
    assert result.to_json()['background'] == list(DEFAULT_BACKGROUND)


def test_labels_that_clip_reads_alike_are_told_of(infer, stage, log_lines):
    """Said when they are encoded, and in the result of every video."""
    labels = ['walk', 'pick up', 'pick_up', 'Walk']
    for _ in range(2):
        (line,) = infer(stage['frames'], labels).to_json()['warnings']
        assert "'walk' = 'Walk', 'pick up' = 'pick_up'" in line
    assert log_lines.count(line) == 1


def test_untrained_models_say_so_on_results(
    config, detector, video, log_lines
):
    infer = ActionInferencer(config, device='cpu', detector=detector)
    result = infer(video, LABELS, 30)
    assert log_lines.count(result.warnings[0]) == 1
    assert 'STCLIP without a checkpoint' in result.warnings[0]
    assert result.banners == ('untrained model: scores mean nothing',)


def test_plain_clip_and_checkpoints_are_trained(
    config, detector, video, tmp_path, log_lines
):
    file = tmp_path / 'iter_1.pth'
    torch.save(dict(state_dict=MODELS.build(config.model).state_dict()), file)
    infer = ActionInferencer(config, file, 'cpu', detector)
    assert infer(video, LABELS, 30).banners == ()
    assert not any('untrained' in line for line in log_lines)


def test_other_colours_than_clip_s_are_told_of(config, detector, video):
    config.model.data_preprocessor = dict(
        type='KeyframeDataPreprocessor', mean=[0, 0, 0]
    )
    infer = ActionInferencer(config, device='cpu', detector=detector)
    lines = infer(video, LABELS, 30).warnings
    assert any('data_preprocessor.mean is [0, 0, 0]' in x for x in lines)


@pytest.mark.parametrize('shape', [(360, 480), (360, 60), (90, 400)])
def test_banners_lie_over_the_lower_edge(shape):
    image = np.full((*shape, 3), 90, np.uint8)
    drawn = with_banner(image, ['small demo weights: not for real video'])
    assert drawn.shape == image.shape
    assert reds(drawn)[-1] > 0.5 and (image == 90).all()
    assert np.array_equal(with_banner(image, []), image)


def test_drawn_frames_keep_their_size(infer, video):
    plain = open_video(video).read([0])[0]
    result = dataclasses.replace(infer(video, LABELS, 30), segments=())
    frame, _ = next(result.annotated_frames())
    assert frame.shape == (4 * plain.shape[0], 4 * plain.shape[1], 3)
