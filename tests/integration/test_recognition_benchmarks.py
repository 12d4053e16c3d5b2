"""Recognisers' tables from stand-ins of the data sets, by our tools.

make_video_lists -> train on Kinetics-400 -> test on every split -> tables.
"""

import json
import statistics
import sys
from pathlib import Path

import pytest
import recognition_stand_ins as stand_ins
import torch
from tools_in_process import call_here

from stclip.benchmarking.accuracy import da_sti as ours
from stclip.benchmarking.accuracy import process
from stclip.cli.benchmark import group
from stclip.cli.prepare import video_lists

ROOT = Path(__file__).parents[2]
CLIP = 'data/pretrained/tiny_clip'
SIZE, FRAMES = 96, 4
SETS = ('ucf101', 'hmdb51', 'kinetics400', 'kinetics600')
FOLDERS = ('attributes', 'knowledge', 'pretrained')
# So many of the first labels, which hold the videos' classes: every step and
# test encodes a name and eight attributes of each.
SHORTENED = dict(kinetics400=10, kinetics600_split2=10, ucf101=40)


def dasti_options():
    """Few layers; pictures of the tiny CLIP's size."""
    return [
        *options(),
        'model.clip.trained_layers=1',
        'model.temporal_layers=1',
        f'train_dataloader.dataset.pipeline.5.scale=({SIZE},{SIZE})',
    ]


def stdd_options():
    """Few prompts; pictures of the tiny CLIP's size."""
    train = 'train_dataloader.dataset.pipeline'
    return [
        *options(),
        'model.num_templates=1',
        'default_hooks.average_weights.begin=1',
        f'{train}.3.scale_range=({SIZE},{SIZE + 8})',
        f'{train}.4.size={SIZE}',
    ]


def options():
    """Small models, few steps, small frames."""
    test = 'test_dataloader.dataset.pipeline'
    return [
        f'model.clip.arch={CLIP}/open_clip_config.json',
        f'model.clip.pretrained={CLIP}/tiny_clip.pt',
        f'model.num_frames={FRAMES}',
        'train_cfg.max_epochs=1',
        'train_dataloader.batch_size=2',
        f'train_dataloader.dataset.pipeline.1.clip_len={FRAMES}',
        f'{test}.1.clip_len={FRAMES}',
        f'{test}.3.scale=(-1,{SIZE})',
        f'{test}.4.crop_size={SIZE}',
        *(
            f'{part}_dataloader.{key}'
            for part in ('train', 'test')
            for key in ('num_workers=0', 'persistent_workers=False')
        ),
    ]


@pytest.fixture(scope='module')
def workplace(tmp_path_factory):
    """A folder like the project's, with stand-ins for the data; to be read."""
    folder = tmp_path_factory.mktemp('workplace')
    (folder / 'data/labels').mkdir(parents=True)
    for path in (ROOT / 'data/labels').iterdir():
        lines = path.read_text().splitlines(keepends=True)
        lines = lines[: SHORTENED.get(path.stem)]
        (folder / 'data/labels' / path.name).write_text(''.join(lines))
    for name in ('configs', *(f'data/{part}' for part in FOLDERS)):
        (folder / name).symlink_to(ROOT / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        # At the end: tools/test.py must not hide Python's `test`.
        patch.setattr(sys, 'path', [*sys.path, str(ROOT / 'tools')])
        lay_out_sets()
        yield folder


def lay_out_sets():
    """All data sets and their lists, in the working directory."""
    for name in SETS:
        root = Path('data') / name
        getattr(stand_ins, f'lay_out_{name}')(root)
        shots = ['--shots', '2'] if name in ('ucf101', 'hmdb51') else []
        if name == 'hmdb51':
            shots += ['--base-to-novel', '2']
        words = [name, f'--root={root}', *shots]
        video_lists.main(words, standalone_mode=False)


@pytest.fixture
def out(tmp_path):
    """Where a test's runs lie, and its tables."""
    return tmp_path / 'out'


@pytest.fixture
def benchmark(workplace, out, monkeypatch):
    """Run a benchmark; its table, raw values and what was called."""
    calls = []

    def call(command, log, title, progress):
        calls.append(title)
        return call_here(command, log, title)

    monkeypatch.setattr(process, 'call', call)

    def run(name, *words, rows, options=dasti_options()):
        words = [name, *words, '--rows', *rows]
        words += ['--out', str(out)]
        words += ['--cfg-options', *options]
        calls.clear()
        group.main(words, standalone_mode=False)
        text = (out / f'{name}.md').read_text()
        raw = json.loads((out / f'{name}.json').read_text())
        return text, raw, list(calls)

    return run


BASE = 'dasti_vit-b16_16f'
OURS = 'DA-STI (ViT-B/16, 16 frames)'
CLIP_ROW = 'CLIP, mean of 16 frames'


def test_from_lists_to_tables(benchmark, out, monkeypatch):
    wanted = ('zs_hmdb51', '--tables', '1', '--splits', '1', '2')
    rows = (CLIP_ROW, OURS)
    text, raw, calls = benchmark(*wanted, rows=rows)
    tests = [f'testing {BASE}_zs_hmdb51_split{split}' for split in (1, 2)]
    assert calls == [*tests, f'training {BASE}_k400', *tests]
    assert f'| {OURS}, paper | - | - | 52.7 +- 0.8 |' in text
    for name in rows:
        assert_row(text, raw['Table 1, zero-shot on HMDB-51'], name)
    assert_report(out / f'{BASE}_k400' / 'seed0')
    # Nothing is trained or tested twice, and all benchmarks share a model.
    assert benchmark(*wanted, rows=rows) == (text, raw, [])
    wanted = ('zs_k600', '--tables', '1', '--splits', '2')
    text, _, calls = benchmark(*wanted, rows=[OURS])
    assert calls == [f'testing {BASE}_zs_k600_split2']
    assert '| method | split 2 | mean +- std |' in text
    check_few_shot(benchmark, out, monkeypatch)


def test_supervised_with_twelve_views(benchmark):
    """Kinetics-400, trained, then tested on 4 clips x 3 crops."""
    row = 'DA-STI, ViT-L/14 (8 x 224, 4 x 3)'
    text, raw, calls = benchmark('k400', rows=[row])
    config = 'dasti_vit-l14_8f_k400'
    assert calls == [f'training {config}', f'testing {config}_4x3']
    assert f'| {row}, paper | 87.3 |' in text
    (values,) = raw['Table 3, Kinetics-400, supervised'].values()
    assert all(0 <= value <= 1 for (value,) in values.values())


STDD = 'STDD (ViT-B/16, 8 frames)'


def test_stdd_from_lists_to_tables(benchmark, out):
    """Trained once; averaged and patched weights are tested apart."""
    kinds = ('averaged', 'averaged and patched')
    rows = ('CLIP, names', *(f'{STDD}, {kind}' for kind in kinds))
    small = stdd_options()
    text, raw, calls = benchmark(
        'stdd_zs_hmdb51', '--splits', '1', rows=rows, options=small
    )
    test = 'testing stdd_vit-b16_8f_zs_hmdb51_split1'
    assert calls == [
        test,
        'training stdd_vit-b16_8f_k400',
        f'{test}_averaged',
        f'{test}_patched',
    ]
    (table,) = raw.values()
    for name in rows:
        assert_row(text, table, name)
    # The average of one epoch is its weights; half of CLIP is something else.
    run = out / 'stdd_vit-b16_8f_k400' / 'seed0'
    averaged, last = (
        torch.load(run / name, weights_only=True)['state_dict']
        for name in ('averaged.pth', 'epoch_1.pth')
    )
    assert averaged.keys() == last.keys()
    scale = 'clip.model.visual.proj'
    torch.testing.assert_close(averaged[scale], last[scale].float())


def test_stdd_from_base_to_novel(benchmark):
    """Two videos of each base class; both halves are tested."""
    lists = 'annotations/base_to_novel'
    draw = f'train_dataloader.dataset.ann_file={lists}/base_k2_seed0.txt'
    row = f'{STDD}, averaged'
    text, raw, calls = benchmark(
        'stdd_b2n_hmdb51',
        '--seeds',
        '0',
        rows=[row],
        options=[*stdd_options(), draw],
    )
    name = 'stdd_vit-b16_8f_b2n_hmdb51'
    assert calls == [
        f'training {name}_base',
        f'testing {name}_base_averaged',
        f'testing {name}_novel_averaged',
    ]
    assert '| method | base | novel | harmonic mean |' in text
    ((values,),) = [table.values() for table in raw.values()]
    assert all(0 <= value <= 1 for (value,) in values.values())


def assert_report(folder):
    lines = (folder / 'train_progress.jsonl').read_text().splitlines()
    last = json.loads(lines[-1])
    assert last['phase'] == 'train' and last['done'] == last['total'] > 0
    folder /= f'{BASE}_zs_hmdb51_split1'
    (report,) = folder.glob('*/recognition.json')
    content = json.loads(report.read_text())
    assert content['num_videos'] == 2 and len(content['labels']) == 51
    assert content['per_class']['kick ball']['videos'] == 1
    assert report.with_name('confusion_matrix.png').stat().st_size > 1000


def check_few_shot(benchmark, out, monkeypatch):
    monkeypatch.setattr(ours, 'SHOTS', (2,))
    monkeypatch.setattr(ours, 'FEW_SHOT_SETS', ('ucf101',))
    origins = {'_from_k400': 'Kinetics-400', '': 'CLIP'}
    few = dasti_options()
    few.append('train_dataloader.dataset.epoch_videos=1')
    names = [f'DA-STI (ViT-B/16), from {name}' for name in origins.values()]
    text, raw, calls = benchmark('few_shot', rows=names, options=few)
    model = f'{BASE}_few_shot_ucf101_k2'
    assert [c for c in calls if 'training' in c] == [
        f'training {model}{suffix}' for suffix in origins
    ]
    assert '| DA-STI (ViT-B/16), paper | 91.7 |' in text
    (table,) = raw.values()
    assert all(len(table[name]['K = 2']) == 1 for name in names)
    (log,) = (out / f'{model}_from_k400' / 'seed0').glob('2*/2*.log')
    assert f'{BASE}_k400/seed0/epoch_1.pth' in log.read_text()


def assert_row(text, table, name):
    """Values of the splits, their mean and deviation as they are printed."""
    values = [100 * value for (value,) in table[name].values()]
    deviation = statistics.pstdev(values)
    cells = [f'{value:.2f}' for value in values]
    cells.append(f'{statistics.mean(values):.2f} +- {deviation:.2f}')
    assert f'| {name} | {" | ".join(cells)} |' in text
