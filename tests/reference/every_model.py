"""Every registered model on a tiny CLIP, and what is fed to it.

A model is built from the first shipped config that trains it, or else tests
it; its variants are that config with other options. Methods that are added
are found by themselves.
"""

import copy
from functools import cache
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.model import BaseModel
from mmengine.registry import DefaultScope
from small_training import noise_batch
from tiny_model import LONG_ARCH, make_keyframe

from stclip.labels.label_space import LabelSpace
from stclip.models.detection import VideoLabelDetector
from stclip.models.i_clip import ICLIP
from stclip.models.recognition import VideoTextRecognizer
from stclip.registry import MODELS

CONFIGS = Path(__file__).parents[2] / 'configs'
LABELS = LabelSpace(
    ('sit', 'run', 'drink'),
    keywords=(('chair',), ('race',), ('cup', 'water')),
    clauses=((('a chair',),) * 3, (('a road',),) * 3, (('a cup',),) * 3),
)
_FROZEN = dict(trained_layers=0, trained_text=False)
#: Name -> (class, options that differ from those of its config).
VARIANTS = dict(
    vifi_clip_prompts=(
        'ViFiCLIPRecognizer',
        dict(
            clip=_FROZEN,
            num_frames=4,
            prompts=dict(
                num_visual=2, num_text=2, visual_depth=2, text_depth=2
            ),
        ),
    ),
    bike_with_attributes=(
        'BIKERecognizer',
        dict(
            attributes=dict(type='BIKEAttributes', clip={}, num_frames=8),
        ),
    ),
    tc_clip_levels=(
        'TCCLIPRecognizer',
        dict(levels=[1, 2], joint_positions=True, cut_context=False),
    ),
    vita_clip_class_contexts=(
        'VitaCLIPRecognizer',
        dict(num_classes=len(LABELS), test_text='context'),
    ),
    i_clip_objects_and_memory=(
        'ICLIP',
        dict(units='POHMPOHM', memory_frames=4),
    ),
    st_clip_all_tokens=('STCLIP', dict(num_interest_tokens=0)),
)


@cache
def kinds():
    """Class name -> its registered class, for whole models alone."""
    MODELS.get('STCLIP')  # imports all rooms
    return {
        name: kind
        for name, kind in MODELS.module_dict.items()
        if kind.__module__.startswith('stclip.models')
        and issubclass(kind, BaseModel)
    }


def cases(*bases):
    """Names of classes, and of their variants, below any of some classes."""
    return [
        case
        for case in (*sorted(kinds()), *VARIANTS)
        if issubclass(kinds()[kind_of(case)], bases or BaseModel)
    ]


def kind_of(case):
    """Name of its class."""
    return VARIANTS[case][0] if case in VARIANTS else case


def in_tree(config):
    """Model configs that a config holds, the whole one first."""
    yield config
    for value in config.values():
        if isinstance(value, dict):
            yield from in_tree(value)


@cache
def shipped():
    """Class name -> config of a model of it.

    No more files are read, at some 20 ms each, than it takes to find all.
    """
    found = {}
    files = sorted(CONFIGS.rglob('*.py'))
    files.sort(key=lambda file: 'zs_stage' not in file.name)
    for file in files:
        if found.keys() == kinds().keys():
            break
        if '_base_' in file.parts:
            continue
        whole = Config.fromfile(file).get('model')
        if whole is None:
            continue
        kind = whole.type.removeprefix('stclip.')
        if kind in kinds():
            found.setdefault(kind, whole.to_dict())
    return found


def small(config, **clip):
    """The same model on the tiny CLIP, with other options of CLIP's.

    Of equal layers over frames two are as good as six.
    """
    config = copy.deepcopy(config)
    for part in [*in_tree(config)]:
        part.pop('init_cfg', None)
        for layers in ('num_layers', 'temporal_layers'):
            if layers in part:
                part[layers] = min(part[layers], 2)
        if 'clip' not in part:
            continue
        own = dict(part['clip'], arch=LONG_ARCH, pretrained=None)
        layers = own.get('trained_layers', 0)
        if layers != 'all':
            own['trained_layers'] = min(layers, 2)
        part['clip'] = own | clip
    return config


def build(case, **clip):
    """With random weights of which none is zero."""
    torch.manual_seed(0)
    config = Config(shipped()[kind_of(case)])
    if case in VARIANTS:
        config.merge_from_dict(VARIANTS[case][1])
    with DefaultScope.overwrite_default_scope('stclip'):
        model = MODELS.build(small(config.to_dict(), **clip))
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data.add_(0.02 * torch.randn(parameter.shape))
    return model


def keyframe_of(model, count, seed):
    """With so many persons, and all that a detector looks at."""
    length = 9
    if isinstance(model, VideoLabelDetector):
        length = model.recognizer.num_frames
    sample = make_keyframe(count, length, seed, LABELS)
    if isinstance(model, ICLIP):
        generator = torch.Generator().manual_seed(seed + 99)
        frames = model.memory_frames
        sample['inputs'].update(
            objects=make_keyframe(2, 1, seed + 9)['inputs']['crops'],
            memory=torch.randn(
                frames, model.clip.joint_width, generator=generator
            ),
            memory_valid=torch.arange(frames) > seed,
        )
        sample['inputs']['memory'][: seed + 1] = 0
    return sample


def batch_of(model, counts=(2, 1)):
    """Videos, or keyframes with so many persons, after preprocessing."""
    if isinstance(model, VideoTextRecognizer):
        data = noise_batch(LABELS, (2, 0), model.num_frames)
    else:
        keyframes = [
            keyframe_of(model, count, seed)
            for seed, count in enumerate(counts)
        ]
        data = pseudo_collate(keyframes)
    return model.data_preprocessor(data, True)


def losses(model, data):
    """Their sum, in training."""
    model.train()
    return sum(
        value.sum()
        for name, value in model(**data, mode='loss').items()
        if 'loss' in name
    )


def is_trained(model):
    """Whether any weight is."""
    return any(p.requires_grad for p in model.parameters())


def probabilities(model, data):
    """Of all videos or persons, in one row."""
    model.eval()
    with torch.inference_mode():
        found = model(**copy.deepcopy(data), mode='predict')
    if isinstance(model, VideoTextRecognizer):
        return torch.stack([sample.pred_score for sample in found])
    return torch.cat([sample.pred_instances.action_probs for sample in found])
