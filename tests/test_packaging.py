"""Contents of a wheel, and a checkout that stands in for it."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
FOLDERS = (
    *('attributes', 'knowledge', 'labels', 'models', 'published'),
    *('splits', 'words'),
)
MODELS = ('tiny_clip', 'tiny_person_detector')


def files_below(*folders, start=ROOT):
    return {
        path.relative_to(start).as_posix()
        for folder in folders
        for path in (start / folder).rglob('*')
        if path.is_file() and '__pycache__' not in path.parts
    }


@pytest.fixture(scope='module')
def built(tmp_path_factory):
    """The folder that becomes the wheel, built as by pip."""
    folder = tmp_path_factory.mktemp('build')
    command = ('setup.py', '--quiet', 'build_py', '--build-lib', str(folder))
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
    return folder


def test_everything_that_runs_is_in_the_wheel(built):
    modules = {p for p in files_below('stclip') if p.endswith('.py')}
    packaged = files_below('stclip', start=built)
    shipped = {p for p in packaged if p.startswith('stclip/.mim/')}
    page = files_below('stclip/page/static')
    assert {Path(p).suffix for p in page} == {'.html', '.css', '.js'}
    assert packaged - shipped == modules | {'stclip/py.typed'} | page


def test_shipped_files_are_those_that_git_tracks(built):
    """Data sets and weights that a user put into data/ stay out."""
    expected = files_below(
        'configs',
        'tools',
        *(f'data/{name}' for name in FOLDERS),
        *(f'data/pretrained/{name}' for name in MODELS),
    )
    expected |= {'data/README.md', 'model-index.yml'}
    mim = built / 'stclip' / '.mim'
    assert files_below('.', start=mim) == expected
    for name in expected:
        assert (mim / name).read_bytes() == (ROOT / name).read_bytes()


def test_files_of_an_editable_install_are_links(tmp_path, monkeypatch):
    monkeypatch.setattr('setuptools.setup', lambda **kwargs: None)
    setup = {'__file__': str(ROOT / 'setup.py'), '__name__': 'setup'}
    code = (ROOT / 'setup.py').read_text()
    exec(compile(code, 'setup.py', 'exec'), setup)
    folder = tmp_path / 'stclip' / '.mim'
    folder.parent.mkdir()
    for _ in range(2):  # a second install finds the links of the first
        setup['link_files'](folder)
    for name in ('configs', 'data', 'tools', 'model-index.yml'):
        assert (folder / name).readlink() == Path('../..') / name


def test_every_config_of_the_index_is_there():
    """Every method's folder is a collection, with a model at least."""
    index = yaml.safe_load((ROOT / 'model-index.yml').read_text())
    shared = {'clip', 'detection', 'recognition', '__pycache__'}
    found = {path.name for path in (ROOT / 'stclip/models').glob('*/')}
    folders = {name.replace('_', '') for name in found - shared}

    def name(method):
        return method.replace('-', '').lower()

    for file in index['Import']:
        content = yaml.safe_load((ROOT / file).read_text())
        methods = {entry['Name'] for entry in content['Collections']}
        methods_used = set()
        for model in content['Models']:
            assert model['In Collection'] in methods
            assert (ROOT / model['Config']).is_file()
            methods_used.add(model['In Collection'])
        assert methods_used == methods
        assert {name(method) for method in methods} == folders
