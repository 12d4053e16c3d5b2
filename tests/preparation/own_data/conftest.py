"""Persons who are followed, and what is converted of what tells of them."""

import numpy as np
import pytest
from followed_persons import HEIGHT, NUM_FRAMES, WIDTH, followed
from synthetic_media import write_video

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.preparation.own_data import Conversion

__all__ = ['followed']


@pytest.fixture
def videos(tmp_path):
    frames = np.zeros((NUM_FRAMES, HEIGHT, WIDTH, 3), np.uint8)
    write_video(tmp_path / 'videos/v, 1.mp4', frames, fps=10)
    return tmp_path / 'videos'


@pytest.fixture
def convert(tmp_path, videos):
    """Convert a file; the keyframes by frame or second, and the labels."""

    def convert(source, **options):
        out = tmp_path / 'out'
        Conversion(source, videos, out, **options).run()
        labels, keyframes = read_keyframe_file(out / 'annotations.json')
        assert {k.video for k in keyframes} == {'v, 1'}
        moments = (
            k.frame_idx if k.seconds is None else k.seconds for k in keyframes
        )
        found = dict(zip(moments, keyframes, strict=True))
        return labels, {
            moment: persons(labels.names, k.boxes, k.labels)
            for moment, k in found.items()
        }

    return convert


def persons(names, boxes, labels):
    """Label names and box of each person, from the left."""
    rows = zip(boxes.tolist(), labels, strict=True)
    told = [
        (box, {names[i] for i in np.flatnonzero(row)}) for box, row in rows
    ]
    return sorted(told, key=lambda person: person[0])
