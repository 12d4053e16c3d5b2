"""``stclip score-corpus``: other labels without the videos."""

import os
import pickle
import shutil

import numpy as np
import pytest
import torch
from command_line import call
from corpora import found_in, rows_of, times_of
from walking_squares import write_clip

from stclip.cli.annotate_corpus import command as annotate_command
from stclip.cli.score_corpus import command
from stclip.corpora.ray_engine import Actor, RayEngine
from stclip.corpora.recorder import Outcome

LABELS = ('--labels', 'swim, run, stand up')


@pytest.fixture
def store(videos, options, tmp_path, capsys):
    """A corpus whose features are kept."""
    words = (videos, *options, '--keep-features')
    assert call(capsys, annotate_command, *words)[0] == 0
    return tmp_path / 'out'


def test_scores_are_those_of_a_look(
    store, videos, options, tmp_path, capsys, monkeypatch
):
    new = (videos, *options, *LABELS, '--out')
    call(capsys, annotate_command, *new, tmp_path / 'kept', '--keep-features')
    call(capsys, annotate_command, *new, tmp_path / 'anew')
    shutil.rmtree(videos)

    def no_detector(*_):
        raise AssertionError('a detector is built')

    monkeypatch.setattr('stclip.apis.annotation.person_detector', no_detector)
    words = (store, *LABELS, '--out', tmp_path / 'scored')
    code, out, error = call(capsys, command, *words)
    assert (code, '3/3' in error) == (0, True)
    assert '3 videos are done; 1 failed' in out
    scored = found_in(tmp_path / 'scored')
    assert scored == found_in(tmp_path / 'kept')
    for name, look in found_in(tmp_path / 'anew').items():
        probs = [
            [
                list(person['actions'].values())
                for frame in found.get('keyframes', ())
                for person in frame['persons']
            ]
            for found in (scored[name], look)
        ]
        # Half precision.
        np.testing.assert_allclose(*probs, atol=2e-3)
        assert scored[name].get('request') == look.get('request')
    errors = [row['error'] for row in rows_of(tmp_path / 'scored')]
    assert sorted(map(bool, errors)) == [False, False, True]
    before = times_of(tmp_path / 'scored')
    assert '3 of them before' in call(capsys, command, *words)[1]
    assert times_of(tmp_path / 'scored') == before


def test_features_that_are_there_are_not_made_again(
    store, videos, options, tmp_path, capsys, monkeypatch
):
    whole = found_in(store)
    for path in store.glob('videos/*/a-*'):
        path.unlink()

    def look(*_, **__):
        raise AssertionError('a video is looked at')

    monkeypatch.setattr('stclip.apis.kept_features.KeptFeatures.look', look)
    words = (videos, *options, '--keep-features')
    assert '1 of them before' in call(capsys, annotate_command, *words)[1]
    assert found_in(store) == whole


def test_another_model_is_refused(store, config, tmp_path, capsys):
    folder = tmp_path / 'other'
    folder.mkdir()
    clip = write_clip(config, folder)
    words = (store, *LABELS, '--out', tmp_path / 'scored', *clip)
    # The same, elsewhere.
    assert call(capsys, command, *words)[0] == 0
    weights = torch.load(folder / 'clip.pt')
    weights['visual.proj'] *= -1
    torch.save(weights, folder / 'clip.pt')
    code, _, error = call(capsys, command, *words)
    assert (code, error) == (
        2,
        f'error: the features in {store} were made by another model: leave '
        'out --model, --config, --checkpoint and --clip, or look at the '
        'videos again\n',
    )
    # A file of its own is another's.
    kept = next(store.glob('features/*/*'))
    content = kept.read_bytes().replace(b'CLIPBaseline', b'CLIPSomethin')
    kept.write_bytes(content)
    out = tmp_path / 'again'
    call(capsys, command, store, *LABELS, '--out', out)
    errors = sorted(filter(None, (row['error'] for row in rows_of(out))))
    assert len(errors) == 2
    assert 'were made by another model' in errors[1]


def test_damaged_features_are_a_row(store, tmp_path, capsys):
    kept = next(store.glob('features/*/*'))
    kept.write_bytes(kept.read_bytes()[:-7])
    out = tmp_path / 'again'
    assert call(capsys, command, store, *LABELS, '--out', out)[0] == 0
    errors = [row['error'] for row in rows_of(out) if row['error']]
    assert any('holds no features' in error for error in errors)


def test_a_video_that_was_replaced_has_one_row(
    store, videos, video, options, tmp_path, capsys
):
    # It was none before.
    shutil.copy(video, videos / 'b.mp4')
    words = (videos, *options, '--keep-features')
    assert call(capsys, annotate_command, *words)[0] == 0
    out = tmp_path / 'scored'
    words = (store, *LABELS, '--out', out)
    assert '3 videos are done; see' in call(capsys, command, *words)[1]
    told = sorted((row['path'], row['status']) for row in rows_of(out))
    assert told == [
        (str(videos / name), 'done')
        for name in ('a.mp4', 'b.mp4', 'deep/er/a.mp4')
    ]


def test_actors_score_as_one_process_does(
    store, tmp_path, capsys, monkeypatch
):
    def run(self, job, folder, tasks):
        # What Ray does with a job and its actors.
        sent = pickle.loads(pickle.dumps(job))
        actor = Actor(sent, folder.root.absolute(), os.getcwd())
        for task in tasks:
            batch = dict(path=np.array([task.path]), key=np.array([task.key]))
            told = actor(batch)
            yield Outcome(**{name: each[0] for name, each in told.items()})

    words = (store, *LABELS, '--out')
    call(capsys, command, *words, tmp_path / 'one')
    monkeypatch.setattr(RayEngine, 'run', run)
    engine = ('--engine', 'ray', '--actors', 3)
    code, shown, _ = call(capsys, command, *words, tmp_path / 'ray', *engine)
    assert (code, '3 videos are done; 1 failed' in shown) == (0, True)
    assert found_in(tmp_path / 'ray') == found_in(tmp_path / 'one')
