"""What exported programs cost in frame mAP, on a few keyframes."""

import torch
from mmengine.config import Config
from small_data_set import CONFIG, make_data_set
from tiny_model import ARCH, SIZE

from stclip.benchmarking import exported_accuracy
from stclip.benchmarking.annotated_keyframes import annotated_keyframes
from stclip.registry import METRICS, MODELS

STEPS = [
    dict(type='LoadKeyframe', size=SIZE, num_frames=1),
    dict(type='CropPersons', size=SIZE),
    dict(type='PackKeyframe'),
]
MODEL = dict(
    type='CLIPBaseline',
    clip=dict(arch=dict(ARCH, vision_cfg=dict(ARCH['vision_cfg'], layers=1))),
)


def test_rows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_data_set(tmp_path)
    file = tmp_path / 'mine.py'
    file.write_text(CONFIG)
    cfg = Config.fromfile(file)
    cfg.model, cfg.test_evaluator = MODEL, dict(type='FrameMAP')
    cfg.test_dataloader.dataset.pipeline = STEPS
    model = MODELS.build(MODEL)
    torch.save(dict(state_dict=model.state_dict()), 'trained.pth')
    monkeypatch.setattr(exported_accuracy, 'FORMS', dict(torch='.pt2'))
    table = exported_accuracy.table(cfg, 'trained.pth')
    _, _, *rows = (
        [cell.strip() for cell in line.strip('|').split('|')]
        for line in table.splitlines()
    )
    assert [row[0] for row in rows] == [
        *('float32', 'bfloat16', 'exported, torch')
    ]
    # By hand: what the model itself says of the annotated boxes.
    dataset = annotated_keyframes(cfg)
    metric = METRICS.build(cfg.test_evaluator)
    with torch.inference_mode():
        for sample in dataset:
            data = dict(
                inputs={k: [v] for k, v in sample['inputs'].items()},
                data_samples=[sample['data_samples']],
            )
            found = model.eval().test_step(data)
            metric.process({}, [each.to_dict() for each in found])
    expected = metric.evaluate(len(dataset))['ground_truth/frame_mAP@0.5']
    assert float(rows[0][1]) == round(100 * expected, 2) > 0
    assert float(rows[0][2]) == 0 < float(rows[1][2]) < 0.05
    assert float(rows[2][2]) < 1e-5
