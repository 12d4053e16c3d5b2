"""A video of two walking squares, and a detector that sees them."""

import json

import numpy as np
import pytest
import torch
from mmengine.config import Config

from stclip.apis import action_models, annotation
from stclip.models.clip import build_clip
from stclip.structures.box_table import PersonBoxes
from stclip.video.writer import VideoWriter

RED, BLUE = (220, 30, 30), (30, 40, 220)
HEIGHT, WIDTH, NUM_FRAMES, FPS = 96, 128, 30, 10
# Of the pictures that the tiny model takes.
_SIDE = 32


def squares(frame_idx: int) -> np.ndarray:
    """(2, 4) xyxy boxes of the red and the blue square; blue leaves."""
    red = (4 + 2 * frame_idx, 20, 34 + 2 * frame_idx, 60)
    blue = (80, 30 + 3 * frame_idx, 110, 70 + 3 * frame_idx)
    return np.array([red, blue], dtype=np.float32)


def draw(frame_idx: int) -> np.ndarray:
    frame = np.full((HEIGHT, WIDTH, 3), 90, dtype=np.uint8)
    for box, colour in zip(squares(frame_idx), (RED, BLUE), strict=True):
        x1, y1, x2, y2 = box.astype(int)
        frame[y1:y2, x1:x2] = colour
    return frame


@pytest.fixture(scope='session')
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp('video') / 'squares.mp4'
    with VideoWriter(path, FPS) as writer:
        for frame_idx in range(NUM_FRAMES):
            writer.write(draw(frame_idx))
    return path


def find_squares(frames):
    """Boxes of the two colours; red scores 0.9, blue 0.7."""
    found = []
    for frame in frames:
        boxes, scores = [], []
        for colour, score in ((RED, 0.9), (BLUE, 0.7)):
            gap = np.abs(frame.astype(int) - colour).max(axis=2)
            rows, columns = np.nonzero(gap < 60)
            if len(rows):
                x1, y1 = columns.min(), rows.min()
                boxes.append((x1, y1, columns.max() + 1, rows.max() + 1))
                scores.append(score)
        found.append(
            PersonBoxes(
                np.array(boxes, np.float32).reshape(-1, 4),
                np.array(scores, np.float32),
            )
        )
    return found


@pytest.fixture
def detector():
    """A detector of the user's own: a plain function."""
    return find_squares


@pytest.fixture
def true_boxes():
    """(N, 4) boxes that can be seen in a frame."""

    def boxes(frame_idx):
        inside = np.clip(squares(frame_idx), 0, (WIDTH, HEIGHT) * 2)
        return inside[(inside[:, 2:] > inside[:, :2]).all(axis=1)]

    return boxes


@pytest.fixture
def config():
    """CLIP of two layers on person crops; its weights are random."""
    arch = dict(
        embed_dim=64,
        quick_gelu=True,
        vision_cfg=dict(
            image_size=_SIDE, patch_size=8, width=64, layers=2, head_width=32
        ),
        text_cfg=dict(
            context_length=16, vocab_size=49408, width=64, heads=1, layers=1
        ),
    )
    pipeline = [
        dict(type='LoadKeyframe', size=_SIDE, num_frames=5),
        dict(type='CropPersons', size=_SIDE),
        dict(type='PackKeyframe'),
    ]
    return Config(
        dict(
            model=dict(
                type='STCLIP',
                clip=dict(arch=arch, pretrained=None, lora_rank=2),
                temporal=dict(num_frames=5),
            ),
            test_dataloader=dict(dataset=dict(pipeline=pipeline)),
        )
    )


def write_clip(config, folder):
    """Option of the config's CLIP, in two files; its weights are random."""
    arch = dict(config.model.clip.arch)
    (folder / 'clip.json').write_text(json.dumps(dict(model_cfg=arch)))
    torch.manual_seed(0)
    torch.save(build_clip(arch, None).state_dict(), folder / 'clip.pt')
    return '--clip', f'{folder}/clip.json:{folder}/clip.pt'


def let_detect(detector, patch=setattr):
    """Let a function find the persons, whatever was asked for."""
    patch(annotation, 'person_detector', lambda *_: detector)
    patch(action_models, 'require_person_detector', lambda *_: None)
