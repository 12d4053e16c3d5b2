"""What a user asks for, and the label space that it is."""

import pytest

from stclip.labels.label_question import (
    DEFAULT_BACKGROUND,
    label_question,
    lonely_labels,
    question_from_option,
    without_default_background,
)
from stclip.labels.label_space import LabelSpace
from stclip.utils.errors import UserError


def test_plain_names_exclude_each_other():
    assert label_question(['walk', 'run']) == LabelSpace(('walk', 'run'))


def test_groups_and_independent_labels():
    labels = label_question(
        ['sit', 'stand', 'smile', 'frown', 'wave', 'talk'],
        groups=[['sit', 'stand'], ['smile', 'frown']],
        independent=['talk'],
    )
    assert labels.groups[:6] == (0, 0, 1, 1, 2, 2)
    assert labels.exclusive[:6] == (True,) * 5 + (False,)
    # Alone in its group, 'wave' would be certain.
    assert [*labels.names[6:]] == [*DEFAULT_BACKGROUND]


def test_all_independent():
    labels = label_question(['walk', 'talk'], independent=True)
    assert labels.exclusive == (False, False)
    assert not any(labels.background)


def test_phrasings_and_templates_multiply():
    labels = label_question(
        {'wave': ['waving', 'waving a hand'], 'sit': 'sitting'},
        background=['standing still'],
        templates=['a photo of {}', '{} in a video'],
    )
    assert labels.names == ('wave', 'sit', 'standing still')
    assert labels.texts == (
        (
            'a photo of waving',
            'a photo of waving a hand',
            'waving in a video',
            'waving a hand in a video',
        ),
        ('a photo of sitting', 'sitting in a video'),
        ('a photo of standing still', 'standing still in a video'),
    )
    assert labels.background == (False, False, True)
    assert labels.answers.names == ('wave', 'sit')
    assert labels.answers.texts == labels.texts[:2]


@pytest.mark.parametrize(
    ('labels', 'background', 'words'),
    [
        (['wave'], None, DEFAULT_BACKGROUND),
        (['a person'], None, DEFAULT_BACKGROUND[1:]),
        (['wave'], [], ()),
        (['wave'], ['stand'], ('stand',)),
        (['wave', 'sit'], None, ()),
    ],
)
def test_one_label_has_a_background(labels, background, words):
    space = label_question(labels, background=background)
    assert space.names == (*labels, *words)
    lonely = ['wave'] if background == [] else []
    assert lonely_labels(space) == lonely


def test_words_of_ours_can_be_taken_away():
    asked = label_question(['wave'])
    assert without_default_background(asked) == LabelSpace(('wave',))
    own = label_question(['wave'], background=['stand'])
    assert without_default_background(own) == own
    plain = LabelSpace(('wave', 'sit'))
    assert without_default_background(plain) == plain


def test_a_file_says_all(tmp_path):
    path = tmp_path / 'q.yaml'
    path.write_text(
        'labels:\n'
        '  wave: [waving, a waving hand]\n'
        '  sit: sitting\n'
        '  talk: talking\n'
        'independent: [talk]\n'
        'background: [standing still]\n'
        'templates: ["a photo of {}"]\n'
    )
    assert question_from_option(str(path)) == label_question(
        {
            'wave': ['waving', 'a waving hand'],
            'sit': 'sitting',
            'talk': 'talking',
        },
        independent=['talk'],
        background=['standing still'],
        templates=['a photo of {}'],
    )


def test_options_say_the_same_as_arguments():
    assert question_from_option(
        'walk, run', True, 'stand, "lie, flat"', ['a photo of {}']
    ) == label_question(
        ['walk', 'run'],
        independent=True,
        background=['stand', 'lie, flat'],
        templates=['a photo of {}'],
    )
    assert question_from_option('walk, run') == label_question(['walk', 'run'])


def test_what_is_read_cannot_be_nothing():
    with pytest.raises(UserError, match="'walk' needs a text"):
        LabelSpace(('walk',), texts=((),))
    with pytest.raises(UserError, match='all labels are background'):
        LabelSpace(('walk',), background=(True,))
    with pytest.raises(UserError, match='2 names but 1 groups'):
        LabelSpace(('walk', 'run'), groups=(0,))
    with pytest.raises(UserError, match='must be a list of names'):
        label_question('walk')
