"""What prompted texts depend on."""

import pytest
import torch
from mmengine.dataset import pseudo_collate
from small_data_set import detector_config
from tiny_model import ARCH
from torch.nn import functional as F

from stclip.benchmarking import prompting
from stclip.benchmarking.prompting import spread_of
from stclip.registry import MODELS
from stclip.utils.errors import UserError

MODEL = dict(
    type='STCLIP',
    clip=dict(arch=ARCH, lora_rank=2),
    temporal=dict(num_frames=3),
)


def test_parts_of_a_variance():
    """Directions of their own: one of labels, one of persons, one of both."""
    by_label, by_person = torch.tensor([1.0, -1]), torch.tensor([1.0, 0, -1])
    shape = 3, 2
    texts = torch.stack(
        [
            3 * by_label.expand(shape),
            2 * by_person[:, None].expand(shape),
            by_person[:, None] * by_label,
            torch.full(shape, 5.0),
        ],
        dim=-1,
    )
    # Mean squares 9, 4 * 2/3 and 2/3.
    found = spread_of(texts)
    parts = torch.tensor([9, 8 / 3, 2 / 3])
    expected = (parts / parts.sum()).tolist()
    assert [found.labels, found.persons, found.both] == pytest.approx(expected)


@pytest.fixture
def cfg(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return detector_config(tmp_path, MODEL, num_frames=3)


def save(cfg, change):
    """A checkpoint whose prompting layers are changed."""
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    for layer in model.prompting.values():
        change(layer)
    torch.save(dict(state_dict=model.state_dict()), 'trained.pth')
    return model.eval()


def cells(cfg):
    row = prompting.table(cfg, 'trained.pth', 4).splitlines()[-1]
    return [float(cell) for cell in row.strip('| ').split(' | ')]


def test_what_looks_nowhere_is_of_labels_alone(cfg):
    """Prompts that are not laid on leave the texts as they are."""
    save(cfg, lambda layer: layer.rho.data.zero_())
    assert cells(cfg) == [4, 1, 100, 0, 0]


def test_what_looks_is_told(cfg):
    def strengthen(layer):
        for weight in layer.attention.parameters():
            weight.data.mul_(20)

    model = save(cfg, strengthen)
    count, cosine, labels, persons, both = cells(cfg)
    assert count == 4 and cosine < 0.99
    assert labels + persons + both == pytest.approx(100, abs=1e-3)
    assert persons > 1 and both > 0
    # By hand, a keyframe at a time.
    dataset = prompting.annotated_keyframes(cfg)
    found = []
    with torch.inference_mode():
        for sample in dataset:
            data = model.data_preprocessor(pseudo_collate([sample]))
            text = model.encode_labels(sample['data_samples'].label_space)
            batch = data['inputs']
            views, _ = model.encode_views(batch)
            context = model.context_tokens(batch)
            _, prompted = model.interact(views, context, text, batch.persons)
            found.append(F.cosine_similarity(prompted, text, dim=-1))
    expected = torch.cat(found).mean().item()
    assert cosine == pytest.approx(expected, abs=1e-3)


def test_nothing_is_prompted(cfg):
    cfg.model.prompted_layers = 'none'
    with pytest.raises(UserError, match='prompted_layers is none'):
        prompting.table(cfg, 'there_is_none.pth', 4)
