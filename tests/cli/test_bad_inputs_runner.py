"""Wrong input to train and test: one line, exit code 2, nothing built."""

import json
import subprocess
import sys

import pytest
import torch
from bad_inputs import NO_CHECKPOINTS
from tools_in_process import name_run

from stclip.cli import test as test_command
from stclip.cli import train as train_command
from stclip.cli.command import run

CONFIG = """
custom_imports = dict(imports=['stclip.registry'])
default_scope = 'stclip'
runner_type = 'stclip.AnyDeviceRunner'
model = dict(type='STCLIP', clip=dict(arch='ViT-B-16-quickgelu'))
data = dict(
    type='CocoKeyframeDataset',
    data_root='{root}',
    data_prefix=dict(video='videos'),
    ann_file='annotations.json',
    label_split='{root}/split.yaml',
    pipeline=[dict(type='LoadKeyframe', size=32), dict(type='PackKeyframe')],
)
train_dataloader = dict(
    batch_size=1,
    num_workers=0,
    sampler=dict(type='InfiniteSampler'),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(data, subset='train'),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=0,
    sampler=dict(type='DefaultSampler'),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(data, subset='test', test_mode=True),
)
del data
train_cfg = dict(type='ResumableTrainLoop', max_iters=1)
test_cfg = dict(type='AmpTestLoop')
test_evaluator = dict(type='FrameMAP')
optim_wrapper = dict(
    type='OptimWrapper', optimizer=dict(type='SGD', lr=0.1)
)
"""
ANNOTATIONS = dict(
    action_categories=[dict(id=1, name='run'), dict(id=2, name='sit')],
    images=[dict(id=1, movie='a', timestamp=1, height=9, width=9)],
    annotations=[dict(image_id=1, action_ids=[1], bbox=[0, 0, 4, 4])],
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data set, a config and checkpoints; models may not be built."""

    def fail(*args, **kwargs):
        raise AssertionError('a model was built')

    monkeypatch.setattr('stclip.models.clip.backbone.build_clip', fail)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv('RANK', raising=False)
    (tmp_path / 'videos' / 'a').mkdir(parents=True)
    (tmp_path / 'videos' / 'a' / '1.jpg').write_bytes(b'no picture')
    (tmp_path / 'annotations.json').write_text(json.dumps(ANNOTATIONS))
    (tmp_path / 'split.yaml').write_text(
        'benchmark: own\nsplit: 1\ntrain: [run]\ntest: [sit]\n'
    )
    name = f"experiment_name = '{name_run()}'\n"
    config = name + CONFIG.format(root=tmp_path)
    (tmp_path / 'own.py').write_text(config)
    torch.save(dict(state_dict=dict(weight=torch.ones(1))), 'good.pth')
    torch.save([1, 2], 'list.pth')
    (tmp_path / 'empty.pth').touch()
    (tmp_path / 'text.pth').write_text('<html>not found</html>')
    good = (tmp_path / 'good.pth').read_bytes()
    (tmp_path / 'cut.pth').write_bytes(good[: len(good) // 2])
    (tmp_path / 'folder.py').mkdir()
    (tmp_path / 'plain.txt').write_text('model = 1')
    (tmp_path / 'bytes.py').write_bytes(b'\xff\xfe\x00model')
    (tmp_path / 'syntax.py').write_text('model = dict(\n')
    (tmp_path / 'raises.py').write_text('model = dict()\nx = 1 / 0\n')
    (tmp_path / 'base.py').write_text("_base_ = './no_such_base.py'\n")
    return tmp_path


def edit(name, old, new):
    """A change of one of the files."""

    def change(folder):
        path = folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return change


def write(name, text):
    return lambda folder: (folder / name).write_text(text)


def remove(name):
    return lambda folder: (folder / name).rename(folder / 'gone')


NOTHING = [
    # Arguments.
    ('', "Missing argument 'CONFIG'"),
    ('own.py --sed 1', "No such option '--sed'"),
    ('own.py --seed one', "'one' is not a valid integer"),
    ('own.py --launcher horovod', "'horovod' is not one of"),
    ('own.py --launcher pytorch', 'the environment has no RANK'),
    ('own.py --launcher slurm', 'the environment has no SLURM_PROCID'),
    ('own.py --launcher mpi', 'the environment has no OMPI_COMM'),
    ('own.py --cfg-options', "Option '--cfg-options' requires an argument"),
    ('own.py --cfg-options model', "'model' is no KEY=VALUE"),
    ('own.py --cfg-options modle.x=3', "did you mean 'model'"),
    ('own.py --cfg-options optim_wraper.x=3', "mean 'optim_wrapper'"),
    ('own.py --cfg-options model.type.x=1', 'model.type.x'),
    (
        'own.py --cfg-options train_dataloader.dataset.pipeline.9.x=1',
        'pipeline.9.x: the config has no such place',
    ),
    ('own.py --cfg-options model.x=[1,2', "model.x=[1,2: ']' is missing"),
    ('own.py --cfg-options model.x=(1]', "model.x=(1]: ']' closes nothing"),
    ('own.py --cfg-options model.x="a', "'\"' is missing"),
    ('own.py --cfg-options model.x=[1,,2]', 'an item of the list is empty'),
    ('own.py --cfg-options model.x={a:1}', 'is given key by key'),
    ('own.py --cfg-options model.x=pick up', "'up' is no KEY=VALUE; quote"),
    ('own.py --cfg-options =1', "'=1' is no KEY=VALUE"),
    ('own.py --cfg-options model..x=1', "'model..x=1' is no KEY=VALUE"),
    *(
        (f'own.py --cfg-options model.clip.pretrained="{address}"', words)
        for address, words in NO_CHECKPOINTS
    ),
    ('own.py --work-dir own.py', 'own.py'),
    # Configs.
    ('absent.py', 'absent.py does not exist'),
    ('folder.py', 'folder.py'),
    ('plain.txt', 'plain.txt'),
    ('bytes.py', 'bytes.py'),
    ('syntax.py', 'syntax.py, line 1'),
    ('raises.py', 'raises.py, line 2: ZeroDivisionError'),
    ('base.py', 'no_such_base.py'),
    ('own.py --cfg-options model=', 'has no model'),
    ('own.py --cfg-options log_level=VERBOSE', "got 'VERBOSE'"),
    ('own.py --cfg-options log_processor.type=Log', "named 'Log'"),
    ('own.py --cfg-options model.type=STCLIPP', "did you mean 'STCLIP'"),
    ('own.py --cfg-options model.adapter_dept=1', "mean 'adapter_depth'"),
    ('own.py --cfg-options model.clip.pretrained=a.pt', "'a.pt' is neither"),
    (
        'own.py --cfg-options model.clip.pretrained=openai',
        'ViT-B-16-quickgelu (openai) are not cached',
    ),
    ('own.py --cfg-options model.clip.pretrained=a model.clip.arch=b', "'b'"),
]
TRAIN = [
    ('own.py --resume absent.pth', 'absent.pth does not exist'),
    *((f'own.py --resume {a}', words) for a, words in NO_CHECKPOINTS),
    *(
        (f'own.py --cfg-options load_from="{address}"', words)
        for address, words in NO_CHECKPOINTS
    ),
    ('own.py --resume empty.pth', 'empty.pth'),
    ('own.py --resume text.pth', 'text.pth'),
    ('own.py --resume cut.pth', 'cut.pth is cut off'),
    ('own.py --resume list.pth', 'list.pth holds a list'),
    ('own.py --cfg-options load_from=absent.pth', 'absent.pth does not'),
    ('own.py --cfg-options train_dataloader=', 'no train_dataloader'),
    ('own.py --cfg-options optim_wrapper=', 'has no optim_wrapper'),
    (
        'own.py --amp --cfg-options optim_wrapper.type=GradOptimWrapper',
        '--amp replaces optim_wrapper.type',
    ),
    ('own.py --auto-scale-lr', 'own.py has no auto_scale_lr.base_batch_size'),
    (
        'own.py --cfg-options auto_scale_lr.base_batch_size=0',
        'auto_scale_lr.base_batch_size must be a whole number of at least 1',
    ),
    (
        'own.py --cfg-options train_dataloader.dataset.ann_fiel=a.json',
        "did you mean 'ann_file'",
    ),
    (
        'own.py --cfg-options optim_wrapper.optimizer.momentun=0.9',
        "did you mean 'momentum'",
    ),
    ('own.py --cfg-options train_cfg.max_iter=1', "mean 'max_iters'"),
]
TEST = [
    ('own.py absent.pth', 'absent.pth does not exist'),
    *((f'own.py {a}', words) for a, words in NO_CHECKPOINTS),
    ('own.py empty.pth', 'empty.pth'),
    ('own.py text.pth', 'text.pth'),
    ('own.py cut.pth', 'cut.pth is cut off'),
    ('own.py list.pth', 'list.pth holds a list'),
    ('own.py videos', 'videos'),
    ('own.py good.pth too many', 'unexpected extra arguments'),
    ('own.py --cfg-options test_dataloader=', 'has no test_dataloader'),
    ('own.py --cfg-options test_evaluator=', 'has no test_evaluator'),
    (
        'own.py --cfg-options test_evaluator.soft_votin=True',
        "did you mean 'soft_voting'",
    ),
]
DATA = [
    (remove('annotations.json'), 'ann_file', 'annotations.json does not'),
    (remove('videos'), 'data_prefix.video', 'videos does not exist'),
    (remove('split.yaml'), 'label_split', 'split.yaml does not exist'),
    (write('annotations.json', ''), 'annotations.json', 'not valid JSON'),
    (write('annotations.json', '{'), 'annotations.json', 'line 1'),
    (write('annotations.json', '[]'), 'annotations.json', ''),
    (write('annotations.json', '{}'), 'annotations.json', ''),
    (edit('annotations.json', '4, 4]', '4]'), 'annotations.json', 'bbox'),
    (edit('annotations.json', '4, 4]', 'NaN, 4]'), 'annotations.json', ''),
    (edit('annotations.json', '[1]', '[7]'), '', ''),
    (write('split.yaml', 'train: ['), 'split.yaml', ''),
    (write('split.yaml', 'train: [run]'), 'split.yaml', 'test'),
    (edit('split.yaml', 'run', 'fly'), 'fly', ''),
    (write('split.yaml', 'just words'), 'split.yaml', ''),
    (edit('split.yaml', '[run]', '[]'), 'split.yaml', 'train: needs at least'),
    (edit('split.yaml', '[run]', 'run'), 'split.yaml', 'list of names'),
    (edit('split.yaml', '[run]', ''), 'split.yaml', 'got None'),
    (edit('split.yaml', '[run]', '{run: 1}'), 'split.yaml', 'list of names'),
    (edit('split.yaml', '[run]', '[run, run]'), 'split.yaml', 'named twice'),
    (edit('split.yaml', '[run]', '[run, ""]'), 'split.yaml', 'without a name'),
    (edit('split.yaml', '[run]', '[on]'), 'split.yaml', 'want quotes'),
    (edit('split.yaml', '[run]', '[yes]'), 'split.yaml', 'want quotes'),
    (edit('split.yaml', '[run]', '[7]'), 'split.yaml', 'want quotes'),
    (edit('split.yaml', '[run]', '[~]'), 'split.yaml', 'got [None]'),
    (edit('split.yaml', '[sit]', '[no]'), 'split.yaml', 'test: expected'),
    (edit('split.yaml', '[sit]', '[]'), 'split.yaml', 'test: needs at least'),
    (edit('split.yaml', '[sit]', '[fly]'), "['fly']", 'not in'),
    (edit('split.yaml', '[sit]', '[Sit]'), 'split.yaml', "mean 'sit'?"),
    (edit('split.yaml', '[run]', '[run_]'), "['run_']", "mean 'run'?"),
    (edit('split.yaml', '[sit]', '["sit "]'), "['sit ']", "mean 'sit'?"),
    (edit('split.yaml', 'train:', 'trian:'), "lacks ['train']", "['trian']"),
    (edit('split.yaml', 'own', 'own\nvideos: [a]'), "keys ['videos']", ''),
    (edit('split.yaml', 'own', 'own\ntest: [run]'), 'split.yaml', 'twice'),
    (edit('split.yaml', 'split: 1', 'split: [1]'), 'split.yaml', 'split: exp'),
    (edit('split.yaml', 'own', '{a: 1}'), 'split.yaml', 'benchmark: expected'),
    (edit('split.yaml', 'own', 'own\ntrain_videos: a'), 'train_videos:', ''),
]
# What a training that validates on the way has beside the rest.
VALIDATING = """
val_dataloader = dict(test_dataloader)
val_cfg = dict(type='ValLoop')
val_evaluator = dict(type='FrameMAP')
"""
# Lists of one action or two, both on the same videos.
SHARED = [
    ('[run]', '[run]'),
    ('[run, sit]', '[sit, run]'),
    ('[run]', '[run, sit]'),
]


def call(command, words, capsys):
    with pytest.raises(SystemExit) as stop:
        run(command, words.split(), 'stclip')
    errors = capsys.readouterr().err
    lines = [line for line in errors.splitlines() if line.strip()]
    assert stop.value.code == 2
    assert 'Traceback' not in errors
    return lines


@pytest.mark.parametrize('words, line', NOTHING + TRAIN)
def test_training_stops_with_one_line(folder, capsys, words, line):
    (error,) = call(train_command.command, words, capsys)
    assert error.startswith('error: ')
    assert line in error


@pytest.mark.parametrize('words, line', NOTHING + TEST)
def test_testing_stops_with_one_line(folder, capsys, words, line):
    (error,) = call(test_command.command, words, capsys)
    assert error.startswith('error: ')
    assert line in error


@pytest.mark.parametrize('change, name, why', DATA)
@pytest.mark.parametrize('task', ['train', 'test'])
def test_faulty_data_stops_before_the_model(
    folder, capsys, task, change, name, why
):
    change(folder)
    commands = dict(train=train_command, test=test_command)
    *_, error = call(commands[task].command, 'own.py', capsys)
    assert error.startswith('error: ')
    assert name in error
    assert why in error


@pytest.mark.parametrize('train, test', SHARED)
@pytest.mark.parametrize('task', ['train', 'test'])
def test_training_videos_are_no_test_of_seen_actions(
    folder, capsys, task, train, test
):
    edit('split.yaml', '[run]', train)(folder)
    edit('split.yaml', '[sit]', test)(folder)
    commands = dict(train=train_command, test=test_command)
    (error,) = call(commands[task].command, 'own.py', capsys)
    assert error.startswith('error: 1 videos would be trained on and tested')
    assert str(folder / 'videos' / 'a') in error
    assert 'test_dataloader.dataset.ann_file' in error


@pytest.mark.parametrize('task', ['train', 'test'])
def test_files_of_the_other_task_may_be_elsewhere(folder, task):
    """Then nothing can be compared, and the run goes on."""
    edit('split.yaml', '[sit]', '[run]')(folder)
    other = dict(train='test', test='train')[task]
    option = f'{other}_dataloader.dataset.ann_file=gone.json'
    commands = dict(train=train_command, test=test_command)
    with pytest.raises(AssertionError, match='a model was built'):
        run(commands[task].command, ['own.py', '--cfg-options', option])


@pytest.mark.parametrize('key', ['label_split', 'ann_file'])
@pytest.mark.parametrize('value', ['5', 'True', '[1,2]'])
def test_a_value_that_is_no_path(folder, capsys, key, value):
    words = f'own.py --cfg-options train_dataloader.dataset.{key}={value}'
    (error,) = call(train_command.command, words, capsys)
    assert f'train_dataloader.dataset.{key}: expected the path' in error


@pytest.mark.parametrize(
    'option, line',
    [
        ('val_dataloader.dataset.ann_file=no.json', 'no.json does not exist'),
        ('val_dataloader.dataset.ann_fiel=a', "did you mean 'ann_file'"),
        ('val_dataloader.num_worker=1', "did you mean 'num_workers'"),
        ('val_evaluator.type=FrameMPA', "did you mean 'FrameMAP'"),
        ('val_evaluator.soft_votin=True', "did you mean 'soft_voting'"),
        ('val_cfg.type=ValLop', "val_cfg: there is no loop named 'ValLop'"),
        ('val_evaluator=', 'own.py has no val_evaluator; validation takes'),
    ],
)
def test_a_validation_is_looked_at_beforehand(folder, capsys, option, line):
    """Not when the first steps are trained; a test does not validate."""
    with (folder / 'own.py').open('a') as file:
        file.write(VALIDATING)
    words = f'own.py --cfg-options {option}'
    (error,) = call(train_command.command, words, capsys)
    assert line in error
    *_, error = call(test_command.command, words, capsys)
    assert ('holds no keyframe' in error) == ('takes' not in line)


def test_a_package_that_a_visualizer_wants(folder, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, 'wandb', None)
    with (folder / 'own.py').open('a') as file:
        file.write(
            "visualizer = dict(type='Visualizer', "
            "vis_backends=[dict(type='WandbVisBackend')])\n"
        )
    *_, error = call(train_command.command, 'own.py', capsys)
    assert error == 'error: Please run "pip install wandb" to install wandb'


def test_an_import_that_fails_by_a_fault_is_not_hidden(folder, monkeypatch):
    def fail(*args, **kwargs):
        import no_such_module  # noqa: F401

    monkeypatch.setattr('stclip.models.clip.backbone.build_clip', fail)
    with pytest.raises(ImportError, match='no_such_module'):
        run(train_command.command, ['own.py'])


def test_a_slip_costs_no_heavy_import(folder):
    """What is checked first needs neither torch nor mmaction2."""
    script = (
        'import sys\n'
        'from stclip.cli.command import run\n'
        'from stclip.cli.train import command\n'
        'try:\n'
        "    run(command, ['own.py', '--cfg-options', 'modle.x=3'])\n"
        'except SystemExit as stop:\n'
        '    assert stop.code == 2\n'
        "heavy = {'mmaction', 'mmdet', 'open_clip', 'mmengine.runner'}\n"
        'print(sorted(heavy & set(sys.modules)))\n'
    )
    done = subprocess.run(
        [sys.executable, '-c', script], capture_output=True, text=True
    )
    assert done.stdout.strip() == '[]', done.stderr
