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


PERSON = 'x1', 'y1', 'x2', 'y2', 'action_id', 'person_id'


@pytest.mark.parametrize(
    'names',
    [
        'video,timestamp,x1,y1,x2,y2,action_id,person_id',
        'Video Name,frame_sec,X_min,Y_min,X_max,Y_max,class,track',
        'clip,middle_frame_timestamp,left,top,right,bottom,label,entity_id',
        'v,time,bbox_x1,bbox_y1,bbox_x2,bbox_y2,what,who',
        'v,time,x1_norm,y1_norm,x2_norm,y2_norm,what,who,note,label',
        'Movie,Sec',
    ],
)
def test_headings_by_their_other_names(read, names):
    (row,) = read(f'{names}\nv,902,0,0.25,1,0.5,4,7\n', PERSON)
    assert row.moment() == ('v', 902.0)
    assert row.box() == (0, 0.25, 1, 0.5)


@pytest.mark.parametrize(
    'names, odd',
    [
        ('video,frame,x1,y1,x2,y2', "the second is 'frame', not a time in se"),
        ('v,time,ymin,xmin,ymax,xmax,action_id', 'ymin is column 3'),
        ('v,time,x,y,width,height,action_id', 'x is column 3'),
        ('v,time,left,top,width,height', 'width is column 5'),
        ('v,time,x1,,x2,y2', 'a blank is column 4'),
        ('v,time,confidence,xmin,ymin,xmax,ymax', 'confidence is column 3'),
        ('v,time,x1,y1,x2,y2,person,action', 'person is column 7'),
        ('v,time,x1,y1,x2,y2,score,action', 'score is column 7'),
        ('v,time,x1,y1,x2,y2,action,score', 'score is column 8'),
        ('v,time,x1,y1,x2,y2,action,person,video', 'video is column 9'),
    ],
)
def test_headings_of_another_order(read, names, odd):
    with pytest.raises(UserError, match=rf'rows\.csv, line 1 .*, but {odd}'):
        read(f'{names}\nv,902,0,0.25,1,0.5,4,7\n', PERSON)


def test_a_place_is_free_behind_three_points(read):
    text = 'v,time,x1,y1,x2,y2,person,action\nv,902,0,0,1,1,4,7\n'
    assert len(read(text, ('x1', 'y1', 'x2', 'y2', '...', 'score'))) == 1
