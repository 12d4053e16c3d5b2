"""Files of the package and of the user."""

from pathlib import Path

import pytest
from mmengine.config.utils import MODULE2PACKAGE
from mmengine.hub import hub

from stclip.engine.launch import run_config
from stclip.knowledge.attributes import read_attributes
from stclip.knowledge.knowledge_graph import read_graphs
from stclip.labels.label_list import labels_from_option, read_label_list
from stclip.labels.label_split import read_label_split
from stclip.models.clip import build_clip
from stclip.utils.resources import resolve, shipped

ROOT = Path(__file__).parents[2]
LABELS = 'data/labels/ava80.txt'


def test_a_shipped_file_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolve(LABELS) == shipped(LABELS)
    assert len(resolve(LABELS).read_text().splitlines()) == 80


def test_the_users_own_file_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own = tmp_path / LABELS
    own.parent.mkdir(parents=True)
    own.write_text('sit\n')
    assert resolve(LABELS) == Path(LABELS)
    assert resolve(own) == own


def test_what_nobody_has_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolve('absent.txt') == Path('absent.txt')


@pytest.mark.parametrize(
    'name',
    [
        'zs_stage_single.py',
        'configs/zs_stage_single.py',
        'stclip::zs_stage_single.py',
    ],
)
def test_names_of_a_config(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolve(name) == shipped('configs/zs_stage_single.py')
    cfg = run_config(name, seed=3)
    assert cfg.model.type == 'STCLIP'
    assert cfg.work_dir == 'work_dirs/zs_stage_single'


def test_readers_find_what_is_shipped(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(read_label_list(LABELS)) == 80
    assert len(labels_from_option(LABELS)) == 80
    assert len(read_attributes('data/attributes/ucf24.jsonl')) == 24
    assert len(read_graphs('data/knowledge/ucf101.jsonl')) == 101
    split = read_label_split('data/splits/zs_jhmdb/split1.yaml')
    assert len(split.train) + len(split.test) == 21
    folder = 'data/pretrained/tiny_clip'
    arch, weights = f'{folder}/open_clip_config.json', f'{folder}/tiny_clip.pt'
    assert build_clip(arch, weights).visual.image_size == (96, 96)


def test_mmengine_finds_configs_by_scope(tmp_path, monkeypatch):
    """In an editable install's way: links in a package of that name."""
    links = tmp_path / 'stclip' / '.mim'
    links.mkdir(parents=True)
    (tmp_path / 'stclip' / '__init__.py').touch()
    for name in ('configs', 'model-index.yml'):
        (links / name).symlink_to(ROOT / name)
    package = MODULE2PACKAGE['stclip']
    assert Path(hub.get_installed_path(package)) == ROOT / 'stclip'
    monkeypatch.setattr(
        hub, 'get_installed_path', lambda package: str(tmp_path / 'stclip')
    )
    cfg = hub.get_config('stclip::stdd/stdd_zs_stage.py')
    assert cfg.model.type == 'stclip.STDDRecognizer'
