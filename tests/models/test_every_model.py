"""What every registered model does, whatever its method.

A model is built from the first shipped config that trains it, or else tests
it, on a CLIP of three layers. A method that is added is found by itself.
"""

import copy
import re
from functools import cache
from pathlib import Path
from weakref import WeakSet

import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.model import BaseModel
from mmengine.registry import DefaultScope
from open_clip.transformer import VisionTransformer
from tiny_model import LONG_ARCH, SIZE, make_keyframe

from stclip.labels.label_space import LabelSpace
from stclip.models.detection import RegionRecognizer, VideoLabelDetector
from stclip.models.detection.base import ActionDetector, KeyframeDetector
from stclip.models.recognition import VideoTextRecognizer
from stclip.registry import MODELS
from stclip.utils.errors import UserError

ROOT = Path(__file__).parents[2]
LABELS = LabelSpace(
    ('sit', 'run', 'drink'),
    keywords=(('chair',), ('race',), ('cup', 'water')),
    clauses=((('a chair',),) * 3, (('a road',),) * 3, (('a cup',),) * 3),
)
# A change that a bf16 forward pass may make in a probability.
BF16 = 0.05


@cache
def models():
    """Class name -> its registered class, for whole models alone."""
    MODELS.get('STCLIP')  # imports all rooms
    return {
        name: kind
        for name, kind in MODELS.module_dict.items()
        if kind.__module__.startswith('stclip.models')
        and issubclass(kind, BaseModel)
    }


def in_tree(config):
    """Model configs that a config holds, the whole one first."""
    yield config
    for value in config.values():
        if isinstance(value, dict):
            yield from in_tree(value)


@cache
def shipped():
    """Class name -> (config file, config of a model of it)."""
    found = {}
    files = sorted((ROOT / 'configs').rglob('*.py'))
    files.sort(key=lambda file: 'zs_stage' not in file.name)
    for file in files:
        if '_base_' in file.parts:
            continue
        whole = Config.fromfile(file).get('model')
        if whole is None:
            continue
        kind = whole.type.removeprefix('stclip.')
        if kind in models():
            found.setdefault(kind, (file.name, whole.to_dict()))
    return found


def small(config):
    """The same model on the tiny CLIP."""
    config = copy.deepcopy(config)
    for part in [*in_tree(config)]:
        if 'clip' in part:
            clip = dict(part['clip'], arch=LONG_ARCH, pretrained=None)
            layers = clip.get('trained_layers', 0)
            if layers != 'all':
                clip['trained_layers'] = min(layers, 2)
            part['clip'] = clip
    config.pop('init_cfg', None)
    return config


def build(kind, **clip):
    """With random weights of which none is zero."""
    torch.manual_seed(0)
    config = small(shipped()[kind][1])
    for part in in_tree(config):
        if 'clip' in part:
            part['clip'].update(clip)
    with DefaultScope.overwrite_default_scope('stclip'):
        model = MODELS.build(config)
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data.add_(0.02 * torch.randn(parameter.shape))
    return model


def batch_of(model, counts=(2, 1)):
    """Videos, or keyframes with so many persons, after preprocessing."""
    if isinstance(model, VideoTextRecognizer):
        generator = torch.Generator().manual_seed(0)
        samples = []
        for target in (2, 0):
            shape = model.num_frames, 3, SIZE, SIZE
            frames = torch.randint(0, 256, shape, generator=generator)
            sample = ActionDataSample(metainfo=dict(label_space=LABELS))
            sample.set_gt_label(target)
            samples.append(
                dict(inputs=frames.to(torch.uint8), data_samples=sample)
            )
    else:
        length = 9
        if isinstance(model, VideoLabelDetector):
            length = model.recognizer.num_frames
        samples = [
            make_keyframe(count, length, seed, LABELS)
            for seed, count in enumerate(counts)
        ]
    return model.data_preprocessor(pseudo_collate(samples), True)


def losses(model, data):
    model.train()
    return sum(
        value.sum()
        for name, value in model(**data, mode='loss').items()
        if 'loss' in name
    )


def probabilities(model, data):
    """Of all videos or persons, in one row."""
    model.eval()
    with torch.inference_mode():
        found = model(**copy.deepcopy(data), mode='predict')
    if isinstance(model, VideoTextRecognizer):
        return torch.stack([sample.pred_score for sample in found])
    return torch.cat([sample.pred_instances.action_probs for sample in found])


every_model = pytest.mark.parametrize('kind', sorted(models()))


@pytest.fixture(scope='module')
def built():
    """Class name -> its model; what changes one builds its own."""
    return cache(build)


@every_model
def test_there_is_a_config(kind):
    assert kind in shipped(), f'no config of configs/ has a {kind}'


@every_model
def test_probabilities_are_finite_and_differ(kind, built):
    model = built(kind)
    found = probabilities(model, batch_of(model))
    assert found.isfinite().all() and (found >= 0).all() and (found <= 1).all()
    assert found.std() > 0


@every_model
def test_gradients_reach_what_is_trained_and_nothing_else(kind):
    model = build(kind)
    if not any(p.requires_grad for p in model.parameters()):
        assert not losses(model, batch_of(model)).requires_grad
        return
    check_gradients(model)


def check_gradients(model):
    """Distributed training stops at a parameter that waits for none."""
    losses(model, batch_of(model)).backward()
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            assert parameter.grad is not None, f'{name} got no gradient'
            assert parameter.grad.isfinite().all(), name
        else:
            assert parameter.grad is None, f'{name} is frozen'


TRAINED = [
    dict(trained_layers=1, lora_rank=0),
    dict(trained_layers='all', lora_rank=0),
    dict(trained_text=True),
    dict(trained_layers=1, lora_rank=2),
]


@every_model
@pytest.mark.parametrize('clip', TRAINED, ids=str)
def test_what_clip_is_asked_to_train_trains_or_is_refused(kind, clip):
    """Whatever the shipped config asks of it."""
    try:
        model = build(kind, **clip)
    except UserError as refused:
        assert re.search(r'keeps the (text|image) tower', str(refused))
        return
    check_gradients(model)


class Kept:
    """A tensor that waits for its gradient."""

    def __init__(self, tensor):
        self.tensor = tensor


def gradients(model):
    """By parameter; and the bytes that are kept until they are asked for."""
    waiting = WeakSet()

    def keep(tensor):
        kept = Kept(tensor)
        waiting.add(kept)
        return kept

    torch.manual_seed(0)
    with torch.autograd.graph.saved_tensors_hooks(
        keep, lambda kept: kept.tensor
    ):
        loss = losses(model, batch_of(model))
    storages = [kept.tensor.untyped_storage() for kept in waiting]
    sizes = {each.data_ptr(): each.nbytes() for each in storages}
    for parameter in model.parameters():
        sizes.pop(parameter.untyped_storage().data_ptr(), None)
    loss.backward()
    found = {
        name: parameter.grad
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
    }
    return found, sum(sizes.values())


@every_model
def test_layers_that_are_computed_again_keep_less(kind):
    """``with_cp`` changes no gradient, and is of use wherever towers train."""
    plain = build(kind)
    if not any(p.requires_grad for p in plain.parameters()):
        return
    expected, all_kept = gradients(plain)
    found, kept = gradients(build(kind, with_cp=True))
    torch.testing.assert_close(found, expected)
    print(kind, all_kept, kept)


@every_model
def test_saved_and_loaded_it_says_the_same(kind, built, tmp_path):
    model = built(kind)
    data = batch_of(model)
    expected = probabilities(model, data)
    torch.save(model.state_dict(), tmp_path / 'model.pth')
    other = build(kind)
    for parameter in other.parameters():
        parameter.data.zero_()
    other.load_state_dict(torch.load(tmp_path / 'model.pth'))
    torch.testing.assert_close(probabilities(other, data), expected)


@pytest.mark.parametrize(
    'kind',
    [
        kind
        for kind in sorted(models())
        if issubclass(models()[kind], KeyframeDetector)
    ],
)
def test_nobody_is_there(kind, built):
    """A keyframe without persons among others, and a batch without any."""
    model = built(kind)
    some = probabilities(model, batch_of(model, (2, 0)))
    assert some.shape == (2, len(LABELS))
    nobody = probabilities(model, batch_of(model, (0, 0)))
    assert nobody.shape == (0, len(LABELS))
    assert losses(model, batch_of(model, (0, 0))).isfinite()


def with_boxes_of_two_sources(length):
    """Keyframes of two samples each: one box in common, all, one alone."""
    samples = []
    for seed, sources in enumerate([((0, 1), (2, 0)), ((0,), (0,)), ((1,),)]):
        whole = make_keyframe(3, length, seed, LABELS)
        for chosen in map(list, sources):
            one = copy.deepcopy(whole)
            one['inputs']['crops'] = whole['inputs']['crops'][chosen]
            sample = one['data_samples']
            sample.proposals = sample.proposals[chosen]
            sample.set_metainfo(dict(image_id=seed))
            samples.append(one)
    return samples


@pytest.mark.parametrize(
    'kind',
    [
        kind
        for kind in sorted(models())
        if issubclass(models()[kind], ActionDetector)
    ],
)
def test_boxes_of_two_sources_as_one_after_the_other(kind, built):
    """Equal results, and no picture is looked at twice."""
    model = built(kind).eval()
    is_video_label = isinstance(model, VideoLabelDetector)
    length = model.recognizer.num_frames if is_video_label else 9
    samples = with_boxes_of_two_sources(length)
    seen = []
    handles = [
        part.conv1.register_forward_pre_hook(
            lambda _, args: seen.append(args[0])
        )
        for part in model.modules()
        if isinstance(part, VisionTransformer)
    ]
    with torch.inference_mode():
        alone = [model.test_step(pseudo_collate([one]))[0] for one in samples]
        model.train().eval()  # a kept video is forgotten
        del seen[:]
        together = model.test_step(pseudo_collate(samples))
    for handle in handles:
        handle.remove()
    for one, other in zip(alone, together, strict=True):
        assert one.keys() == other.keys()
        for key, value in one.pred_instances.items():
            found = other.pred_instances[key]
            torch.testing.assert_close(found, value, rtol=1e-6, atol=1e-5)
    # A region without a tube is every frame of a recogniser's.
    is_still = isinstance(model, RegionRecognizer)
    frames = model.recognizer.num_frames if is_still else 1
    for pictures in seen:
        assert len(pictures) == frames * len(pictures.unique(dim=0))


@every_model
def test_bfloat16(kind, built):
    """As a config switches it on: what comes out is much the same."""
    model = built(kind)
    data = batch_of(model)
    expected = probabilities(model, data)
    with torch.autocast('cpu', torch.bfloat16):
        found = probabilities(model, data)
    assert (found.float() - expected).abs().max() < BF16


@every_model
def test_compiled(kind, built):
    """``torch.compile`` takes it and changes nothing."""
    model = built(kind)
    data = batch_of(model)
    model.eval()
    torch.compiler.reset()
    compiled = torch.compile(model, backend='eager')
    with torch.inference_mode():
        plain = model(**data, mode='tensor')
        logits = compiled(**data, mode='tensor')
    torch.testing.assert_close(logits, plain)
