"""Questions as browsers send them."""

import os

import pytest

from stclip.labels.label_question import DEFAULT_BACKGROUND
from stclip.page.question import Question
from stclip.utils.errors import UserError


def test_what_is_asked(asked):
    question = Question.of(
        asked(labels='walk,\n"sit, or lie"\n\nrun', background='stand')
    )
    assert question.labels.answers.names == ('walk', 'sit, or lie', 'run')
    assert question.labels.behind == ('stand',)
    assert all(question.labels.exclusive)
    assert (question.stride, question.threshold) == ('0.5s', 0.5)
    alone = Question.of(asked(labels='walk'))
    assert alone.labels.behind == DEFAULT_BACKGROUND
    several = Question.of(asked(labels='a, b', independent=True))
    assert not any(several.labels.exclusive)


def test_names_are_never_files(asked, tmp_path, monkeypatch):
    (tmp_path / 'labels.txt').write_text('secret')
    monkeypatch.chdir(tmp_path)
    for name in (
        'labels.txt',
        str(tmp_path / 'labels.txt'),
        '/etc/passwd',
        str(tmp_path),
        'no.yaml',
    ):
        question = Question.of(asked(labels=f'walk\n{name}'))
        assert question.labels.answers.names == ('walk', name)
        assert Question.of(asked(labels=name)).labels.answers.names == (name,)
    assert os.listdir(tmp_path) == ['labels.txt']


@pytest.mark.parametrize(
    'changes, words',
    [
        (dict(labels=''), 'at least one label'),
        (dict(labels=' , \n'), 'at least one label'),
        (dict(labels=None), 'labels must be a text'),
        (dict(labels=['a']), 'labels must be a text'),
        (dict(labels='a' * 5000), 'at most 4000 letters'),
        (dict(labels=','.join(map(str, range(201)))), 'at most 200 names'),
        (dict(labels='walk, walk'), 'twice'),
        (dict(labels='walk\0'), 'cannot be read'),
        (dict(labels='"walk'), 'not closed'),
        (dict(background=1), 'background must be a text'),
        (dict(labels='a, b', background='a'), 'twice'),
        (dict(independent='yes'), 'independent must be'),
        (dict(threshold=0), r'in \(0, 1\]'),
        (dict(threshold=1.1), r'in \(0, 1\]'),
        (dict(threshold=None), 'threshold must be a number'),
        (dict(threshold='0.5'), 'threshold must be a number'),
        (dict(threshold=float('nan')), 'threshold must be a number'),
        (dict(threshold=True), 'threshold must be a number'),
        (dict(every_sec=0), '0.05 to 60'),
        (dict(every_sec=1e9), '0.05 to 60'),
    ],
)
def test_what_makes_no_sense(asked, changes, words):
    with pytest.raises(UserError, match=words):
        Question.of(asked(**changes))
