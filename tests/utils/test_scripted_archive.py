"""TorchScript archives: the same tensors as torch's, and nothing is run."""

import zipfile

import pytest
import torch
from torch import Tensor, nn

from stclip.utils.errors import UserError
from stclip.utils.scripted_archive import is_scripted, read_scripted


class Net(nn.Module):
    """Every kind of thing that a scripted module may keep."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv = nn.Conv2d(3, 4, 3, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(2)])
        self.halves = nn.Parameter(torch.randn(4).half())
        self.register_buffer('mask', torch.randn(2), persistent=False)
        self.constant = torch.ones(3)  # neither a parameter nor a buffer
        self.sizes = [1, 2]
        self.rate = (1, 2.0)
        self.nothing = None

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.conv(x)).mean((2, 3))
        for layer in self.layers:
            x = layer(x) + self.halves.sum()
        return x + self.mask.sum() + self.constant.sum() + self.sizes[0]


class SelfMade(nn.Module):
    """Its archive runs a method of its own when torch loads it."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2))

    def forward(self, x: Tensor) -> Tensor:
        return x

    @torch.jit.export
    def __getstate__(self) -> tuple[Tensor, bool]:
        return self.weight, self.training

    @torch.jit.export
    def __setstate__(self, state: tuple[Tensor, bool]) -> None:
        print('run by the archive')
        self.weight = state[0]
        self.training = state[1]


@pytest.fixture
def file(tmp_path):
    return tmp_path / 'archive.pt'


@pytest.mark.parametrize('how', ['scripted', 'traced'])
def test_equal_to_the_state_dict_of_torch(file, how):
    net = Net().eval()
    if how == 'scripted':
        torch.jit.script(net).save(file)
    else:
        torch.jit.trace(net, torch.ones(1, 3, 8, 8)).save(file)
    expected = torch.jit.load(file).state_dict()
    found = read_scripted(file)
    assert list(found) == list(expected)
    for name, value in expected.items():
        assert found[name].dtype == value.dtype
        assert torch.equal(found[name], value), name


def test_what_an_archive_wants_run_is_not(file, capfd):
    torch.jit.script(SelfMade()).save(file)
    torch.jit.load(file)
    assert 'run by the archive' in capfd.readouterr().out  # torch does
    with pytest.raises(UserError, match=r'archive\.pt.*state of its own'):
        read_scripted(file)
    assert capfd.readouterr().out == ''


def test_other_files_are_no_archives(file, tmp_path):
    torch.save(dict(a=torch.ones(1)), file)
    assert not is_scripted(file)
    file.write_bytes(b'PK no zip')
    assert not is_scripted(file)


def rewritten(source, target, change):
    """Copy an archive; ``change`` gives each entry's new content, or None."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, 'w') as new:
        for info in old.infolist():
            content = change(info.filename, old.read(info))
            if content is not None:
                new.writestr(info.filename, content)


def evil_pickle(name, content):
    pickled = b'cos\nsystem\n(S"exit 1"\ntR.'
    return pickled if name.endswith('/data.pkl') else content


def short_tensors(name, content):
    return content[:2] if '/data/' in name else content


def lost_tensors(name, content):
    return None if '/data/' in name else content


@pytest.mark.parametrize(
    'change, message',
    [
        (evil_pickle, 'asks for os.system'),
        (short_tensors, 'ValueError|RuntimeError'),
        (lost_tensors, 'KeyError'),
    ],
)
def test_damaged_and_hostile_archives(file, tmp_path, change, message):
    torch.jit.script(Net()).save(tmp_path / 'whole.pt')
    rewritten(tmp_path / 'whole.pt', file, change)
    assert is_scripted(file)
    with pytest.raises(UserError, match=message) as caught:
        read_scripted(file)
    assert '\n' not in str(caught.value)


def test_an_archive_that_swells_is_refused(file, tmp_path):
    torch.jit.script(Net()).save(tmp_path / 'whole.pt')
    with (
        zipfile.ZipFile(tmp_path / 'whole.pt') as old,
        zipfile.ZipFile(file, 'w', zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
    with pytest.raises(UserError, match='is compressed'):
        read_scripted(file)
