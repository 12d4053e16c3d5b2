"""The page and the pictures of a test."""

import base64
import html
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from stclip.engine.detection_report import report_files, write_report
from stclip.evaluation.likely_causes import told_diagnosis
from stclip.evaluation.loose_file import read_annotated, read_predicted

MARKUP = '<script>alert("$1")</script>'
SEEN, UNSEEN = (0x44, 0x77, 0xAA), (0xEE, 0x77, 0x33)


def written(tmp_path, labels, detections, **more):
    """The folder of a report of one person for each label."""
    gt = [
        dict(image_id=i, movie='v', timestamp=i, box=[0, 0, 9, 9], label=i)
        for i in range(len(labels))
    ]
    content = dict(labels=labels, gt=gt, detections=detections, **more)
    path = tmp_path / 'result.json'
    path.write_text(json.dumps(content))
    truth, found = read_annotated(path), read_predicted(path)
    _, values = told_diagnosis(truth, found, path)
    write_report(tmp_path / 'report', truth, found, values, MARKUP)
    return tmp_path / 'report'


def found(scores):
    return [
        dict(
            image_id=i,
            movie='v',
            timestamp=i,
            boxes=[[0, 0, 9, 9]],
            scores=[row],
        )
        for i, row in enumerate(scores)
    ]


class Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.sources = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [v for k, v in attrs if k in ('src', 'href')]


def test_page_holds_all_and_runs_nothing(tmp_path):
    labels = ['walk', MARKUP, 'sit $x']
    scores = [[0.9, 0.1, 0.2], [0.8, 0.3, 0.1], [0.1, 0.2, 0.7]]
    folder = written(
        tmp_path, labels, found(scores), warnings=['of <b>tiny</b> weights']
    )
    page = (folder / 'report.html').read_text()
    elements = Elements()
    elements.feed(page)
    assert 'script' not in elements.tags and 'b' not in elements.tags
    assert len(elements.sources) == 4
    pictures = [
        base64.b64decode(s.partition(',')[2]) for s in elements.sources
    ]
    files = report_files(folder)[:-1]
    assert sorted(pictures) == sorted(path.read_bytes() for path in files)
    text = html.unescape(re.sub(r'<[^>]+>', ' ', page))
    assert 'of <b>tiny</b> weights' in text
    # The one confusion: the second person is taken for walking.
    row = re.search(r'% of the action\s+(.*?)\s+100\.00', text, re.DOTALL)
    assert row[1].split() == [*MARKUP.split(), 'walk', '1']


@pytest.mark.parametrize('count', [1, 24])
def test_nothing_was_found(tmp_path, count):
    labels = [f'a rather long name of an action {i}' for i in range(count)]
    folder = written(tmp_path, labels, [])
    for path in report_files(folder)[:-1]:
        assert 100 < max(Image.open(path).size) < 2500
    page = (folder / 'report.html').read_text()
    assert 'no box at all' in page
    # Its bars are all 0: the page must say that "missed" is no exception.
    assert 'nothing is found stays at 0 in every row' in page


def test_seen_and_unseen_have_their_colours(tmp_path):
    scores = np.eye(3).tolist()
    folder = written(tmp_path, list('abc'), found(scores), seen_labels=['b'])
    pixels = np.asarray(Image.open(folder / 'average_precision.png'))[..., :3]
    area = {c: (pixels == c).all(axis=-1).sum() for c in (SEEN, UNSEEN)}
    # Bars of 100 %: one and two of them, and a line in the legend each.
    assert area[UNSEEN] == pytest.approx(2 * area[SEEN], rel=0.1)
