"""Data of stores and of tar shards, laid out on the disk."""

import io
import json
import tarfile

import fsspec
import pytest
from click.testing import CliRunner

from stclip.cli.prepare import group
from stclip.preparation import fetch as room
from stclip.preparation.fetch import Fetch
from stclip.utils.errors import MissingFileError, UserError

FILES = {
    'annotations/train.json': b'[1]',
    'videos/a.mp4': b'aaaa' * 1000,
    'videos/deep/b.mp4': b'bb',
}


@pytest.fixture
def store():
    """An empty store in memory."""
    files = fsspec.filesystem('memory')
    files.store.clear()
    yield files
    files.store.clear()


def shard(files):
    """A tar of files by name, or of given members."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode='w') as packed:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def content_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob('*')
        if path.is_file() and not path.name.startswith('.')
    }


def run(source, folder):
    Fetch(source, folder, workers=3).run()
    return content_of(folder)


@pytest.mark.parametrize('scheme', ['memory', 'file'])
def test_files_keep_their_place(store, tmp_path, scheme):
    base = '/set' if scheme == 'memory' else f'{tmp_path}/set'
    files = fsspec.filesystem(scheme)
    for name, content in FILES.items():
        files.makedirs(f'{base}/{name}'.rpartition('/')[0], exist_ok=True)
        files.pipe_file(f'{base}/{name}', content)
    assert run(f'{scheme}://{base}', tmp_path / 'all') == FILES
    some = run(f'{scheme}://{base}/vid*/*.mp4', tmp_path / 'some')
    assert some == {'videos/a.mp4': FILES['videos/a.mp4']}
    one = run(f'{scheme}://{base}/videos/a.mp4', tmp_path / 'one')
    assert one == {'a.mp4': FILES['videos/a.mp4']}


def test_shards_are_unpacked_once(store, tmp_path, monkeypatch):
    """What they hold lies as if it had been there by itself."""
    names = list(FILES)
    first = {name: FILES[name] for name in names[:2]}
    second = {name: FILES[name] for name in names[2:]}
    store.pipe_file('/set/train-0.tar', shard(first))
    store.pipe_file('/set/train-1.tar', shard(second))
    store.pipe_file('/set/labels.txt', b'wave')
    found = run('memory://set', tmp_path)
    record = json.loads(found.pop('fetched.json'))
    assert found == {**FILES, 'labels.txt': b'wave'}
    assert sorted(record) == ['train-0.tar', 'train-1.tar']
    # Nothing is opened again, whatever became of what was unpacked.
    (tmp_path / names[0]).unlink()
    monkeypatch.setattr(
        type(store), 'open', lambda *_, **__: pytest.fail('fetched again')
    )
    run('memory://set', tmp_path)


def test_what_was_cut_off_goes_on(store, tmp_path, monkeypatch):
    """Files that are whole are not fetched again, half ones do not appear."""
    for number in range(6):
        store.pipe_file(f'/set/{number}.mp4', bytes([number]) * 50)
    write, fetched = room._write, []

    def failing(source, target):
        if target.name == '3.mp4':
            raise ConnectionResetError('gone')
        fetched.append(target.name)
        write(source, target)

    monkeypatch.setattr(room, '_write', failing)
    with pytest.raises(UserError, match=r'memory:///?set/3\.mp4 cannot be re'):
        run('memory://set', tmp_path)
    there = {name for name in content_of(tmp_path) if name.endswith('.mp4')}
    assert there == set(fetched) and '3.mp4' not in there
    monkeypatch.setattr(
        room, '_write', lambda s, t: (fetched.append(t.name), write(s, t))
    )
    found = run('memory://set', tmp_path)
    assert sorted(fetched) == [f'{n}.mp4' for n in range(6)]
    assert all(
        found[f'{number}.mp4'] == bytes([number]) * 50 for number in range(6)
    )


@pytest.mark.parametrize('name', ['../out.mp4', '/tmp/out.mp4'])
def test_a_shard_writes_nowhere_else(store, tmp_path, name):
    store.pipe_file('/set/bad.tar', shard({name: b'x'}))
    folder = tmp_path / 'folder'
    if name.startswith('/'):
        # As tar does it, an absolute name is one below the folder.
        assert 'tmp/out.mp4' in run('memory://set', folder)
    else:
        with pytest.raises(UserError, match=r'out\.mp4 is left out: '):
            run('memory://set', folder)
    assert not (tmp_path / 'out.mp4').exists()


def test_links_in_a_shard_are_refused(store, tmp_path):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode='w') as packed:
        link = tarfile.TarInfo('a.mp4')
        link.type, link.linkname = tarfile.SYMTYPE, 'b.mp4'
        packed.addfile(link)
    store.pipe_file('/set/bad.tar', stream.getvalue())
    with pytest.raises(UserError, match=r'a\.mp4 is no plain file; pack'):
        run('memory://set', tmp_path)


def test_a_file_of_the_user_is_kept(store, tmp_path):
    store.pipe_file('/set/a.mp4', b'from the store')
    (tmp_path / 'a.mp4').write_bytes(b'mine')
    with pytest.raises(UserError, match=r'a\.mp4 is there and is not what'):
        run('memory://set', tmp_path)
    assert (tmp_path / 'a.mp4').read_bytes() == b'mine'


def test_what_cannot_be_fetched_is_said_at_once(tmp_path):
    with pytest.raises(MissingFileError, match='memory://none holds no file'):
        run('memory://none', tmp_path)
    with pytest.raises(UserError, match='nope:// cannot be read'):
        run('nope://bucket/set', tmp_path)


def test_the_command(store, tmp_path):
    store.pipe_file('/set/a.mp4', b'abc')
    words = ['fetch', 'memory://set', str(tmp_path / 'out'), '--workers', '1']
    assert CliRunner().invoke(group, words).exit_code == 0
    assert content_of(tmp_path / 'out') == {'a.mp4': b'abc'}
