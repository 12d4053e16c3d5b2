"""The film that browsers play, of all kinds of videos."""

import numpy as np
import pytest
from synthetic_media import write_video

from stclip.page.film import make_film
from stclip.page.limits import Limits
from stclip.page.uploads import require_video
from stclip.utils.errors import UserError
from stclip.video.opening import open_video

LIMITS = Limits()


@pytest.mark.parametrize(
    'name, codec, hw, shown_hw',
    [
        ('a.mp4', 'mpeg4', (48, 64), (48, 64)),
        ('a.avi', 'mjpeg', (48, 64), (48, 64)),
        ('a.mkv', 'ffv1', (31, 47), (32, 48)),
        ('a.mp4', 'mpeg4', (1080, 1920), (540, 960)),
        ('a.mp4', 'mpeg4', (1600, 16), (960, 10)),
    ],
)
def test_any_video(tmp_path, name, codec, hw, shown_hw):
    """Left half dark, right half bright; brighter from frame to frame."""
    frames = np.zeros((4, *hw, 3), np.uint8)
    for index, frame in enumerate(frames):
        frame[:, hw[1] // 2 :] = 90 + 40 * index
    path, film = tmp_path / name, tmp_path / 'film.mp4'
    write_video(path, frames, codec, fps=5)
    facts = require_video(path, LIMITS)
    counts = []
    found = make_film(facts, path, film, LIMITS, counts.append)
    assert counts == [1, 2, 3, 4]
    assert found.frames == 4 and found.frame_hw == hw
    assert found.seconds == pytest.approx(0.8)
    shown = open_video(film)
    assert shown.num_frames == 4 and shown.frame_hw == shown_hw
    for index in range(4):
        assert shown.time_of(index) == pytest.approx(index / 5, abs=1e-3)
        picture = shown.read([index])[0].astype(int)
        quarter = max(1, shown_hw[1] // 4)
        assert picture[:, :quarter].mean() < 30
        bright = picture[:, -quarter:].mean()
        assert bright == pytest.approx(90 + 40 * index, abs=12)


def test_what_ends_later_than_it_states(tmp_path):
    path, film = tmp_path / 'a.mp4', tmp_path / 'film.mp4'
    write_video(path, np.zeros((30, 32, 32, 3), np.uint8), fps=5)
    facts = require_video(path, LIMITS)
    for limits, words in (
        (Limits(max_frames=20), 'more than 20 frames'),
        (Limits(max_seconds=3), 'longer than 3 s'),
    ):
        counts = []
        with pytest.raises(UserError, match=words):
            make_film(facts, path, film, limits, counts.append)
        assert len(counts) < 22 and not film.exists()
