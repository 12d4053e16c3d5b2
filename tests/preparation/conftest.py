"""The real annotations, read once, and official downloads in small."""

import pytest
from official_layouts import lay_out_ava, lay_out_jhmdb, lay_out_ucf

from stclip.cli.prepare import group
from stclip.labels.label_space import LabelSpace
from stclip.preparation import jhmdb as jhmdb_files
from stclip.preparation import media_check, ucf24
from stclip.preparation.keyframes import keyframes_of
from stclip.preparation.records import Findings


@pytest.fixture(scope='session')
def realdata(shared_dir):
    return shared_dir / 'realdata'


@pytest.fixture(scope='session')
def real_jhmdb(realdata):
    """Names of the actions and videos."""
    return jhmdb_files.read_pickle(realdata / 'jhmdb' / 'JHMDB-GT.pkl')


@pytest.fixture(scope='session')
def real_jhmdb_keyframes(real_jhmdb):
    """All actions, and keyframes by subset."""
    labels = LabelSpace(tuple(real_jhmdb[0]))
    return labels, {
        subset: keyframes_of(
            [video for video in real_jhmdb[1] if video.subset == subset],
            labels,
            Findings(),
        )
        for subset in ('train', 'test')
    }


@pytest.fixture(scope='session')
def real_ucf(realdata):
    """Videos."""
    folder = realdata / 'ucf24' / 'gurkirt'
    return ucf24.read_annotations(
        folder / 'finalAnnots.mat', folder / 'testlist01.txt', Findings()
    )[1]


@pytest.fixture
def root(tmp_path):
    return tmp_path / 'data'


@pytest.fixture
def run(root):
    """Prepare in this process; what is written below annotations/."""

    def run(data_set, *options):
        command = [data_set, '--root', str(root), '--workers', '1']
        group.main([*command, *options], standalone_mode=False)
        return {
            path.name: path.read_text()
            for path in (root / 'annotations').iterdir()
            if path.suffix in ('.json', '.txt')
        }

    return run


@pytest.fixture
def jhmdb(root):
    lay_out_jhmdb(root)
    return root


@pytest.fixture
def ucf(root):
    lay_out_ucf(root)
    return root


@pytest.fixture
def ava(root):
    lay_out_ava(root)
    return root


@pytest.fixture
def looked_at(monkeypatch):
    """Names of the videos that are looked into from now on."""
    names, look_into = [], media_check.look_into

    def look(path):
        names.append(path.stem)
        return look_into(path)

    monkeypatch.setattr(media_check, 'look_into', look)
    return names
