"""iCLIP's configs: what is looked at, and ST-CLIP's recipe for it."""

from pathlib import Path

import pytest
from mmengine.config import Config

from stclip.apis.loading import without_surroundings
from stclip.registry import OPTIM_WRAPPER_CONSTRUCTORS, TRANSFORMS
from stclip.utils.errors import MissingFileError

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / 'configs/i_clip').glob('*.py'))
STORED = [file for file in FILES if file.stem.endswith('_stored')]
REAL = [
    file for file in FILES if 'stage' not in file.name and file not in STORED
]


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def named(file):
    return pytest.mark.parametrize('file', file, ids=lambda each: each.stem)


@named(FILES)
def test_what_units_look_at_is_loaded(file):
    config = Config.fromfile(file)
    for loader in (config.train_dataloader, config.test_dataloader):
        pipeline = loader.dataset.pipeline
        steps = {step.type: step for step in pipeline}
        objects = 'CropObjects' in steps or 'TakeObjectFeatures' in steps
        assert objects == ('O' in config.model.units)
        assert ('AddMemory' in steps) == ('M' in config.model.units)
        if file not in STORED:
            rest = [step.type for step in without_surroundings(pipeline)]
            assert rest[0] == 'LoadKeyframe' and rest[-1] == 'PackKeyframe'
        if 'AddMemory' in steps:
            memory = steps['AddMemory']
            assert memory.clip == config.model.clip
            frames = memory.get('num_frames', 60)
            assert frames == config.model.memory_frames
            with pytest.raises(MissingFileError, match='prepare features'):
                TRANSFORMS.build(dict(memory, folder='data/absent'))


@named(STORED)
def test_features_take_the_place_of_pictures(file):
    """Step by step, of the config that they are encoded from."""
    place = dict(
        LoadKeyframeFeatures='LoadKeyframe',
        TakeCropFeatures='CropPersons',
        TakeObjectFeatures='CropObjects',
    )
    stored = Config.fromfile(file)
    words = encoded_by(file).split()
    plain = Config.fromfile(ROOT / words[words.index('features') + 1])
    assert stored.model == plain.model
    for name in ('train_dataloader', 'test_dataloader'):
        mine, theirs = stored[name].dataset, plain[name].dataset
        pairs = [*zip(mine.pipeline, theirs.pipeline, strict=True)]
        for own, other in pairs:
            assert place.get(own.type, own.type) == other.type
            assert own.get('object_file') == other.get('object_file')
            assert own.get('clip', plain.model.clip) == plain.model.clip
        folders = {own.folder for own, _ in pairs if 'folder' in own}
        assert len(folders) == 1 and folders.pop() in encoded_by(file)
        assert dict(mine, pipeline=None) == dict(theirs, pipeline=None)


def encoded_by(file):
    """The command that its first lines name."""
    text = file.read_text().replace('\\\n#', '')
    lines = text.splitlines()
    return next(line for line in lines if 'prepare features' in line)


def test_all_splits():
    assert len(REAL) == 4 + 4 + 3
    for file in REAL:
        config = Config.fromfile(file)
        data, split = file.stem.removeprefix('iclip_').rsplit('_', 1)
        path = f'data/splits/{data}/{split}.yaml'
        for loader in (config.train_dataloader, config.test_dataloader):
            assert loader.dataset.label_split == path


@named(REAL)
def test_recipe_of_the_paper(file):
    """Supplementary 7 of ST-CLIP."""
    config = Config.fromfile(file)
    steps, rate, end = {
        'jhmdb': (7000, 2e-4, 700),
        'ucf': (10000, 2e-4, 1000),
        'ava': (30000, 4e-4, 2000),
    }[file.stem.split('_')[2]]
    assert config.train_cfg.max_iters == steps
    assert config.train_dataloader.batch_size == 8
    (warm_up,) = config.param_scheduler
    assert (warm_up.start_factor, warm_up.end) == (0.25, end)
    optimizer = config.optim_wrapper.optimizer
    assert (optimizer.type, optimizer.lr) == ('SGD', rate)
    options = config.optim_wrapper.copy()
    build = OPTIM_WRAPPER_CONSTRUCTORS.get(options.pop('constructor'))
    made = build(options, options.pop('paramwise_cfg'))
    for name, expected in {
        'units.M1.key_positions': dict(lr=10 * rate),
        'units.P2.query.weight': dict(lr=10 * rate),
        'units.P2.query.bias': dict(lr=2 * 10 * rate, weight_decay=0),
        'prompting.layers.0.ffn.c_fc.weight': {},
        'prompting.layers.0.ffn.c_fc.bias': dict(lr=2 * rate, weight_decay=0),
        'prompting.layers.0.norm_ffn.weight': {},
        'prompting.layers.0.norm_ffn.bias': dict(lr=2 * rate, weight_decay=0),
        'prompting.alpha': {},
    }.items():
        in_norm = '.norm_' in name
        assert made._options(name, in_norm) == expected, name
