"""A recogniser's answer for a video, on every person box of it."""

import copy

import pytest
import torch
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, SIZE, make_keyframe

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS

T = 3
LABELS = LabelSpace(('sit', 'run', 'kick_ball'))
OTHERS = LabelSpace(('jump', 'wave'))
RECOGNIZER = dict(
    type='OpenVCLIPRecognizer',
    clip=dict(arch=ARCH, pretrained=None, trained_layers='all'),
    num_frames=T,
)
# Video and persons of each keyframe; nobody in one between others.
KEYFRAMES = [(0, 2), (0, 1), (0, 0), (0, 3), (1, 1), (1, 2), (2, 1), (0, 1)]


@pytest.fixture
def build():
    def make(**options):
        torch.manual_seed(0)
        model = MODELS.build(
            dict(type='VideoLabelDetector', recognizer=RECOGNIZER, **options)
        )
        for parameter in model.recognizer.clip.visual.parameters():
            if parameter.dim() == 2:
                parameter.data.mul_(3)
        return model.eval()

    return make


def keyframe(video, persons, seed=0, labels=LABELS):
    """With the frames of a video, which do not depend on the keyframe."""
    sample = make_keyframe(persons, T, seed, labels)
    frames = make_keyframe(0, T, 100 + video, labels)['inputs']['context']
    sample['inputs']['context'] = frames
    return sample


def keyframes(labels=LABELS):
    return [
        keyframe(video, persons, seed, labels)
        for seed, (video, persons) in enumerate(KEYFRAMES)
    ]


def slow_scores(model, sample, assign='probs'):
    """Of one keyframe: its video alone, then box by box."""
    recognizer = model.recognizer
    labels = sample['data_samples'].label_space
    frames = sample['inputs']['context'][None]
    video = model.data_preprocessor.normalise(frames)
    logits = recognizer.logits(video, recognizer.text(labels))[0]
    probs = logits.softmax(dim=0)
    if assign == 'argmax':
        best = probs.argmax()
        probs = torch.zeros_like(probs)
        probs[best] = 1
    boxes = sample['data_samples'].proposals
    rows = [probs * score for score in boxes.scores]
    return torch.stack(rows) if rows else torch.zeros(0, len(labels))


def count_videos(model):
    """Counts what the recogniser looks at from now on."""
    seen = []
    own = model.recognizer.logits

    def logits(videos, text):
        seen.append(len(videos))
        return own(videos, text)

    model.recognizer.logits = logits
    return seen


@pytest.mark.parametrize('assign', ['probs', 'argmax'])
@pytest.mark.parametrize('batch_size', [1, 3, 8])
@torch.no_grad()
def test_boxes_have_the_answer_for_their_video(build, assign, batch_size):
    model, samples = build(assign=assign), keyframes()
    expected = [slow_scores(model, each, assign) for each in samples]
    found = []
    for start in range(0, len(samples), batch_size):
        batch = pseudo_collate(samples[start : start + batch_size])
        found += model.test_step(batch)
    for sample, each, scores in zip(samples, found, expected, strict=True):
        instances = each.pred_instances
        torch.testing.assert_close(instances.scores, scores, rtol=0, atol=1e-5)
        boxes = sample['data_samples'].proposals
        assert torch.equal(instances.bboxes, boxes.bboxes)
        sums = instances.action_probs.sum(dim=1)
        torch.testing.assert_close(sums, torch.ones_like(sums))
    # A sharp test: videos differ in what they get.
    first, last = (found[i].pred_instances.action_probs for i in (0, 4))
    assert assign == 'argmax' or (first[0] - last[0]).abs().max() > 1e-3


@pytest.mark.parametrize('batch_size', [1, 3, 8])
@torch.no_grad()
def test_each_video_is_looked_at_once(build, batch_size):
    """Also across batches; the first one comes again after another."""
    model = build()
    seen = count_videos(model)
    samples = keyframes()
    for start in range(0, len(samples), batch_size):
        model.test_step(pseudo_collate(samples[start : start + batch_size]))
    assert sum(seen) == 4


def answer(model, sample):
    (found,) = model.test_step(pseudo_collate([copy.deepcopy(sample)]))
    return found.pred_instances.action_probs


@torch.no_grad()
def test_the_last_video_is_forgotten_when_weights_change(build):
    """By loading, by training, and by other labels."""
    model, sample = build(), keyframe(0, 1)
    first = answer(model, sample)
    other = {
        name: value + 0.1 * torch.randn_like(value)
        for name, value in model.state_dict().items()
    }
    model.load_state_dict(other)
    second = answer(model, sample)
    assert (first - second).abs().max() > 1e-3
    torch.testing.assert_close(
        answer(model, sample) * sample['data_samples'].proposals.scores,
        slow_scores(model, sample),
    )
    assert answer(model, keyframe(0, 1, labels=OTHERS)).shape == (1, 2)
    model.train()
    for weights in model.recognizer.parameters():
        weights.add_(0.1 * torch.randn_like(weights))
    model.eval()
    third = answer(model, sample)
    assert (second - third).abs().max() > 1e-3


@torch.no_grad()
def test_videos_of_another_size_are_other_videos(build):
    model, sample = build(), keyframe(0, 1)
    text = model.encode_labels(LABELS)
    videos = model.data_preprocessor.normalise(sample['inputs']['context'])
    first = model.video_logits(videos[None], text)
    assert torch.equal(model.video_logits(videos[None], text), first)
    longer = torch.cat([videos, videos.flip(0)])[None]
    found = model.video_logits(longer, text)
    assert torch.equal(found, model.recognizer.logits(longer, text))


def test_it_learns_by_the_recognisers_loss(build):
    """A video for each keyframe with persons, of the first one's class."""
    model = build().train()
    samples = [keyframe(*KEYFRAMES[i], seed=i) for i in (0, 2, 5)]
    for sample, label in zip(samples, (2, 0, 1), strict=True):
        boxes = sample['data_samples'].proposals
        boxes.labels = torch.eye(3)[label].repeat(len(boxes), 1)
    data = model.data_preprocessor(pseudo_collate(samples), training=True)
    losses = model(**data, mode='loss')
    videos = torch.stack([samples[i]['inputs']['context'] for i in (0, 2)])
    recognizer = model.recognizer
    expected = recognizer.loss(
        model.data_preprocessor.normalise(videos)[:, None],
        torch.tensor([2, 1]),
        LABELS,
    )
    assert losses.keys() == expected.keys()
    torch.testing.assert_close(losses, expected)
    sum(losses.values()).backward()
    assert recognizer.clip.visual.conv1.weight.grad.abs().max() > 0


@pytest.mark.parametrize('mode', ['predict', 'loss'])
def test_labels_that_go_together_are_refused(build, mode):
    labels = LabelSpace(('sit', 'drink'), (True, False))
    model = build()
    data = model.data_preprocessor(
        pseudo_collate([keyframe(0, 1, labels=labels)])
    )
    with pytest.raises(ValueError, match=r"one action, .*\['drink'\]"):
        model(**data, mode=mode)


@pytest.mark.parametrize('mode', ['predict', 'loss'])
def test_windows_are_refused(build, mode):
    model = build()
    sample = make_keyframe(1, 9, labels=LABELS)
    data = model.data_preprocessor(pseudo_collate([sample]))
    with pytest.raises(ValueError, match='LoadWholeVideo with num_frames=3'):
        model(**data, mode=mode)


def test_unknown_assignment(build):
    with pytest.raises(ValueError, match=r"assign must be one of .*'best'"):
        build(assign='best')


def test_built_without_the_weights_of_clip(build):
    recognizer = dict(RECOGNIZER, clip=dict(arch=ARCH, pretrained='no file'))
    config = dict(type='VideoLabelDetector', recognizer=recognizer)
    found = MODELS.get('VideoLabelDetector').without_pretrained(config)
    assert found['recognizer']['clip']['pretrained'] is None
    assert MODELS.build(found).recognizer.clip.visual.image_size[0] == SIZE
