"""Tables and plots as --write-docs puts them on ZS-Stage's page."""

from pathlib import Path

import pytest

from stclip.benchmarking.accuracy import report, stage
from stclip.benchmarking.accuracy.tables import fill_page
from stclip.cli.benchmark import group
from stclip.utils.errors import UserError

ROOT = Path(__file__).parents[2]


def test_page_is_filled_between_its_marks(tmp_path):
    page = tmp_path / 'page.md'
    page.write_text('a\n<!-- x: start -->\nold\n<!-- x: end -->\nb\n')
    fill_page(page, 'x', 'new')
    expected = 'a\n<!-- x: start -->\n\nnew\n<!-- x: end -->\nb\n'
    assert page.read_text() == expected
    with pytest.raises(UserError, match='has no marks'):
        fill_page(page, 'y', 'new')


def test_every_track_has_its_marks(tmp_path):
    """Filling a table leaves all else as it is."""
    page = tmp_path / 'page.md'
    before = (ROOT / 'docs' / 'zs_stage.md').read_text()
    for name in stage.TRACKS:
        page.write_text(before)
        fill_page(page, f'zs_stage_{name}', 'new')
        start, end = (
            f'<!-- zs_stage_{name}: {at} -->' for at in ('start', 'end')
        )
        head, rest = before.split(start)
        tail = rest.split(end)[1]
        assert page.read_text() == f'{head}{start}\n\nnew\n{end}{tail}'


def test_plots_are_shown_on_the_page(tmp_path, monkeypatch):
    """What was drawn of a track, below its tables."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'docs' / 'images').mkdir(parents=True)
    marks = '<!-- zs_stage_single: start --><!-- zs_stage_single: end -->'
    page = tmp_path / 'docs' / 'zs_stage.md'
    page.write_text(marks)
    (tmp_path / 'claims_single.png').write_bytes(b'picture')
    (tmp_path / 'claims_multi.png').write_bytes(b'another')
    table = '### Single-action track, mAP\n'
    report._fill_docs(['### Clips, top-1\n', table], tmp_path)
    start, end = marks.split('><')
    told = stage.PLOTS['claims']
    image = 'images/zs_stage_claims_single.png'
    expected = f'{start}>\n\n{table}\n![{told}]({image})\n\n<{end}'
    assert page.read_text() == expected
    images = [*(tmp_path / 'docs' / 'images').iterdir()]
    assert [file.read_bytes() for file in images] == [b'picture']


@pytest.mark.parametrize(
    'words', [('--rows', 'CLIP, names'), ('--search',), ('--splits', '1'),
              ('--cfg-options', 'model.num_attributes=3')],
)  # fmt: skip
def test_the_page_is_filled_by_whole_tables_alone(words):
    message = f'--write-docs wants .*: leave out {words[0]}'
    command = ('zs_stage', '--tracks', 'clips', '--write-docs', *words)
    with pytest.raises(UserError, match=message):
        group.main(list(command), standalone_mode=False)
