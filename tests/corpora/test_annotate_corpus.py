"""``stclip annotate-corpus`` in one process."""

import json
import os
import shutil

import duckdb
import fsspec
import pandas as pd
import pytest
import torch
from command_line import call
from corpora import found_in, rows_of, times_of
from walking_squares import write_clip

from stclip.apis.inferencer import ActionInferencer
from stclip.cli.annotate_corpus import command
from stclip.cli.infer import command as infer_command
from stclip.corpora import run, tables
from stclip.corpora.recorder import MOST_LOOKS


@pytest.fixture
def annotate(videos, options, capsys):
    def annotate(*words, paths=(videos,)):
        return call(capsys, command, *paths, *options, *words)

    return annotate


def test_each_video_leaves_a_file_and_a_row(
    annotate, videos, options, true_boxes, tmp_path, capsys
):
    code, out, error = annotate()
    assert (code, out) == (
        0,
        '3 videos are done; 1 failed, and the table says why; see '
        f'{tmp_path}/out/summary\n',
    )
    assert '3/3' in error
    rows = rows_of(tmp_path / 'out')
    paths = [str(videos / n) for n in ('a.mp4', 'b.mp4', 'deep/er/a.mp4')]
    assert [row['path'] for row in rows] == paths
    assert [row['status'] for row in rows] == ['done', 'failed', 'done']
    assert 'b.mp4 cannot be opened as a video' in rows[1]['error']
    first = rows[0]
    # 30 frames at 10 a second.
    assert (first['duration_sec'], first['keyframes']) == (3.0, 4)
    assert (first['width'], first['height'], first['frames']) == (128, 96, 30)
    boxes = sum(len(true_boxes(frame)) for frame in (0, 8, 16, 24))
    assert (first['boxes'], first['persons']) == (boxes, 2)
    counts = {each['label']: each['boxes'] for each in first['top_actions']}
    assert sum(counts.values()) == boxes
    record = json.loads((tmp_path / 'out' / first['result']).read_text())
    # As stclip infer writes it.
    call(capsys, infer_command, videos / 'a.mp4', *options)
    alone = json.loads((tmp_path / 'out' / 'a.json').read_text())
    for key in ('keyframes', 'segments', 'labels', 'fps', 'video'):
        assert record[key] == alone[key]
    del alone['request']['show_from']
    assert record['request'] == alone['request']


def test_tables_are_read_by_others(annotate, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, 'SHARD_ROWS', 2)
    monkeypatch.setattr(tables, '_GROUP_ROWS', 1)
    annotate()
    out = tmp_path / 'out'
    assert sorted(os.listdir(out / 'summary')) == [
        'summary-00000.parquet',
        'summary-00001.parquet',
    ]
    frame = pd.read_parquet(out / 'summary')
    assert list(frame['status']) == ['done', 'failed', 'done']
    table = f"'{out}/detections/*.parquet'"
    found = duckdb.sql(f'select path, frame, action from {table}').fetchall()
    assert len(found) == frame['boxes'].sum() > 0
    records = [json.loads(p.read_text()) for p in out.glob('videos/*/a-*')]
    expected = [
        (
            each['corpus']['path'],
            k['frame_idx'],
            max(p['actions'], key=p['actions'].get),
        )
        for each in records
        for k in each['keyframes']
        for p in k['persons']
    ]
    assert sorted(found) == sorted(expected)


def test_an_interrupted_run_goes_on(annotate, tmp_path, monkeypatch):
    annotate()
    whole = found_in(tmp_path / 'out')
    shutil.rmtree(tmp_path / 'out')
    usual, calls = ActionInferencer._classify, []

    def interrupted(self, *args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return usual(self, *args)

    monkeypatch.setattr(ActionInferencer, '_classify', interrupted)
    assert annotate()[0] == 130
    before = times_of(tmp_path / 'out')
    assert sorted(name[:2] for name in before) == ['a-', 'b-']
    assert not list((tmp_path / 'out/begun').iterdir())
    code, out, _ = annotate()
    assert (code, len(calls)) == (0, 3)
    assert '3 videos are done, 2 of them before; 1 failed' in out
    assert found_in(tmp_path / 'out') == whole
    after = times_of(tmp_path / 'out')
    assert {name: after[name] for name in before} == before
    # Nothing is built where nothing is left.
    monkeypatch.setattr(ActionInferencer, '__init__', None)
    assert '3 of them before' in annotate()[1]


def test_failures_are_looked_at_again_when_asked(
    annotate, videos, video, tmp_path
):
    annotate()
    assert '3 of them before; 1 failed' in annotate()[1]
    assert '2 of them before; 1 failed' in annotate('--retry-failed')[1]
    # A video that has changed is another one.
    shutil.copy(video, videos / 'b.mp4')
    assert '2 of them before; see' in annotate()[1]
    assert [row['status'] for row in rows_of(tmp_path / 'out')] == ['done'] * 3


def test_tables_are_those_of_the_folder(annotate, videos, video, tmp_path):
    out = tmp_path / 'out'
    annotate(paths=[videos / 'a.mp4'])
    assert '1 video is done' in annotate(paths=[videos / 'deep'])[1]
    paths = [str(videos / name) for name in ('deep/er/a.mp4', 'a.mp4')]
    assert [row['path'] for row in rows_of(out)] == paths
    table = pd.read_parquet(out / 'detections')
    assert table['path'].unique().tolist() == paths
    # Of a video that was replaced there is one row, of what it is now.
    (videos / 'a.mp4').write_text('no video')
    annotate(paths=[videos / 'a.mp4'])
    told = [(row['path'], row['status']) for row in rows_of(out)]
    assert told == [(paths[1], 'failed'), (paths[0], 'done')]
    # Who is not asked of goes by what was written last.
    annotate(paths=[videos / 'deep'])
    told = [(row['path'], row['status']) for row in rows_of(out)]
    assert told == [(paths[0], 'done'), (paths[1], 'failed')]


def test_videos_that_go_one_after_the_other_end_a_run(
    annotate, videos, tmp_path, monkeypatch
):
    """As when their disk is not mounted any more."""
    usual = ActionInferencer.__call__

    def unmounts(self, path, *args, **words):
        found = usual(self, path, *args, **words)
        videos.rename(tmp_path / 'elsewhere')
        return found

    monkeypatch.setattr(ActionInferencer, '__call__', unmounts)
    monkeypatch.setattr(run, 'MOST_FAULTS', 2)
    code, _, error = annotate()
    assert (code, 'er/a.mp4 was there when it was listed' in error) == (2, 1)


def test_another_request_is_refused(annotate, tmp_path):
    annotate()
    before = times_of(tmp_path / 'out')
    for words, named in (
        (('--labels', 'swim, run'), 'labels'),
        (('--stride', 7), 'stride'),
        (('--no-track',), 'track, smooth'),
        (('--keep-features',), 'features'),
    ):
        code, _, error = annotate(*words)
        assert code == 2
        assert error == (
            f'error: {tmp_path}/out holds results of other {named}: give the '
            'same to go on, or another --out\n'
        )
    assert times_of(tmp_path / 'out') == before
    assert annotate('--batch-size', 3)[0] == 0


def test_models_are_told_apart_by_what_they_hold(annotate, config, tmp_path):
    annotate()
    other = tmp_path / 'other'
    other.mkdir()
    clip = write_clip(config, other)
    assert '3 of them before' in annotate(*clip)[1]
    weights = torch.load(other / 'clip.pt')
    weights['visual.proj'] *= -1
    torch.save(weights, other / 'clip.pt')
    code, _, error = annotate(*clip)
    assert (code, 'holds results of other model: give' in error) == (2, True)


def test_what_kills_its_process_again_and_again_fails(
    annotate, videos, tmp_path, monkeypatch
):
    class Killed(BaseException):
        """The end of a process, seen from outside."""

    def killed(*_, **__):
        raise Killed

    def looked(path):
        return annotate(paths=[path])

    with monkeypatch.context() as patch:
        patch.setattr(ActionInferencer, '__call__', killed)
        for _ in range(MOST_LOOKS):
            with pytest.raises(Killed):
                looked(videos / 'a.mp4')
            assert times_of(tmp_path / 'out') == {}
    assert '1 failed' in looked(videos / 'a.mp4')[1]
    (row,) = rows_of(tmp_path / 'out')
    assert row['error'].startswith('3 processes that looked at it were killed')


def test_faults_of_the_program_end_a_run_when_they_go_on(
    annotate, tmp_path, monkeypatch
):
    def fault(*_, **__):
        raise RuntimeError('no kernel')

    monkeypatch.setattr(ActionInferencer, '__call__', fault)
    code, out, _ = annotate()
    assert (code, '3 failed' in out) == (0, True)
    errors = {row['error'] for row in rows_of(tmp_path / 'out')}
    assert errors == {'RuntimeError: no kernel'}
    monkeypatch.setattr(run, 'MOST_FAULTS', 2)
    code, _, error = annotate('--retry-failed')
    assert code == 2
    assert error.splitlines()[-1].startswith(
        'error: the last 2 videos all failed, and not by their own fault '
        '(RuntimeError: no kernel): when that is mended, --retry-failed'
    )


def test_a_list_with_addresses(annotate, video, videos, tmp_path, monkeypatch):
    files = fsspec.filesystem('memory')
    files.pipe_file('/far/v.mp4', video.read_bytes())
    listed = tmp_path / 'list.txt'
    lines = ('memory://far/v.mp4', 'videos/a.mp4', 'videos/../videos/a.mp4')
    listed.write_text('\n'.join((*lines, 'memory://far/w.mp4', 'no.mp4', '')))
    monkeypatch.chdir(tmp_path)
    code, _, _ = annotate('--list', listed, paths=())
    assert code == 0
    rows = rows_of(tmp_path / 'out')
    told = [(row['path'], row['status']) for row in rows]
    assert told == [
        ('memory://far/v.mp4', 'done'),
        (str(videos / 'a.mp4'), 'done'),
        ('memory://far/w.mp4', 'failed'),
        (str(tmp_path / 'no.mp4'), 'failed'),
    ]
    assert 'far/w.mp4 cannot be read (FileNotFoundError' in rows[2]['error']
    assert 'no.mp4 does not exist' in rows[3]['error']
    here, there = (
        json.loads((tmp_path / 'out' / row['result']).read_text())
        for row in rows[:2]
    )
    assert here['keyframes'] == there['keyframes']
    assert here['video'] == 'v.mp4'
