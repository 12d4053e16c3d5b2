"""What exported programs cost in frame mAP, on a few keyframes."""

import torch
from mmengine.dataset import pseudo_collate
from small_data_set import detector_config
from tiny_model import ONE_LAYER

from stclip.benchmarking import exported_accuracy
from stclip.benchmarking.annotated_keyframes import annotated_keyframes
from stclip.registry import METRICS, MODELS

MODEL = dict(type='CLIPBaseline', clip=dict(arch=ONE_LAYER))


def test_rows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cfg = detector_config(tmp_path, MODEL, num_frames=1)
    cfg.test_evaluator = dict(type='FrameMAP')
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
            found = model.eval().test_step(pseudo_collate([sample]))
            metric.process({}, [each.to_dict() for each in found])
    expected = metric.evaluate(len(dataset))['ground_truth/frame_mAP@0.5']
    assert float(rows[0][1]) == round(100 * expected, 2) > 0
    assert float(rows[0][2]) == 0 < float(rows[1][2]) < 0.05
    assert float(rows[2][2]) < 1e-5
