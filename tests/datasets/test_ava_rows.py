import re

import pytest

from stclip.datasets.ava_rows import read_ava_rows
from stclip.utils.errors import UserError


@pytest.fixture
def read(tmp_path):
    def read(text, fields=()):
        path = tmp_path / 'rows.csv'
        path.write_text(text)
        return list(read_ava_rows(path, fields))

    return read


def test_moments_and_boxes(read):
    rows = read('v,0902,0.25,0.5,1,1.5,4\n\nw,7.5,0,0,1,1\n')
    assert [row.moment() for row in rows] == [('v', 902.0), ('w', 7.5)]
    assert rows[0].box() == (0.25, 0.5, 1.0, 1.5)
    assert rows[0].number(6, 'action_id', int) == 4


@pytest.mark.parametrize(
    'row, ask, reason',
    [
        ('w', 'moment', 'timestamp is missing'),
        ('w,now', 'moment', "timestamp must be a number, got 'now'"),
        ('w,inf', 'moment', "timestamp is not finite, got 'inf'"),
        ('w,902,1,2,1', 'box', 'y2 is missing'),
        ('w,902,1,2,wide,4', 'box', "x2 must be a number, got 'wide'"),
    ],
)
def test_faults_name_file_line_content_and_field(read, row, ask, reason):
    rows = read(f'v,902,0,0,1,1\n\n{row}\n', ('x1', 'y1', 'x2', 'y2'))
    place = re.escape(f'rows.csv, line 3 ({row}): ')
    with pytest.raises(UserError, match=f'{place}.*{reason}$') as error:
        getattr(rows[-1], ask)()
    assert 'expected video,timestamp,x1,y1,x2,y2; ' in str(error.value)
