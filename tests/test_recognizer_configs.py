"""Every config of a recogniser builds, and its parts fit each other."""

import re
from functools import cache
from pathlib import Path

import pytest
from mmengine.config import Config
from recognition_stand_ins import build_stand_in
from small_training import noise_batch
from tiny_model import ARCH, LONG_ARCH

from stclip.datasets.transforms import label_space
from stclip.knowledge.attributes import plain_name, read_attributes
from stclip.knowledge.knowledge_graph import read_graphs
from stclip.labels.label_list import read_label_list
from stclip.labels.label_space import LabelSpace
from stclip.registry import (
    DATASETS,
    HOOKS,
    LOOPS,
    METRICS,
    MODELS,
    OPTIM_WRAPPER_CONSTRUCTORS,
    TRANSFORMS,
)
from stclip.utils.io import fill_path

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.usefixtures('in_root')
LABELS = LabelSpace(
    ('sit', 'run'),
    keywords=(('chair', 'desk'), ('race',)),
    clauses=((('a chair',),) * 3, (('a road',),) * 3),
)
# Type -> layers of the tiny CLIP that are trained.
RECOGNIZERS = {
    'stclip.A5Recognizer': 0,
    'stclip.ActionCLIPRecognizer': 'all',
    'stclip.BIKEAttributes': 0,
    'stclip.BIKERecognizer': 'all',
    'stclip.DASTIRecognizer': 1,
    'stclip.MAXIRecognizer': 'all',
    'stclip.OpenVCLIPRecognizer': 'all',
    'stclip.STDDRecognizer': 'all',
    'stclip.TCCLIPRecognizer': 'all',
    'stclip.Text4VisRecognizer': 'all',
    'stclip.ViFiCLIPRecognizer': 'all',
    'stclip.VitaCLIPRecognizer': 0,
    'stclip.XCLIPRecognizer': 'all',
}
# Whose towers are frozen: with prompts, and as CLIP itself.
FROZEN = ('vifi_clip_prompts', 'maxi_match')
FOLDERS = (
    'a5',
    'action_clip',
    'bike',
    'da_sti',
    'maxi',
    'open_vclip',
    'stdd',
    'tc_clip',
    'text4vis',
    'vifi_clip',
    'vita_clip',
    'x_clip',
)
FILES = {
    str(file.relative_to(ROOT / 'configs')): Config.fromfile(file)
    for folder in FOLDERS
    for file in sorted((ROOT / 'configs' / folder).glob('*.py'))
}
CONFIGS = [
    name for name, config in FILES.items() if config.model.type in RECOGNIZERS
]
# Those that read mmaction2's lists.
LISTED = [
    name
    for name in CONFIGS
    if FILES[name].test_dataloader.dataset.type == 'ListedVideoDataset'
]
# Config -> the one that trains its model.
SAME_MODEL = {
    name: f'{re.split("_zs_|_few_shot_", name)[0]}_k400.py'
    for name in LISTED
    if re.search('_zs_|_few_shot_', name) and '_prompts_' not in name
}


# What was built and passed a test, as text: configs share models and data,
# and equal ones pass alike.
LEARNING, FITTING, MISSING, SPLIT = set(), set(), set(), set()


@pytest.fixture(autouse=True, scope='module')
def _described_once():
    """Configs share their classes, whose files take 50 ms to read.

    What is made of them is frozen.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(label_space, 'describe', cache(label_space.describe))
        yield


def load(name):
    return Config.fromfile(f'configs/{name}')


def datasets(config):
    """Training set, if there is one, and test set."""
    loaders = (config.get('train_dataloader'), config.test_dataloader)
    return [loader.dataset for loader in loaders if loader]


def steps(dataset, *kinds):
    return [step for step in dataset.pipeline if step.type in kinds]


def sampling_of(dataset):
    (step,) = steps(
        dataset, 'UniformSample', 'stclip.SegmentStartSample', 'SampleFrames'
    )
    return step


@pytest.mark.parametrize(
    'name', [name for name in CONFIGS if name not in SAME_MODEL]
)
def test_loss_and_scores_are_finite_on_a_tiny_clip(name):
    config = load(name)
    layers = RECOGNIZERS[config.model.type]
    if Path(name).name.startswith(FROZEN):
        layers = 0
    clip = config.model.clip
    assert (clip.get('trained_layers', 0) == 'all') == (layers == 'all')
    clip.update(arch=LONG_ARCH, pretrained=None, trained_layers=layers)
    if 'attributes' in config.model:  # BIKE's second branch
        config.model.attributes.clip.update(arch=LONG_ARCH, pretrained=None)
    if isinstance(config.model.get('prompts'), dict):  # ViFi-CLIP's
        config.model.prompts.update(visual_depth=2, text_depth=2)
    sampling = sampling_of(datasets(config)[-1])
    number = config.model.num_frames * sampling.get('num_clips', 1)
    told = repr((config.model, number))
    if told in LEARNING:
        return
    model = MODELS.build(config.model)
    data = noise_batch(LABELS, (0, 1), number)
    predictions = model.test_step(data)
    assert all(p.pred_score.isfinite().all() for p in predictions)
    data = noise_batch(LABELS, (0, 1), config.model.num_frames)
    data = model.data_preprocessor(data, training=True)
    assert sum(model(**data, mode='loss').values()).isfinite()
    LEARNING.add(told)


@pytest.mark.parametrize('name', CONFIGS)
def test_clip_names_and_tags_exist(name):
    import open_clip

    clip = FILES[name].model.clip
    if clip.arch.endswith('.json'):
        assert clip.arch.startswith('data/pretrained/')
    else:
        tags = open_clip.list_pretrained_tags_by_model(clip.arch)
        assert clip.pretrained in tags


@pytest.mark.parametrize('name', CONFIGS)
def test_parts_are_known_and_fit(name):
    config = load(name)
    for part in ('train_cfg', 'test_cfg'):
        assert part not in config or LOOPS.get(config[part].type)
    for metric in config.test_evaluator:
        METRICS.build(metric)
    for hook in (*config.custom_hooks, *config.default_hooks.values()):
        HOOKS.build(hook)
    if 'train_cfg' in config:
        assert OPTIM_WRAPPER_CONSTRUCTORS.get(config.optim_wrapper.constructor)
        cfg = config.train_cfg
        end = config.param_scheduler[-1].end
        assert end == cfg.get('max_epochs', cfg.get('max_iters'))
    for dataset in datasets(config):
        assert sampling_of(dataset).clip_len == config.model.num_frames


@cache
def described(attribute_file, graph_file):
    """Classes that have keywords and a graph."""
    keywords, graphs = read_attributes(attribute_file), read_graphs(graph_file)
    described, drawn = (
        {plain_name(record.class_name) for record in records}
        for records in (keywords, graphs)
    )
    return described & drawn


@pytest.mark.parametrize('name', LISTED)
def test_pictures_and_labels_fit(name):
    """The tower's side; texts for each class of the label list."""
    config = load(name)
    side = 336 if '336' in config.model.clip.arch else 224
    for dataset in datasets(config):
        told = repr((dataset, side))
        if told in FITTING:
            continue
        pipeline = list(map(TRANSFORMS.build, dataset.pipeline[:6]))
        assert pipeline[1].test_mode == bool(dataset.get('test_mode'))
        if dataset.get('test_mode'):
            crop = dataset.pipeline[4].crop_size
            assert crop == side
            # ViFi-CLIP's family cuts the centre out of larger pictures.
            assert dataset.pipeline[3].scale in ((-1, side), (-1, 256))
        elif crops := steps(dataset, 'RandomCrop'):
            assert crops[0].size == side
        else:
            assert dataset.pipeline[5].scale == (side, side)
        (labels,) = steps(dataset, 'stclip.AddLabelSpace')
        for chosen in dict(split=1), dict(split=3), dict(part='novel'):
            label_file = fill_path(
                labels.label_file, **dict(split=1, part='base') | chosen
            )
            assert Path(label_file).stem == label_list_of(dataset, **chosen)
            names = read_label_list(label_file)
            known = described(labels.attribute_file, labels.graph_file)
            assert {plain_name(name) for name in names} <= known
        FITTING.add(told)


def test_pipeline_for_files_is_that_of_the_data():
    """mmaction2's two ways to recognise a file read one or the other."""
    sizes = {}
    for name in CONFIGS:
        config = FILES[name]
        assert config.test_pipeline == datasets(config)[-1].pipeline, name
        assert config.test_pipeline[0].type == 'stclip.VideoInit'
        (labels,) = (
            step
            for step in config.test_pipeline
            if step.type == 'stclip.AddLabelSpace'
        )
        told = repr(labels)
        if told not in sizes:
            sizes[told] = len(TRANSFORMS.build(labels).label_space)
        assert sizes[told] >= 24, name


def label_list_of(dataset, split=1, part='base'):
    """Name of the list that the labels of an annotation list are of."""
    path = fill_path(dataset.ann_file, split=split)
    data = Path(dataset.data_root).name
    if data == 'kinetics600':
        return f'{data}_{Path(path).stem[-6:]}'
    if Path(path).parent.name == 'base_to_novel':
        return f'{data}_{part}'
    return data


@pytest.mark.parametrize('name', LISTED)
def test_missing_lists_are_named(name, tmp_path):
    for dataset in datasets(load(name)):
        told = repr(dataset)
        if told in MISSING:
            continue
        dataset.ann_file = str(tmp_path / 'absent.txt')
        with pytest.raises(FileNotFoundError, match=r'absent\.txt'):
            DATASETS.build(dataset)
        MISSING.add(told)


def test_configs_state_only_their_difference():
    for name in CONFIGS:
        lines = (ROOT / 'configs' / name).read_text().splitlines()
        assert len(lines) <= 30, name
        assert lines[0].startswith('# '), f'{name}: say what it is'


@pytest.mark.parametrize('name, trained', SAME_MODEL.items())
def test_model_is_that_of_kinetics400(name, trained):
    assert FILES[name].model == FILES[trained].model


@pytest.mark.parametrize('name', [n for n in LISTED if '_zs_' in n])
@pytest.mark.parametrize('split', [1, 2, 3])
def test_split_is_an_option(name, split, tmp_path):
    config = load(name)
    config.merge_from_dict({'test_dataloader.dataset.split': split})
    told = repr((config.test_dataloader.dataset, split))
    if told in SPLIT:
        return
    dataset = build_stand_in(
        config.test_dataloader.dataset.copy(), tmp_path, split=split
    )
    assert Path(dataset.ann_file).name == f'test_split{split}.txt'
    (labels,) = (
        step.label_space
        for step in dataset.pipeline.transforms
        if type(step).__name__ == 'AddLabelSpace'
    )
    data = dataset.ann_file.split('/')[-3]
    if data == 'kinetics600':
        data += f'_split{split}'
    assert labels.names == read_label_list(f'data/labels/{data}.txt')
    SPLIT.add(told)


@pytest.mark.parametrize('name', [n for n in LISTED if '_b2n_' in n])
def test_novel_classes_are_an_option(name, tmp_path):
    dataset = load(name).test_dataloader.dataset
    for part in ('base', 'novel'):
        half = build_stand_in(dataset, tmp_path, part=part)
        assert Path(half.ann_file).name == f'{part}_test.txt'
        names = half.pipeline.transforms[6].label_space.names
        data = half.ann_file.split('/')[-4]
        assert names == read_label_list(f'data/labels/{data}_{part}.txt')


@pytest.mark.parametrize(
    'name, decay, batch',
    [
        ('da_sti/dasti_vit-b16_16f_k400.py', 0.05, 64),
        ('action_clip/actionclip_vit-b16_8f_k400.py', 0.2, 128),
        ('text4vis/text4vis_vit-b16_8f_k400.py', 0.2, 256),
        ('bike/bike_vit-b16_8f_k400.py', 0.2, 256),
        ('bike/bike_vit-l14_8f_k400.py', 0.2, 256),
        ('text4vis/text4vis_vit-l14_16f_k400.py', 0.2, 256),
    ],
)
def test_clip_is_trained_gently(name, decay, batch):
    config = load(name)
    config.model.clip.update(trained_layers=1)
    optimizer, rates = optimizer_of(config)
    for name, rate in rates.items():
        expected = 5e-6 if name.startswith('clip.') else 5e-5
        assert rate == pytest.approx(expected), name
    assert all(g['weight_decay'] == decay for g in optimizer.param_groups)
    assert config.auto_scale_lr.base_batch_size == batch


def optimizer_of(config):
    """With a tiny CLIP; also the rate of each weight that is trained."""
    config.model.clip.update(arch=ARCH, pretrained=None)
    model = MODELS.build(config.model)
    options = config.optim_wrapper.to_dict()
    build = OPTIM_WRAPPER_CONSTRUCTORS.get(options.pop('constructor'))
    paramwise = options.pop('paramwise_cfg', None)
    optimizer = build(options, paramwise)(model).optimizer
    group_of = {
        id(parameter): group
        for group in optimizer.param_groups
        for parameter in group['params']
    }
    return optimizer, {
        name: group_of[id(parameter)]['lr']
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
    }


@pytest.mark.parametrize(
    'name, clip, new, betas, decay, epochs, warm, batch',
    [
        ('x_clip_vit-b16_8f', 8e-6, 8e-5, (0.9, 0.98), 0.001, 30, 5, 256),
        ('vita_clip_vit-b16_8f', 4e-4, 4e-4, (0.9, 0.999), 0.05, 32, 0, 256),
        ('a5_vit-b16_16f', None, 1e-4, (0.9, 0.999), 0.05, 30, 5, 64),
    ],
)
def test_recipes_of_video_classifiers(
    name, clip, new, betas, decay, epochs, warm, batch
):
    """Of the releases; of A5's the rate alone is known."""
    folder = name.split('_vit')[0]
    config = load(f'{folder}/{name}_k400.py')
    optimizer, rates = optimizer_of(config)
    assert type(optimizer).__name__ == 'AdamW'
    for group in optimizer.param_groups:
        assert tuple(group['betas']) == betas
        assert group['weight_decay'] == decay
    for part, rate in rates.items():
        expected = clip if part.startswith('clip.') else new
        assert rate == pytest.approx(expected), part
    *warm_up, cosine = config.param_scheduler
    assert [part.end for part in warm_up] == [warm] * (warm > 0)
    assert config.train_cfg.max_epochs == cosine.end == epochs
    assert (cosine.begin, cosine.T_max) == (warm, epochs - warm)
    assert config.auto_scale_lr.base_batch_size == batch
