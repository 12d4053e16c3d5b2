"""Files of descriptions: both forms, spellings of names, faults."""

import json

import pytest

from stclip.knowledge.writing.descriptions import DescriptionFile

LIST = [
    dict(word='hand stand pushups', defn='push up from\na  handstand.'),
    dict(word='salsa spin', defn='a turn.', cleaned_defn='a turn .'),
    dict(word='nothing', defn=' '),
]
LINES = (
    'hand stand pushups\tpush up from a handstand.\n\nsalsa spin\ta turn.\n'
)


@pytest.mark.parametrize(
    'name, content', [('a.json', json.dumps(LIST)), ('a.tsv', LINES)]
)
def test_both_forms(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content)
    source = DescriptionFile(path)
    assert source.name == name
    assert source.find('SalsaSpin') == source.find('salsa_spin') == 'a turn.'
    assert source.find('handstand pushups') == 'push up from a handstand.'
    assert source.find('nothing') == source.find('unknown') == ''


@pytest.mark.parametrize(
    'name, content, message',
    [
        ('a.json', '{}', 'is no list. Expected'),
        ('a.json', '[', 'is not valid JSON'),
        ('a.json', '[{"word": "a"}]', "entry 1 has no 'defn'. Expected"),
        ('a.json', '[{"word": 1, "defn": "a"}]', "entry 1 has no 'word'"),
        ('a.json', '["a"]', "entry 1 has no 'word'"),
        ('a.json', json.dumps([LIST[0]] * 2), "entry 2: 'hand .*there twice"),
        ('a.tsv', 'a\tb\nsalsa spin: a turn', 'line 2 has no tab. Expected'),
        ('a.tsv', '\ta turn', 'line 1 has no tab'),
        ('a.tsv', 'a b\tc\na_b\td', "line 2: 'a_b' is there twice"),
        ('a.tsv', b'caf\xe9\tb', 'is not UTF-8'),
    ],
)
def test_faults_are_named(tmp_path, name, content, message):
    path = tmp_path / name
    if isinstance(content, str):
        content = content.encode()
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf'{name}.*{message}'):
        DescriptionFile(path)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'a\.tsv does not .*Expected'):
        DescriptionFile(tmp_path / 'a.tsv')
