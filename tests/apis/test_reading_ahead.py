"""Loading of keyframes beside the look, and frames beside the encoder."""

import threading

import numpy as np
import pytest
from synthetic_media import decode_all

from stclip.apis import inferencer
from stclip.apis.inferencer import ActionInferencer
from stclip.utils.errors import UserError
from stclip.video import VideoWriter

LABELS = ['walk', 'stand up']


@pytest.fixture
def infer(config, detector):
    return ActionInferencer(config, None, 'cpu', detector, 3)


def without_threads(items, *_):
    return items


def test_results_are_those_of_one_after_the_other(infer, video, monkeypatch):
    """Windows of five frames overlap from batch to batch at this stride."""
    for options in ({}, dict(start_sec=0.5, end_sec=2), dict(track=False)):
        told = infer(video, LABELS, 2, **options).to_json()
        with monkeypatch.context() as patch:
            patch.setattr(inferencer, 'ahead', without_threads)
            assert infer(video, LABELS, 2, **options).to_json() == told


def test_the_next_batch_is_loaded_while_one_is_looked_at(
    infer, video, monkeypatch
):
    loaded = threading.Semaphore(0)
    usual = inferencer.keyframe_batches

    def noting(*args):
        for batch in usual(*args):
            loaded.release()
            yield batch

    monkeypatch.setattr(inferencer, 'keyframe_batches', noting)
    keyframes = infer.stream(video, LABELS, 2)
    next(keyframes)
    # The second one, though nobody has asked for more than the first.
    for _ in range(2):
        assert loaded.acquire(timeout=30)
    keyframes.keyframes.close()


@pytest.mark.parametrize('size, threads', [(1, 0), (3, 1)])
def test_threads_end_with_the_look(config, detector, video, size, threads):
    infer = ActionInferencer(config, None, 'cpu', detector, size)
    before = threading.active_count()
    stream = infer.stream(video, LABELS, 1)
    first = next(stream)
    assert threading.active_count() - before == threads
    assert stream.result((first,)).num_frames == 30
    assert threading.active_count() == before
    # What is amiss in the look ends it as well.
    infer.detector = None
    with pytest.raises(TypeError):
        list(infer.stream(video, LABELS, 1))
    assert threading.active_count() == before


def test_a_damaged_video_is_told_where_it_would_be(
    infer, video, tmp_path, monkeypatch
):
    usual = type(infer.loader).transform

    def failing(loader, results):
        if results['frame_idx'] == 8:
            raise UserError('frame 8 is damaged')
        return usual(loader, results)

    monkeypatch.setattr(type(infer.loader), 'transform', failing)
    stream = infer.stream(video, LABELS, 1)
    given = []
    with pytest.raises(UserError, match='frame 8 is damaged'):
        for keyframe in stream:
            given.append(keyframe.frame_idx)
    # Of the batch that it is in, nothing was looked at.
    assert given == list(range(6))


def test_drawn_frames_are_those_of_one_after_the_other(infer, video, tmp_path):
    result = infer(video, LABELS)
    done = []
    result.save_video(tmp_path / 'ahead.mp4', on_frame=done.append)
    assert done == list(range(1, 31))
    with VideoWriter(tmp_path / 'plain.mp4', 10) as writer:
        for image, time_sec in result.annotated_frames():
            writer.write(image, time_sec)
    np.testing.assert_array_equal(
        decode_all(tmp_path / 'ahead.mp4'), decode_all(tmp_path / 'plain.mp4')
    )
