"""Each real data set, as a stand-in, from the download to the paper's table.

prepare -> detect persons -> train -> test -> tables, by our tools.
"""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import stand_ins
from tools_in_process import call_here, name_run

from stclip.benchmarking.accuracy import detection, process
from stclip.benchmarking.accuracy.rows import Run
from stclip.cli.benchmark import group
from stclip.cli.detect_persons import command as detect_persons
from stclip.cli.prepare import group as prepare_group

ROOT = Path(__file__).parents[2]
CLIP = 'data/pretrained/tiny_clip'
DETECTOR = 'configs/person_detector/zs_stage_tiny.py'
DETECTOR_WEIGHTS = (
    'data/pretrained/tiny_person_detector/tiny_person_detector.pth'
)
SIZE = 96


def options(root):
    """Small models, few steps, this copy of the data."""
    datasets = [f'{part}_dataloader.dataset' for part in ('train', 'test')]
    return [
        f'model.clip.arch={CLIP}/open_clip_config.json',
        f'model.clip.pretrained={CLIP}/tiny_clip.pt',
        'train_cfg.max_iters=2',
        'train_dataloader.batch_size=2',
        *(f'{name}.data_root={root}' for name in datasets),
        *(f'{name}.pipeline.0.size={SIZE}' for name in datasets),
        f'train_dataloader.dataset.pipeline.2.size={SIZE}',
        f'test_dataloader.dataset.pipeline.1.size={SIZE}',
        'train_dataloader.num_workers=0',
        'train_dataloader.persistent_workers=False',
        'test_dataloader.num_workers=0',
    ]


@pytest.fixture
def benchmark(tmp_path, monkeypatch):
    """Run a benchmark on prepared data; metrics by run, and the table."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(process, 'call', call_here)
    split_rows = detection.split_rows

    def run(name, root, extra=(), st_clip=(), words=()):
        def rows(name):
            for row in split_rows(name):
                model = replace(row.run.model, overrides=dict(st_clip))
                changed = replace(row, run=Run(model))
                yield changed if model.trained else row

        monkeypatch.setattr(detection, 'split_rows', lambda n: [*rows(n)])
        out = tmp_path / 'out'
        words = [name, '--splits', '1', '--seeds', '0', *words]
        words += ['--out', str(out), '--cfg-options', *options(root), *extra]
        group.main(words, standalone_mode=False)
        metrics = {
            file.parents[2].name: json.loads(file.read_text())
            for file in out.glob('*/*/*/metrics.json')
        }
        return metrics, (out / 'table.md').read_text()

    return run


def prepare(name, root, *extra):
    words = [name, f'--root={root}', '--workers=1', *extra]
    prepare_group.main(words, standalone_mode=False)
    return json.loads((root / 'annotations' / 'summary.json').read_text())


def detect(root, videos, out, suffix='json', weights=DETECTOR_WEIGHTS):
    detect_persons.main(
        [
            str(ROOT / DETECTOR),
            f'--checkpoint={ROOT / weights}',
            f'--annotations={root}/annotations/{suffix}',
            f'--videos={root}/{videos}',
            f'--out={root}/{out}',
        ],
        standalone_mode=False,
    )


def assert_all_measured(metrics, sources, measures):
    """Every run has every measure, and ground-truth boxes find something."""
    for values in metrics.values():
        assert sources <= {key.split('/')[0] for key in values}
        for measure in measures:
            assert 0 <= values[f'detected/{measure}'] <= 1
            assert 0 < values[f'ground_truth/{measure}'] <= 1


VIDEO = ('video_mAP@0.2', 'video_mAP@0.5', 'video_mAP@0.5:0.95')
SOURCES = {'detected', 'ground_truth'}


def test_zs_jhmdb(tmp_path, benchmark):
    root = tmp_path / 'jhmdb'
    stand_ins.lay_out_jhmdb(root)
    summary = prepare('jhmdb', root)
    assert summary['label split 1, train']['videos'] == 3
    assert summary['label split 1, test']['videos'] == 3
    detect(root, 'frames', 'detections/test.json', 'test.json')
    evaluator = 'test_evaluator.1'
    metrics, table = benchmark(
        'zs_jhmdb',
        root,
        [
            'test_dataloader.dataset.det_file=detections/test.json',
            'test_dataloader.dataset.det_thr=0.7',
            f'{evaluator}.tube_file={root}/annotations/tubes.json',
            f'{evaluator}.linking.min_length=5',
        ],
    )
    assert sorted(metrics) == ['zs_jhmdb_full_frame_split1', 'zs_jhmdb_split1']
    measures = ('frame_mAP@0.5', 'voted/frame_mAP@0.5', *VIDEO)
    assert_all_measured(metrics, SOURCES, measures)
    # The detector sees its own world: most boxes are found.
    ours = metrics['zs_jhmdb_split1']
    assert ours['detected/video_mAP@0.2'] > 0
    assert '| ST-CLIP, paper | 74.55 | 74.55 |' in table
    shown = f'{100 * ours["detected/frame_mAP@0.5"]:.2f}'
    assert f'| ST-CLIP | {shown} | {shown} |' in table


def test_zs_ucf_with_its_own_detector(tmp_path, benchmark, monkeypatch):
    """The detector is fine-tuned on the seen classes' boxes first."""
    root = tmp_path / 'ucf24'
    stand_ins.lay_out_ucf(root)
    summary = prepare('ucf24', root)
    assert summary['label split 1, train']['videos'] == 2
    # Untrimmed: every frame of the test videos is a keyframe.
    assert summary['label split 1, test']['keyframes'] == 2 * stand_ins.FRAMES
    monkeypatch.chdir(ROOT)
    work_dir = tmp_path / 'detector'
    tuned = fine_tune(root, work_dir)
    detect(root, 'videos', 'detections/split1.json', 'test.json', tuned)
    evaluator = 'test_evaluator.1'
    metrics, table = benchmark(
        'zs_ucf',
        root,
        [
            f'{evaluator}.tube_file={root}/annotations/tubes.json',
            f'{evaluator}.linking.min_length=5',
        ],
    )
    measures = ('frame_mAP@0.5', 'voted/frame_mAP@0.5', *VIDEO)
    assert_all_measured(metrics, SOURCES, measures)
    assert '| ST-CLIP, paper | 49.09 | 49.09 |' in table


def fine_tune(root, work_dir):
    """One epoch of configs/person_detector's UCF101-24 recipe, small."""
    from mmengine.config import Config

    from stclip.engine import launch

    cfg = Config.fromfile(
        'configs/person_detector/faster_rcnn_r50_fpn_ucf24_split1.py'
    )
    cfg.model = Config.fromfile(DETECTOR).model
    cfg.load_from = DETECTOR_WEIGHTS
    cfg.work_dir = str(work_dir)
    cfg.experiment_name = name_run()
    cfg.randomness = dict(seed=0)
    cfg.train_cfg.max_epochs = 1
    loader = cfg.train_dataloader
    loader.update(batch_size=2, num_workers=0, persistent_workers=False)
    loader.dataset.data_root = str(root)
    loader.dataset.pipeline[2].scale = (160, 120)
    cfg.default_hooks.logger.interval = 1
    launch.run(cfg, 'train')
    # Annotated frames 4 and 8 (from 0) of two videos, two at a time.
    (log,) = work_dir.glob('*/vis_data/scalars.json')
    losses = [json.loads(line)['loss'] for line in log.open()]
    assert len(losses) == 2 and all(map(math.isfinite, losses))
    return work_dir / 'epoch_1.pth'


def test_zs_ava(tmp_path, benchmark, monkeypatch):
    root = tmp_path / 'ava'
    stand_ins.lay_out_ava(root)
    summary = prepare('ava', root, '--max-train-videos=1')
    assert summary['train']['videos'] == 2
    assert summary['label split 2, train']['videos'] == 1
    detect(root, 'frames', 'detections/test.csv', 'ava_val_v2.2.csv')
    folder = root / 'annotations' / 'splits'
    metrics, table = benchmark(
        'zs_ava',
        root,
        st_clip={'model.num_interest_tokens': 20},
        words=(f'--label-splits={folder}',),
    )
    assert sorted(metrics) == [
        'zs_ava_full_frame_split1',
        'zs_ava_person_crop_split1',
        'zs_ava_split1',
    ]
    assert_all_measured(metrics, SOURCES, ('frame_mAP@0.5',))
    assert '| ST-CLIP, paper | 12.85 | 12.85 |' in table
