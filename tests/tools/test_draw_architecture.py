"""The picture of the rooms shows the package as it is."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope='module')
def tool():
    path = ROOT / 'tools' / 'draw_architecture.py'
    spec = importlib.util.spec_from_file_location('draw_architecture', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_is_up_to_date(tool):
    drawn = tool.draw(tool.rooms_of(ROOT / 'stclip'))
    assert tool.PICTURE.read_text() == drawn, (
        'run python tools/draw_architecture.py'
    )


def test_rooms_and_imports(tool, tmp_path):
    files = {
        'utils/io.py': 'import json',
        'labels/a.py': 'from stclip.utils.io import read_json',
        'models/clip/b.py': 'import stclip.utils.io',
        'models/st_clip/c.py': 'from stclip.models.clip import b\n'
        'from stclip.utils import io',
        'registry.py': '',
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    rooms = tool.rooms_of(tmp_path)
    assert set(rooms) == {'utils', 'labels', 'models/clip', 'models/st_clip'}
    imports = tool.imports_of(rooms)
    assert imports['models/st_clip'] == {'models/clip', 'utils'}
    height = tool.heights(imports)
    assert [height[r] for r in ('utils', 'labels', 'models/st_clip')] == [
        0,
        1,
        2,
    ]
    # st_clip -> utils goes by way of clip.
    assert tool.arrows(imports) == [
        ('labels', 'utils'),
        ('models/clip', 'utils'),
        ('models/st_clip', 'models/clip'),
    ]
