"""From the released boxes and the real annotation to frame mAP.

Everything but the model: ``CocoKeyframeDataset`` reads and filters, class
scores come from the reference file or are perfect, ``FrameMAP`` evaluates.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from stclip.registry import DATASETS, METRICS

pytestmark = pytest.mark.shared
ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get('STCLIP_SHARED', 'absent'))
LAST_PIXEL = [319, 239, 319, 239]


def has_our_boxes(path):
    """Made with the paper's choice of boxes, which is ours too."""
    rule = json.loads(path.read_text()).get('box_rule', '')
    return rule.startswith('top score S')


FILES = [
    path
    for path in sorted(SHARED.glob('fixtures/frame_map/jhmdb_split*.json'))
    if has_our_boxes(path)
]


@pytest.fixture(scope='module')
def read(tmp_path_factory):
    """Samples of a label split; the videos themselves are not needed."""
    folder = SHARED / 'realdata' / 'jhmdb' / 'st-clip'
    content = json.loads((folder / 'jhmdb_test_gt_min.json').read_text())
    videos = tmp_path_factory.mktemp('videos')
    for name in {image['movie'] for image in content['images']}:
        (videos / name).mkdir()

    def build(split):
        dataset = DATASETS.build(
            dict(
                type='CocoKeyframeDataset',
                ann_file=str(folder / 'jhmdb_test_gt_min.json'),
                label_file=str(folder / 'all_label.txt'),
                label_split=str(
                    ROOT / f'data/splits/zs_jhmdb/split{split}.yaml'
                ),
                data_prefix=dict(video=str(videos)),
                det_file=str(folder / 'jhmdb_faster_RCNN_person.json'),
                det_thr=0.001,
                subset='test',
                test_mode=True,
                box_sources=['detected'],
                pipeline=[],
            )
        )
        infos = map(dataset.get_data_info, range(len(dataset)))
        return {info['image_id']: info for info in infos}

    return build


def evaluate(samples, iou_thr=0.5):
    """Frame mAP of (info, class probabilities) pairs, plain and voted."""
    metric = METRICS.build(
        dict(type='FrameMAP', iou_thr=iou_thr, soft_voting=True)
    )
    for info, probs in samples:
        probs = np.asarray(probs, dtype=np.float64)
        probs = probs.reshape(-1, len(info['label_space']))
        scores = info['box_scores'].astype(np.float64)
        predicted = dict(
            bboxes=info['boxes'],
            box_scores=scores,
            action_probs=probs,
            scores=probs * scores[:, None],
        )
        annotated = dict(bboxes=info['gt_boxes'], labels=info['gt_labels'])
        sample = info | dict(pred_instances=predicted, gt_instances=annotated)
        metric.process(None, [sample])
    result = metric.compute_metrics(metric.results)
    return tuple(
        result[f'detected/{kind}frame_mAP@{iou_thr:g}']
        for kind in ('', 'voted/')
    )


def test_there_are_reference_files():
    assert FILES


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_reference_scores(read, path):
    """The reference's boxes are those that are read and kept here."""
    content = json.loads(path.read_text())
    infos = read(content['split'])
    names = infos[next(iter(infos))]['label_space'].names
    columns = [content['labels'].index(name) for name in names]
    samples = []
    for entry in content['detections']:
        info = infos.pop(entry['image_id'])
        boxes = np.reshape(entry['boxes'], (-1, 4))
        # The authors cut boxes at the last pixel, we at the picture's edge.
        np.testing.assert_array_equal(
            np.minimum(info['boxes'], LAST_PIXEL), boxes
        )
        np.testing.assert_array_equal(
            info['box_scores'], np.float32(entry['det_scores'])
        )
        scores = np.reshape(entry['scores'], (len(boxes), -1))[:, columns]
        samples.append((info, scores / info['box_scores'][:, None]))
    assert not infos
    plain, _ = evaluate(samples, content['iou_threshold'])
    assert plain == pytest.approx(content['mAP'], abs=1e-9)


@pytest.mark.parametrize('split, expected', [(1, 95.34), (2, 91.93)])
def test_perfect_classes(read, split, expected):
    """What the released boxes allow, in percent; voting changes nothing."""
    samples = [
        (info, np.repeat(info['gt_labels'][:1], len(info['boxes']), axis=0))
        for info in read(split).values()
    ]
    for value in evaluate(samples):
        assert 100 * value == pytest.approx(expected, abs=0.005)
