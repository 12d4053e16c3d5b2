"""Odd videos and folders through the inferencer."""

import numpy as np
import pytest
from synthetic_media import (
    decode_all,
    overwrite,
    packets_of,
    turn_clockwise,
    write_frames,
    write_video,
)

from stclip.apis.inferencer import ActionInferencer
from stclip.structures.box_table import PersonBoxes
from stclip.video import damage as damage_module
from stclip.video.opening import open_video

LABELS = ('walk', 'stand up', 'wave')
NUM_FRAMES = 30
pytestmark = pytest.mark.filterwarnings('ignore:STCLIP without a checkpoint')


def drawn(frame_idx):
    """A red square that goes 2 px to the right from frame to frame."""
    frame = np.full((96, 128, 3), 90, np.uint8)
    left = 4 + 2 * frame_idx
    frame[20:60, left : left + 30] = (220, 30, 30)
    return frame


@pytest.fixture
def infer(config, detector):
    return ActionInferencer(config, device='cpu', detector=detector)


def test_damage_is_told_once_with_all_of_it(
    infer, tmp_path, monkeypatch, capfd
):
    """After the first lost frame others follow, which count too."""
    told = []
    monkeypatch.setattr(
        damage_module, 'print_log', lambda line, *rest: told.append(line)
    )
    frames = np.stack([drawn(index) for index in range(NUM_FRAMES)])
    path = write_video(tmp_path / 'a.avi', frames, 'mjpeg', gop=1)
    packets = packets_of(path)
    for number in (3, 11, 26):
        overwrite(path, *packets[number])
    result = infer(path, LABELS, stride=4)
    result.save_video(tmp_path / 'b.mp4')
    result.save_contact_sheet(tmp_path / 'b.png')
    assert result.damage.lost_frames == (3, 11, 26)
    assert len(told) == 1
    assert '3 frames cannot be decoded (3, 11, 26), of 30 frames' in told[0]
    # Nor do FFmpeg's own lines stand on the console.
    assert 'mjpeg @' not in ''.join(capfd.readouterr())


def test_a_folder_has_the_clock_that_is_given(infer, tmp_path):
    frames = np.stack([drawn(index) for index in range(NUM_FRAMES)])
    folder = write_frames(tmp_path / 'clip', frames)
    (folder / '00007.png').write_bytes(b'')
    result = infer(folder, LABELS, stride=10, fps=12.5)
    assert [frame.time_sec for frame in result.frames] == [0, 0.8, 1.6]
    assert result.fps == 12.5
    # It was not looked at, but its header tells.
    assert result.damage.lost_frames == (6,)
    result.save_video(tmp_path / 'a.mp4')
    written = open_video(tmp_path / 'a.mp4')
    times = [written.time_of(index) for index in range(30)]
    np.testing.assert_allclose(times, np.arange(30) / 12.5, atol=1e-4)
    assert infer(folder, LABELS, stride=10).frames[1].time_sec is None


def test_a_file_that_changes_between_two_calls(infer, tmp_path):
    path = tmp_path / 'a.mkv'
    for first, count in ((0, 30), (12, 10)):
        frames = [drawn(first + index) for index in range(count)]
        write_video(path, np.stack(frames), 'ffv1', gop=1)
        result = infer(path, LABELS, stride=5)
        assert result.num_frames == count
        for frame in result.frames:
            left = frame.boxes_xyxy[0, 0]
            assert left == 4 + 2 * (first + frame.frame_idx)


@pytest.mark.parametrize(
    'height, width, codec', [(4320, 7680, 'mjpeg'), (1920, 1080, 'mpeg4')]
)
def test_files_of_8k_and_of_upright_phones(
    infer, tmp_path, height, width, codec
):
    """Boxes are in px of the frame; films are no wider than 4096 px."""
    top, left = height // 4, width // 2
    frame = np.full((height, width, 3), 90, np.uint8)
    frame[top : 3 * top, left : left + top] = (220, 30, 30)
    path = write_video(tmp_path / 'a.avi', frame[None], codec)
    seen = []
    infer.detector = lambda images: (
        seen.extend(images)
        or [
            PersonBoxes(
                np.array([[left, top, left + top, 3 * top]], np.float32),
                np.ones(1, np.float32),
            )
            for _ in images
        ]
    )
    result = infer(path, LABELS, stride=1)
    assert [image.shape for image in seen] == [(height, width, 3)]
    some = (slice(8, None, 64),) * 2
    assert abs(seen[0][some].astype(int) - frame[some]).max() < 5
    assert result.frame_hw == (height, width)
    result.save_video(tmp_path / 'b.mp4')
    drawn_height, drawn_width = open_video(tmp_path / 'b.mp4').frame_hw
    scale = min(1, 4096 / max(height, width))
    assert drawn_width == pytest.approx(scale * width, abs=2)
    # A timeline may lie below.
    assert scale * height - 2 <= drawn_height <= 4096


def test_a_film_that_players_turn_is_looked_at_upright(infer, tmp_path):
    """Boxes lie in the picture as it is shown, and so is it drawn."""
    frames = np.stack([drawn(index) for index in range(NUM_FRAMES)])
    lying = np.rot90(frames, 1, (1, 2))
    path = write_video(tmp_path / 'a.mp4', np.ascontiguousarray(lying))
    result = infer(turn_clockwise(path), LABELS, stride=10)
    assert result.frame_hw == (96, 128)
    for frame in result.frames:
        left = 4 + 2 * frame.frame_idx
        box = [left, 20, left + 30, 60]
        assert np.abs(frame.boxes_xyxy - [box]).max() <= 2
    result.save_video(tmp_path / 'b.mp4')
    shown = decode_all(tmp_path / 'b.mp4')
    # Not turned once more: enlarged, red where the square is, grey below.
    scale = shown.shape[2] / 128
    left, top = np.round(scale * np.array([19, 45])).astype(int)
    assert shown[0, top, left, 0] > 180 > shown[0, top, left, 1]
    low = round(scale * 75)
    assert np.ptp(shown[0, low, left].astype(int)) < 30
