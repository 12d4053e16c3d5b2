"""Label splits of OpenMixer and SiA, and the lists they were made of."""

import importlib.util
import json
from pathlib import Path

import pytest

from stclip.labels.label_split import read_label_split

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / 'data/splits/ovad'
# How many of the 21 and 24 actions are novel.
NOVEL = dict(
    jhmdb=dict(openmixer50=11, openmixer75=6, sia25=5, sia50=11),
    ucf24=dict(openmixer50=12, openmixer75=6, sia25=6, sia50=12),
)


@pytest.fixture(scope='module')
def lists(shared_dir):
    path = shared_dir / 'realdata/labels/open_vocabulary_splits.json'
    return json.loads(path.read_text())


@pytest.fixture(scope='module')
def tool():
    path = ROOT / 'tools/data/make_ovad_splits.py'
    spec = importlib.util.spec_from_file_location(path.stem, path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


@pytest.mark.shared
def test_split_files_are_those_of_the_lists(tool, lists):
    texts = {split.file: split.text for split in tool.ovad_splits(lists)}
    assert texts.keys() == {path.name for path in FOLDER.iterdir()}
    for name, text in texts.items():
        assert (FOLDER / name).read_text(encoding='utf-8') == text


@pytest.mark.parametrize(
    'path', sorted(FOLDER.iterdir()), ids=lambda path: path.stem
)
def test_base_and_novel_are_the_vocabulary(path):
    split = read_label_split(path)
    data, _, name = path.stem.partition('_')
    assert (split.benchmark, split.split) == (f'ovad_{data}', name)
    kind, _, draw = name.partition('_')
    # The fifth of SiA's draws has one more, iCLIP's.
    more = (data, kind, draw) == ('jhmdb', 'sia25', 'draw4')
    assert len(split.test) == NOVEL[data][kind] + more
    benchmark = dict(jhmdb='zs_jhmdb', ucf24='zs_ucf')[data]
    other = read_label_split(ROOT / f'data/splits/{benchmark}/split1.yaml')
    assert {*split.train, *split.test} == {*other.train, *other.test}


def test_draws_differ():
    for data in NOVEL:
        for share in (25, 50):
            files = [
                FOLDER / f'{data}_sia{share}_draw{draw}.yaml'
                for draw in range(5)
            ]
            assert len({read_label_split(f).test for f in files}) == 5


def test_the_fifth_of_sias_draws_is_iclips():
    split = read_label_split(FOLDER / 'jhmdb_sia25_draw4.yaml')
    iclip = read_label_split(ROOT / 'data/splits/zs_jhmdb/split1.yaml')
    assert set(split.test) == set(iclip.test)
