"""Bad input of commands: what files hold, and the one line that is due."""

import json
import shlex

import pytest

from stclip.cli.command import run
from stclip.cli.main import group

FOLDER = object()  # in place of a file
BINARY = bytes(range(256))
LATIN = 'Schlöß,901'.encode('latin-1')
WIDE = '{}'.encode('utf-16-le')  # without the mark that would tell it
MARK = '\ufeff\ufeff'.encode()  # one is fine
PICKLED = b'\x80\x04K\x01.'  # the number 1
#: What a JSON file must not be; None: it is not there.
ANY = [
    *(None, FOLDER, '', 'text', '[1, ', '5', '{}'),
    *(BINARY, MARK + b'{}', LATIN, WIDE),
]
#: Addresses where no checkpoint is, and what is said; port 9 is nobody's.
NO_CHECKPOINTS = [
    ('http://127.0.0.1:9/a.pth', 'http://127.0.0.1:9/a.pth cannot be down'),
    ('HTTPS://127.0.0.1:9/a.pth', 'https://127.0.0.1:9/a.pth cannot be'),
    ('http://[/a.pth', 'http://[/a.pth cannot be downloaded'),
    ('s3://bucket/a.pth', 'not of s3'),
    ('openmmlab://resnet50', 'not of openmmlab'),
    ('mmdet::faster_rcnn', 'not of mmdet'),
    ('file:///no/a.pth', '/no/a.pth does not exist'),
]


def forbid_models(monkeypatch):
    """Fail where a model of the config is built."""

    def fail(*args, **kwargs):
        raise AssertionError('a model was built')

    monkeypatch.setattr('stclip.apis.loading.MODELS.build', fail)


def each(line, name, contents=ANY):
    """Whatever one file holds that it should not, it is named."""
    return [(line, {name: content}, name) for content in contents]


def ids(cases):
    return [f'{i}-{words}' for i, (_, _, words) in enumerate(cases)]


def put(path, content):
    """Make a file, a folder, or nothing of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if content is FOLDER:
        path.mkdir()
    elif callable(content):
        content(path)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content)
    elif content is not None:
        path.write_text(json.dumps(content))


def everything(folder):
    """All files with their content, and all folders."""
    return {
        path: path.is_file() and path.read_bytes()
        for path in folder.rglob('*')
    }


def assert_one_line(line, words, capfd, name=''):
    """Run ``stclip`` and look at what it shows and how it ends.

    The line has the words and the name of a file.
    """
    with pytest.raises(SystemExit) as stop:
        run(group, shlex.split(line), 'stclip')
    shown = capfd.readouterr().err
    assert stop.value.code == 2
    assert shown.startswith('error: ') and shown.count('\n') == 1, shown
    assert words in shown
    assert name in shown


def assert_refused(folder, files, line, words, capfd):
    """Write files, run ``stclip``: one line, and nothing else has changed."""
    for name, content in files.items():
        put(folder / name, content)
    before = everything(folder)
    assert_one_line(line, words, capfd)
    assert everything(folder) == before


def assert_makes_no_store(folder, config, words, capfd):
    """`prepare features` refuses a config before it makes its folder."""
    line = 'prepare features other.py --out other'
    assert_refused(folder, {'other.py': config}, line, words, capfd)
    assert not (folder / 'other').exists()
