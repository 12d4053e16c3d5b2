"""Pickles of others: their data comes in, their code does not."""

import pickle
import struct

import numpy as np
import pytest

from stclip.utils.plain_pickle import read_plain_pickle

REAL = [
    'jhmdb/JHMDB-GT.pkl',
    'ucf24/gurkirt/pyannot_with_class_names.pkl',
    'ava/mmaction2/ava_dataset/ava_proposals_sample.pkl',
    'ava/mmaction2/eval_detection/proposal.pkl',
]
VALUES = {
    'integers': np.arange(6, dtype=np.uint8).reshape(2, 3),
    'columns first': np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    'every third': np.arange(12, dtype=np.int16)[::3],
    'texts': np.array(['clap', 'é']),
    'no boxes': np.zeros((0, 5), dtype=np.float32),
    'float': np.float32(0.1),
    'int': np.int64(-7),
    'plain': {
        'labels': ['clap', ('é', 2.5), None, True],
        3: b'\x00\xff',
        'none': [b'', '', {}],
    },
}


@pytest.fixture
def read(tmp_path):
    def read(content):
        path = tmp_path / 'data.pkl'
        path.write_bytes(content)
        return read_plain_pickle(path)

    return read


def assert_same(actual, expected):
    assert isinstance(actual, type(expected))
    if isinstance(expected, dict):
        assert actual.keys() == expected.keys()
        for key, value in expected.items():
            assert_same(actual[key], value)
    elif isinstance(expected, list | tuple):
        assert len(actual) == len(expected)
        for one, other in zip(actual, expected, strict=True):
            assert_same(one, other)
    elif isinstance(expected, np.ndarray | np.generic):
        assert actual.dtype == expected.dtype
        np.testing.assert_array_equal(actual, expected)
    else:
        assert actual == expected


@pytest.mark.parametrize('protocol', range(2, 6))
@pytest.mark.parametrize('what', VALUES)
def test_plain_data(read, what, protocol):
    assert_same(read(pickle.dumps(VALUES[what], protocol)), VALUES[what])


@pytest.mark.shared
@pytest.mark.parametrize('name', REAL)
def test_real_files(shared_dir, name):
    """As the unsafe way reads them."""
    path = shared_dir / 'realdata' / name
    with path.open('rb') as file:
        expected = pickle.load(file, encoding='latin1')
    assert_same(read_plain_pickle(path), expected)


def test_files_of_python_2(read):
    assert read(b"(dp0\nS'name'\np1\nS'caf\\xe9'\np2\nsS'n'\nL3L\ns.") == {
        'name': 'café',
        'n': 3,
    }
    array = (
        b'\x80\x02cnumpy.core.multiarray\n_reconstruct\n'
        b'cnumpy\nndarray\nK\x00\x85U\x01b\x87R'
        b'(K\x01K\x03\x85cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R'
        b'(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb'
        b'\x89U\x03\x01\xe9\xfftb.'
    )
    assert read(array).tolist() == [1, 0xE9, 0xFF]


class Call:
    """Pickles to a call of a function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize('function', [eval, exec])
def test_no_code_runs(read, tmp_path, function):
    left = tmp_path / 'it_ran'
    code = f'open({str(left)!r}, "w")'
    content = pickle.dumps([np.zeros(2), Call(function, code)])
    pickle.loads(content)
    assert left.exists()  # so it would, read the unsafe way
    left.unlink()
    with pytest.raises(ValueError, match=rf'builtins\.{function.__name__}'):
        read(content)
    assert not left.exists()


@pytest.mark.parametrize(
    'module, name',
    [
        ('os', 'system'),
        ('posix', 'system'),
        ('subprocess', 'Popen'),
        ('builtins', 'getattr'),
        ('__builtin__', 'eval'),
        ('operator', 'attrgetter'),
        ('functools', 'partial'),
        ('numpy', 'load'),
        ('numpy', 'ndarray.tofile'),
        ('numpy._core.multiarray', 'fromfile'),
        ('numpy.core.multiarray', 'fromfile'),
        ('torch', 'load'),
        ('stclip.utils.io', 'write_json'),
    ],
)
def test_nothing_else_is_looked_up(read, module, name):
    """By whichever of the two ways names are written."""
    old = f'c{module}\n{name}\n.'.encode()
    new = b'\x80\x04' + b''.join(
        b'\x8c' + bytes([len(text)]) + text.encode() for text in (module, name)
    )
    for content in (old, new + b'\x93.'):
        with pytest.raises(ValueError, match=f'asks for {module}.{name},'):
            read(content)


class Pointers:
    """An array of objects, its memory given as plain bytes."""

    def __reduce__(self):
        function, arguments, _ = np.zeros(1).__reduce__()
        memory = struct.pack('<Q', 0x4141414141414141)
        return function, arguments, (1, (1,), ObjectType(), False, memory)


class ObjectType:
    """The type of objects, said to hold none."""

    def __reduce__(self):
        state = (3, '|', None, None, None, -1, -1, 0)
        return np.dtype, ('O8', False, True), state


def test_memory_cannot_be_forged(read):
    """To look at such an array ends the process, or does worse."""
    with pytest.raises(ValueError, match='not a pickle of plain data'):
        read(pickle.dumps(Pointers(), protocol=2))


@pytest.mark.parametrize('cut', [0, 1, 20, 60, -1])
def test_damaged_file_is_named(read, cut):
    content = pickle.dumps(dict(a=np.arange(9.0), b=['x'] * 9), protocol=4)
    message = r'data\.pkl is not a pickle of plain data.*Download it again'
    with pytest.raises(ValueError, match=message):
        read(content[:cut])


def test_another_format_is_named(read):
    with pytest.raises(ValueError, match='not a pickle of plain data'):
        read(b'<html>404</html>')


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'a\.pkl .*Do this\.'):
        read_plain_pickle(tmp_path / 'a.pkl', 'Do this.')
