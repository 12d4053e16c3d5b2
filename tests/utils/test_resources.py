"""Files of the package and of the user."""

from pathlib import Path

from stclip.utils.resources import resolve, shipped

LABELS = 'data/labels/ava80.txt'


def test_a_shipped_file_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolve(LABELS) == shipped(LABELS)
    assert len(resolve(LABELS).read_text().splitlines()) == 80


def test_the_users_own_file_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own = tmp_path / LABELS
    own.parent.mkdir(parents=True)
    own.write_text('sit\n')
    assert resolve(LABELS) == Path(LABELS)
    assert resolve(own) == own


def test_what_nobody_has_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolve('absent.txt') == Path('absent.txt')
