import pytest

from stclip.utils.tables import text_table


def test_blocks_with_rules_between():
    assert text_table(
        [['action', 'AP']],
        [['run', '5.25'], ['climb stairs', '-']],
        [['mean', '100.00']],
    ).splitlines() == [
        'action            AP',
        '--------------------',
        'run             5.25',
        'climb stairs       -',
        '--------------------',
        'mean          100.00',
    ]


def test_one_block_has_no_rule():
    assert text_table([['', 'a'], ['row', '12']]) == '      a\nrow  12'


def test_rows_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match='shorter'):
        text_table([['a', 'b']], [['c']])
