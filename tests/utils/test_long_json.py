"""Long JSON lists, an entry at a time, beside json itself."""

import codecs
import json
import random

import pytest

from stclip.utils import long_json
from stclip.utils.errors import UserError
from stclip.utils.io import LongList, write_json
from stclip.utils.long_json import iter_long_json, read_long_json

VALUE = dict(
    name='Schlöß "走る" \\ 🏃 ] } ,',
    empty={},
    items=[1, -2.5e-3, 'a ] b', dict(x=[1, [2, {}]], y=None), [], True, 1234],
    number=12345678,
    last=[],
)


@pytest.fixture(params=[1, 2, 7, 1 << 18])
def chunk(request, monkeypatch):
    """The window on the file: also far smaller than any value."""
    monkeypatch.setattr(long_json, '_CHUNK', request.param)


@pytest.mark.parametrize('indent', [None, 1])
@pytest.mark.parametrize('key', ['items', 'last'])
def test_any_layout_is_read(tmp_path, chunk, indent, key):
    path = tmp_path / 'a.json'
    for seed in range(4):
        names = list(VALUE)
        random.Random(seed).shuffle(names)
        value = {name: VALUE[name] for name in names}
        path.write_text(json.dumps(value, indent=indent))
        expected = {**VALUE, key: len(VALUE[key])}
        assert read_long_json(path, key) == expected
        assert list(iter_long_json(path, key)) == VALUE[key]


@pytest.mark.parametrize('encoding', ['utf-8-sig', 'utf-16', 'utf-32'])
def test_encodings_are_those_of_other_files(tmp_path, encoding):
    path = tmp_path / 'a.json'
    path.write_text(json.dumps(VALUE, ensure_ascii=False), encoding=encoding)
    assert list(iter_long_json(path, 'items')) == VALUE['items']
    assert read_long_json(path, 'items')['name'] == VALUE['name']


@pytest.mark.parametrize(
    'text, words',
    [
        ('', "expected '{', got the end"),
        ('[]', "expected '{', got '['"),
        ('{"items": [1, 2', "expected ',', got the end"),
        ('{"items": [1 2]}', "expected ',', got '2'"),
        ('{"items": [1,]}', "Expecting value at ']}'"),
        ('{"items": [nul]}', 'Expecting value at'),
        ('{"items": [{"a": 1, "a": 2}]}', "'a' is there twice"),
        ('{"items": [], "items": []}', "'items' is there twice"),
        ('{"items": []} x', 'more follows'),
        ('{5: 1}', 'expected a key in quotes, got 5'),
        ('{"a" 1}', "expected ':', got '1'"),
        ('{"a": 1}', 'has no key items'),
        ('{"items": 5}', "expected '[', got '5'"),
        ('{"items": [' + '[' * 100000, 'not valid JSON'),
        (b'{"items": ["\xff"]}', "can't decode"),
        (codecs.BOM_UTF16_LE + b'{', 'truncated'),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path, text, words):
    path = tmp_path / 'a.json'
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError) as error:
        read_long_json(path, 'items')
    assert str(error.value).startswith(str(path))
    assert words in str(error.value) and '\n' not in str(error.value)


@pytest.mark.parametrize('count', [0, 1, 5])
def test_a_list_is_written_while_it_is_made(tmp_path, count):
    """No entry is asked for before the one before it is gone."""
    alive = []

    def items():
        for number in range(count):
            alive.append(number)
            yield dict(number=number, inner=LongList(iter([number])))
            assert alive.pop() == number and not alive

    write_json(tmp_path / 'a.json', dict(items=LongList(items()), a=1))
    expected = [dict(number=n, inner=[n]) for n in range(count)]
    content = json.loads((tmp_path / 'a.json').read_text())
    assert content == dict(items=expected, a=1)
