"""Classifiers of videos behind the detector: their configs build and work."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from tiny_model import LONG_ARCH, make_keyframe

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS, TRANSFORMS

ROOT = Path(__file__).parents[1]
LABELS = LabelSpace(('kick_ball', 'shoot_bow'))
FILES = {
    path.relative_to(ROOT).as_posix(): Config.fromfile(path)
    for path in sorted(ROOT.glob('configs/*/*_split1.py'))
}
CONFIGS = [
    name
    for name, config in FILES.items()
    if config.model.type == 'VideoLabelDetector'
]


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_both_data_sets_have_one():
    assert any('jhmdb' in name for name in CONFIGS)
    assert any('ucf' in name for name in CONFIGS)


@pytest.mark.parametrize('name', CONFIGS)
def test_frames_are_the_recognisers(name):
    """Drawn in training, the middle ones in testing."""
    config = Config.fromfile(name)
    for loader in (config.train_dataloader, config.test_dataloader):
        dataset = loader.dataset
        steps = {
            step.type: TRANSFORMS.build(step) for step in dataset.pipeline
        }
        video = steps['LoadWholeVideo']
        assert video.num_frames == config.model.recognizer.num_frames
        assert video.test_mode == bool(dataset.get('test_mode'))


@pytest.mark.parametrize('name', CONFIGS)
def test_recipe_of_the_paper(name):
    """Table of ST-CLIP's comparison: 1000 steps of 8, rate 2e-4."""
    config = Config.fromfile(name)
    assert config.train_cfg.max_iters == 1000
    assert config.train_dataloader.batch_size == 8
    # What is drawn is a video, not a keyframe.
    assert config.train_dataloader.sampler == dict(type='VideoSampler')
    optimizer = config.optim_wrapper.optimizer
    assert (optimizer.type, optimizer.lr) == ('SGD', 2e-4)
    (warm_up,) = config.param_scheduler
    assert warm_up.start_factor == 0.25
    assert warm_up.end == (1000 if 'ucf' in name else 700)


@pytest.mark.parametrize('name', CONFIGS)
def test_loss_is_finite_and_all_persons_get_one_answer(name):
    config = Config.fromfile(name)
    recognizer = config.model.recognizer
    recognizer.clip.update(arch=LONG_ARCH, pretrained=None)
    model = MODELS.build(config.model)
    sample = make_keyframe(2, recognizer.num_frames, labels=LABELS)
    sample['data_samples'].proposals.labels = torch.eye(2)[:1].repeat(2, 1)
    data = model.data_preprocessor(pseudo_collate([sample]), training=True)
    total = sum(model.train()(**data, mode='loss').values())
    total.backward()
    assert total.isfinite()
    (found,) = model.eval().test_step(pseudo_collate([sample]))
    first, second = found.pred_instances.action_probs
    assert torch.equal(first, second) and first.isfinite().all()
