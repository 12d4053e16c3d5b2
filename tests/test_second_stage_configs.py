"""Recognisers behind the detector, and STDD: their configs build and work."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, SIZE, make_keyframe

from stclip.registry import MODELS, TRANSFORMS
from stclip.text.describe import describe
from stclip.text.label_list import read_label_list
from stclip.text.label_space import LabelSpace

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_dasti_on_tubes():
    """As many frames in a tube as the recogniser takes."""
    config = Config.fromfile('configs/da_sti/dasti_zs_jhmdb_split1.py')
    recognizer = config.model.recognizer
    for loader in (config.train_dataloader, config.test_dataloader):
        steps = list(map(TRANSFORMS.build, loader.dataset.pipeline))
        (tubes,) = (s for s in steps if type(s).__name__ == 'CropTubes')
        assert tubes.num_frames == recognizer.num_frames
    recognizer.clip.update(arch=ARCH, pretrained=None, trained_layers=1)
    model = MODELS.build(config.model)
    sample = make_keyframe(2)
    shape = 2, recognizer.num_frames, 3, SIZE, SIZE
    sample['inputs']['crops'] = torch.randint(0, 256, shape).to(torch.uint8)
    (found,) = model.test_step(pseudo_collate([sample]))
    scores = found.pred_instances.action_probs
    assert scores.shape == (2, 4) and scores.isfinite().all()


def test_stdd_on_zs_stage():
    config = Config.fromfile('configs/stdd/stdd_zs_stage.py')
    config.model.num_templates = 1
    model = MODELS.build(config.model)
    files = config.test_dataloader.dataset
    labels = describe(
        LabelSpace(read_label_list('data/labels/zs_stage.txt')[:3]),
        files.attribute_file,
        files.graph_file,
    )
    # The plain name and the clauses of three kinds of relations.
    text = model.text(labels)
    assert text.class_idx.bincount().tolist() == [15, 15, 15]
    videos = torch.randn(1, config.model.num_frames, 3, 96, 96)
    with torch.no_grad():
        scores = model.eval().score(videos, text)
    assert scores.shape == (1, 3) and scores.abs().max() <= 1
