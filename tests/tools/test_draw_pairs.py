"""The pictures of the pairs show the stage as it is."""

import io
import runpy
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stclip.zs_stage.classes import PAIRS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope='module')
def tool():
    return runpy.run_path(str(ROOT / 'tools/draw_pairs.py'), run_name='tool')


def pixels(file):
    return np.asarray(Image.open(file).convert('RGB'), float)


def test_the_page_shows_every_pair_once(tool):
    page = (ROOT / 'docs/zs_stage.md').read_text()
    sheets = dict(tool['sheets']())
    shown = list(chain.from_iterable(sheets.values()))
    assert shown == [*PAIRS['motion'], *PAIRS['object'], *PAIRS['partner']]
    for name in sheets:
        assert page.count(f'(images/{name})') == 1
        path = ROOT / tool['FOLDER'] / name
        assert 10_000 < path.stat().st_size <= 150_000


def test_a_picture_is_up_to_date(tool):
    name, pairs = list(tool['sheets']())[-1]
    drawn = pixels(io.BytesIO(tool['draw'](pairs)))
    kept = pixels(ROOT / tool['FOLDER'] / name)
    # Other processors and fonts may draw an edge otherwise.
    assert kept.shape == drawn.shape, 'run python tools/draw_pairs.py'
    assert np.abs(kept - drawn).mean() < 2, 'run python tools/draw_pairs.py'


def test_members_of_a_motion_pair_are_each_other_backwards(tool):
    pair = ('open_door', 'close_door')
    seed = tool['seed_of'](pair)
    first, second = (np.array(tool['frames_of'](n, seed), float) for n in pair)
    assert np.abs(first - second[::-1]).mean() < 1
    assert np.abs(first - second).mean() > 5
