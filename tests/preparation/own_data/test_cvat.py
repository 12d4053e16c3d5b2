"""CVAT's files: turned boxes, encodings, and the order of what they tell."""

import math

import numpy as np
import pytest

from stclip.utils.errors import UserError

FILE = """<annotations><meta><task><source>v, 1.mp4</source>
<labels>{labels}</labels></task></meta>
<track label="person">{boxes}</track></annotations>"""
BOX = (
    '<box frame="{}" outside="{}" xtl="{}" ytl="{}" xbr="{}" ybr="{}" '
    'rotation="{}"><attribute name="action">{}</attribute></box>\n'
)
PERSON = '<name>person</name>'
ASKED = (
    '<name>action</name>',
    '<input_type>select</input_type>',
    '<values>sit\n{}</values>',
)


def label(*parts, action='run'):
    """A label with a question, in that order."""
    parts = parts or (PERSON, question(*ASKED))
    return f'<label>{"".join(parts)}</label>'.format(action)


def question(*parts):
    return f'<attributes><attribute>{"".join(parts)}</attribute></attributes>'


def cvat(*boxes, action='sit', labels=None):
    """A file of one person."""
    boxes = ''.join(BOX.format(*box, action) for box in boxes)
    return FILE.format(labels=labels or label(action=action), boxes=boxes)


UPRIGHT = (0, 0, 10, 28, 60, 36, 0)
GONE = (1, 1, 10, 28, 60, 36, 0)


def corners_around(box, degrees):
    """The box around the four corners, turned one by one."""
    x1, y1, x2, y2 = box
    centre = complex(x1 + x2, y1 + y2) / 2
    turn = complex(*(f(math.radians(degrees)) for f in (math.cos, math.sin)))
    corners = [complex(x, y) for x in (x1, x2) for y in (y1, y2)]
    turned = [centre + turn * (corner - centre) for corner in corners]
    xs, ys = ([getattr(c, p) for c in turned] for p in ('real', 'imag'))
    return [min(xs), min(ys), max(xs), max(ys)]


@pytest.mark.parametrize('degrees', [90, 30, 200.5, 359, -45])
def test_the_box_around_a_turned_one(convert, tmp_path, degrees):
    box = (0, 0, 50, 38, 90, 46, degrees)
    (tmp_path / 'a.xml').write_text(cvat(box, GONE))
    ((found, _),) = convert(tmp_path / 'a.xml')[1][0]
    np.testing.assert_allclose(
        found, corners_around(box[2:6], degrees), atol=1e-4
    )
    if degrees == 90:
        assert found == [66, 22, 74, 62]


def test_boxes_turn_between_keys_the_shorter_way(convert, tmp_path):
    """From 350 degrees to 30 by way of 0, while the box moves 8 px."""
    keys = (0, 0, 50, 38, 90, 46, 350), (4, 0, 58, 38, 98, 46, 30)
    (tmp_path / 'a.xml').write_text(cvat(*keys, (5, *GONE[1:])))
    _, found = convert(tmp_path / 'a.xml')
    for frame, degrees in enumerate([350, 0, 10, 20, 30]):
        left = 50 + 2 * frame
        ((box, _),) = found[frame]
        wanted = corners_around((left, 38, left + 40, 46), degrees)
        np.testing.assert_allclose(box, wanted, atol=1e-4)


@pytest.mark.parametrize(
    'declared, encoding, action',
    [
        ('gbk', 'gbk', '跑步'),
        ('Shift_JIS', 'shift_jis', '走る'),
        ('windows-1252', 'cp1252', 'hören'),
        ('UTF-8', 'utf-8', '跑步'),
        ('UTF-16', 'utf-16', '跑步'),
        # The mark is right where both stand.
        ('gbk', 'utf-8-sig', '跑步'),
    ],
)
def test_encodings(convert, tmp_path, declared, encoding, action):
    head = f'<?xml version="1.0" encoding="{declared}"?>\n'
    # A character lies across the end of a piece that is read.
    filled = head + f'<!--{" " * 65400}{action * 40}-->'
    text = filled + cvat(UPRIGHT, GONE, action=action)
    (tmp_path / 'a.xml').write_bytes(text.encode(encoding))
    labels, found = convert(tmp_path / 'a.xml')
    assert labels.names == ('sit', action)
    assert found == {0: [([10, 28, 60, 36], {action})]}


@pytest.mark.parametrize(
    'declared, words',
    [
        ('ansi', "line 1: declares the encoding 'ansi', which is not known"),
        ('hex', "'hex', which is not known"),
        ('undefined', "'undefined', which it is not in"),
        ('utf-16', "'utf-16', which it is not in"),
        ('utf-8', 'line 3: no XML in UTF-8 ('),
        ('gbk', 'line 3: no XML in GBK ('),
    ],
)
def test_encodings_that_a_file_does_not_have(
    convert, tmp_path, declared, words
):
    head = f'<?xml version="1.0" encoding="{declared}"?>\n\n'
    path = tmp_path / 'a.xml'
    path.write_bytes(head.encode() + b'<annotations>\xff\xff\n')
    with pytest.raises(UserError) as caught:
        convert(path)
    assert str(caught.value).startswith(f'{path}, line ')
    assert words in str(caught.value)
    assert 'save it as UTF-8' in str(caught.value)


@pytest.mark.parametrize('turned_round', [False, True])
def test_questions_before_the_name_of_their_label(
    convert, tmp_path, turned_round
):
    asked = ASKED[::-1] if turned_round else ASKED
    first = label(question(*asked), PERSON, action='run')
    second = label('<name>ship</name>', question(*ASKED), action='sail')
    text = cvat(UPRIGHT, GONE, action='run', labels=first + second)
    (tmp_path / 'a.xml').write_text(text)
    labels, found = convert(tmp_path / 'a.xml')
    assert labels.names == ('sit', 'run', 'sail')
    assert found == {0: [([10, 28, 60, 36], {'run'})]}


@pytest.mark.parametrize(
    'labels, words',
    [
        (label(question(*ASKED)), 'a label without a name'),
        (label(PERSON, question(*ASKED[1:])), 'an attribute without a name'),
    ],
)
def test_what_has_no_name(convert, tmp_path, labels, words):
    (tmp_path / 'a.xml').write_text(cvat(UPRIGHT, labels=labels))
    with pytest.raises(UserError, match=f'a.xml, line [23]: {words}'):
        convert(tmp_path / 'a.xml')
