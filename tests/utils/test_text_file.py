"""Text, CSV and YAML as other programs write them."""

import codecs

import pytest

from stclip.utils.io import read_json
from stclip.utils.text_file import read_csv, read_lines, read_text, read_yaml

MARKS = {
    'utf-8': codecs.BOM_UTF8,
    'utf-16-le': codecs.BOM_UTF16_LE,
    'utf-16-be': codecs.BOM_UTF16_BE,
    'utf-32-le': codecs.BOM_UTF32_LE,
    'utf-32-be': codecs.BOM_UTF32_BE,
}
NO_TEXT = r'a\.txt is not a text file in '


@pytest.fixture
def put(tmp_path):
    def put(name, content):
        path = tmp_path / name
        path.write_bytes(
            content if isinstance(content, bytes) else content.encode()
        )
        return path

    return put


@pytest.mark.parametrize('end', ['\n', '\r\n', '\r'])
@pytest.mark.parametrize('encoding', MARKS)
def test_the_mark_tells_the_encoding(put, encoding, end):
    text = f'é{end} ß𝄞{end}'
    path = put('a.txt', MARKS[encoding] + text.encode(encoding))
    assert read_text(path) == 'é\n ß𝄞\n'


def test_text_without_a_mark_is_utf_8(put):
    assert read_text(put('a.txt', 'é\n ß\n')) == 'é\n ß\n'
    assert read_text(put('a.txt', b'')) == ''
    assert read_text(put('a.txt', codecs.BOM_UTF16_LE)) == ''


@pytest.mark.parametrize(
    'content, message',
    [
        (b'a\nb\r\nSchl\xf6\xdf', 'UTF-8 .line 3: byte 0xf6, number 10 of'),
        (codecs.BOM_UTF8 + b'a\xff', 'UTF-8 .line 1: byte 0xff, number 5'),
        ('sit\nrun'.encode('utf-16-le'), 'UTF-8 .line 1 has a NUL'),
        (b'sit\nrun\0\0', 'UTF-8 .line 2 has a NUL'),
        (b'sit\r\n\x1a', 'UTF-8 .line 2 has a Ctrl-Z'),
        (codecs.BOM_UTF16_LE + b's\0\n\0i', 'UTF-16 .line 2: byte 0x69'),
        (codecs.BOM_UTF16_BE + b'\xd8\0', 'UTF-16 .line 1: byte 0xd8'),
        (codecs.BOM_UTF32_LE + b'abcd', 'UTF-32 .line 1: byte 0x61'),
        (b'sit\n\xef\xbb\xbfrun', 'UTF-8 .line 2 has a byte order mark'),
    ],
)
def test_what_is_no_text_is_told_with_its_line(put, content, message):
    path = put('a.txt', content)
    for read in (read_text, lambda p: [*read_csv(p)], read_yaml):
        with pytest.raises(ValueError, match=f'{NO_TEXT}{message}') as error:
            read(path)
        assert str(error.value).endswith('Save it as UTF-8.')


def test_only_line_ends_part_lines(put):
    r"""str.splitlines parts at eight more characters, \x85 among them."""
    odd = 'a\x85b\u2028c\x0bd\x0ce\x1cf'
    path = put('a.txt', f'\n{odd}\r\n \n\rlast')
    assert list(read_lines(path)) == [(2, odd), (5, 'last')]


def test_rows_with_their_lines(put):
    path = put('a.csv', 'a,1\n\n"b\nc",2\r\nd,\n,,\n')
    assert list(read_csv(path)) == [
        (1, ['a', '1']),
        (4, ['b\nc', '2']),
        (5, ['d', '']),
    ]


@pytest.mark.parametrize(
    'content, message',
    [
        ('\nvid;902\n', r'line 2: expected commas .* got semicolons'),
        ('vid;902;0,1;0,1;0,5;0,5;1\n', r'line 1: .*semicolons'),
        ('vid\t902\t.1\n', r'line 1: .*tabs'),
        ('sep=;\nvid;902\n', r'line 1: .*semicolons'),
        ('sep=,\nvid,902\n', r"line 1: .*a line 'sep=,'"),
        ('a\n' + 'b' * 200_000, r'line 2: no CSV'),
    ],
)
def test_other_separators_are_named(put, content, message):
    with pytest.raises(ValueError, match=rf'a\.csv, {message}'):
        list(read_csv(put('a.csv', content)))


def test_yaml_with_a_key_twice_or_a_fault_names_the_line(put):
    path = put('a.yaml', 'a: &x {b: 1}\nc:\n  <<: *x\n  b: [é]\n')
    assert read_yaml(path) == dict(a=dict(b=1), c=dict(b=['é']))
    for content, message in (
        ('a: 1\nb: 2\n"a": 3\n', "line 3, column 1: .*'a' is there twice"),
        ('a:\n  - b: 1\n    b: 2\n', "line 3, column 5: .*'b' is there twice"),
        ('a: 1\nb: [sit', 'line 2, column 8: no YAML'),
        ('a: \x07', 'is no YAML'),
        ('a: 2024-13-45', 'is no YAML'),
        ('[' * 1200, 'is no YAML'),
    ):
        with pytest.raises(ValueError, match=rf'a\.yaml,? {message}'):
            read_yaml(put('a.yaml', content))


def test_json_with_a_key_twice_or_a_fault_names_it(put):
    for content, message in (
        ('{"a": [{"b": 1, "c": 2, "b": 3}]}', "'b' is there twice"),
        ('{"a": 1,\n "b" 2}', 'line 2 column 6'),
        ('{"a": "é"}'.encode('latin-1'), 'line 1: byte 0xe9'),
        ('{}'.encode('utf-16-be'), 'NUL'),
    ):
        with pytest.raises(ValueError, match=r'a\.json is not valid') as error:
            read_json(put('a.json', content))
        assert message in str(error.value)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'a\.txt does not.* Do this'):
        read_text(tmp_path / 'a.txt', 'Do this.')
    with pytest.raises(FileNotFoundError, match='is a folder, not a file'):
        read_text(tmp_path)
