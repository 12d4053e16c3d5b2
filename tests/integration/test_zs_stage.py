"""The way from rendered videos to frame mAP, by our tools and mmaction2's."""

import json
from pathlib import Path

import mmaction
import numpy as np
import pytest
from forks import run_python

from stclip.apis.box_recall import recall_of_files
from stclip.cli.detect_persons import command as detect_persons

ROOT = Path(__file__).parents[2]
CONFIG = 'configs/zs_stage_single.py'
DETECTOR = 'configs/person_detector/zs_stage_tiny.py'
DETECTOR_WEIGHTS = (
    'data/pretrained/tiny_person_detector/tiny_person_detector.pth'
)
MMACTION_TOOLS = Path(mmaction.__file__).parent / '.mim' / 'tools'
NUM_ITERS = 3
UNSEEN = 9
# Every second of the ten frames of the one test video of each action.
KEYFRAMES = UNSEEN * 3


def run(tool, *words):
    code = f'import runpy; runpy.run_path({str(tool)!r}, run_name="__main__")'
    done = run_python(code, *words)
    assert done.returncode == 0, done.output[-3000:]


@pytest.fixture(scope='module')
def data_root(tiny_stage, tmp_path_factory):
    """The single-action track, small, with the persons found by mmdet."""
    root = tmp_path_factory.mktemp('single')
    for name in ('annotations', 'frames'):
        (root / name).symlink_to(tiny_stage.root / 'single' / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        detect_persons.main(
            [
                DETECTOR,
                f'--checkpoint={DETECTOR_WEIGHTS}',
                f'--annotations={root}/annotations/test.json',
                f'--videos={root}/frames',
                f'--out={root}/detections/test.json',
            ],
            standalone_mode=False,
        )
    return root


@pytest.fixture(scope='module')
def options(data_root):
    root = data_root
    return [
        '--cfg-options',
        f'train_cfg.max_iters={NUM_ITERS}',
        'train_dataloader.num_workers=0',
        'train_dataloader.persistent_workers=False',
        'test_dataloader.num_workers=0',
        f'train_dataloader.dataset.data_root={root}',
        f'test_dataloader.dataset.data_root={root}',
        'default_hooks.logger.interval=1',
    ]


@pytest.fixture(scope='module')
def trained(options, tmp_path_factory):
    """Work dir of tools/train.py."""
    folder = tmp_path_factory.mktemp('ours')
    paths = ('--work-dir', folder, '--seed', 0)
    run('tools/train.py', CONFIG, *paths, *options)
    return folder


def losses_of(folder: Path) -> list[float]:
    (file,) = folder.glob('*/vis_data/scalars.json')
    entries = map(json.loads, file.read_text().splitlines())
    return [entry['loss'] for entry in entries if 'loss' in entry]


def test_shipped_detector_finds_the_persons(data_root):
    _, recalls = recall_of_files(
        data_root / 'annotations' / 'test.json',
        data_root / 'detections' / 'test.json',
    )
    assert recalls['all']['any'] >= 0.9


def test_every_step_of_training_has_a_finite_loss(trained):
    losses = losses_of(trained)
    assert len(losses) == NUM_ITERS
    assert np.isfinite(losses).all()


def test_mmaction_train_script_takes_the_same_steps(
    trained, options, tmp_path
):
    paths = ('--work-dir', tmp_path, '--seed', 0)
    run(MMACTION_TOOLS / 'train.py', CONFIG, *paths, *options)
    assert losses_of(tmp_path) == losses_of(trained)


def test_both_test_scripts_give_the_same_result(trained, options, tmp_path):
    checkpoint = trained / f'iter_{NUM_ITERS}.pth'
    metrics = []
    for name, tool, more in (
        ('ours', 'tools/test.py', ['--report']),
        ('theirs', MMACTION_TOOLS / 'test.py', []),
    ):
        folder = tmp_path / name
        words = ['--work-dir', folder, *options, *more]
        run(tool, CONFIG, checkpoint, *words)
        (file,) = folder.glob('*/*[0-9].json')
        values = json.loads(file.read_text())
        metrics.append({k: v for k, v in values.items() if 'frame_mAP' in k})
        (file,) = folder.glob('*/detections_ground_truth.json')
        content = json.loads(file.read_text())
        assert len(content['eval_labels']) == UNSEEN
        assert len(content['detections']) == KEYFRAMES
    assert metrics[0] == metrics[1]
    for source in ('detected', 'ground_truth'):
        (page,) = tmp_path.glob(f'ours/*/report_{source}/report.html')
        mean = metrics[0][f'{source}/frame_mAP@0.5']
        assert f'<td>{100 * mean:.2f}</td>' in page.read_text()
    assert sorted(metrics[0]) == [
        'detected/frame_mAP@0.5',
        'detected/voted/frame_mAP@0.5',
        'ground_truth/frame_mAP@0.5',
        'ground_truth/voted/frame_mAP@0.5',
    ]
    assert all(0 < value < 1 for value in metrics[0].values())
