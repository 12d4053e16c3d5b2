"""Names and times of keyframes, as they stand in files of several writers."""

import itertools

import numpy as np
import pytest

from stclip.evaluation.loose_file import Place
from stclip.evaluation.mends.naming import namings, video_and_time

IDS = [
    'v,0001',
    'v,1',
    'v,0999',
    'v,999',
    'v,10000',
    'v,1000',
    'v,01000',
    'w,0001',
    'v/img_0001.jpg',
    'v/img_0001.png',
    'v',
    '1',
    1,
    0,
    '0',
    '00',
]


def test_ids_are_equal_if_code_and_number_are():
    """As strings are, so no two ids fall together or apart."""
    places = [Place(each, '', '') for each in IDS]
    first, second = namings(places, places[::-1])
    pairs = itertools.product(range(len(IDS)), repeat=2)
    for i, j in pairs:
        other = len(IDS) - 1 - j
        same = (
            first.code[i] == second.code[other]
            and first.number[i] == second.number[other]
        )
        equal = type(IDS[i]) is type(IDS[j]) and IDS[i] == IDS[j]
        assert same == equal, (IDS[i], IDS[j])


def test_numbers_of_one_width_have_one_code():
    """So that a shift may carry a number over to more digits."""
    ids = ['v,0002', 'v,9999', 'v,10001']
    (naming,) = namings([Place(each, '', '') for each in ids])
    assert len(set(naming.code)) == 1
    np.testing.assert_array_equal(naming.number, [2, 9999, 10001])


@pytest.mark.parametrize(
    'place, video, time',
    [
        (Place('v1,0902', 'v1', 902), 'v1', 902),
        (Place('v1,0902', 'clips/V1.mp4', '0902'), 'v1', 902),
        (Place('v1,0902', '', ''), 'v1', 902),
        (Place('clips/v1.mp4,0902', '', ''), 'v1', 902),
        (Place('run/v1/img_00012.jpg', '', ''), 'v1', 12),
        (Place('v1,0902', r'clips\v1.avi', 902.5), 'v1', 902.5),
        (Place(17, '', ''), '', 17),
        (Place('v1', 'v1', 'nan'), 'v1', 1),
        (Place('still', '', ''), 'still', 0),
        # More than a double holds is no time.
        (Place('v1,0902', 'v1', 10**400), 'v1', 902),
        (Place('v1,0902', 'v1', '9' * 400), 'v1', 902),
    ],
)
def test_video_and_time(place, video, time):
    assert video_and_time(place) == (video, time)


def test_ids_of_more_digits_than_a_double_keeps():
    """They stay apart, and their numbers finite."""
    ids = [f'v{2**53}', f'v{2**53 + 1}', 'v' + '9' * 400, 'v' + '9' * 401]
    (naming,) = namings([Place(each, '', '') for each in ids])
    assert np.isfinite(naming.number).all()
    assert len(set(zip(naming.code, naming.number, strict=True))) == 4
