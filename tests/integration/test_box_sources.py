"""A test with boxes of two sources, a batch for all or one for each sample."""

import json

import pytest
import torch
from mmengine.config import Config
from mmengine.fileio import load
from small_data_set import BOX, make_data_set
from tiny_model import ARCH, SIZE

from stclip.engine.any_device import AnyDeviceRunner

MODELS = {
    'crops': dict(type='CLIPBaseline', view='person_crop'),
    'both': dict(type='CLIPBaseline', view='both'),
    'STCLIP': dict(type='STCLIP', temporal={}, num_interest_tokens=3),
}
#: Detected boxes -> distinct crops of the 4 keyframes.
DETECTED = {'coincide': (BOX, 4), 'differ': ([4.0, 5.0, 17.0, 18.0], 8)}
SOURCES = ['detected', 'ground_truth']


@pytest.fixture(params=DETECTED)
def data_set(request, tmp_path, monkeypatch):
    """Its folder, and how many crops there are to be looked at."""
    make_data_set(tmp_path)
    box, number = DETECTED[request.param]
    file = tmp_path / 'data' / 'boxes.json'
    found = [dict(each, bbox=box) for each in json.loads(file.read_text())]
    file.write_text(json.dumps(found))
    monkeypatch.chdir(tmp_path)
    return tmp_path, number


def run_test(folder, name, batch_size):
    """Metrics, predictions, and how many crops and frames were encoded."""
    cfg = Config.fromfile(folder / 'config.py')
    out = folder / f'{name}_{batch_size}'
    steps = [
        dict(type='LoadKeyframe', size=SIZE, num_frames=3),
        dict(type='CropPersons', size=SIZE),
        dict(type='PackKeyframe'),
    ]
    loader = dict(
        dataset=dict(cfg.test_dataloader.dataset, pipeline=steps),
        batch_size=batch_size,
        num_workers=0,
        sampler=dict(type='KeyframeSampler', shuffle=False),
        collate_fn=dict(type='pseudo_collate'),
    )
    runner = AnyDeviceRunner.from_cfg(
        Config(
            dict(
                default_scope='stclip',
                model=dict(MODELS[name], clip=dict(arch=ARCH)),
                test_dataloader=loader,
                test_cfg=dict(),
                test_evaluator=[
                    dict(type='FrameMAP', out_dir=str(out)),
                    dict(
                        type='DumpResults', out_file_path=str(out / 'all.pkl')
                    ),
                ],
                work_dir=str(out / 'run'),
                experiment_name=out.name,
                randomness=dict(seed=0),
            )
        )
    )
    encoded = []
    runner.model.clip.visual.ln_pre.register_forward_pre_hook(
        lambda _, args: encoded.append(len(args[0]))
    )
    metrics = runner.test()
    return metrics, load(out / 'all.pkl'), sum(encoded)


@pytest.mark.parametrize('name', MODELS)
def test_results_are_equal_and_pictures_are_looked_at_once(data_set, name):
    folder, crops = data_set
    together, of_all, encoded = run_test(folder, name, 8)
    alone, of_each, encoded_alone = run_test(folder, name, 1)
    assert together == pytest.approx(alone, abs=1e-9)
    assert min(together.values()) > 0 and len(together) == 2
    for one, other in zip(of_all, of_each, strict=True):
        for key in ('image_id', 'box_source'):
            assert one[key] == other[key]
        for key, value in one['pred_instances'].items():
            torch.testing.assert_close(
                value, other['pred_instances'][key], rtol=1e-6, atol=1e-5
            )
    assert [one['box_source'] for one in of_all[:2]] == SOURCES
    assert len(of_all) == 8
    # ST-CLIP's own sequence is each set of persons'.
    frames, own = dict(crops=(0, 0), both=(4, 0), STCLIP=(4, crops))[name]
    assert encoded == crops + frames + own
    frames, own = dict(crops=(0, 0), both=(8, 0), STCLIP=(8, 8))[name]
    assert encoded_alone == 8 + frames + own
    for source in SOURCES:
        files = [
            folder / f'{name}_{n}/detections_{source}.json' for n in (8, 1)
        ]
        one, other = (json.loads(file.read_text()) for file in files)
        assert one['image_ids'] == other['image_ids']
        for key in ('boxes', 'det_scores'):
            pairs = zip(one['detections'], other['detections'], strict=True)
            assert all(ours[key] == theirs[key] for ours, theirs in pairs)
