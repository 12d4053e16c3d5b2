"""Published figures of recognisers, as data/published has them."""

import re
from pathlib import Path

import pytest
import yaml

from stclip.benchmarking.accuracy import da_sti, stdd, tables

ROOT = Path(__file__).parents[2]
BASE = 'DA-STI (ViT-B/16, 16 frames)'


def every_published():
    """Titles of all published rows by data set, of both files."""
    folder = ROOT / 'data' / 'published'
    printed = yaml.safe_load((folder / 'da_sti.yaml').read_text())
    others = yaml.safe_load((folder / 'recognisers.yaml').read_text())
    for data, rows in others['zero_shot'].items():
        yield data, {*rows, *printed['table1'][data]}


def test_a_file_is_read_once(monkeypatch):
    """Whoever changes what is given changes a copy."""
    expected = tables.published('st_clip', 'zs_jhmdb')
    monkeypatch.setattr(tables, 'read_yaml', None)
    tables.published('st_clip', 'zs_jhmdb').clear()
    assert tables.published('st_clip', 'zs_jhmdb') == expected != {}


def test_videos_of_published_rows_are_told():
    """On Kinetics-600 of every row; elsewhere of those marked as full."""
    told = yaml.safe_load(
        (ROOT / 'data' / 'published' / 'recognisers.yaml').read_text()
    )['videos']
    for data, titles in every_published():
        named = [title for of in told[data].values() for title in of]
        assert len(named) == len(set(named))
        assert set(named) <= titles
        full = {title for title in titles if ', full' in title}
        assert (titles if data == 'k600' else full) <= set(named)


def tables_of_recognisers():
    """Key of ``without_a_run`` and table, with every row of ours in it."""
    for name, numbers in da_sti.TABLES.items():
        rows = [row.title for row in da_sti.rows_of(numbers)]
        for table in da_sti.tables_of(name, numbers, (1,), rows):
            yield name if name in ('few_shot', 'k400') else 'zero_shot', table
    for name in stdd.BASE_TO_NOVEL:
        rows = [row.title for row in stdd.rows_of(name)]
        yield 'base_to_novel', stdd.table_of(name, (1,), rows)


def titles_without_a_run(table):
    """Published rows of a method, tower and setting that none of ours has.

    Ours may say more, as how many frames. Behind ``;`` a published row says
    who prints it, and ``full`` what it is tested on.
    """
    for title in table.published:
        of = title.partition(';')[0].replace(', full', '').removesuffix(')')
        if of == 'CLIP (ViT-B/16':
            of = 'CLIP, '
        if not any(row.startswith(of) for row in table.rows):
            yield title


def test_every_published_row_has_a_run_in_its_table_or_says_why_not():
    """And no reason is left over."""
    path = ROOT / 'data' / 'published' / 'recognisers.yaml'
    reasons = yaml.safe_load(path.read_text())['without_a_run']
    without = {kind: set() for kind in reasons}
    for kind, table in tables_of_recognisers():
        told = {}
        for title in titles_without_a_run(table):
            method = re.split(r' \(|, |; ', title)[0]
            of = 'methods' if method in reasons['methods'] else kind
            key = method if of == 'methods' else title
            assert key in reasons[of], (table.title, title)
            without[of].add(key)
            told[title] = f'not run here: {reasons[of][key]}'
        assert told == {
            title: remark.rpartition('; ')[2]
            for title, remark in table.remarks.items()
            if 'not run here' in remark
        }
    assert {kind: set(of) for kind, of in reasons.items()} == without
    assert all(reason for of in reasons.values() for reason in of.values())


def test_published_figures_agree_where_the_paper_repeats_them():
    path = ROOT / 'data' / 'published' / 'da_sti.yaml'
    paper = yaml.safe_load(path.read_text())
    for data in ('ucf101', 'hmdb51', 'k600'):
        assert paper['table4'][data]['both'] == paper['table5'][data][8]
        ours = paper['table1'][data][BASE][0]
        # Split 1 and the mean of three.
        assert abs(ours - paper['table4'][data]['both']) < 1
    assert paper['table6']['ST'][0] == paper['table1']['ucf101'][BASE][0]
    # The gains that section 4.5.1 names.
    for data, gains in (
        ('ucf101', (0.7, 1.3, 2.5)),
        ('hmdb51', (1.1, 1.4, 5.0)),
        ('k600', (2.7, 4.4, 7.1)),
    ):
        rows = paper['table4'][data]
        found = [
            rows[name] - rows['neither']
            for name in ('spatial', 'temporal', 'both')
        ]
        assert found == pytest.approx(gains)
