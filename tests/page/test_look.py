"""Other labels on what each kind of model has seen."""

from served_page import assert_same, squares

from stclip.page.models import Models
from stclip.page.question import Question
from stclip.utils.downloads import OFFLINE


def answer_twice(visitor, video, asked):
    visitor.session.take_video(video)
    visitor.rest()
    tiny = asked(model='tiny', every_sec=0.4, labels='walk, wave')
    for labels in ('walk, wave', 'run, sit'):
        visitor.session.ask(Question.of(dict(tiny, labels=labels)))
        assert visitor.rest()['error'] == ''


def test_st_clip_scores_other_labels_on_its_tokens(
    visit, video, asked, config, detector
):
    offered, infer = squares(config, detector)
    visitor = visit(offered)
    looks = []
    stream = infer.stream
    infer.stream = lambda *a, **k: looks.append(a) or stream(*a, **k)
    answer_twice(visitor, video, asked)
    assert len(looks) == 1
    assert_same(
        visitor.session.answer.result,
        infer(video, ['run', 'sit'], '0.4s'),
        2e-3,
    )
    assert 'tokens of each layer of ST-CLIP, ' in visitor.session.answer.told


def test_too_many_tokens_take_another_look(
    visit, video, asked, config, detector
):
    offered, infer = squares(config, detector)
    visitor = visit(offered, keep_mb=0.001)
    answer_twice(visitor, video, asked)
    assert_same(
        visitor.session.answer.result, infer(video, ['run', 'sit'], '0.4s')
    )
    told = visitor.session.answer.told
    assert 'more than 0.001 MB and were not kept' in told
    assert 'other labels take another look, about ' in told
    # Only what is made of the scores changes with the threshold.
    infer.stream = None
    visitor.session.ask(
        Question.of(
            asked(
                model='tiny',
                every_sec=0.4,
                labels='run, sit',
                threshold=0.01,
            )
        )
    )
    assert visitor.rest()['error'] == ''
    assert len(visitor.session.answer.result.segments) >= 4


def test_any_other_model(visit, video, asked, config, detector, monkeypatch):
    offered, infer = squares(config, detector)
    for name in ('CLIPBaseline', 'STCLIP'):
        monkeypatch.setattr(f'stclip.page.look.{name}', type(None))
    visitor = visit(offered)
    answer_twice(visitor, video, asked)
    assert_same(
        visitor.session.answer.result, infer(video, ['run', 'sit'], '0.4s')
    )
    assert 'reads labels with the pictures' in visitor.session.answer.told


def test_weights_that_cannot_be_had(visit, video, asked, monkeypatch):
    monkeypatch.setenv(OFFLINE, '1')
    visitor = visit(Models.indexed(['clip-b16']))
    visitor.session.take_video(video)
    visitor.rest()
    visitor.session.ask(Question.of(asked(model='clip-b16')))
    error = visitor.rest()['error']
    assert 'ViT-B-16' in error and '\n' not in error
    assert visitor.session.answer is None
