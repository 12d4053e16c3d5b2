import copy

import pytest
import torch
from mmengine.dataset import pseudo_collate
from tiny_model import ARCH, SIZE, make_keyframe
from torch.nn import functional as F

from stclip.evaluation.metrics import FrameMAP
from stclip.labels.label_space import LabelSpace
from stclip.models.detection.shared_pictures import SharedPictures
from stclip.models.openmixer.decoder import OpenMixerDecoder
from stclip.registry import MODELS
from stclip.utils.errors import UserError

FRAMES, QUERIES = 4, 6
LABELS = LabelSpace(('sit', 'run', 'drink'))
DECODER = dict(
    num_stages=2,
    num_queries=QUERIES,
    num_frames=FRAMES,
    num_heads=2,
    groups=2,
    points=3,
    out_multiplier=2,
    ffn_width=32,
)


def build(**config):
    """With random weights that all matter."""
    torch.manual_seed(0)
    decoder = {**DECODER, **config.pop('decoder', {})}
    model = MODELS.build(
        dict(
            type='OpenMixer',
            clip=dict(arch=ARCH),
            data_preprocessor=dict(
                type='WindowDataPreprocessor', num_frames=FRAMES
            ),
            decoder=decoder,
            **config,
        )
    )
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data.add_(0.05 * torch.randn(parameter.shape))
    return model.eval()


def samples(*counts, frames=FRAMES, shape=(2 * SIZE, 3 * SIZE)):
    """Keyframes with so many persons, annotated in frames of that shape."""
    found = []
    for seed, count in enumerate(counts):
        each = make_keyframe(count, frames, seed, LABELS)
        sample = each['data_samples']
        generator = torch.Generator().manual_seed(seed)
        low = torch.rand(count, 2, generator=generator) * 30
        sample.proposals.bboxes = torch.cat([low, low + 25], dim=-1)
        actions = torch.arange(count) % 2 * 2  # of two persons, both differ
        sample.proposals.labels = F.one_hot(actions, len(LABELS)).float()
        sample.gt_instances = sample.proposals.clone()
        sample.set_metainfo(
            dict(
                img_shape=shape,
                image_id=seed,
                video='v',
                timestamp=str(seed),
                box_source='ground_truth',
            )
        )
        del each['inputs']['crops']
        found.append(each)
    return found


def batch(model, *counts, **kwargs):
    data = pseudo_collate(samples(*counts, **kwargs))
    return model.data_preprocessor(data, False)


@torch.no_grad()
def predict(model, data):
    return model(**copy.deepcopy(data), mode='predict')


def test_parameters_at_full_size():
    """135,113,202 a stage; specs count them with 16 frames."""

    def count(module):
        return sum(p.numel() for p in module.parameters())

    with torch.device('meta'):
        own = OpenMixerDecoder(512, 16)
        of_clip = OpenMixerDecoder(512, 16, own_actions=False)
    assert [count(stage) for stage in own.stages] == [135_113_202] * 3
    assert count(own) == 405_442_006
    assert count(of_clip) == 238_433_450


def test_boxes_are_in_px_of_the_annotated_frame():
    model = build(person_threshold=0.0)
    data = batch(model, 1, 1)
    with torch.no_grad():
        text = model.encode_labels(LABELS)
        *_, last = model.answers(data['inputs'], text, data['data_samples'])
    for index, sample in enumerate(predict(model, data)):
        found = sample.pred_instances
        corners = last.corners[index].clamp(min=0, max=SIZE)
        expected = corners * torch.tensor([3.0, 2.0, 3.0, 2.0])
        torch.testing.assert_close(found.bboxes, expected)
        assert found.bboxes[:, 2].max() <= 3 * SIZE
        assert found.bboxes[:, 3].max() <= 2 * SIZE
        probs = last.objectness[index].softmax(-1)[:, 0]
        torch.testing.assert_close(found.box_scores, probs)
        actions = last.actions[index].softmax(-1)
        torch.testing.assert_close(found.action_probs, actions)
        assert torch.equal(found.scores, found.action_probs)
        assert sample.box_source == 'own'


def test_persons_are_likely_or_the_best_three():
    probs = predict(build(person_threshold=0.0), batch(build(), 1, 1))
    probs = [sample.pred_instances.box_scores for sample in probs]
    threshold = probs[0].sort().values[-2].item() - 1e-4
    model = build(person_threshold=threshold)
    found = predict(model, batch(model, 1, 1))
    for own, sample in zip(probs, found, strict=True):
        kept = own[own >= threshold]
        if not len(kept):
            kept = own.topk(3).values
        torch.testing.assert_close(sample.pred_instances.box_scores, kept)
    none = build(person_threshold=1.1)
    for own, sample in zip(
        probs, predict(none, batch(none, 1, 1)), strict=True
    ):
        best = own.topk(3).values
        torch.testing.assert_close(sample.pred_instances.box_scores, best)


def test_persons_are_found_where_none_are_given_but_not_beyond_the_end():
    model = build()
    data = batch(model, 1, 0, 0)
    data['data_samples'][2].set_metainfo(dict(beyond_end=True))
    sizes = [len(s.pred_instances) for s in predict(model, data)]
    assert sizes[0] >= 3 and sizes[1] >= 3 and sizes[2] == 0


def test_frame_map_takes_its_boxes():
    model = build()
    data = batch(model, 2, 1)
    metric = FrameMAP()
    metric.process(None, [s.to_dict() for s in predict(model, data)])
    values = metric.compute_metrics(metric.results)
    assert values and all(key.startswith('own/') for key in values)


def test_short_windows_repeat_their_last_frame():
    model = build()
    data = pseudo_collate(samples(1, frames=2))
    found = model.data_preprocessor(data, False)['inputs']
    frames = data['inputs']['context'][0]
    padded = torch.stack([frames[0], *[frames[1]] * (FRAMES - 1)])
    torch.testing.assert_close(
        found.each[0], model.data_preprocessor.normalise(padded)
    )


def test_clips_do_not_mix():
    # Pixels of a map are ranked, and some are equal but for rounding.
    model = build(first_boxes='whole')
    together = predict(model, batch(model, 1, 2))
    data = batch(model, 1, 2)
    for index, expected in enumerate(together):
        alone = dict(
            inputs=SharedPictures(data['inputs'].each[index : index + 1]),
            data_samples=data['data_samples'][index : index + 1],
        )
        [found] = predict(model, alone)
        for key in ('bboxes', 'action_probs'):
            torch.testing.assert_close(
                found.pred_instances[key],
                expected.pred_instances[key],
                rtol=1e-4,
                atol=1e-4,
            )


def clip_features(model, clips):
    clips = clips.each
    joint = model.clip.encode_image_tokens(clips.flatten(0, 1))
    return joint[:, 0].unflatten(0, clips.shape[:2]).mean(1)


@torch.no_grad()
def test_without_actions_of_their_own_all_do_what_the_clip_shows():
    model = build(decoder=dict(own_actions=False))
    data = batch(model, 1, 2)
    logits = model(**data, mode='tensor')
    clip = F.normalize(clip_features(model, data['inputs']), dim=-1)
    text = F.normalize(model.encode_labels(LABELS), dim=-1)
    expected = model.clip.logit_scale * clip @ text.T
    expected = expected[:, None].expand(-1, QUERIES, -1)
    torch.testing.assert_close(logits, expected, rtol=1e-4, atol=1e-3)


@torch.no_grad()
def test_a_share_of_one_leaves_the_clip_alone():
    model = build()
    expected = build(decoder=dict(own_actions=False))
    for stage in model.decoder.stages:
        torch.nn.init.ones_(stage.actions.alpha)
    data = batch(model, 1, 2)
    torch.testing.assert_close(
        model(**data, mode='tensor'), expected(**data, mode='tensor')
    )


@torch.no_grad()
def test_what_the_queries_are_told():
    """Either the clip, or its best text as a unit vector."""
    told = {}
    for condition in ('clip', 'text'):
        model = build(condition=condition)
        model.decoder.register_forward_pre_hook(
            lambda _, args, key=condition: told.update({key: args[4]})
        )
        data = batch(model, 1, 2)
        model(**data, mode='tensor')
    clip = clip_features(model, data['inputs'])
    text = F.normalize(model.encode_labels(LABELS), dim=-1)
    best = (F.normalize(clip, dim=-1) @ text.T).argmax(1)
    torch.testing.assert_close(told['clip'], clip, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(told['text'], text[best])


@torch.no_grad()
def test_where_queries_start():
    firsts = {}
    for kind in ('map', 'given', 'whole'):
        model = build(first_boxes=kind)
        data = batch(model, 2, 0)
        start = model.start
        monkey = {}

        def watched(*args, start=start, monkey=monkey):
            monkey['found'] = start(*args)
            return monkey['found']

        model.start = watched
        [one, _] = predict(model, data)
        firsts[kind] = monkey['found']
        expected = 'ground_truth' if kind == 'given' else 'own'
        assert one.box_source == expected
    whole = torch.tensor([0.0, 0, SIZE, SIZE])
    assert (firsts['whole'] == whole).all()
    given = data['data_samples'][0].proposals.bboxes
    given = given / torch.tensor([3.0, 2.0, 3.0, 2.0])
    torch.testing.assert_close(firsts['given'][0], given.repeat(3, 1))
    assert (firsts['given'][1] == whole).all()
    # As the map says, worked out here.
    joint = model.clip.encode_image_tokens(data['inputs'].each[:, FRAMES // 2])
    clip = F.normalize(clip_features(model, data['inputs']), dim=-1)
    text = F.normalize(model.encode_labels(LABELS), dim=-1)
    for index, tokens in enumerate(F.normalize(joint[:, 1:], dim=-1)):
        cosines = tokens @ text[(clip[index] @ text.T).argmax()]
        pixels = F.interpolate(
            cosines.view(1, 1, 4, 4), (SIZE, SIZE), mode='bilinear'
        )[0, 0]
        y, x = divmod(pixels.argmin().item(), SIZE)
        half = SIZE // 2
        box = torch.tensor(
            [x - half, y - half, x + half, y + half], dtype=torch.float32
        )
        box = box.clamp(0, SIZE)
        assert (firsts['map'][index] == box).all(dim=-1).any()


def test_a_step_moves_what_is_trained_and_nothing_else():
    model = build().train()
    before = {name: p.clone() for name, p in model.named_parameters()}
    optimizer = torch.optim.SGD(
        [p for p in model.parameters() if p.requires_grad], lr=1.0
    )
    data = batch(model, 2, 1)
    losses = model(**data, mode='loss')
    assert len(losses) == 4 * DECODER['num_stages']
    sum(losses.values()).backward()
    optimizer.step()
    for name, parameter in model.named_parameters():
        moves = not name.startswith('clip.')
        assert parameter.requires_grad == moves, name
        assert (parameter != before[name]).any() == moves, name


def test_it_learns_two_boxes():
    """A clip with two persons can be learnt by heart."""
    model = build(first_boxes='whole', loss=dict(action=1.0)).train()
    data = batch(model, 2)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=3e-3)
    history = []
    for _ in range(25):
        optimizer.zero_grad()
        losses = model(**copy.deepcopy(data), mode='loss')
        sum(losses.values()).backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        history.append(losses['loss_box'] + losses['loss_giou'])
    assert history[-1] < 0.4 * history[0], history


def test_independent_labels_are_refused_in_training():
    model = build()
    data = pseudo_collate([make_keyframe(2, FRAMES)])
    data = model.data_preprocessor(data, True)
    with pytest.raises(UserError, match=r'exclude each other.*talk on phone'):
        model(**data, mode='loss')
    [found] = model(**data, mode='predict')
    assert found.pred_instances.scores.isfinite().all()


@pytest.mark.parametrize(
    'choice', [dict(first_boxes='none'), dict(condition='visual')]
)
def test_other_choices_are_refused(choice):
    with pytest.raises(UserError, match=next(iter(choice))):
        build(**choice)
