"""Real clips of J-HMDB that end before their annotation does."""

from pathlib import Path

import pytest
import torch

from stclip.registry import DATASETS, METRICS

pytestmark = pytest.mark.shared
ROOT = Path(__file__).parents[2]
# Frames that can be decoded, and that are annotated.
CLIPS = {
    'The_Slow_Clap_clap_u_cm_np1_fr_med_4': (27, 33),
    'The_Slow_Clap_clap_u_nm_np1_fr_bad_20': (18, 25),
}


@pytest.fixture
def build(shared_dir):
    folder = shared_dir / 'realdata' / 'jhmdb'
    release = folder / 'st-clip'

    def build(beyond_end):
        return DATASETS.build(
            dict(
                type='CocoKeyframeDataset',
                ann_file=str(release / 'jhmdb_test_gt_min.json'),
                label_file=str(release / 'all_label.txt'),
                label_split=str(ROOT / 'data/splits/zs_jhmdb/split1.yaml'),
                data_prefix=dict(video=str(folder / 'videos')),
                det_file=str(release / 'jhmdb_faster_RCNN_person.json'),
                subset='test',
                test_mode=True,
                box_sources=['detected', 'ground_truth'],
                pipeline=[
                    dict(type='LoadKeyframe', size=32, beyond_end=beyond_end),
                    dict(type='CropPersons', size=32),
                    dict(type='PackKeyframe'),
                ],
            )
        )

    return build


def stale_places(dataset):
    """Places of the clips' samples in the data set, stale or not."""
    return [
        place
        for place in range(len(dataset))
        if dataset.get_data_info(place)['video'] in CLIPS
    ]


def perfect(sample):
    """What would be found if every person were classified rightly."""
    boxes = sample.proposals.bboxes
    probs = sample.gt_instances.labels.repeat(len(boxes), 1)[: len(boxes)]
    sample.pred_instances = dict(
        bboxes=boxes,
        box_scores=torch.ones(len(boxes)),
        action_probs=probs,
        scores=probs,
    )
    return sample.to_dict()


def test_annotation_after_the_end_counts_as_missed(build):
    """13 of 58 keyframes: no person is looked at, the recall is 45/58."""
    dataset = build('skip')
    metric = METRICS.build(dict(type='FrameMAP'))
    beyond = []
    for place in stale_places(dataset):
        info, packed = dataset.get_data_info(place), dataset[place]
        sample = packed['data_samples']
        assert len(sample.gt_instances.bboxes) == 1
        end, _ = CLIPS[sample.video]
        assert sample.beyond_end == (info['frame_idx'] >= end)
        if sample.beyond_end:
            assert len(info['boxes']) > 0  # made on the pictures, not on this
            assert len(sample.proposals) == len(packed['inputs']['crops']) == 0
            beyond.append((sample.video, sample.frame_idx, sample.box_source))
        else:
            assert len(sample.proposals) == len(info['boxes'])
        if sample.box_source == 'ground_truth':
            metric.process(None, [perfect(sample)])
    assert sorted(beyond) == sorted(
        (name, frame, source)
        for name, (end, annotated) in CLIPS.items()
        for frame in range(end, annotated)
        for source in ('detected', 'ground_truth')
    )
    assert len(beyond) == 2 * 13
    (value,) = metric.compute_metrics(metric.results).values()
    assert value == pytest.approx(45 / 58, abs=1e-12)


def test_annotation_after_the_end_is_an_error_unless_allowed(build):
    dataset = build('error')
    last = stale_places(dataset)[-1]
    message = r'is frame 32 \(counted from 0\), but .* ends after 27 frames'
    with pytest.raises(ValueError, match=message):
        dataset.pipeline(dataset.get_data_info(last))
