"""Folders of corpora in which something is that does not belong there."""

import json
import shutil

import numpy as np
import pytest
from command_line import call
from corpora import found_in, rows_of, times_of

from stclip.apis.inferencer import ActionInferencer
from stclip.cli.annotate_corpus import command
from stclip.cli.score_corpus import command as score_command
from stclip.corpora import run
from stclip.results.video_actions import VideoActions
from stclip.utils.errors import UserError


@pytest.fixture
def annotate(videos, options, capsys):
    def annotate(*words):
        return call(capsys, command, videos, *options, *words)

    return annotate


def test_a_name_that_is_no_text_is_a_row(annotate, videos, tmp_path):
    shutil.copy(videos / 'a.mp4', videos / 'caf\udce9.mp4')
    code, shown, _ = annotate()
    assert (code, '4 videos are done; 2 failed' in shown) == (0, True)
    rows = {row['path']: row for row in rows_of(tmp_path / 'out')}
    shown = f'{videos}/caf\\xe9.mp4'
    told = 'this name is not UTF-8, in which results are written; rename it'
    assert rows[shown]['error'] == f'{shown}: {told}'
    assert rows[f'{videos}/a.mp4']['status'] == 'done'
    # Renamed, it is looked at.
    (videos / 'caf\udce9.mp4').rename(videos / 'caf\xe9.mp4')
    shown = annotate('--retry-failed')[1]
    assert '4 videos are done, 2 of them before; 1 failed' in shown
    rows = {row['path']: row for row in rows_of(tmp_path / 'out')}
    assert rows[f'{videos}/caf\xe9.mp4']['status'] == 'done'


@pytest.mark.parametrize('name', ['detections', 'summary', 'videos'])
def test_folders_of_others_are_left_alone(annotate, tmp_path, name):
    own = tmp_path / 'out' / name / 'test.json'
    own.parent.mkdir(parents=True)
    own.write_text('mine')
    code, _, error = annotate()
    assert (code, own.read_text()) == (2, 'mine')
    assert error == (
        f'error: {own.parent} is there already, and no corpus.json beside it '
        'tells that it was made by this command; give another --out\n'
    )
    assert list((tmp_path / 'out').iterdir()) == [own.parent]


def test_files_of_others_beside_tables_are_left_alone(annotate, tmp_path):
    assert annotate()[0] == 0
    out = tmp_path / 'out'
    own = out / 'detections/mine.parquet'
    own.write_text('mine')
    before = sorted(out.glob('summary/*'))
    code, _, error = annotate()
    assert (code, own.read_text()) == (2, 'mine')
    assert error.splitlines()[-1] == (
        f'error: {own} is no table of this command, which replaces all that '
        'is in that folder; move it away'
    )
    assert sorted(out.glob('summary/*')) == before
    # Nothing is written there.
    code, shown, _ = annotate('--no-detections')
    assert code == 0
    assert 'detections/ is left as an earlier command wrote it' in shown
    own.unlink()
    assert annotate()[0] == 0


@pytest.mark.parametrize(
    'damage', [lambda content: b'', lambda content: content[:-9]]
)
def test_damaged_features_are_made_again(annotate, tmp_path, damage):
    out = tmp_path / 'out'
    annotate('--keep-features')
    whole = found_in(out)
    first, second = sorted(out.glob('features/*/*'))
    content = first.read_bytes()
    first.write_bytes(damage(content))
    for path in out.glob('videos/*/a-*'):
        path.unlink()
    assert '1 of them before; 1 failed' in annotate('--keep-features')[1]
    assert found_in(out) == whole
    assert len(first.read_bytes()) == len(content)
    assert second.is_file()


@pytest.mark.parametrize(
    'damage',
    [
        lambda content: b'',
        lambda content: content[:40],
        # Whole but for the last keyframe.
        lambda content: content[: content.rindex(b'frame_idx')],
        # As file systems leave what was not written.
        lambda content: content[:-99] + bytes(99),
    ],
)
@pytest.mark.parametrize('words', [(), ('--no-detections',)])
def test_a_damaged_result_is_a_row_until_it_is_mended(
    annotate, videos, tmp_path, damage, words
):
    out = tmp_path / 'out'
    annotate()
    whole = found_in(out)
    record = min(out.glob('videos/*/a-*'))
    told = json.loads(record.read_text())['corpus']
    record.write_bytes(damage(record.read_bytes()))
    code, shown, _ = annotate(*words)
    assert (code, '3 of them before; 2 failed' in shown) == (0, True)
    (row,) = (r for r in rows_of(out) if r['path'] == told['path'])
    assert (row['status'], row['duration_sec']) == ('failed', None)
    assert row['error'].startswith(f'{record} is not')
    if not words:
        found = {each['path'] for each in rows_of(out, 'detections')}
        assert found and told['path'] not in found
    assert '1 of them before; 1 failed' in annotate('--retry-failed')[1]
    assert found_in(out) == whole
    assert len(rows_of(out)) == 3


def test_a_damaged_failure_is_mended_as_well(annotate, tmp_path):
    out = tmp_path / 'out'
    annotate()
    whole = found_in(out)
    (record,) = out.glob('videos/*/*.error.json')
    record.write_text('')
    assert '3 of them before; 1 failed' in annotate()[1]
    errors = [row['error'] for row in rows_of(out) if row['error']]
    assert errors[0].startswith(f'{record} is not valid JSON')
    annotate('--retry-failed')
    assert found_in(out) == whole


def test_scores_need_no_result_that_is_damaged(
    annotate, videos, tmp_path, capsys
):
    annotate('--keep-features')
    out = tmp_path / 'out'
    record = min(out.glob('videos/*/a-*'))
    path = json.loads(record.read_text())['corpus']['path']
    content = record.read_bytes()
    scored = tmp_path / 'scored'
    words = (out, '--labels', 'walk, stand up', '--out', scored)
    record.write_bytes(b'')
    assert call(capsys, score_command, *words)[0] == 0
    (row,) = (row for row in rows_of(scored) if row['path'] == path)
    assert row['status'] == 'done'
    assert (
        found_in(scored)[record.name]['keyframes']
        == (json.loads(content)['keyframes'])
    )
    # Without either there is a row all the same.
    (out / 'features' / record.parent.name).joinpath(
        record.with_suffix('.safetensors').name
    ).write_bytes(b'')
    words = (*words[:-1], tmp_path / 'again')
    assert call(capsys, score_command, *words)[0] == 0
    (row,) = (
        r for r in rows_of(tmp_path / 'again') if r['path'] == f'{record}'
    )
    assert 'holds no features' in row['error']


def test_what_cannot_be_told_of_a_video_is_its_row(
    annotate, tmp_path, monkeypatch
):
    out = tmp_path / 'out'
    usual = ActionInferencer.__call__

    def with_nan(self, path, *args, **words):
        found = usual(self, path, *args, **words)
        if 'deep' not in str(path):
            found.frames[-1].action_probs[:] = np.nan
        return found

    with monkeypatch.context() as patch:
        patch.setattr(ActionInferencer, '__call__', with_nan)
        assert '3 videos are done; 2 failed' in annotate()[1]
        errors = [row['error'] for row in rows_of(out)]
        assert 'not JSON compliant' in errors[0]
        assert errors[2] is None
        assert not list(out.glob('begun/*'))
        # It is none of the video's.
        patch.setattr(run, 'MOST_FAULTS', 1)
        code, _, error = annotate('--retry-failed')
        assert (code, 'not JSON compliant: nan): when' in error) == (2, True)

    def fault(*_):
        raise UserError('no summary')

    with monkeypatch.context() as patch:
        patch.setattr(VideoActions, 'summary', fault)
        annotate('--retry-failed')
        assert rows_of(out)[0]['error'] == 'no summary'
    assert '1 failed' in annotate('--retry-failed')[1]


def test_a_folder_that_cannot_be_written_ends_the_run(
    annotate, tmp_path, monkeypatch
):
    out = tmp_path / 'out'

    def full(*_, **__):
        raise OSError(30, 'Read-only file system')

    for place in (
        'stclip.apis.kept_features.write_features',
        'stclip.corpora.folder.write_long_json',
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, full)
            code, _, error = annotate('--keep-features')
        assert code == 2
        assert error.splitlines()[-1].endswith(
            ' cannot be written (Read-only file system); mend that, and the '
            'same command goes on'
        )
        assert times_of(out) == {}
        # No process was killed.
        assert not list(out.glob('begun/*'))
