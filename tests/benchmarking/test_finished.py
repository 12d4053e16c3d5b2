"""Tables of the runs that have finished, beside those that have not."""

import pytest

from stclip.benchmarking.accuracy import report as report_room
from stclip.utils.errors import UserError

CLIPS = ('zs_stage', '--tracks', 'clips')
NAMES, TUNED = 'CLIP, names', 'CLIP, names, tuned'


@pytest.fixture(autouse=True)
def no_data(monkeypatch):
    monkeypatch.setattr(report_room, 'prepare', lambda *_: None)


def test_tables_of_what_has_finished(run_fake):
    """Of two rows one has run on both folds; nothing more is run."""
    words = (*CLIPS, '--splits', '1', '2')
    seeds = ('--seeds', '0')
    run_fake(*words, *seeds, '--rows', NAMES)
    run_fake(*words[:-1], *seeds, '--rows', TUNED)
    text, raw, tools = run_fake(*words, *seeds, '--finished')
    assert tools.commands == []
    assert f'| {NAMES} | 50.00 | 50.00 | 50.00 |' in text
    assert f'| {TUNED} |' not in text.partition('search')[0]
    assert [*raw['Clips of the single-action track, top-1']] == [NAMES]
    note = 'Trained with seed 0 alone.'
    assert text.count(f'Not run yet: CLIP, attributes; {TUNED}; ') == 2
    assert text.count(note) == 2
    # Both seeds of what is trained, and one of what is not.
    text, *_ = run_fake(*words, '--finished', '--seeds', '0', '1')
    assert f'| {NAMES} | 50.00' in text and note not in text


def test_finished_needs_something(run_fake, tmp_path):
    with pytest.raises(UserError, match=f'no row has finished in {tmp_path}'):
        run_fake(*CLIPS, '--finished')
    with pytest.raises(UserError, match='--search runs what is missing'):
        run_fake(*CLIPS, '--finished', '--search')
