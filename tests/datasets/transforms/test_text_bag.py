"""Bags of words: their sources, how they are filled, what is refused."""

import json
from collections import Counter

import numpy as np
import pytest

from stclip.datasets.transforms.text_bag import draw_bag
from stclip.labels.label_space import LabelSpace
from stclip.registry import TRANSFORMS

LABELS = LabelSpace(
    ('kick_ball', 'sit'), keywords=(('foot', 'Kick Ball', 'lawn'), ())
)


def draw(label, filename='clips/v1.mp4', size=4, **files):
    step = TRANSFORMS.build(dict(type='AddTextBag', size=size, **files))
    results = dict(label=label, label_space=LABELS, filename=filename)
    return step(results)['text_bag']


@pytest.mark.parametrize('number', range(1, 40))
def test_each_word_as_often_as_fits(number):
    words = [f'w{i}' for i in range(number)]
    bag = draw_bag(words, 16)
    assert len(bag) == 16
    counts = Counter(bag)
    whole, rest = divmod(16, number)
    wanted = {whole + 1: rest, whole: number - rest}
    found = Counter(counts[word] for word in words)
    assert {k: v for k, v in wanted.items() if v} == dict(found)


def test_drawn_anew_each_time():
    np.random.seed(0)
    words = [f'w{i}' for i in range(30)]
    bags = {frozenset(draw_bag(words, 16)) for _ in range(5)}
    assert len(bags) == 5
    assert {word for bag in bags for word in bag} > set(words[:2])


def test_keywords_without_the_name_fill_the_bag():
    """The release leaves a gap where the name was drawn."""
    assert sorted(draw(0)) == ['foot', 'foot', 'lawn', 'lawn']


def test_nothing_known_is_empty_words():
    assert draw(1) == ('', '', '', '')


def test_phrases_of_the_class_and_words_of_the_video(tmp_path):
    phrases = tmp_path / 'phrases.yaml'
    phrases.write_text('KickBall: [shoot, pass]\nsit: [rest]\n')
    words = tmp_path / 'words.json'
    words.write_text(json.dumps({'v1': ['lawn', 'pass', 'kick ball']}))
    files = dict(phrase_file=str(phrases), word_file=str(words))
    assert sorted(draw(0, size=3, **files)) == ['lawn', 'pass', 'shoot']
    assert sorted(draw(0, 'v2', 2, **files)) == ['pass', 'shoot']
    files['word_file'] = ''
    assert draw(1, size=2, **files) == ('rest', 'rest')


@pytest.mark.parametrize(
    'text, message',
    [
        ('- rest', 'expected names, each with a list'),
        ('sit: rest', "'sit': expected a list of words"),
        ('sit: [rest, 3]', "'sit': expected a list of words"),
        ('sit: [""]', "'sit': .*none of them empty"),
        ('run: [race]', "has no phrases for 'sit'"),
    ],
)
def test_faulty_files_are_named(text, message, tmp_path):
    file = tmp_path / 'phrases.yaml'
    file.write_text(text)
    with pytest.raises(ValueError, match=rf'phrases\.yaml.*{message}'):
        draw(1, phrase_file=str(file))


def test_a_missing_file_is_named():
    with pytest.raises(FileNotFoundError, match=r'absent\.json .*prepare_rec'):
        draw(0, word_file='absent.json')
