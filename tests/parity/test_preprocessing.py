"""Pictures of a keyframe against those fed to the authors' model."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from synthetic_media import write_video

from stclip.datasets.transforms import CropPersons, LoadKeyframe

SHARED = Path(os.environ.get('STCLIP_SHARED', 'absent'))
FIXTURES = sorted((SHARED / 'fixtures').glob('st_clip*/tensors.npz'))
CLIP_MEAN = np.array([0.48145466, 0.4578275, 0.40821073])[:, None, None]
CLIP_STD = np.array([0.26862954, 0.26130258, 0.27577711])[:, None, None]


def normalised(pictures):
    return (pictures / 255 - CLIP_MEAN) / CLIP_STD


def test_there_are_fixtures():
    assert FIXTURES or 'STCLIP_SHARED' not in os.environ


@pytest.mark.shared
@pytest.mark.parametrize('path', FIXTURES, ids=lambda p: p.parent.name)
def test_pictures_of_the_released_code(path, tmp_path):
    meta = json.loads((path.parent / 'meta.json').read_text())
    size = meta['hyper']['res']
    load = LoadKeyframe(size, num_frames=meta['hyper']['sample_frames'])
    crop = CropPersons(size)
    with np.load(path) as tensors:
        for number, keyframe in enumerate(meta['keyframes']):
            movie = keyframe['movie']
            frames = tensors[f'in/movies/{movie}']
            video = write_video(tmp_path / f'{number}.mkv', frames, 'ffv1')
            boxes = tensors[f'in/kf{number}/boxes']
            results = dict(
                image_id=number,
                video_path=str(video),
                frame_idx=keyframe['t'] - 1,
                img_shape=frames.shape[1:3],
                boxes=boxes,
                gt_boxes=boxes,
            )
            results = crop(load(results))
            for ours, theirs in (
                ('keyframe', 'image'),
                ('context', 'context'),
                ('crops', 'crops'),
            ):
                np.testing.assert_allclose(
                    normalised(results[ours]),
                    tensors[f'in/kf{number}/{theirs}'],
                    atol=1e-6,
                )
