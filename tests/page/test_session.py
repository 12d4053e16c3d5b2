"""A session without a browser, against the Python interface."""

import threading
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from served_page import Visits, assert_same, squares

from stclip.apis.kept_features import KeptFeatures
from stclip.apis.person_relevance import explain_person
from stclip.page.activity import Activity
from stclip.page.question import Question
from stclip.page.sample import SAMPLE_LABELS
from stclip.utils.errors import UserError
from stclip.video.opening import open_video
from stclip.video.video_file import VideoFile

OTHERS = ('wave', 'crouch', 'talk on phone')


def truth(infer, video, labels, threshold=0.5):
    kept = KeptFeatures.look(infer, video, stride='0.5s')
    return kept.with_labels(infer, labels, None, threshold)


def answer(visit, sample, asked):
    """A visitor with an answer on the sample."""
    visitor = visit()
    visitor.session.take_video(sample)
    assert visitor.rest()['error'] == ''
    visitor.session.ask(Question.of(asked()))
    assert visitor.rest()['error'] == ''
    return visitor


@pytest.fixture(scope='module')
def answered(tmp_path_factory, models, sample, asked):
    """One that is only looked at."""
    visits = Visits(tmp_path_factory.mktemp('answered'), models)
    yield answer(visits, sample, asked)
    visits.queue.close()


def test_it_answers_as_the_interface_does(answered, infer, sample, tmp_path):
    session = answered.session
    result = session.answer.result
    expected = truth(infer, sample, SAMPLE_LABELS)
    assert_same(result, expected)
    assert_same(result, infer(sample, SAMPLE_LABELS, '0.5s'), 2e-3)
    assert len(result.tracks) == 2 and result.segments == expected.segments
    named = replace(expected, video=Path(sample.name))
    for form, count in (('csv', 1), ('cvat', 2), ('json', 1), ('ava', 2)):
        for index in range(count):
            file = session.export(form, index)
            named.save(tmp_path / 'truth' / session.export(form).name, form)
            other = tmp_path / 'truth' / file.name
            assert file.read_bytes() == other.read_bytes()
            assert str(tmp_path) not in file.read_text()


def test_a_moment(answered, infer, sample, monkeypatch):
    answer = answered.session.answer
    frame = list(answer.result.frames)[3]
    row = frame.track_ids.tolist().index(2)
    part = (frame.frame_idx + 0.5) / answer.result.num_frames
    told = answer.moment_to_json(answer.moment(2, part))
    assert told['frame'] == frame.frame_idx
    assert told['time'] == pytest.approx(frame.time_sec)
    best = frame.action_probs[row].argmax()
    assert told['actions'][0]['label'] == SAMPLE_LABELS[best]
    assert [a['prob'] for a in told['actions']] == sorted(
        np.round(frame.action_probs[row].astype(float), 4), reverse=True
    )
    with monkeypatch.context() as patch:
        patch.setattr(VideoFile, '__init__', None)  # what it has met is known
        seen = answered.session.explain(2, part, 'sit').result(30)
    expected = explain_person(
        infer, sample, frame, row, answer.result.labels, 'sit'
    )
    for picture, other in zip(seen, expected, strict=True):
        np.testing.assert_array_equal(picture.drawn(), other.drawn())
    with pytest.raises(UserError, match='no person #7'):
        answered.session.explain(7, 0.5, 'sit')
    with pytest.raises(UserError, match="unknown action 'fly'"):
        answered.session.explain(2, 0.5, 'fly')


def test_other_labels_take_no_look(visit, infer, sample, asked, monkeypatch):
    answered = answer(visit, sample, asked)
    session = answered.session
    expected = truth(infer, sample, OTHERS, 0.3)
    monkeypatch.setattr(infer, 'stream', None)
    session.export('csv')
    changed = asked(labels=', '.join(OTHERS), threshold=0.3)
    session.ask(Question.of(changed))
    assert answered.rest()['error'] == ''
    assert session.answer.version == 2
    assert_same(session.answer.result, expected)
    assert session.answer.result.segments == expected.segments
    assert 'prob_crouch' in session.export('csv').read_text()
    session.ask(Question.of(dict(changed, background='stand, lie')))
    assert answered.rest()['error'] == ''
    told = session.answer.to_json()
    assert told['background'] == ['stand', 'lie']
    assert session.answer.moment_to_json(session.answer.moment(1, 0))['none']


def test_what_is_drawn_at_once(answered):
    told = answered.session.answer.to_json()
    result = answered.session.answer.result
    assert [person['id'] for person in told['persons']] == [1, 2]
    spans = [(s['name'], p['id']) for p in told['persons'] for s in p['spans']]
    assert sorted(spans) == sorted(
        (segment.label, segment.track_id) for segment in result.segments
    )
    assert len(told['keyframes']) == len(result.frames) == 10
    height, width = result.frame_hw
    for frame, drawn in zip(result.frames, told['keyframes'], strict=True):
        boxes = [person['box'] for person in drawn['persons']]
        np.testing.assert_allclose(
            np.array(boxes) * [width, height, width, height],
            frame.boxes_xyxy,
            atol=1e-2,
        )


def test_the_film_is_the_video(answered, sample):
    with_film = open_video(answered.session.film)
    original = open_video(sample)
    assert with_film.num_frames == original.num_frames == 40
    assert with_film.time_of(17) == pytest.approx(original.time_of(17))
    gap = np.abs(
        with_film.read([17])[0].astype(int) - original.read([17])[0]
    ).mean()
    assert gap < 6
    with pytest.raises(UserError, match='not drawn yet'):
        answered.session.export('video')
    answered.session.draw()
    assert answered.rest()['drawn']
    film = answered.session.export('video')
    assert open_video(film).num_frames == 40
    sheet = cv2.imread(str(answered.session.export('contact-sheet')))
    assert sheet.std() > 10


def test_two_users_at_once(visit, video, sample, asked, config, detector):
    """The second one waits in line; each has an answer of its own."""
    offered, _ = squares(config, detector)
    first, second = visit(), visit(offered)
    begun, go_on = threading.Event(), threading.Event()

    def hold(job):
        begun.set()
        assert go_on.wait(30)

    first.session.take_video(sample)
    first.rest()
    second.session.take_video(video)
    second.rest()
    found = first.session._found
    first.session._found = lambda *a: (hold(a), found(*a))[1]
    first.session.ask(Question.of(asked()))
    assert begun.wait(30)
    second.session.ask(Question.of(asked(model='tiny', labels='walk, wave')))
    assert second.session.state()['activity']['ahead'] == 1
    with pytest.raises(UserError, match='wait for the end of: looking'):
        second.session.ask(Question.of(asked(model='tiny')))
    go_on.set()
    assert first.rest()['error'] == second.rest()['error'] == ''
    assert first.session.answer.result.labels.names == SAMPLE_LABELS
    assert second.session.answer.result.labels.names == ('walk', 'wave')
    assert first.session.folder != second.session.folder


def test_who_leaves_in_the_middle(visit, sample, asked):
    visitor = visit()
    visitor.session.take_video(sample)
    visitor.rest()
    begun, go_on = threading.Event(), threading.Event()
    teller = visitor.session._teller

    def hold(job):
        tell = teller(job)

        def held(done):
            begun.set()
            assert go_on.wait(30)
            tell(done)

        return held

    visitor.session._teller = hold
    visitor.session.ask(Question.of(asked()))
    assert begun.wait(30)
    visitor.session.close()
    assert visitor.session.folder.exists()  # in use until the job stops
    go_on.set()
    assert visitor.rest()['error'] == 'stopped'
    assert not visitor.session.folder.exists()
    assert visitor.session.answer is None
    with pytest.raises(UserError, match='this page was left'):
        visitor.session.ask(Question.of(asked()))


@pytest.mark.parametrize(
    'limits, words',
    [
        (dict(max_seconds=4), 'longer than 4 s'),
        (dict(max_frames=39), 'more than 39 frames'),
        (dict(max_megapixels=0.01), '160 x 120 px, more than 0.01 megapixels'),
    ],
)
def test_what_is_too_long_or_large(visit, sample, limits, words):
    with pytest.raises(UserError, match=words):
        visit(**limits).session.take_video(sample)


def test_a_video_that_states_less_than_it_has(visit, sample, monkeypatch):
    """Limits hold while it is read, whatever its head says."""
    visitor = visit(max_frames=20)
    facts = visitor.session.limits
    monkeypatch.setattr(
        'stclip.page.session.require_video',
        lambda path, limits: _facts(path),
    )
    visitor.session.take_video(sample)
    state = visitor.rest()
    assert state['error'].endswith(
        'more than 20 frames: cut out the part that matters'
    )
    assert state['video'] is None and facts.max_frames == 20


def _facts(path):
    from stclip.page.uploads import VideoFacts

    return VideoFacts(path.name, 1.0, 8, (120, 160), 8.0)


def test_a_bad_upload_takes_nothing_away(visit, sample, asked):
    visitor = visit()
    session = visitor.session
    good = session.place_for_upload('good.mp4')
    good.write_bytes(sample.read_bytes())
    session.take_video(good)
    visitor.rest()
    session.ask(Question.of(asked()))
    visitor.rest()
    bad = session.place_for_upload('bad.mp4')
    bad.write_bytes(b'no video')
    with pytest.raises(UserError, match=r'bad\.mp4 is no video'):
        session.take_video(bad)
    session.discard(bad)
    assert session.export('contact-sheet').stat().st_size > 1000
    again = session.place_for_upload('good.mp4')
    again.write_bytes(sample.read_bytes())
    session.take_video(again)
    assert visitor.rest()['answer'] is None
    assert list(session.folder.glob('*/good.mp4')) == [again]


def test_how_long_it_will_take(monkeypatch):
    now = [100.0]
    monkeypatch.setattr('stclip.page.activity.time.monotonic', lambda: now[0])
    activity = Activity('looking', total=40, start=100.0)
    assert activity.to_json(0)['seconds_left'] is None
    activity.done, now[0] = 10, 102.0
    assert activity.to_json(3) == dict(
        what='looking', total=40, done=10, ahead=3, seconds_left=6.0
    )
    activity.done = 48  # more than was stated
    assert activity.to_json(0)['seconds_left'] == 0
    assert Activity('scoring', start=100.0).to_json(0)['seconds_left'] is None


def test_questions_before_a_video(visit, asked):
    session = visit().session
    with pytest.raises(UserError, match='give a video first'):
        session.ask(Question.of(asked()))
    with pytest.raises(UserError, match='there is no answer yet'):
        session.export('csv')


def test_what_cannot_be_asked(answered, asked):
    with pytest.raises(UserError, match="no model 'best' here; known: stage"):
        answered.session.ask(Question.of(asked(model='best')))
    for form, index, words in (
        ('../../etc/passwd', 0, 'no form'),
        ('csv', 1, 'csv has no file 1'),
    ):
        with pytest.raises(UserError, match=words):
            answered.session.export(form, index)


def test_our_own_faults_are_told_without_a_trace(
    visit, sample, asked, infer, monkeypatch, log_lines
):
    answered = answer(visit, sample, asked)

    def fail(*args):
        raise RuntimeError('out of paper')

    monkeypatch.setattr(infer, 'describe', fail)
    answered.session.ask(Question.of(asked(labels='fly, dance')))
    assert answered.rest()['error'].startswith('something went wrong here')
    assert 'out of paper' in '\n'.join(log_lines)
    monkeypatch.undo()
    answered.session.ask(Question.of(asked(labels='fly, dance')))
    assert answered.rest()['error'] == ''
