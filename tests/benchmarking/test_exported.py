"""The benchmark of exported models compares like with like."""

from mmengine.config import Config
from tiny_model import ONE_LAYER, SIZE

from stclip.benchmarking.speed import exported


def test_a_row(monkeypatch):
    """Both sides have the same weights: all but rounding is the same."""
    pipeline = [
        dict(type='LoadKeyframe', size=SIZE, num_frames=3),
        dict(type='CropPersons', size=SIZE),
        dict(type='PackKeyframe'),
    ]
    cfg = Config(
        dict(
            model=dict(type='CLIPBaseline', clip=dict(arch=ONE_LAYER)),
            test_dataloader=dict(dataset=dict(pipeline=pipeline)),
        )
    )
    monkeypatch.setattr(exported, '_config', lambda name: cfg)
    options = exported.Options(('tiny',), ('torch',), 2, 4, 1)
    _, name, form, *times, ratio, difference, _, _ = [
        cell.strip()
        for cell in exported.measure('tiny', 'torch', options).split('|')
    ]
    assert (name, form) == ('tiny', 'torch')
    assert all(float(time) > 0 for time in times) and float(ratio) > 0
    assert float(difference) < 1e-6
