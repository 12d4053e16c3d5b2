"""Action names of a command line."""

import pytest

from stclip.labels.label_list import labels_from_option


@pytest.mark.parametrize(
    'text, expected',
    [
        ('wave, sit,, drink ', ('wave', 'sit', 'drink')),
        ("don't move, sit", ("don't move", 'sit')),
        (
            'talk to (e.g., self, a group), sit',
            ('talk to (e.g., self, a group)', 'sit'),
        ),
        ('"run, jog", a "b, c" d', ('run, jog', 'a b, c d')),
        ('open (a (b, c), d), "("', ('open (a (b, c), d)', '(')),
        ('smile :), sit', ('smile :)', 'sit')),
        (' , ', ()),
    ],
)
def test_commas_within_quotes_and_parentheses_part_nothing(text, expected):
    assert labels_from_option(text) == expected


@pytest.mark.parametrize('text', ['"run, sit', 'talk (to, sit'])
def test_what_is_opened_must_be_closed(text):
    with pytest.raises(ValueError, match='is not closed'):
        labels_from_option(text)


def test_names_of_a_file_stand_one_a_line(tmp_path):
    path = tmp_path / 'labels.txt'
    path.write_text('run, jog\n\n sit \n')
    assert labels_from_option(str(path)) == ('run, jog', 'sit')
    with pytest.raises(FileNotFoundError, match=r'absent\.txt'):
        labels_from_option('absent.txt')
