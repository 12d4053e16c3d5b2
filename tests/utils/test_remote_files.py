"""Checkpoints by address, from a server on this machine."""

import hashlib
import io
import os
from pathlib import Path

import pytest
import torch
from file_server import server

from stclip.utils.checkpoints import read_checkpoint
from stclip.utils.remote_files import (
    local_checkpoint,
    require_checkpoint,
    safe_name,
)

HINT = 'Train one.'

__all__ = ['server']


def saved(value):
    buffer = io.BytesIO()
    torch.save(dict(state_dict=dict(weight=torch.full((3,), value))), buffer)
    return buffer.getvalue()


def cached(tmp_path):
    return [path for path in (tmp_path / 'cache').rglob('*') if path.is_file()]


def value_of(path):
    return read_checkpoint(path).weights['weight'].tolist()


def test_downloaded_once(server, tmp_path):
    url = server.serve('/runs/epoch_30.pth', saved(1.0))
    require_checkpoint(url, HINT)
    assert cached(tmp_path) == []  # looked for alone
    assert value_of(url) == [1.0] * 3
    assert value_of(url) == [1.0] * 3
    require_checkpoint(url, HINT)
    assert len(server.asked) == 2
    (file,) = cached(tmp_path)
    assert file.read_bytes() == saved(1.0)
    assert file == local_checkpoint(url, HINT)
    server.stop()  # nobody needs to answer any more
    assert value_of(url) == [1.0] * 3


def test_files_of_one_name_are_told_apart(server):
    urls = [
        server.serve('/a/epoch_30.pth', saved(1.0)),
        server.serve('/b/epoch_30.pth', saved(2.0)),
        server.serve('/b/epoch_30.pth?revision=2', saved(3.0)),
        server.serve('/b/%2e%2e', saved(4.0)),
        server.serve('/', saved(5.0)),
    ]
    assert [value_of(url)[0] for url in urls] == [1, 2, 3, 4, 5]


def test_an_address_as_pathlib_writes_it(server):
    url = server.serve('/my%20runs/a.pth', saved(1.0))
    given = Path(url.replace('%20', ' '))
    assert '//' not in str(given)
    assert value_of(given) == [1.0] * 3


def test_a_local_file_comes_first(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ('run:1.pth', 'http:a.pth', 'mmdet::a.pth', 'ab:/c.pth'):
        file = Path(name)
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(saved(7.0))
        assert value_of(name) == [7.0] * 3
    assert value_of(f'file://{tmp_path}/run%3A1.pth') == [7.0] * 3
    assert server.asked == []


def test_whole_or_not_at_all(server, tmp_path):
    body = saved(1.0)
    url = server.serve('/a.pth', body[:100], length=len(body))
    with pytest.raises(FileNotFoundError, match='cut off after 100 of') as e:
        local_checkpoint(url, HINT)
    assert url in str(e.value)
    assert cached(tmp_path) == []
    server.serve('/a.pth', body)
    assert value_of(url) == [1.0] * 3


def test_a_server_that_states_no_length(server):
    url = server.serve('/a.pth', saved(1.0), length=None)
    assert value_of(url) == [1.0] * 3


def test_the_hash_in_a_name_is_checked(server, tmp_path):
    body = saved(1.0)
    right = hashlib.sha256(body).hexdigest()[:8]
    url = server.serve(f'/r50-{right}.pth', body)
    assert value_of(url) == [1.0] * 3
    wrong = server.serve('/r50_20200130-00c0ffee.pth', body)
    with pytest.raises(
        ValueError, match='stated is the hash 00c0ffee'
    ) as error:
        local_checkpoint(wrong, HINT)
    assert right in str(error.value)
    assert len(cached(tmp_path)) == 1


@pytest.mark.parametrize(
    'path, status, headers, words',
    [
        ('/a.pth', 404, {}, 'HTTP 404'),
        ('/a.pth', 403, {}, 'HTTP 403'),
        ('/a.pth', 500, {}, 'HTTP 500'),
        ('/a', 200, {'Content-Type': 'text/html; charset=utf-8'}, 'web page'),
        ('/a', 302, {'Location': 'http://127.0.0.1:9/'}, 'refused'),
    ],
)
@pytest.mark.parametrize('use', [require_checkpoint, local_checkpoint])
def test_what_is_not_served(
    server, tmp_path, path, status, headers, words, use
):
    url = server.serve(path, b'no', status, headers)
    with pytest.raises(FileNotFoundError, match=words) as error:
        use(url, HINT)
    assert f'{url} cannot be downloaded' in str(error.value)
    assert cached(tmp_path) == []


@pytest.mark.parametrize(
    'address, words',
    [
        ('http://127.0.0.1:9/a.pth', 'refused'),
        ('http://127.0.0.1:x/a.pth', 'port'),
        ('http://[/a.pth', 'cannot be downloaded'),
        ('s3://bucket/a.pth', 'not of s3'),
        ('openmmlab://resnet50', 'not of openmmlab'),
        ('torchvision://resnet50', 'not of torchvision'),
        ('mmdet::faster_rcnn', 'not of mmdet'),
        ('ftp://127.0.0.1/a.pth', 'not of ftp'),
        ('file:///no/such.pth', '/no/such.pth does not exist'),
        ('no.pth', 'no.pth does not exist. Train one.'),
    ],
)
@pytest.mark.parametrize('use', [require_checkpoint, local_checkpoint])
def test_what_cannot_be_served(server, tmp_path, address, words, use):
    with pytest.raises((ValueError, FileNotFoundError)) as error:
        use(address, HINT)
    assert words in str(error.value)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    'name, expected',
    [
        ('epoch_30.pth', 'epoch_30.pth'),
        ('a b/c:d.pth', 'a_b_c_d.pth'),
        ('..pth', 'pth'),
        ('été.mp4', 'été.mp4'),
        (f'{"a" * 70}.pth', f'{"a" * 56}.pth'),
        ('...', ''),
    ],
)
def test_names_for_this_machine(name, expected):
    assert safe_name(name) == expected
