"""Person boxes: frames looked at, files written, going on after a kill."""

import json
import signal
from pathlib import Path

import click
import numpy as np
import pytest
from brightness_detector import (
    FRAMES,
    HEIGHT,
    WIDTH,
    BrightnessDetector,
)
from forks import run_python
from synthetic_media import (
    write_empty_video,
    write_frames,
    write_timed,
    write_video,
)

from stclip.apis import person_boxes as tool
from stclip.cli.command import run as run_program
from stclip.cli.detect_persons import command
from stclip.utils.errors import UserError

ROOT = Path(__file__).parents[2]
# Looked at, but not built.
MODEL = [
    'configs/person_detector/zs_stage_tiny.py',
    '--checkpoint=data/pretrained/tiny_person_detector/'
    'tiny_person_detector.pth',
]
# The detector below, gone without a word at the seventh frame.
KILLED = """
import os, signal, sys
import test_person_boxes as test

class Killed(test.BrightnessDetector):
    def stream(self, frames):
        for number, persons in enumerate(super().stream(frames)):
            if number == 6:
                os.kill(os.getpid(), signal.SIGKILL)
            yield persons

test.tool.PersonDetector = Killed
test.command.main(sys.argv[1:], standalone_mode=False)
"""


@pytest.fixture(autouse=True)
def detector(monkeypatch):
    monkeypatch.setattr(tool, 'PersonDetector', BrightnessDetector)
    monkeypatch.setattr(BrightnessDetector, 'seen', [])
    return BrightnessDetector


@pytest.fixture
def videos(tmp_path):
    root = tmp_path / 'videos'
    write_frames(root / 'a', FRAMES)
    write_video(root / 'run' / 'b.mkv', FRAMES, codec='ffv1', fps=2)
    return root


@pytest.fixture
def detect(tmp_path, videos):
    def run(*options, out='out.json'):
        path = tmp_path / out
        arguments = [f'--videos={videos}', f'--out={path}', *options]
        command.main([*MODEL, *arguments], standalone_mode=False)
        return path

    return run


def score(frame):
    return round(float(np.float32(FRAMES[frame].mean() / 255)), 5)


def entry(image_id, frame, box=(4.0, 6.0, 16.0, 18.0)):
    return dict(
        image_id=image_id,
        bbox=list(box),
        score=score(frame),
        category_id=0,
    )


def test_every_frame_of_every_video(detect, detector):
    found = json.loads(detect().read_text())
    assert found == [
        entry(f'{video}/{frame + 1:05d}', frame)
        for video in 'ab'
        for frame in (1, 2, 3)
    ]
    # Each frame once, and nothing is left behind.
    assert len(detector.seen) == 8


def write_annotations(path, images):
    content = dict(
        action_categories=[dict(id=1, name='run')],
        images=images,
        annotations=[],
    )
    path.write_text(json.dumps(content))
    return f'--annotations={path}'


def image(number, movie, timestamp, **more):
    return dict(id=number, movie=movie, timestamp=timestamp, **more)


def test_annotated_frames_in_their_unit(detect, tmp_path):
    """Boxes are written in the size that the annotation refers to."""
    size = dict(height=2 * HEIGHT, width=2 * WIDTH)
    option = write_annotations(
        tmp_path / 'ann.json',
        [
            image(7, 'b', 4, **size),
            image(5, 'b', 2, **size),
            image(6, 'b', 1, **size),
        ],
    )
    found = json.loads(detect(option).read_text())
    assert found == [
        entry(5, 1, (8.0, 12.0, 32.0, 36.0)),
        entry(7, 3, (8.0, 12.0, 32.0, 36.0)),
    ]


def test_keyframes_by_time(detect, tmp_path):
    """At the rate of the file, or of --fps for folders; in fractions."""
    option = write_annotations(
        tmp_path / 'ann.json',
        [
            image('b,0901', 'b', '0901', seconds=1.0),
            image('a,0901', 'a', '0901', seconds=1.0),
        ],
    )
    found = json.loads(detect(option, '--fps=3').read_text())
    box = (0.125, 0.25, 0.5, 0.75)
    assert found == [entry('a,0901', 3, box), entry('b,0901', 2, box)]


def test_frames_are_read_forward(detect, detector, tmp_path):
    """However the annotations order them; going back decodes anew."""
    option = write_annotations(
        tmp_path / 'ann.json',
        [
            image(f'b,{second}', 'b', str(second), seconds=float(second))
            for second in (1, 0)
        ],
    )
    detect(option)
    # Two frames a second: the first and the third.
    assert detector.seen == [FRAMES[0].mean(), FRAMES[2].mean()]


def test_keyframes_of_a_varying_rate(detect, videos, tmp_path):
    """Ten frames a second, but for a pause before the last."""
    greys = np.array([60, 100, 140, 180])
    frames = np.empty((4, HEIGHT, WIDTH, 3), np.uint8)
    frames[:] = greys[:, None, None, None]
    write_timed(videos / 'c.mkv', frames, [0, 0.1, 0.2, 3])
    path = tmp_path / 'ann.csv'
    path.write_text(
        ''.join(f'c,{900 + time},0,0,1,1,1,1\n' for time in (0.1, 1.5, 2.5))
    )
    out = detect(f'--annotations={path}', out='out.csv')
    rows = [line.split(',') for line in out.read_text().splitlines()]
    assert [row[1] for row in rows] == ['900.1', '901.5', '902.5']
    seen = [255 * float(row[-1]) for row in rows]
    np.testing.assert_allclose(seen, greys[1:], atol=3)


def test_damage_is_used_or_refused(detect, videos):
    """A lost frame is shown as the one before; the others keep numbers."""
    (videos / 'a' / '00003.png').write_bytes(b'')
    with pytest.raises(UserError, match=r'00003\.png is damaged'):
        detect('--strict')
    found = json.loads(detect(out='lenient.json').read_text())
    assert [(row['image_id'], row['score']) for row in found[:3]] == [
        (f'a/{frame + 1:05d}', score(shown))
        for frame, shown in ((1, 1), (2, 1), (3, 3))
    ]


def test_csv_of_ava(detect, tmp_path):
    path = tmp_path / 'ann.csv'
    path.write_text(
        'b,0901,0.1,0.1,0.5,0.5,80,3\nb,0901,0.1,0.1,0.5,0.5,11,3\n'
        'a,0900.5,0.1,0.1,0.5,0.5,80,3\n'
    )
    out = detect(f'--annotations={path}', '--fps=2', out='out.csv')
    assert out.read_text() == (
        f'a,0900.5,0.125,0.25,0.5,0.75,{score(1)}\n'
        f'b,0901,0.125,0.25,0.5,0.75,{score(2)}\n'
    )


def test_one_moment_in_two_spellings(detect, tmp_path):
    path = tmp_path / 'ann.csv'
    path.write_text('b,0901,0,0,1,1,1,1\nb,901,0,0,1,1,2,1\n')
    out = detect(f'--annotations={path}', out='out.csv')
    lines = out.read_text().splitlines()
    assert [line.split(',')[:2] for line in lines] == [['b', '0901']]


@pytest.mark.parametrize('moment', ['0899', 'nan', 'noon'])
def test_moment_outside_the_video_is_named(detect, tmp_path, moment):
    path = tmp_path / 'ann.csv'
    path.write_text(f'b,0901,0,0,1,1,1,1\nb,{moment},0,0,1,1,2,1\n')
    with pytest.raises(ValueError, match=rf'ann\.csv, line 2 .*{moment}'):
        detect(f'--annotations={path}', out='out.csv')


def test_other_proportions(detect, tmp_path):
    """The video cannot be what was annotated."""
    option = write_annotations(
        tmp_path / 'ann.json', [image(1, 'b', 1, height=240, width=240)]
    )
    with pytest.raises(ValueError, match=r'b\.mkv shows 24 x 32 pixels, but'):
        detect(option)


def test_keyframes_beyond_the_end_have_no_box(detect, tmp_path):
    size = dict(height=HEIGHT, width=WIDTH)
    option = write_annotations(
        tmp_path / 'ann.json',
        [image(1, 'b', 9, **size), image(2, 'b', 2, **size)],
    )
    assert json.loads(detect(option).read_text()) == [entry(2, 1)]
    option = write_annotations(
        tmp_path / 'ann.json', [image(1, 'b', 9, **size)]
    )
    with pytest.raises(ValueError, match=r'b\.mkv ends before its first'):
        detect(option, '--overwrite')


def test_killed_run_goes_on(detect, detector, monkeypatch):
    whole = detect(out='whole.json').read_text()
    detector.seen.clear()
    stream = detector.stream

    def killed(self, frames):
        for number, persons in enumerate(stream(self, frames)):
            if number == 6:
                raise KeyboardInterrupt
            yield persons

    with monkeypatch.context() as patch:
        patch.setattr(detector, 'stream', killed)
        with pytest.raises(click.Abort):
            detect()
    detector.seen.clear()
    path = detect()
    assert path.read_text() == whole
    assert len(detector.seen) == 4  # video b only
    assert not path.with_name('out.json.parts').exists()


def test_killed_process_goes_on(detect, detector, tmp_path, videos):
    """SIGKILL: no file is closed, no block is left in order."""
    whole = detect(out='whole.json').read_text()
    out = tmp_path / 'out.json'
    words = [*MODEL, f'--videos={videos}', f'--out={out}']
    process = run_python(KILLED, *words, path=[Path(__file__).parent])
    assert process.returncode == -signal.SIGKILL
    assert not out.exists()
    detector.seen.clear()
    assert detect().read_text() == whole
    assert len(detector.seen) == 4  # video b only


def test_video_without_a_frame_is_named(detect, detector, videos):
    empty = write_empty_video(videos / 'c.avi')
    with pytest.raises(ValueError, match=r'c\.avi holds no video frame'):
        detect()
    # Once it is gone, what was done before is not done again.
    empty.unlink()
    found = json.loads(detect().read_text())
    assert {entry['image_id'][0] for entry in found} == {'a', 'b'}
    assert len(detector.seen) == 8


@pytest.fixture
def killed(detect, monkeypatch):
    """Run the command up to its last file; all parts are there."""

    def run(*options):
        def end(path, rows, **options):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(tool, 'write_detections', end)
            with pytest.raises(click.Abort):
                detect(*options)

    return run


def test_parts_of_other_options_are_refused(killed, detect):
    killed()
    why = r'its score_threshold is 0\.05, now 0\.5\. .* remove the folder'
    with pytest.raises(UserError, match=why):
        detect('--score-threshold=0.5')


@pytest.mark.parametrize('changed', ['annotations', 'config', 'weights'])
def test_parts_of_other_content_are_refused(
    killed, detect, tmp_path, monkeypatch, changed
):
    """Files of the same names that are not what they were."""
    size = dict(height=HEIGHT, width=WIDTH)
    images = [image(1, 'a', 2, **size), image(2, 'b', 2, **size)]
    annotations = write_annotations(tmp_path / 'a.json', images)
    config, weights = tmp_path / 'config.py', tmp_path / 'weights.pth'
    config.write_text(f'_base_ = {str(ROOT / MODEL[0])!r}\n')
    weights.write_bytes(b'old')
    model = [str(config), f'--checkpoint={weights}']
    monkeypatch.setitem(globals(), 'MODEL', model)
    killed(annotations)
    if changed == 'annotations':
        write_annotations(tmp_path / 'a.json', images[1:])
    elif changed == 'config':
        with config.open('a') as file:
            file.write('model = dict(rpn_head=dict(feat_channels=1))\n')
    else:
        weights.write_bytes(b'new')
    why = rf'another run: its content of {changed} is .*, now .*\. Go on as'
    with pytest.raises(UserError, match=why) as refused:
        detect(annotations)
    assert str(refused.value).count(', now ') == 1


def test_video_that_was_replaced_is_looked_at_again(
    killed, detect, detector, videos
):
    killed()
    detector.seen.clear()
    write_video(videos / 'run' / 'b.mkv', FRAMES[:2], codec='ffv1', fps=2)
    found = json.loads(detect().read_text())
    names = [f'a/{k:05d}' for k in (2, 3, 4)]
    assert [entry['image_id'] for entry in found] == [*names, 'b/00002']
    assert len(detector.seen) == 2


def test_kinds_of_files_must_agree(videos, capsys):
    arguments = [f'--videos={videos}', '--annotations=a.csv', '--out=a.json']
    with pytest.raises(SystemExit):
        run_program(command, [*MODEL, *arguments])
    assert 'must both be .json or .csv' in capsys.readouterr().err


def test_weights_of_the_config(monkeypatch):
    config = 'configs/person_detector/faster_rcnn_r50_fpn_coco.py'
    assert tool.default_checkpoint(config).endswith('047c8118.pth')
    with pytest.raises(UserError, match='names no weights: --checkpoint'):
        tool.default_checkpoint('configs/person_detector/zs_stage_tiny.py')
