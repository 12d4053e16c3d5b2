"""The real annotations, read once."""

import pytest

from stclip.labels.label_space import LabelSpace
from stclip.preparation import jhmdb, ucf24
from stclip.preparation.keyframes import keyframes_of
from stclip.preparation.records import Findings


@pytest.fixture(scope='session')
def realdata(shared_dir):
    return shared_dir / 'realdata'


@pytest.fixture(scope='session')
def real_jhmdb(realdata):
    """Names of the actions and videos."""
    return jhmdb.read_pickle(realdata / 'jhmdb' / 'JHMDB-GT.pkl')


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
