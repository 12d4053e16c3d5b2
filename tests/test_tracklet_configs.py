"""Recognisers on tracklets: their configs build and work."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from tiny_model import LABELS, LONG_ARCH, SIZE, make_keyframe

from stclip.datasets.tracklets import write_tracklets
from stclip.engine.type_check import check_types
from stclip.registry import MODELS, TRANSFORMS

ROOT = Path(__file__).parents[1]
NAMES = ('vita_clip_zs_ava_split1', 'vita_clip_zs_stage_multi')


@pytest.fixture(params=NAMES)
def config(request, monkeypatch):
    monkeypatch.chdir(ROOT)
    return Config.fromfile(f'configs/vita_clip/{request.param}.py')


def test_steps_fit_the_recogniser_and_the_boxes(config, tmp_path):
    """As many frames; a file for each source of boxes; drawn to train."""
    path = tmp_path / 'a.csv'
    write_tracklets(path, 'seconds', [('a', [(1, 0, 0, 1, 1, 1)])])
    size = config.model.recognizer.get('clip').arch.endswith('.json')
    for task in ('train', 'test'):
        check_types(config, task)
        dataset = config[f'{task}_dataloader'].dataset
        (step,) = (s for s in dataset.pipeline if s.type == 'CropTracklets')
        sources = dataset.get('box_sources', ['ground_truth'])
        assert sorted(step.files) == sorted(sources)
        folder = f'{dataset.data_root}/tracklets/'
        assert all(each.startswith(folder) for each in step.files.values())
        step.files = dict.fromkeys(step.files, str(path))
        built = TRANSFORMS.build(step)
        frames = config.model.recognizer.num_frames
        side = 96 if size else 224
        assert built.shape == (frames, 3, side, side)
        assert built.test_mode == (task == 'test')
        assert built.view == 'person_crop'


def test_tracklets_that_are_missing_are_told(config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for task in ('train', 'test'):
        pipeline = config[f'{task}_dataloader'].dataset.pipeline
        (step,) = (s for s in pipeline if s.type == 'CropTracklets')
        with pytest.raises(FileNotFoundError, match='stclip link-persons'):
            TRANSFORMS.build(step)


def test_recipe_of_the_paper():
    """Table 10: 10,000 steps of 8, rate 4e-4, 1000 of them warm-up."""
    config = Config.fromfile(ROOT / f'configs/vita_clip/{NAMES[0]}.py')
    assert config.train_cfg.max_iters == 10000
    optimizer = config.optim_wrapper.optimizer
    assert (optimizer.type, optimizer.lr) == ('SGD', 4e-4)
    (warm_up,) = config.param_scheduler
    assert (warm_up.start_factor, warm_up.end) == (0.25, 1000)


def test_model_learns_and_predicts_on_a_tiny_clip(config):
    """Poses by one softmax, other actions by a sigmoid each."""
    recognizer = config.model.recognizer
    recognizer.clip.update(arch=LONG_ARCH, pretrained=None)
    model = MODELS.build(config.model)
    sample = make_keyframe(2)
    shape = 2, recognizer.num_frames, 3, SIZE, SIZE
    tracklets = torch.randint(0, 256, shape).to(torch.uint8)
    sample['inputs']['crops'] = tracklets
    data = model.data_preprocessor(pseudo_collate([sample]), training=True)
    losses = model.train()(**data, mode='loss')
    assert set(losses) == {'loss_exclusive', 'loss_independent'}
    sum(losses.values()).backward()
    for name, weights in model.named_parameters():
        assert weights.requires_grad == (weights.grad is not None), name
    (found,) = model.eval().test_step(pseudo_collate([sample]))
    exclusive = torch.tensor(LABELS.exclusive)
    probs = found.pred_instances.action_probs
    torch.testing.assert_close(probs[:, exclusive].sum(dim=1), torch.ones(2))
    # What persons get is the recogniser's answer for their video.
    own = model.recognizer
    videos = model.data_preprocessor.normalise(tracklets)
    logits = own.logits(videos, own.text(LABELS))[:, ~exclusive]
    torch.testing.assert_close(probs[:, ~exclusive], logits.sigmoid())
