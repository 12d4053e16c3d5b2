"""Bars of a timeline, pixel by pixel."""

import numpy as np
import pytest

from stclip.visualization.timeline import (
    Span,
    TimelineRow,
    timeline_strip,
    with_now,
)

RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 200, 0)
ROWS = [
    TimelineRow('#1', GREEN, (Span(0.25, 0.5, '', RED),)),
    TimelineRow('#12', BLUE, (Span(0, 1, '', RED), Span(0.9, 0.9, '', BLUE))),
]


def columns_of(strip, row, colour):
    """First and last column of a colour in the middle of a row."""
    height = len(strip) // 2
    line = strip[row * height + 1]
    columns = np.flatnonzero((line == colour).all(axis=1))
    return columns.min(), columns.max() + 1


def test_bars_lie_where_their_time_is():
    strip = timeline_strip(ROWS, 640, 14)
    assert strip.shape[1] == 640 and len(strip) > 2 * 14
    left, start = columns_of(strip, 0, GREEN)
    assert left == 0 and 20 < start < 64
    wide = 640 - start
    begin, end = columns_of(strip, 0, RED)
    assert begin == start + round(0.25 * wide)
    assert end == start + round(0.5 * wide)
    whole = columns_of(strip, 1, RED)
    assert whole == (start, 640)
    # A moment is a bar that can be seen, over what was drawn before it.
    line = strip[len(strip) // 2 + 1, start:]
    moment = np.flatnonzero((line == BLUE).all(axis=1)) + start
    assert moment.tolist() == [start + round(0.9 * wide) + i for i in (0, 1)]


def test_names_are_written_where_they_fit():
    def inked(span):
        bare = Span(span.start, span.end, '', span.colour)
        pair = [
            timeline_strip([TimelineRow('', GREEN, (each,))], 400, 14)
            for each in (span, bare)
        ]
        return (pair[0] != pair[1]).any()

    assert inked(Span(0, 0.5, 'wave', RED))
    assert not inked(Span(0, 0.02, 'wave', RED))
    assert inked(Span(0, 0.2, 'a very long name of an action', RED))


@pytest.mark.parametrize('now, part', [(0, 0), (0.5, 0.5), (1, 1)])
def test_now_is_a_line_from_top_to_bottom(now, part):
    strip = timeline_strip(ROWS, 640, 14)
    marked = with_now(strip, ROWS, 14, now)
    start = columns_of(strip, 0, GREEN)[1]
    changed = (marked != strip).any(axis=2)
    columns = np.flatnonzero(changed.any(axis=0))
    x = start + part * (640 - start)
    assert abs(columns - x).max() <= 2 and len(columns) <= 2
    assert (marked[:, columns] == 255).all()


def test_nobody_has_no_strip():
    assert timeline_strip([], 640, 14).shape == (0, 640, 3)
