"""Recognisers behind the detector: their configs build and work."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, SIZE, make_keyframe

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS, TRANSFORMS

ROOT = Path(__file__).parents[1]
JHMDB = LabelSpace(('kick_ball', 'shoot_bow'))


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize('method', ['da_sti/dasti', 'stdd/stdd'])
def test_recogniser_on_tubes(method):
    """As many frames in a tube as it takes, and texts for its labels."""
    config = Config.fromfile(f'configs/{method}_zs_jhmdb_split1.py')
    recognizer = config.model.recognizer
    for loader in (config.train_dataloader, config.test_dataloader):
        steps = {
            step.type: TRANSFORMS.build(step)
            for step in loader.dataset.pipeline
        }
        assert steps['CropTubes'].num_frames == recognizer.num_frames
        described = steps['DescribeLabels'](dict(label_space=JHMDB))
    labels = described['label_space']
    # DA-STI's keywords; STDD's clauses of three kinds of relations.
    texts = labels.keywords if 'dasti' in method else labels.clauses
    assert min(map(len, texts)) >= 3
    recognizer.clip.update(arch=ARCH, pretrained=None)
    if recognizer.clip.trained_layers != 'all':
        recognizer.clip.trained_layers = 1
    model = MODELS.build(config.model)
    sample = make_keyframe(2, labels=labels)
    sample['data_samples'].proposals.labels = torch.eye(2)
    shape = 2, recognizer.num_frames, 3, SIZE, SIZE
    sample['inputs']['crops'] = torch.randint(0, 256, shape).to(torch.uint8)
    data = model.data_preprocessor(pseudo_collate([sample]), training=True)
    losses = model(**data, mode='loss')
    total = sum(losses.values())
    total.backward()
    patches = model.recognizer.clip.visual.conv1.weight.grad
    if 'stdd' in method:  # which trains the whole image tower
        assert patches.abs().max() > 0
    assert total.isfinite()
    (found,) = model.test_step(pseudo_collate([sample]))
    scores = found.pred_instances.action_probs
    assert scores.shape == (2, 2) and scores.isfinite().all()
