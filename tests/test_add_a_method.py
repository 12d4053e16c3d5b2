"""The method that docs/how_to/add_a_method.md adds, as it stands there."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest
import torch
import yaml
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import DefaultScope
from torch.nn import functional as F

from stclip.benchmarking.accuracy import rows
from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / 'docs/how_to/add_a_method.md').read_text()
NAME = 'WeighedFramesRecognizer'


def blocks(language):
    return re.findall(rf'(?ms)^```{language}\n(.*?)^```', PAGE)


@pytest.fixture(scope='module')
def method(tmp_path_factory):
    """The page's model, from its file and config."""
    code, config = blocks('python')
    folder = tmp_path_factory.mktemp('method')
    file = folder / 'weighed.py'
    file.write_text(code)
    spec = importlib.util.spec_from_file_location('weighed', file)
    module = importlib.util.module_from_spec(spec)
    sys.modules['weighed'] = module
    spec.loader.exec_module(module)
    (folder / 'configs').symlink_to(ROOT / 'configs')
    path = folder / 'weighed_zs_stage.py'
    path.write_text(config.replace('../_base_', 'configs/_base_'))
    with (
        pytest.MonkeyPatch.context() as patch,
        DefaultScope.overwrite_default_scope('stclip'),
    ):
        patch.chdir(ROOT)  # the small CLIP lies there
        yield MODELS.build(Config.fromfile(path).model)
    MODELS.module_dict.pop(NAME)
    del sys.modules['weighed']


def batch(model):
    samples = []
    labels = LabelSpace(('sit_down', 'run', 'wave_flag'))
    for target in (2, 0):
        sample = ActionDataSample(metainfo=dict(label_space=labels))
        sample.set_gt_label(target)
        frames = torch.randint(0, 256, (model.num_frames, 3, 96, 96))
        frames = frames.to(torch.uint8)
        samples.append(dict(inputs=frames, data_samples=sample))
    return model.data_preprocessor(pseudo_collate(samples), True)


def test_it_is_short():
    lines = [line for kind in ('python', 'yaml') for line in blocks(kind)]
    assert len(''.join(lines).splitlines()) < 60


def test_it_scores_labels_by_weighed_frames(method):
    data = batch(method)
    method.weights.data = torch.arange(8.0)
    with torch.no_grad():
        found = method(**data, mode='tensor')[:, 0]
        names = ['sit down', 'run', 'wave flag']
        text = F.normalize(method.clip.encode_labels(names), dim=-1)
        for video, logits in zip(data['inputs'], found, strict=True):
            mean = sum(
                weight * F.normalize(method.clip.project(frame), dim=-1)
                for weight, frame in zip(
                    torch.arange(8.0).softmax(0),
                    method.clip.encode_images(video),
                    strict=True,
                )
            )
            cosines = F.cosine_similarity(text, mean[None])
            expected = method.clip.logit_scale * cosines
            torch.testing.assert_close(logits, expected, rtol=0, atol=1e-3)


def test_its_scores_are_not_rounded(method):
    """Nor those of the methods that are there, under autocast."""
    data = batch(method)
    with torch.no_grad(), torch.autocast('cpu', torch.bfloat16):
        found = method(**data, mode='tensor')
    assert found.dtype == torch.float32
    assert (found != found.bfloat16().float()).float().mean() > 0.9


def test_it_learns_its_weights(method):
    method.train()
    losses = method(**batch(method), mode='loss')
    losses['loss_classes'].backward()
    assert method.weights.grad.abs().max() > 0


def test_its_row_is_one_of_the_benchmark():
    [text] = blocks('yaml')
    [(title, values)] = yaml.safe_load(text).items()
    row = rows._row('page', title, values)
    assert row.run.model.config == 'weighed/weighed_zs_stage'
    assert row.run.model.trained and not row.control
