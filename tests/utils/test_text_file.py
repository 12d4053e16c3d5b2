import pytest

from stclip.utils.text_file import read_csv, read_text


def test_text_is_read_as_it_is(tmp_path):
    path = tmp_path / 'a.txt'
    path.write_bytes('é\n ß\n'.encode())
    assert read_text(path) == 'é\n ß\n'


def test_rows_with_their_lines(tmp_path):
    path = tmp_path / 'a.csv'
    path.write_text('a,1\n\n"b\nc",2\r\nd,\n')
    assert list(read_csv(path)) == [
        (1, ['a', '1']),
        (4, ['b\nc', '2']),
        (5, ['d', '']),
    ]


@pytest.mark.parametrize(
    'content, message',
    [
        (b'\xff\xfe', r'a\.txt is not a text file in UTF-8 .*Save it'),
        (b'\xef\xbb\xbfa', r'a\.txt starts with a byte order mark'),
    ],
)
def test_other_encodings(tmp_path, content, message):
    path = tmp_path / 'a.txt'
    path.write_bytes(content)
    for read in (read_text, lambda path: list(read_csv(path))):
        with pytest.raises(ValueError, match=message):
            read(path)


def test_cell_beyond_all_measure(tmp_path):
    path = tmp_path / 'a.csv'
    path.write_text('a\n' + 'b' * 200_000)
    with pytest.raises(ValueError, match=r'a\.csv, line 2: no CSV'):
        list(read_csv(path))


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'a\.txt does not.* Do this'):
        read_text(tmp_path / 'a.txt', 'Do this.')
    with pytest.raises(FileNotFoundError, match='is a folder, not a file'):
        read_text(tmp_path)
