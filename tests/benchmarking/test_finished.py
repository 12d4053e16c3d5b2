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
    # Below what is compared too: of one metric intervals, and claims.
    assert text.count(note) == 2
    # Both seeds of what is trained, and one of what is not.
    text, *_ = run_fake(*words, '--finished', '--seeds', '0', '1')
    assert f'| {NAMES} | 50.00' in text and note not in text


def test_only_tracks_that_have_finished_are_told(run_fake):
    """Or --write-docs would leave of another its search alone."""
    run_fake(*CLIPS, '--seeds', '0', '--rows', NAMES)
    text, *_ = run_fake('zs_stage', '--seeds', '0', '--finished')
    headings = {
        line.partition(',')[0]
        for line in text.splitlines()
        if line.startswith('###')
    }
    assert headings == {'### Clips of the single-action track'}


def test_finished_needs_something(run_fake, tmp_path):
    with pytest.raises(UserError, match=f'no row has finished in {tmp_path}'):
        run_fake(*CLIPS, '--finished')
    with pytest.raises(UserError, match='--search runs what is missing'):
        run_fake(*CLIPS, '--finished', '--search')


def test_values_that_have_changed_since_are_told(run_fake, capsys):
    """A run is found by its name, whatever it was made with."""
    words = (*CLIPS, '--splits', '1', '--seeds', '0', '--rows', TUNED)
    run_fake(*words)
    _, _, tools = run_fake(*words)
    assert tools.commands == []
    assert 'than now' not in capsys.readouterr().out
    options = ('--cfg-options', 'model.num_attributes=3')
    _, _, tools = run_fake(*words, *options)
    assert tools.commands == []
    [line] = [
        line
        for line in capsys.readouterr().out.splitlines()
        if 'than now' in line
    ]
    assert 'other model.num_attributes than now: delete' in line


def test_runs_may_be_moved(run_fake, tmp_path):
    """A second test of a training that was done elsewhere."""
    words = ('zs_stage', '--tracks', 'stdd', '--splits', '1', '--seeds', '0')
    words = (*words, '--rows')
    before, after = tmp_path / 'before', tmp_path / 'after'
    run_fake(*words, 'both (STDD: xmix, regulariser)', out=before)
    before.rename(after)
    _, _, tools = run_fake(*words, 'patched, half of CLIP', out=after)
    [command] = tools.commands
    assert any(
        word.startswith(f'{after}/') for word in command if '.pth' in word
    )
    assert not any(str(before) in word for word in command)
