"""Which videos there are, and what their files are called."""

import os

import fsspec
import pytest

from stclip.corpora.tasks import Task, list_tasks
from stclip.utils.errors import MissingFileError, UserError

SIGNED = (
    'https://host/v.mp4?id=3&X-Amz-Signature={}&X-Amz-Date={}',
    'https://host/v.mp4?id=3&X-Goog-Signature={}&X-Goog-Expires={}',
    'https://host/v.mp4?id=3&Signature={}&Expires={}&AWSAccessKeyId=k',
    'https://host/v.mp4?id=3&sig={}&se={}&sv=2024-01-01',
)


@pytest.fixture
def store():
    """Files in memory, which fsspec reads as those of any storage."""
    files = fsspec.filesystem('memory')
    files.store.clear()
    for name in ('b.MP4', 'a.mp4', 'deep/er/a.mp4', 'note.txt', '.c.mp4'):
        files.pipe_file(f'/far/{name}', b'1')
    files.pipe_file('/far/.old/d.mp4', b'1')
    files.pipe_file('/none/note.txt', b'1')
    yield files
    files.store.clear()


def paths_of(*args):
    return [task.path for task in list_tasks(args)]


def test_a_name_that_begins_with_a_dot_hides_nothing(tmp_path):
    assert Task.of(str(tmp_path / '.a.mp4')).key.startswith('a-')
    assert not Task.of(str(tmp_path / '...')).key.startswith('.')


def test_tasks_are_named_by_what_changes(tmp_path):
    path = tmp_path / 'a b.mp4'
    before = Task.of(str(path))
    path.write_text('a')
    there = Task.of(str(path))
    os.utime(path, ns=(0, 0))
    later = Task.of(str(path))
    assert len({before.key, there.key, later.key}) == 3
    assert before.key.startswith('a_b-')
    # Versions of one video.
    assert before.video == there.video == later.video
    assert Task.of(str(tmp_path / 'a_b.mp4')).video != before.video
    secret = Task.of('https://me:word@host/v.mp4?token=1')
    assert secret.shown == 'https://host/v.mp4'
    assert 'word' not in secret.key and secret.key.startswith('v-')


def test_what_has_gone_since_it_was_listed(tmp_path):
    path = tmp_path / 'a.mp4'
    path.write_text('a')
    task = Task.of(str(path))
    assert not task.is_gone
    path.unlink()
    assert task.is_gone
    # It was never there.
    assert not Task.of(str(path)).is_gone
    assert not Task.of('https://host/v.mp4').is_gone


@pytest.mark.parametrize('address', SIGNED)
def test_who_signs_an_address_changes_nothing(address):
    today, tomorrow = (address.format(*each) for each in ('ab', 'cd'))
    assert Task.of(today).key == Task.of(tomorrow).key
    plain = Task.of('https://me:word@host/v.mp4?id=3')
    assert Task.of(today).key == plain.key
    assert Task.of(today.replace('id=3', 'id=4')).key != plain.key
    # Names of its own where nothing is signed.
    keys = {Task.of(f'https://host/v.mp4?se={n}').key for n in range(2)}
    assert len(keys) == 2
    assert len(list_tasks([today, tomorrow])) == 1


def test_folders_and_patterns_of_a_store(store, tmp_path):
    all_three = [f'memory://far/{n}' for n in ('a.mp4', 'b.MP4')]
    all_three.append('memory://far/deep/er/a.mp4')
    assert paths_of('memory://far/') == all_three
    assert paths_of('memory://far') == all_three
    assert paths_of('memory://far/*') == all_three[:2]
    assert paths_of('memory://far/**/a.mp4') == [all_three[0], all_three[2]]
    assert paths_of('memory://far/a.mp4') == all_three[:1]
    # What is not there is a video that will fail.
    assert paths_of('memory://far/no.mp4') == ['memory://far/no.mp4']
    # However it is written.
    assert paths_of('memory://far//') == all_three
    assert paths_of('memory://') == [
        path.replace('//', '///') for path in all_three
    ]
    (tmp_path / 'v.mp4').write_text('v')
    assert paths_of(f'file://{tmp_path}/') == [f'file://{tmp_path}/v.mp4']
    with pytest.raises(MissingFileError, match='memory://none/ holds no vid'):
        list_tasks(['memory://none/'])
    with pytest.raises(MissingFileError, match=r'no/\*.mp4 matches no video'):
        list_tasks(['memory://no/*.mp4'])


def test_a_replaced_file_of_a_store_is_another_version(store, tmp_path):
    listed = tmp_path / 'list.txt'
    listed.write_text('memory://far/a.mp4\nmemory://far/no.mp4\n')
    before = list_tasks([], listed)
    assert list_tasks(['memory://far/a.mp4'])[0] == before[0]
    assert list_tasks(['memory://far/'])[0] == before[0]
    store.pipe_file('/far/a.mp4', b'22')
    after = list_tasks([], listed)
    assert after[0].key != before[0].key
    assert after[0].video == before[0].video
    assert after[1] == before[1]


def test_entity_tags_come_before_times(store, monkeypatch):
    told = dict(size=3, ETag='"a"', LastModified=1, type='file')
    monkeypatch.setattr(type(store), 'info', lambda *_, **__: told)
    (first,) = list_tasks(['memory://far/a.mp4'])
    told['LastModified'] = 2
    assert list_tasks(['memory://far/a.mp4']) == [first]
    told['ETag'] = '"b"'
    assert list_tasks(['memory://far/a.mp4']) != [first]
    told['ETag'], told['size'] = '"a"', 4
    assert list_tasks(['memory://far/a.mp4']) != [first]


def test_a_store_that_does_not_answer(store, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError('no key')

    with monkeypatch.context() as patch:
        patch.setattr(type(store), 'isdir', refuse)
        with pytest.raises(UserError, match=r'far/ cannot be read .*no key'):
            list_tasks(['memory://far/'])
    monkeypatch.setattr(type(store), 'info', refuse)
    with pytest.raises(UserError, match=r'a.mp4 cannot be read .*no key'):
        list_tasks(['memory://far/a.mp4'])
