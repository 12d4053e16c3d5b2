"""Pictures of 16 bits that use few of them."""

import cv2
import numpy as np
import pytest

from stclip.video.opening import open_video


def write_values(folder, *most, colour=False):
    """One picture of 16 bits for each largest value."""
    folder.mkdir()
    for number, value in enumerate(most, 1):
        row = np.linspace(0, value, 64).astype(np.uint16)
        image = np.tile(row, (48, 1))
        if colour:
            image = np.repeat(image[..., None], 3, axis=2)
        cv2.imwrite(str(folder / f'{number}.png'), image)
    return open_video(folder)


@pytest.mark.parametrize('colour', [False, True])
@pytest.mark.parametrize('most', [255, 1023, 4095])
def test_a_folder_that_looks_black_is_told(tmp_path, most, colour):
    video = write_values(tmp_path / 'a', most, most, colour=colour)
    assert video.notes == ()
    # The scale stays: nobody knows that it is another.
    assert video.read([0, 1]).max() == most >> 8
    (note,) = video.notes
    assert note.startswith(f'{tmp_path / "a"} looks black: ')
    assert '\n' not in note and 'scale them to 16' in note
    assert not video.damage


@pytest.mark.parametrize('colour', [False, True])
def test_one_bright_picture_is_enough(tmp_path, colour):
    video = write_values(tmp_path / 'a', 300, 4096, 300, colour=colour)
    for index in range(3):
        video.read([index])
        assert bool(video.notes) == (index == 0)


def test_eight_bits_may_be_dark(tmp_path):
    for number in (1, 2):
        dark = np.full((48, 64), number, np.uint8)
        cv2.imwrite(str(tmp_path / f'{number}.png'), dark)
    video = open_video(tmp_path)
    assert video.read([0, 1]).max() == 2
    assert video.notes == ()
