import pickle

import numpy as np
import pytest

from stclip.video.frame_cache import FrameCache


def array(value, size=10):
    return np.full(size, value, dtype=np.uint8)


def test_least_recently_used_goes_first():
    cache = FrameCache(30)
    for key in 'abc':
        cache.put(key, array(ord(key)))
    cache.get('a')
    cache.put('d', array(0))
    assert cache.get('b') is None
    assert [cache.get(key)[0] for key in 'acd'] == [97, 99, 0]
    assert cache.num_bytes == 30


def test_replacing_does_not_count_twice():
    cache = FrameCache(30)
    cache.put('a', array(1))
    cache.put('a', array(2, size=20))
    assert cache.num_bytes == 20
    assert cache.get('a')[0] == 2


def test_too_large_an_array_is_not_kept():
    cache = FrameCache(30)
    cache.put('a', array(1, size=31))
    assert len(cache) == 0
    assert cache.num_bytes == 0


def test_kept_arrays_cannot_be_changed():
    cache = FrameCache(30)
    cache.put('a', array(1))
    with pytest.raises(ValueError, match='read-only'):
        cache.get('a')[0] = 2


def test_pickled_copy_is_empty():
    cache = FrameCache(30)
    cache.put('a', array(1))
    copy = pickle.loads(pickle.dumps(cache))
    assert copy.max_bytes == 30
    assert len(copy) == 0


def test_frames_of_one_video_are_dropped_up_to_a_number():
    cache = FrameCache(100)
    for key in (('a', 1), ('a', 2), ('a', 3), ('b', 1)):
        cache.put(key, array(1))
    cache.drop_before('a', 3)
    assert cache.get(('a', 1)) is None and cache.get(('a', 2)) is None
    assert cache.get(('a', 3)) is not None
    assert cache.get(('b', 1)) is not None
    assert cache.num_bytes == 20
