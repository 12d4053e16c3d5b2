import pickle

import pytest

from stclip.labels.label_space import LabelSpace


def test_all_exclusive_unless_told_otherwise():
    assert LabelSpace(('sit', 'run')).exclusive == (True, True)


def test_equal_value_equal_hash_and_pickle():
    a = LabelSpace(['sit', 'watch'], [1, 0])
    b = LabelSpace(('sit', 'watch'), (True, False))
    assert a == b
    assert hash(a) == hash(b)
    assert pickle.loads(pickle.dumps(a)) == a
    assert len({a, b, LabelSpace(('sit', 'watch'))}) == 2


def test_subset_keeps_order_and_flags():
    labels = LabelSpace(('sit', 'watch', 'run'), (True, False, True))
    part = labels.subset(['run', 'watch'])
    assert part == LabelSpace(('run', 'watch'), (True, False))
    assert len(part) == 2
    assert part.index('watch') == 1


@pytest.mark.parametrize(
    'names, exclusive, message',
    [
        ((), (), 'at least one'),
        (('sit', ' '), (), 'must not be empty'),
        (('sit', 'run', 'sit'), (), r"twice: \['sit'\]"),
        (('sit', 'run'), (True,), '2 names but 1'),
        (('sit', 'caf\udce9'), (), r'label caf\\xe9 is not UTF-8'),
        (('sit', '\ud83d'), (), r'label \\ud83d is not UTF-8'),
    ],
)
def test_refuses(names, exclusive, message):
    with pytest.raises(ValueError, match=message):
        LabelSpace(names, exclusive)


def test_unknown_name_lists_the_known():
    with pytest.raises(ValueError, match=r"'fly'; known: sit, run"):
        LabelSpace(('sit', 'run')).index('fly')


def test_texts_that_are_none():
    texts = (('a man sits',), ('a man runs', 'caf\udce9'))
    with pytest.raises(ValueError, match=r'label caf\\xe9 is not UTF-8'):
        LabelSpace(('sit', 'run'), texts=texts)
    names = ('b\u00fcrsten', '\u8d70\u8def', '\U0001f600')
    assert LabelSpace(names).names == names
