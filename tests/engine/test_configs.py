"""Config files that can be read, and the line of those that cannot."""

import pytest
from mmengine.config import Config

from stclip.engine.configs import read_config
from stclip.utils.errors import UserError


@pytest.fixture
def write(tmp_path):
    def write_file(name, text):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write_file


def test_a_config_with_a_base(write):
    write('base.py', 'a = 1\nb = dict(c=2)\n')
    found = read_config(write('leaf.py', "_base_ = 'base.py'\na = 3\n"))
    assert isinstance(found, Config)
    assert (found.a, found.b.c) == (3, 2)


def test_configs_of_the_package_are_found_from_any_folder(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert read_config('configs/zs_jhmdb_split1.py').model.type == 'STCLIP'


def test_a_missing_config(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'gone\.py does not exist'):
        read_config(tmp_path / 'gone.py')


def test_a_missing_base(write):
    leaf = write('leaf.py', "_base_ = 'gone.py'\n")
    with pytest.raises(FileNotFoundError, match=r'leaf\.py.*gone\.py'):
        read_config(leaf)


@pytest.mark.parametrize(
    'text, message',
    [
        ('a = 1\nb = (\n', r'base\.py, line 2: '),
        ('a = 1\n\nb = dict(c=unknown)\n', r"base\.py, line 3: NameError.*'u"),
        ('a = 1 / 0\n', r'base\.py, line 1: ZeroDivisionError'),
    ],
)
def test_the_faulty_line_is_named(write, text, message):
    """In the config itself and in a base of it."""
    base = write('base.py', text)
    leaf = write('leaf.py', "a = 3\n_base_ = ['base.py']\n")
    for config in (base, leaf):
        with pytest.raises(ValueError, match=message) as caught:
            read_config(config)
        assert '\n' not in str(caught.value)


@pytest.mark.parametrize(
    'bases, where',
    [
        ("['mmdet::_base_/default_runtime.py', 'bad.py']", 'bad.py, line 1'),
        ("['fine.yaml', 'bad.py']", 'bad.py, line 1'),
        # Not written out: then nobody knows which base it is.
        ("['fine' + '.yaml', 'bad.py']", 'leaf.py, line 1'),
    ],
)
def test_the_base_before_the_faulty_one_is_not_blamed(write, bases, where):
    """One of another package, or one that is no Python."""
    write('fine.yaml', 'a: {b: (}\n')
    write('bad.py', 'x = dict(\ny = 3\n')
    leaf = write('leaf.py', f'_base_ = {bases}\n')
    with pytest.raises(UserError, match=rf"{where}: '\(' was never closed"):
        read_config(leaf)


def test_bases_that_contradict_each_other(write):
    write('one.py', 'a = 1\n')
    write('other.py', 'a = 2\n')
    leaf = write('leaf.py', "_base_ = ['one.py', 'other.py']\n")
    with pytest.raises(ValueError, match=r'leaf\.py: KeyError.*Duplicate'):
        read_config(leaf)


def test_a_file_of_another_kind(write):
    with pytest.raises(ValueError, match=r'config\.txt: .*supported'):
        read_config(write('config.txt', 'a = 1\n'))


def test_a_config_in_yaml_is_data(write, tmp_path):
    write('base.yaml', 'a: 1\nb: {c: [2, x]}\n')
    for name in ('leaf.yaml', 'leaf.yml'):
        found = read_config(write(name, '_base_: base.yaml\na: 3\n'))
        assert (found.a, found.b.c) == (3, [2, 'x'])


@pytest.mark.parametrize('name', ['evil.yaml', 'leaf.yml', 'leaf.py'])
def test_yaml_runs_nothing(write, tmp_path, name):
    """Neither a config nor a base of it."""
    hit = tmp_path / 'hit'
    call = f'!!python/object/apply:pathlib.Path.touch [{hit}]'
    made = f'!!python/object/apply:builtins.open [{hit}, w]'
    write('evil.yaml', f'a: {made}\nb: {call}\n')
    write('leaf.yml', '_base_: evil.yaml\n')
    write('leaf.py', "_base_ = 'evil.yaml'\n")
    with pytest.raises(ValueError, match='numbers alone') as caught:
        read_config(tmp_path / name)
    assert not hit.exists()
    assert '\n' not in str(caught.value)


def test_a_base_in_another_encoding_is_named(write, tmp_path):
    (tmp_path / 'base.py').write_bytes('a = 1\nb = "é"\n'.encode('latin-1'))
    leaf = write('leaf.py', "_base_ = ['base.py']\n")
    with pytest.raises(ValueError, match=r'base\.py is not .* .line 2: byte'):
        read_config(leaf)


def test_yaml_with_a_key_twice(write):
    path = write('config.yaml', 'a: 1\nb: 2\na: 3\n')
    with pytest.raises(ValueError, match=r"config\.yaml.*'a' is there twice"):
        read_config(path)


@pytest.mark.parametrize(
    'name', ['zs_jhmdb_split1', '_base_/../zs_ucf_split1']
)
def test_a_base_of_the_package_is_as_if_it_lay_here(write, name):
    """Without an installed package, and parts keep their plain names."""
    leaf = write('leaf.py', f"_base_ = 'stclip::{name}.py'\nseed = 5\n")
    found = read_config(leaf)
    base = read_config(f'stclip::{name}.py')
    assert found.pop('seed') == 5
    assert found.to_dict() == base.to_dict()
    assert found.model.type == 'STCLIP'


def test_a_base_that_the_package_lacks(write):
    leaf = write('leaf.py', "_base_ = 'stclip::zs_no.py'\n")
    with pytest.raises(FileNotFoundError, match=r'zs_no\.py does not exist'):
        read_config(leaf)
    faulty = write(
        'faulty.py', "_base_ = 'stclip::zs_stage_multi.py'\na = (\n"
    )
    with pytest.raises(ValueError, match=r'faulty\.py, line 2'):
        read_config(faulty)


def test_reading_imports_nothing(tmp_path, monkeypatch):
    """Whoever runs a config imports its modules, and tells what fails."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / 'imported_by_a_config.py').write_text('raise SystemExit\n')
    path = tmp_path / 'a.py'
    path.write_text(
        "custom_imports = dict(imports=['imported_by_a_config'])\n"
    )
    cfg = read_config(path)
    assert cfg.custom_imports.imports == ['imported_by_a_config']
