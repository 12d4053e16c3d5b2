"""The tool that shows what motion pairs are told apart by."""

import cv2
import numpy as np
import pytest

from stclip.benchmarking import stage_frames, stage_pairs
from stclip.benchmarking.stage_pairs import (
    PairResult,
    change,
    describe,
    judge,
    look,
    ridge,
    told_apart,
)
from stclip.cli.accuracy import zs_stage_pairs

LABELS = np.repeat([-1.0, 1.0], 30)
VIDEOS = np.arange(60)


def test_what_is_told_apart_and_what_is_not():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(60, 40))
    assert 0.3 < told_apart(noise, LABELS, VIDEOS).mean() < 0.7
    told = noise + 3.0 * (LABELS[:, None] * (np.arange(40) < 5))
    assert told_apart(told, LABELS, VIDEOS).mean() > 0.97


def test_samples_of_a_video_do_not_help_each_other():
    """Every video has features of its own, which say nothing of others."""
    rng = np.random.default_rng(0)
    own = np.repeat(rng.normal(size=(60, 300)), 4, axis=0)
    labels, videos = np.repeat(LABELS, 4), np.repeat(VIDEOS, 4)
    assert told_apart(own, labels, videos).mean() < 0.7
    assert told_apart(own, labels, np.arange(240)).mean() > 0.95


def test_ridge_is_ridge():
    """The same as the plain formula over features."""
    rng = np.random.default_rng(0)
    known, unknown = rng.normal(size=(12, 3)), rng.normal(size=(4, 3))
    labels = rng.normal(size=12)
    mean, spread = known.mean(0), known.std(0) + 1e-6
    x = (known - mean) / spread
    penalty = (x**2).sum() / 12 * np.eye(3)
    weights = np.linalg.solve(x.T @ x + penalty, x.T @ labels)
    expected = (unknown - mean) / spread @ weights + labels.mean()
    np.testing.assert_allclose(ridge(known, labels, unknown), expected)


def test_change_is_later_less_earlier():
    features = np.arange(10.0).reshape(1, 5, 2)
    np.testing.assert_allclose(change(features), [[6.0, 6.0]])


def test_faces_right_and_where_edges_are():
    """A red square in the left half has its edges and its colour there."""
    image = np.full((120, 160, 3), 90, np.uint8)
    cv2.rectangle(image, (52, 40), (68, 80), (220, 30, 30), -1)
    to_square = np.array([[0.8, 0.0, -32.0], [0.0, 0.8, -16.0]])
    for mirrored in (False, True):
        maps = describe(image, to_square, mirrored).reshape(3, 16, 16)
        halves = maps[:, :, :8].sum((1, 2)), maps[:, :, 8:].sum((1, 2))
        full, empty = halves[::-1] if mirrored else halves
        assert (full > 8 * empty).all()
        np.testing.assert_allclose(maps.mean((1, 2)), 1.0, atol=1e-4)


def test_videos_are_the_same_every_time():
    first, again, other = look('dig', 0), look('dig', 0), look('dig', 1)
    assert first.shape == (12, 768)
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1


def test_a_pair_counts_within_its_bounds():
    pair = ('open_door', 'close_door')
    counts = {
        (blind, aware): PairResult(pair, blind, aware, 0.5, 80).counts
        for blind in (52, 53)
        for aware in (71, 72)
    }
    assert counts == {
        (52, 71): False, (52, 72): True, (53, 71): False, (53, 72): False,
    }  # fmt: skip


def test_row_of_the_table():
    """Wilson's intervals of 40 and of 80 of 80."""
    row = PairResult(('a', 'b'), 40, 80, 0.934, 80).line()
    assert row == '| a / b | 50 [39, 61] | 100 [95, 100] | 93 | yes |'


@pytest.mark.parametrize('ordered', [True, False])
def test_pairs_of_videos_are_judged(monkeypatch, ordered):
    """The same frames, the second one's in the other order, or in any."""
    frames = np.linspace(-1, 1, 12)[:, None] * np.ones(6)

    def film(name, index):
        rng = np.random.default_rng([len(name), index])
        way = frames if ordered else rng.permutation(frames)
        noise = rng.normal(0, 0.5, frames.shape)
        return (way if name == 'climb_up' else way[::-1]) + noise

    monkeypatch.setattr(stage_pairs, 'look', film)
    result = judge(('climb_up', 'climb_down'), 20)
    assert result.videos == 40
    assert result.blind < 28
    assert (result.aware == 40, result.second > 0.8) == (ordered, ordered)


def test_tables_go_to_the_page(monkeypatch, tmp_path, capsys):
    page = tmp_path / 'docs/zs_stage.md'
    page.parent.mkdir()
    page.write_text(
        'a\n<!-- zs_stage_pairs: start -->\nold\n'
        '<!-- zs_stage_pairs: end -->\nb\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        stage_pairs, 'judge', lambda pair, n: PairResult(pair, 0, n, 1.0, n)
    )
    monkeypatch.setattr(stage_frames, 'table', lambda videos: f'{videos}\n')
    words = ['--videos', '10', '--write-docs']
    zs_stage_pairs.main(words, standalone_mode=False)
    text = page.read_text()
    assert text.startswith('a\n<!--') and text.endswith('-->\nb\n')
    assert 'old' not in text and '\n\n15\n\n<!--' in text
    rows = [line for line in text.splitlines() if line.endswith('| yes |')]
    shown = capsys.readouterr().out
    assert len(rows) == 12 and all(row in shown for row in rows)
