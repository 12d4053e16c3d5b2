"""From a video file to boxes and scores, compared with plain code."""

import av
import numpy as np
import pytest
import torch
from mmengine.structures import BaseDataElement

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.loading import build_model
from stclip.apis.person_detector import PersonBoxes
from stclip.datasets.transforms import clip_resize
from stclip.labels.label_space import LabelSpace
from stclip.models.clip.lora import LoRALinear, merge_lora
from stclip.models.detection.base import KeyframeDetector
from stclip.tracking.following import with_segments

LABELS = ('walk', 'stand up', 'wave')


@pytest.fixture
def infer(config, detector):
    return ActionInferencer(config, device='cpu', detector=detector)


def test_keyframes_are_every_stride_th_frame_to_the_end(
    infer, video, true_boxes
):
    seen = []
    result = infer(video, LABELS, stride=4, on_frame=seen.append)
    assert [f.frame_idx for f in result.frames] == list(range(0, 30, 4))
    assert (result.num_frames, result.fps) == (30, 10)
    assert result.frame_hw == (96, 128)
    assert seen[-1] == 30
    for frame in result.frames:
        expected = true_boxes(frame.frame_idx)
        assert frame.boxes_xyxy.shape == expected.shape
        assert np.abs(frame.boxes_xyxy - expected).max() <= 1
        np.testing.assert_allclose(frame.action_probs.sum(1), 1, rtol=1e-5)
        np.testing.assert_allclose(
            frame.scores[0], 0.9 * frame.action_probs[0], rtol=1e-6
        )


def test_scores_equal_those_of_plain_code(infer, video):
    result = infer(video, LABELS, stride=7, smooth=0)
    with av.open(str(video)) as container:
        images = [
            frame.to_ndarray(format='rgb24')
            for frame in container.decode(video=0)
        ]
    # The last window is shifted to the end of the video.
    for place, window in ((1, range(5, 10)), (4, range(25, 30))):
        keyframe = result.frames[place]
        image = images[keyframe.frame_idx]
        crops = []
        for x1, y1, x2, y2 in keyframe.boxes_xyxy.astype(int):
            crops.append(clip_resize(image[y1:y2, x1:x2], 32))
        batch = infer.model.data_preprocessor(
            dict(
                inputs=dict(
                    context=[
                        tensor([clip_resize(images[i], 32) for i in window])
                    ],
                    keyframe=[tensor(clip_resize(image, 32))],
                    crops=[tensor(crops)],
                ),
                data_samples=[BaseDataElement()],
            )
        )
        text = infer.model.clip.encode_labels(LABELS)
        with torch.no_grad():
            logits = infer.model.person_logits(batch['inputs'], text)
        np.testing.assert_allclose(
            keyframe.action_probs, logits.softmax(-1), atol=1e-5
        )


def test_no_layer_is_left_that_adds_lora_at_each_look(config, detector):
    config.model.clip.lora_rank = 2
    infer = ActionInferencer(config, device='cpu', detector=detector)
    kinds = {type(part) for part in infer.model.modules()}
    assert LoRALinear not in kinds and torch.nn.Linear in kinds


def test_mixed_precision_changes_digits_alone(infer, config, detector, video):
    half = ActionInferencer(config, None, 'cpu', detector, amp=True)
    half.model.load_state_dict(infer.model.state_dict())
    expected, found = (
        np.concatenate([frame.action_probs for frame in look.frames])
        for look in (infer(video, LABELS, 7), half(video, LABELS, 7))
    )
    assert found.dtype == expected.dtype == np.float32
    assert 0 < np.abs(found - expected).max() < 0.05


def tensor(images):
    return torch.from_numpy(np.array(images))


def test_batch_size_changes_nothing(config, detector, video, infer):
    torch.manual_seed(1)
    one = ActionInferencer(
        config, device='cpu', detector=detector, batch_size=1
    )
    one.model.load_state_dict(infer.model.state_dict())
    pairs = zip(
        infer(video, LABELS, stride=4).frames,
        one(video, LABELS, stride=4).frames,
        strict=True,
    )
    for batched, single in pairs:
        np.testing.assert_allclose(batched.scores, single.scores, atol=1e-5)


def test_persons_below_threshold_are_left_out(config, detector, video):
    infer = ActionInferencer(
        config, device='cpu', detector=detector, box_threshold=0.8
    )
    result = infer(video, LABELS, stride=10)
    assert [len(f.boxes_xyxy) for f in result.frames] == [1, 1, 1]
    limited = ActionInferencer(
        config, device='cpu', detector=detector, max_persons=1
    )
    scores = [f.box_scores for f in limited(video, LABELS, stride=10).frames]
    np.testing.assert_allclose(np.concatenate(scores), [0.9] * 3)


def test_video_without_persons_is_legal(config, video):
    def blind(frames):
        return [PersonBoxes(np.zeros((0, 4)), np.zeros(0)) for _ in frames]

    infer = ActionInferencer(config, device='cpu', detector=blind)
    result = infer(video, LABELS, stride=10)
    assert result.num_persons == 0
    assert [f.scores.shape for f in result.frames] == [(0, 3)] * 3


def test_independent_labels_do_not_compete(infer, video):
    labels = LabelSpace(LABELS, (True, True, False))
    result = infer(video, labels, stride=10, smooth=0)
    probs = result.frames[0].action_probs
    np.testing.assert_allclose(probs[:, :2].sum(1), 1, rtol=1e-5)
    alone = infer(video, LabelSpace(LABELS[2:], (False,)), stride=10, smooth=0)
    np.testing.assert_allclose(
        probs[:, 2:], alone.frames[0].action_probs, atol=1e-5
    )


def test_a_stream_gives_what_a_call_does(infer, video):
    whole = infer(video, LABELS, stride=3)
    stream = infer.stream(video, LABELS, stride=3)
    first = next(stream)
    rest = list(stream)
    result = stream.result((first, *rest))
    assert with_segments(result).to_json() == whole.to_json()


def test_a_stream_starts_anywhere(infer, video):
    infer.batch_size = 4
    whole = infer(video, LABELS, stride=2, smooth=0).frames
    later = list(infer.stream(video, LABELS, stride=2, skip=8))
    assert [frame.frame_idx for frame in later] == list(range(16, 30, 2))
    for frame, same in zip(later, whole[8:], strict=True):
        np.testing.assert_array_equal(frame.boxes_xyxy, same.boxes_xyxy)
        np.testing.assert_array_equal(frame.action_probs, same.action_probs)
        assert frame.time_sec == same.time_sec
    assert list(infer.stream(video, LABELS, stride=2, skip=15)) == []


def test_pictures_that_no_window_wants_are_let_go(infer, video):
    infer.batch_size = 2
    caches = infer.loader.videos.cache, infer.loader._resized
    for keyframe in infer.stream(video, LABELS, stride=1):
        # A window of five frames and those of a batch around it.
        for cache in caches:
            assert len(cache) <= 5 + 2 * infer.batch_size
        assert keyframe.frame_idx < 30


@pytest.mark.parametrize('stride', [1, 3, 11])
def test_no_frame_is_decoded_twice(infer, video, monkeypatch, stride):
    decoded = []
    kind = type(infer.loader.videos.open(video))
    advance = kind._next

    def counted(self):
        decoded.append(self._position)
        return advance(self)

    monkeypatch.setattr(kind, '_next', counted)
    infer(video, LABELS, stride)
    # The last request finds the end of the video.
    assert decoded == list(range(31))


def test_a_checkpoint_is_loaded_whole_or_refused(config, detector, tmp_path):
    trained = build_model(config, KeyframeDetector)
    state = trained.state_dict()
    path = tmp_path / 'model.pth'
    torch.save(dict(state_dict=state), path)
    torch.manual_seed(5)
    # No CLIP weights are needed beside the checkpoint.
    config.model.clip.pretrained = 'no such file'
    loaded = ActionInferencer(config, path, 'cpu', detector)
    merge_lora(trained)
    found = loaded.model.state_dict()
    torch.testing.assert_close(found, trained.state_dict(), rtol=0, atol=0)
    state.popitem()
    torch.save(dict(state_dict=state), path)
    with pytest.raises(ValueError, match=r'model\.pth does not fit'):
        ActionInferencer(config, path, 'cpu', detector)


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (dict(labels='walk, wave'), 'list of names'),
        (dict(labels=[]), 'at least one action name'),
        (dict(labels=['walk', 'walk']), 'twice'),
        (dict(labels=LABELS, stride=0), 'stride must be positive'),
    ],
)
def test_bad_requests_say_what_is_wrong(infer, video, arguments, message):
    with pytest.raises(ValueError, match=message):
        infer(video, **arguments)


def test_missing_and_broken_videos_are_named(infer, tmp_path):
    with pytest.raises(FileNotFoundError, match=r'gone\.mp4'):
        infer(tmp_path / 'gone.mp4', LABELS)
    broken = tmp_path / 'broken.mp4'
    broken.write_bytes(b'no video at all' * 100)
    with pytest.raises(ValueError, match=r'broken\.mp4'):
        infer(broken, LABELS)


def test_untrained_models_are_announced(config, detector, log_lines):
    ActionInferencer(config, device='cpu', detector=detector)
    (line,) = (text for text in log_lines if 'untrained' in text)
    assert line.startswith('STCLIP without a checkpoint')
