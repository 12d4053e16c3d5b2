"""Numbers, names, ids and boxes as files hold them."""

import numpy as np
import pytest

from stclip.utils.errors import UserError
from stclip.utils.values import (
    as_box,
    as_flag,
    as_id,
    as_list,
    as_name,
    as_number,
    as_numbers,
    as_object,
    as_seconds,
    as_video,
    as_whole,
    require_one_kind,
    shown,
)

NAN, INF, HUGE = float('nan'), float('inf'), 2**70
#: What no field takes.
NEVER = [None, {}, (), NAN, INF, -INF, b'1', 1j, object]


def outcome(read, value, *more):
    """What a value is read as, with its type, or the message."""
    try:
        found = read(value, 'age', *more)
    except UserError as error:
        assert str(error).startswith('age')
        return str(error)
    return found, type(found)


@pytest.mark.parametrize(
    'value, expected',
    [
        (3, 3.0),
        (-2.5, -2.5),
        ('0902', 902.0),
        (' 1e-2 ', 0.01),
        ('.5', 0.5),
        ('5.', 5.0),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7.0),
        (np.uint8(0), 0.0),
        (np.str_('7'), 7.0),
        (HUGE, float(HUGE)),
    ],
)
def test_numbers(value, expected):
    assert outcome(as_number, value) == (expected, float)


@pytest.mark.parametrize(
    'value',
    [
        *NEVER,
        *(True, False, np.True_, 'True', '', ' ', '1_0', '0x10', '٣', '1,5'),
        *('nan', 'inf', '-Infinity', '1e999', 10**400, [1], np.ones(2)),
        *(np.float64('nan'), np.complex64(1)),
    ],
)
def test_no_numbers(value):
    message = outcome(as_number, value)
    assert 'must be a number' in message or 'is not finite' in message
    assert isinstance(outcome(as_whole, value), str)
    assert isinstance(outcome(as_box, [0, 0, 1, value]), str)


@pytest.mark.parametrize(
    'value, least, most, message',
    [
        (-1, 0, 5, 'age must be a number from 0 to 5, got -1'),
        (1e300, 0, 1e10, 'age must be a number from 0 to 1e+10, got 1e+300'),
        ('7', 0, 5, "age must be a number from 0 to 5, got '7'"),
        (-1, 0, INF, 'age must be a number from 0 on, got -1'),
    ],
)
def test_numbers_in_a_range(value, least, most, message):
    assert outcome(as_number, value, least, most) == message


@pytest.mark.parametrize(
    'value',
    [80, 80.0, '80', '80.0', '080', '8e1', np.float32(80), np.int8(80)],
)
def test_whole_numbers(value):
    assert outcome(as_whole, value) == (80, int)


@pytest.mark.parametrize('value', [80.5, '80.5', HUGE, -HUGE, '1e300', 6, 0])
def test_no_whole_numbers(value):
    message = outcome(as_whole, value, 1, 5)
    assert message.startswith('age must be a whole number from 1 to 5, got ')
    assert isinstance(outcome(as_whole, value), str) == (value not in (6, 0))


def test_seconds():
    assert outcome(as_seconds, '2.5') == (2.5, float)
    assert outcome(as_seconds, None) == (None, type(None))
    for value in (-1, 'x', NAN, True):
        assert outcome(as_seconds, value).startswith('age ')


def test_names():
    assert outcome(as_name, np.str_(' a b')) == (' a b', str)
    for value in (*NEVER, '', ' \t', 5, True, ['a']):
        assert 'age must be a name, got' in outcome(as_name, value)
    for read in (as_name, as_id):
        assert outcome(read, 'caf\xe9 \U0001f600') == (
            'caf\xe9 \U0001f600',
            str,
        )
        for value in ('caf\udce9', '\ud83d'):
            message = outcome(read, value)
            assert message.startswith('age has a character that is not UTF-8')
            assert message.endswith(f'got {value!r}; rename it')


def test_ids():
    for value in (7, 7.0, np.int32(7), np.float64(7)):
        assert outcome(as_id, value) == (7, int)
    assert outcome(as_id, HUGE) == (HUGE, int)
    assert outcome(as_id, 2**53 + 1) == (2**53 + 1, int)
    assert outcome(as_id, '7') == ('7', str)
    for value in (*NEVER, 7.5, True, np.True_, '', ' ', [7], (7,)):
        message = outcome(as_id, value)
        assert 'age must be an integer or a string, got' in message


def test_names_have_one_form_of_unicode():
    """NFD, as macOS writes accents, is what all others write."""
    apart, one = 'cafe\u0301/1', 'caf\u00e9/1'
    assert outcome(as_id, apart) == outcome(as_id, one) == (one, str)
    assert outcome(as_video, apart) == outcome(as_video, one) == (one, str)
    assert 'age must be a name' in outcome(as_video, ' ')


def test_ids_that_differ_in_quotes():
    require_one_kind([1, 'b', 2, 1, 'b'], 'ids')
    with pytest.raises(UserError, match=r'ids 1 and "1" differ'):
        require_one_kind([1, 'b', '1'], 'ids')


def test_flags():
    assert outcome(as_flag, False) == (False, bool)
    assert outcome(as_flag, np.True_) == (True, bool)
    for value in (*NEVER, 'false', 'true', 0, 1, 1.0, ''):
        assert 'age must be true or false' in outcome(as_flag, value)


def test_lists():
    for value in ([1, 2], (1, 2), np.array([1, 2])):
        assert outcome(as_list, value) == ([1, 2], list)
    for value in ('12', {1: 2}, 12, None):
        assert 'age must be a list, got' in outcome(as_list, value)


def test_objects():
    assert outcome(as_object, {'a': [1]}) == ({'a': [1]}, dict)
    for value in ('{}', [1], None, 5):
        assert (
            outcome(as_object, value)
            == f'age must be an object, got {value!r}'
        )


def test_boxes():
    for value in ([1, 2.5, '3', 4], np.array([1, 2.5, 3, 4]), (1, 2.5, 3, 4)):
        assert outcome(as_box, value) == ((1.0, 2.5, 3.0, 4.0), tuple)
    for value in ('1234', 1234, dict.fromkeys('abcd', 1), [[1, 2, 3, 4]], []):
        assert 'age needs 4 numbers, [x1, y1, x2' in outcome(as_box, value)
    assert 'age[2] must be' in outcome(as_box, [1, 2, HUGE, 4])


def test_arrays_of_numbers():
    for value in ([[1, 2.5]], [(1, 2.5)], np.float32([[1, 2.5]])):
        found = as_numbers(value, 'age', (1, 2))
        assert found.dtype == np.float64
        assert found.tolist() == [[1, 2.5]]
    assert as_numbers([], 'age', (0, 4)).shape == (0, 4)


@pytest.mark.parametrize(
    'value, message',
    [
        ([[1, 2], [3]], 'has rows of unequal length'),
        ([[1, True]], 'must be numbers of shape'),
        (np.array([[True, False]]), 'must be numbers of shape'),
        ([['1', '2']], 'must be numbers of shape'),
        ([[1, None]], 'must be numbers of shape'),
        ([[1, HUGE]], 'must be numbers of shape'),
        ([1, 2], 'must be numbers of shape'),
        ('12', 'must be numbers of shape'),
        (None, 'must be numbers of shape'),
        ([[1, NAN]], 'must be finite'),
        ([[1, -INF]], 'must be finite'),
        ([[1, -1e300]], 'must be numbers from -1e+30 to 1e+30'),
    ],
)
def test_no_arrays_of_numbers(value, message):
    assert outcome(as_numbers, value, (1, 2)).startswith(f'age {message}')


def test_long_values_are_cut():
    assert shown('x' * 999) == "'" + 'x' * 119
    assert shown(10**9999) == 'a int that is too long to be shown'
