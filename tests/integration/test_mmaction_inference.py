"""mmaction2's own ways to recognise a video, with our configs."""

from pathlib import Path

import pytest
from mmaction.apis import (
    MMAction2Inferencer,
    inference_recognizer,
    init_recognizer,
)
from mmengine.config import Config
from synthetic_media import make_frames, write_video

ROOT = Path(__file__).parents[2]
CONFIGS = {
    'dasti': 'configs/da_sti/dasti_vit-b16_16f_zs_ucf101_split1.py',
    'stdd': 'configs/stdd/stdd_vit-b16_8f_zs_ucf101_split1.py',
    'dasti_zs_stage': 'configs/da_sti/dasti_zs_stage.py',
    'stdd_zs_stage': 'configs/stdd/stdd_zs_stage.py',
}
CLIP = 'data/pretrained/tiny_clip'


@pytest.fixture(scope='module', params=CONFIGS)
def config(request, tmp_path_factory):
    """Ours, but for the CLIP and the size of its pictures."""
    path = tmp_path_factory.mktemp('config') / 'small.py'
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        cfg = Config.fromfile(CONFIGS[request.param])
        cfg.model.clip.update(
            arch=f'{CLIP}/open_clip_config.json',
            pretrained=f'{CLIP}/tiny_clip.pt',
        )
        if 'dasti' in request.param:
            cfg.model.clip.trained_layers = 3
        else:
            cfg.model.num_templates = 1
        if 'zs_stage' not in request.param:
            for steps in (
                cfg.test_pipeline,
                cfg.test_dataloader.dataset.pipeline,
            ):
                steps[3].scale = (-1, 96)
                steps[4].crop_size = 96
        cfg.dump(path)
        yield str(path)


@pytest.fixture(scope='module')
def model(config):
    return init_recognizer(config, device='cpu')


def assert_probabilities(sample):
    labels = sample.label_space
    names = len(labels), labels.names[0]
    assert names in ((101, 'apply eye makeup'), (60, 'sit_down'))
    assert len(labels.keywords[0]) == 16 and len(labels.clauses[0]) == 3
    assert sample.pred_score.sum().item() == pytest.approx(1, abs=1e-5)
    assert sample.pred_score[sample.pred_label] == sample.pred_score.max()


def test_inference_recognizer(model, tmp_path):
    path = write_video(tmp_path / 'a.mp4', make_frames(20, 96, 128))
    assert_probabilities(inference_recognizer(model, str(path)))


@pytest.mark.shared
@pytest.mark.parametrize('name', ['demo.mp4', 'test.mp4', 'test.avi'])
def test_demo_videos_of_mmaction(model, shared_dir, name):
    path = shared_dir / 'realdata' / 'videos' / 'mmaction2' / name
    assert_probabilities(inference_recognizer(model, str(path)))


def test_inferencer(config, model, tmp_path):
    """It reads videos by decord, and gives the same scores."""
    path = write_video(tmp_path / 'a.mp4', make_frames(20, 96, 128))
    inferencer = MMAction2Inferencer(rec=config, device='cpu')
    # What no checkpoint has brought was drawn at random in each.
    recognizer = inferencer.actionrecog_inferencer.model
    recognizer.load_state_dict(model.state_dict())
    found = inferencer(str(path))['predictions'][0]['rec_scores'][0]
    expected = inference_recognizer(model, str(path)).pred_score.tolist()
    assert found == pytest.approx(expected, abs=0.02)
