"""What is said of damage, by one process and by several."""

import pickle
from pathlib import Path

import pytest
from synthetic_media import make_frames, write_frames
from torch.utils.data import DataLoader, Dataset

from stclip.video import damage as damage_module
from stclip.video.damage import DamageLog
from stclip.video.frame_cache import FrameCache
from stclip.video.opening import VideoPool


@pytest.fixture
def told(monkeypatch):
    lines = []
    monkeypatch.setattr(
        damage_module, 'print_log', lambda line, *rest: lines.append(line)
    )
    return lines


def test_each_path_once(told):
    log = DamageLog()
    for name in ('xa.mp4', 'a.mp4', 'a.mp4', 'xa.mp4', 'b\n.mp4'):
        log(Path(name), 'the file is cut short')
    assert [line.split(' is damaged')[0] for line in told] == [
        'xa.mp4',
        'a.mp4',
        'b\n.mp4',
    ]
    pickle.loads(pickle.dumps(log))(Path('a.mp4'), 'the file is cut short')
    assert len(told) == 4


class Frames(Dataset):
    """The same damaged frame again and again."""

    def __init__(self, folder):
        self.folder = folder
        self.pool = VideoPool(FrameCache(1))

    def __len__(self):
        return 12

    def __getitem__(self, index):
        return self.pool.open(self.folder).read([1])[0].mean()


@pytest.mark.parametrize('num_workers', [1, 2])
def test_workers_of_all_epochs_tell_once(tmp_path, monkeypatch, num_workers):
    folder = write_frames(tmp_path / 'clip', make_frames(3))
    (folder / '00002.png').write_bytes(b'')
    lines = (tmp_path / 'lines').open('a', buffering=1)
    monkeypatch.setattr(
        damage_module, 'print_log', lambda line, *rest: print(line, file=lines)
    )
    loader = DataLoader(
        Frames(folder), num_workers=num_workers, multiprocessing_context='fork'
    )
    for _ in range(3):
        assert len(list(loader)) == 12
    told = (tmp_path / 'lines').read_text()
    assert told.count(f'{folder} is damaged') == 1
