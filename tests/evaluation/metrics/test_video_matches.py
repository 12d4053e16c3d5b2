"""The list of matched videos: which stay, under which class."""

import pytest
import torch
from mmengine.evaluator import Evaluator

from stclip.registry import METRICS


def run(tmp_path, scores, **options):
    out = tmp_path / 'annotations' / 'matched.txt'
    config = dict(type='VideoMatches', out=str(out), video_root='data/videos')
    evaluator = Evaluator(METRICS.build(dict(config, **options)))
    evaluator.process(
        [
            dict(
                filename=f'data/videos/a/v{i}.mp4', pred_score=torch.tensor(s)
            )
            for i, s in enumerate(scores)
        ]
    )
    return evaluator.evaluate(len(scores)), out.read_text().splitlines()


def test_the_surest_stay_in_their_order(tmp_path):
    scores = [[0.5, 0.5], [0.1, 0.9], [0.8, 0.2], [0.3, 0.7]]
    metrics, lines = run(tmp_path, scores, keep=0.75)
    assert lines == ['a/v1.mp4 1', 'a/v2.mp4 0', 'a/v3.mp4 1']
    assert metrics['matches/videos'] == 3
    assert metrics['matches/probability'] == pytest.approx(0.7)


def test_nine_tenths_unless_told(tmp_path):
    scores = [[i / 20, 1 - i / 20] for i in range(10)]
    _, lines = run(tmp_path, scores)
    assert lines == [f'a/v{i}.mp4 1' for i in range(9)]


def test_a_list_that_is_there_stays(tmp_path):
    run(tmp_path, [[0.4, 0.6]])
    with pytest.raises(ValueError, match=r'matched\.txt is there already'):
        run(tmp_path, [[0.6, 0.4]])


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(keep=0.0), 'keep must be above 0'),
        (dict(video_root='elsewhere'), r'v0\.mp4 is not below elsewhere'),
    ],
)
def test_what_does_not_fit_is_said(options, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        run(tmp_path, [[0.4, 0.6]], **options)
