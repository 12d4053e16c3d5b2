import pytest

from stclip.utils.parts import Parts

REQUEST = dict(config='a.py', threshold=0.05)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / 'out.json.parts'


def test_processes_find_what_others_did(folder):
    first, second = Parts(folder, REQUEST), Parts(folder, REQUEST)
    assert first.read() == {}
    assert not folder.exists()
    first.add('v', [[1, 0.5]])
    second.add('w', [])
    first.add('x', 'ä')
    first.close()
    assert second.read() == {'v': [[1, 0.5]], 'w': [], 'x': 'ä'}
    second.remove()
    assert not folder.exists()


def test_half_a_line_is_not_done(folder):
    """What a killed process began counts as not there."""
    parts = Parts(folder, REQUEST)
    parts.add('v', [1])
    parts.add('w', [2])
    parts.close()
    (file,) = folder.iterdir()
    file.write_text(file.read_text()[:-4])
    again = Parts(folder, REQUEST)
    assert again.read() == {'v': [1]}
    again.add('w', [3])
    again.close()
    assert again.read() == {'v': [1], 'w': [3]}


def test_nothing_but_the_start_of_a_header(folder):
    folder.mkdir()
    (folder / 'a.jsonl').write_text('{"config": "a.')
    assert Parts(folder, REQUEST).read() == {}


def test_parts_of_another_run_are_refused(folder):
    parts = Parts(folder, REQUEST)
    parts.add('v', [1])
    parts.close()
    with pytest.raises(
        ValueError,
        match=r'its threshold is 0\.05, now 0\.1\..*remove the folder',
    ):
        Parts(folder, dict(REQUEST, threshold=0.1))


def test_nan_is_refused(folder):
    with pytest.raises(ValueError):
        Parts(folder, REQUEST).add('v', float('nan'))
