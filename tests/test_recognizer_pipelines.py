"""Which frames and pictures configs of recognisers take of a video."""

from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from recognition_stand_ins import build_stand_in
from synthetic_media import make_frames, write_video

from stclip.registry import TRANSFORMS

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.usefixtures('in_root')
FOLDERS = ('bike', 'da_sti', 'text4vis', 'vifi_clip', 'tc_clip', 'stdd')
K400 = [
    f'{folder}/{file.name}'
    for folder in (*FOLDERS, 'action_clip', 'maxi', 'open_vclip', 'x_clip')
    for file in sorted((ROOT / 'configs' / folder).glob('*_k400*.py'))
]
# BIKE, and those who do with videos as it does.
LIKE_BIKE = [
    f'{folder}/{file.name}'
    for folder in ('bike', 'da_sti', 'text4vis')
    for file in sorted((ROOT / 'configs' / folder).glob('*_vit-*'))
]
FEW_SHOT = [
    f'{folder}/{file.name}'
    for folder in FOLDERS
    for file in sorted((ROOT / 'configs' / folder).glob('*_few_shot_*'))
]
# Of the three splits' first.
TRAINING_VIDEOS = dict(ucf101=9537, hmdb51=3570)
CLASSES = dict(ucf101=101, hmdb51=51)


def load(name):
    return Config.fromfile(f'configs/{name}')


def picture_of(results, frames):
    """What decoding adds."""
    results['imgs'] = [frames[i] for i in results['frame_inds']]
    results['img_shape'] = frames.shape[1:3]
    results['modality'] = 'RGB'
    return results


@pytest.mark.parametrize('name', K400)
def test_views_are_whole_and_in_order(name, tmp_path):
    """12 views of T frames: each of one crop and one clip."""
    config = load(name)
    side = config.test_dataloader.dataset.pipeline[4].crop_size
    test_set = config.test_dataloader.dataset
    dataset = build_stand_in(test_set, tmp_path, views='4x3')
    pipeline = dataset.pipeline.transforms
    video = dict(total_frames=250, start_index=0, avg_fps=30)
    results = pipeline[1](video)
    indices = results['frame_inds'].reshape(4, -1)
    assert len(set(map(tuple, indices))) == 4
    # Pixels tell of which frame and which column they are.
    width = side + 100
    frames = np.zeros((250, side, width, 3), np.uint8)
    frames[..., 0] = np.arange(250)[:, None, None]
    frames[..., 1] = np.arange(width) // 2
    results = picture_of(results, frames)
    for step in pipeline[3:6]:
        results = step(results)
    views = results['imgs'].reshape(12, config.model.num_frames, 3, side, side)
    starts = (0, 100, 50)
    for number, view in enumerate(views):
        crop, clip = divmod(number, 4)
        assert (view[:, 1, :, 0] == starts[crop] // 2).all()
        assert (view[:, 0] == indices[clip][:, None, None]).all()


@pytest.mark.parametrize(
    'name',
    [
        'bike/bike_vit-b16_8f_k400.py',
        'da_sti/dasti_vit-l14-336_32f_k400.py',
        'tc_clip/tc_clip_vit-b16_16f_k400_supervised.py',
        'text4vis/text4vis_vit-l14_16f_k400.py',
        'vifi_clip/vifi_clip_vit-b16_16f_k400_supervised.py',
    ],
)
@pytest.mark.parametrize('size', [(90, 120), (400, 300)])
def test_views_of_a_file(name, size, tmp_path):
    """Of one that is smaller than the crops, and of one that stands."""
    test_set = load(name).test_dataloader.dataset
    test_set.update(reader='any', views='4x3')
    dataset = build_stand_in(test_set, tmp_path)
    path = Path(dataset.get_data_info(0)['filename'])
    write_video(path, make_frames(20, *size))
    frames = 12 * load(name).model.num_frames
    side = test_set.pipeline[4].crop_size
    assert dataset[0]['inputs'].shape == (frames, 3, side, side)


def split_by_definition(frames, parts):
    """floor(i F / T), in whole numbers."""
    return [part * frames // parts for part in range(parts)]


@pytest.mark.parametrize('name', LIKE_BIKE)
def test_frames_and_pictures_of_testing_are_bikes(name):
    """From frame 0; the centre of pictures of 256, but of 336 itself."""
    config = load(name)
    number, pipeline = config.model.num_frames, config.test_pipeline
    assert pipeline == config.test_dataloader.dataset.pipeline
    steps = [TRANSFORMS.build(step) for step in pipeline[:6]]
    for total in (5, 64, 97, 250):
        found = steps[1](dict(total_frames=total, start_index=0))
        expected = split_by_definition(total, number)
        assert found['frame_inds'].tolist() == expected
    side = 336 if '336' in name else 224
    short = max(side, 256)
    frames = np.zeros((total, short, short + 20, 3), np.uint8)
    frames[..., 0] = np.arange(short)[:, None] // 2
    frames[..., 1] = np.arange(short + 20) // 2
    results = picture_of(found, frames)
    for step in steps[3:]:
        results = step(results)
    top, left = (short - side) // 2, (short + 20 - side) // 2
    cut = frames[0, top : top + side, left : left + side]
    assert results['imgs'].shape == (number, 3, side, side)
    assert (results['imgs'] == cut.transpose(2, 0, 1)).all()


@pytest.mark.parametrize(
    'name', [n for n in LIKE_BIKE if 'train_dataloader' in load(n)]
)
def test_a_fifth_of_the_training_videos_is_grey(name):
    """Out of pictures of 256 pixels, but of 336 if these are wanted."""
    config = load(name)
    pipeline = config.train_dataloader.dataset.pipeline
    assert pipeline == config.train_pipeline
    side = 336 if '336' in name else 224
    assert pipeline[3] == dict(type='Resize', scale=(-1, max(side, 256)))
    assert pipeline[4].area_range == (0.08, 1.0)
    np.random.seed(0)
    steps = [TRANSFORMS.build(step) for step in pipeline[5:9]]
    picture = np.zeros((40, 40, 3), np.uint8)
    picture[..., 0] = 200
    grey = 0
    for _ in range(100):
        results = dict(imgs=[picture], img_shape=(40, 40), modality='RGB')
        results.update(num_clips=1, clip_len=1)
        for step in steps:
            results = step(results)
        grey += (results['imgs'][:, 0] == results['imgs'][:, 1]).all()
    assert 10 < grey < 30


@pytest.mark.parametrize('name', FEW_SHOT)
@pytest.mark.parametrize('shots', [2, 16])
def test_length_of_few_shot_epochs(name, shots, tmp_path):
    """As of all videos for DA-STI, as BIKE has it; each video once else."""
    data = next(data for data in CLASSES if data in name)
    config = load(name)
    assert config.train_cfg.max_epochs == 50
    videos = CLASSES[data] * shots
    training = build_stand_in(
        config.train_dataloader.dataset, tmp_path, videos, shots=shots
    )
    assert training.ann_file.endswith(
        f'{data}/annotations/few_shot/k{shots}_seed0.txt'
    )
    like_bike = name.startswith('da_sti/')
    times = round(TRAINING_VIDEOS[data] / videos) if like_bike else 1
    assert len(training) == times * videos
