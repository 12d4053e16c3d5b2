"""``stclip detect-persons --objects``: a second file beside the persons'."""

import json

import numpy as np
import pytest
from synthetic_media import make_frames, write_frames

from stclip.apis import person_boxes as tool
from stclip.cli.detect_persons import command
from stclip.datasets.proposals import read_detections
from stclip.structures.box_table import PersonBoxes
from stclip.utils.errors import UserError

MODEL = [
    'configs/person_detector/zs_stage_tiny.py',
    '--checkpoint=data/pretrained/tiny_person_detector/'
    'tiny_person_detector.pth',
]
OBJECTS = ([0.0, 0.0, 8.0, 8.0], 0.5), ([5.0, 5.0, 30.0, 9.0], 0.25)


class TwoObjects:
    """A person in each frame, and with objects two of them."""

    def __init__(self, *args, **options):
        pass

    def stream(self, frames):
        for _ in frames:
            yield PersonBoxes([[4, 6, 16, 18]], [0.75])

    def stream_with_objects(self, frames):
        for persons in self.stream(frames):
            yield persons, PersonBoxes(*zip(*OBJECTS, strict=True))


@pytest.fixture
def detect(tmp_path, monkeypatch):
    monkeypatch.setattr(tool, 'PersonDetector', TwoObjects)
    for seed, video in enumerate('ab'):
        frames = make_frames(2, 24, 32, seed=seed)
        write_frames(tmp_path / 'videos' / video, frames)

    def run(*options, out='out.json'):
        path = tmp_path / out
        arguments = [f'--videos={tmp_path / "videos"}', f'--out={path}']
        command.main([*MODEL, *arguments, *options], standalone_mode=False)
        return path

    return run


def test_objects_beside_the_persons(detect, tmp_path):
    """In a file of their own; that of the persons is as without them."""
    expected = detect(out='plain.json').read_text()
    objects = tmp_path / 'objects.json'
    assert detect(f'--objects={objects}').read_text() == expected
    assert json.loads(objects.read_text()) == [
        dict(image_id=f'{video}/{frame:05d}', bbox=box, score=score)
        for video in 'ab'
        for frame in (1, 2)
        for box, score in OBJECTS
    ]
    table = read_detections(objects)
    np.testing.assert_array_equal(table['a/00002'].scores, [0.5, 0.25])


def test_a_file_that_is_there_is_kept(detect, tmp_path):
    objects = tmp_path / 'objects.json'
    objects.write_text('[]')
    with pytest.raises(UserError, match=r'objects\.json'):
        detect(f'--objects={objects}')
    assert objects.read_text() == '[]'
    detect(f'--objects={objects}', '--overwrite')
    assert len(json.loads(objects.read_text())) == 8


@pytest.mark.parametrize(
    'name, why',
    [
        ('objects.csv', r'--objects must be a \.json like --out'),
        ('out.json', '--objects and --out are both'),
    ],
)
def test_objects_that_cannot_be_written(detect, tmp_path, name, why):
    with pytest.raises(UserError, match=why):
        detect(f'--objects={tmp_path / name}')
