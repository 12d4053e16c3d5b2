"""Tables of detection: what is run, and what is printed."""

import json
import statistics
from pathlib import Path

import click
import pytest
import yaml
from fake_runs import config_of, ratio_of, task_of, word_after
from mmengine.config import Config

from stclip.benchmarking.accuracy import detection, process, stage
from stclip.benchmarking.accuracy import report as report_room
from stclip.benchmarking.accuracy.report import Request
from stclip.benchmarking.accuracy.rows import Evaluation, Model, Run
from stclip.benchmarking.accuracy.runs import Bench, raw_values
from stclip.benchmarking.accuracy.tables import (
    BOXES,
    MEAN,
    VOTED,
    Table,
    runs_of,
)
from stclip.benchmarking.accuracy.told_data import told_keyframes
from stclip.cli import command
from stclip.cli.accuracy import BENCHMARKS, TRACKS
from stclip.cli.benchmark import group
from stclip.utils.errors import UserError

ROOT = Path(__file__).parents[2]
METRICS = dict.fromkeys({**BOXES, **VOTED}, 0.5)


@pytest.fixture
def finish(tmp_path):
    """Write the metrics of a run."""

    def write(run, seed, **metrics):
        folder = Bench(tmp_path, [seed]).test_folder(run, seed)
        folder.mkdir(parents=True)
        (folder / 'metrics.json').write_text(json.dumps(metrics))

    return write


def shown(table, bench):
    return table.markdown(raw_values(bench, table)).splitlines()


def test_mean_and_deviation_over_seeds(finish, tmp_path):
    values = (0.5, 0.625, 0.75)
    trained, missing = (Run(Model(n, 'a')) for n in ('ours', 'broken'))
    plain = Run(Model('CLIP', 'b', trained=False))
    for seed, value in enumerate(values):
        finish(trained, seed, mAP=value)
    finish(plain, 0, mAP=0.4321)
    rows = dict(CLIP=(plain,), ours=(trained,), broken=(missing,))
    table = Table('Title', {'boxes': (0, 'mAP')}, rows)
    lines = shown(table, Bench(tmp_path, [0, 1, 2]))
    deviation = statistics.stdev(100 * v for v in values)
    assert lines == [
        '### Title',
        '',
        '| method | boxes |',
        '|---|---|',
        '| CLIP | 43.21 |',
        f'| ours | 62.50 +- {deviation:.2f} |',
        '| broken | failed |',
    ]


def test_a_measure_that_is_missing_names_the_file(finish, tmp_path):
    run = Run(Model('ours', 'a'))
    finish(run, 0, mAP=0.5, nothing=None)
    bench = Bench(tmp_path, [0])
    assert bench.values(run, 'nothing') == []
    with pytest.raises(UserError, match=r"metrics\.json has no 'AP' but"):
        bench.values(run, 'AP')


def test_splits_beside_the_published_rows(finish, tmp_path):
    """The mean over splits is taken seed by seed."""
    tables = detection.split_tables('zs_ava', (1, 3))
    ours = tables[0].rows['ST-CLIP']
    metric = 'detected/frame_mAP@0.5'
    for run, values in zip(ours, ((0.1, 0.2), (0.3, 0.6)), strict=True):
        for seed, value in enumerate(values):
            finish(run, seed, **{metric: value})
    lines = shown(tables[0], Bench(tmp_path, [0, 1]))
    assert lines[0] == '### zs_ava, detected boxes'
    assert lines[2] == '| method | split 1 | split 3 | mean |'
    assert '| CLIP, full frame, paper | 8.67 | 2.77 | 5.72 |' in lines
    at = lines.index('| ST-CLIP, paper | 12.85 | 4.01 | 8.43 |')
    spread = [
        statistics.stdev(pair) for pair in ((10, 20), (30, 60), (20, 40))
    ]
    assert lines[at + 1] == (
        f'| ST-CLIP | 15.00 +- {spread[0]:.2f} | 45.00 +- {spread[1]:.2f} | '
        f'30.00 +- {spread[2]:.2f} |'
    )
    broken = detection.split_tables('zs_ava', (1, 2))[0]
    assert '| ST-CLIP | 10.00 | failed | failed |' in (
        shown(broken, Bench(tmp_path, [0]))
    )


@pytest.mark.parametrize(
    'benchmark, source, means',
    [
        ('zs_ava', 'detected', {'ST-CLIP': 9.01, 'iCLIP': 5.01}),
        ('zs_ava', 'ground_truth', {'ST-CLIP': 11.76, 'Vita-CLIP': 10.45}),
        ('zs_jhmdb', 'detected', {'ST-CLIP': 79.08, 'iCLIP': 72.81}),
        ('zs_jhmdb', 'detected, voted', {'ST-CLIP': 82.84, 'A5': 61.57}),
        ('zs_jhmdb', 'ground_truth', {'ST-CLIP': 85.53}),
        ('zs_jhmdb', 'ground_truth, voted', {'X-CLIP': 83.11}),
        ('zs_ucf', 'detected', {'ST-CLIP': 50.00}),
        ('zs_ucf', 'detected, voted', {'ActionCLIP': 49.38}),
        ('zs_ucf', 'ground_truth', {'ST-CLIP': 91.80}),
        ('zs_ucf', 'ground_truth, voted', {'Vita-CLIP': 96.57}),
    ],
)
def test_published_means(benchmark, source, means):
    """The paper prints the means as well: a check of what was typed."""
    path = ROOT / 'data' / 'published' / 'st_clip.yaml'
    table = yaml.safe_load(path.read_text())[benchmark][source]
    for name, mean in means.items():
        assert statistics.mean(table[name]) == pytest.approx(mean, abs=0.0101)


@pytest.mark.parametrize('folder', ['data/splits/zs_jhmdb', '/mine'])
def test_runs_of_real_splits(run_fake, folder):
    extra = ['--label-splits', folder] if folder == '/mine' else []
    words = ['zs_jhmdb', '--splits', '2', '--seeds', '0', '1']
    words += ['--cfg-options', 'a=1']
    _, _, tools = run_fake(*words, *extra, metrics=METRICS)
    assert tools.names == [
        'test seed0/test',
        'train zs_jhmdb_split2/seed0',
        'test seed0/test',
        'train zs_jhmdb_split2/seed1',
        'test seed1/test',
    ]
    assert 'zs_jhmdb_full_frame_split2' in word_after(
        tools.commands[0], '--work-dir'
    )
    seeds = [word_after(words, '--seed') for words in tools.commands]
    assert seeds == ['0', '0', '0', '1', '1']
    for words in tools.commands:
        config = config_of(words)
        for part in ('train', 'test'):
            dataset = config[f'{part}_dataloader'].dataset
            assert dataset.label_split == f'{folder}/split2.yaml'
        assert config.a == 1
    assert config_of(tools.commands[0]).model.view == 'full_frame'


def test_rows_of_an_ablation(run_fake):
    """Asked for by name or by table; the paper's figure is of split 1."""
    words = ['zs_jhmdb', '--splits', '1', '2', '--seeds', '0', '--rows']
    text, _, tools = run_fake(*words, 'LoRA of rank 4', metrics=METRICS)
    lines = text.splitlines()
    at = lines.index('| LoRA of rank 4, paper | 71.70 | - | - |')
    assert lines[at + 1] == '| LoRA of rank 4 | 50.00 | 50.00 | 50.00 |'
    assert not any('rank 2' in line or 'ST-CLIP' in line for line in lines)
    assert '| iCLIP, paper | 66.53 | 69.99 | 68.26 |' in lines
    ranks = {config_of(words).model.clip.lora_rank for words in tools.commands}
    assert ranks == {4}
    _, raw, _ = run_fake(*words, 'Table 4d', 'ST-CLIP', metrics=METRICS)
    assert list(raw['zs_jhmdb, detected boxes']) == [
        'ST-CLIP',
        *(f'LoRA of rank {rank}' for rank in (0, 2, 4, 16)),
    ]


@pytest.mark.parametrize(
    'words',
    [
        ('zs_jhmdb', '--splits', '5'),
        ('zs_stage', '--splits', '5'),
        ('zs_stage', '--search', '--splits', '1'),
        ('zs_stage', '--search', '--write-docs'),
        ('zs_ava', '--search'),
        ('zs_ava', '--write-docs'),
        ('zs_ava', '--rows', 'LoRA of rank 4'),
        ('zs_stage', '--write-docs', '--rows', 'averaged'),
        ('zs_stages',),
        ('zs_ucf', '--cfg-options', 'train_cfg'),
    ],
)
def test_options_that_do_not_fit(words, capsys):
    with pytest.raises(SystemExit) as end:
        command.run(group, words)
    assert end.value.code == 2
    assert 'error: ' in capsys.readouterr().err


def test_unknown_rows_are_answered_with_those_there_are():
    with pytest.raises(UserError, match=r"'ST-CLIP'.*'Table 4b'"):
        Request('zs_ava', rows=('ST CLIP',))


def test_failed_run_does_not_lose_the_others(run_fake, capsys):
    """Finished runs are not run again; why one failed is said."""
    words = ['zs_ucf', '--splits', '1', '--seeds', '7']
    fails = dict(fails=['full_frame'], metrics=METRICS, failing='1 of 2')
    text, _, tools = run_fake(*words, **fails)
    assert [*tools.titles, *run_fake(*words, **fails)[2].titles] == [
        'testing zs_ucf_full_frame_split1',
        'training zs_ucf_split1',
        'testing zs_ucf_split1',
        'testing zs_ucf_full_frame_split1',
    ]
    assert '| ST-CLIP | 50.00 | 50.00 |' in text
    assert '| CLIP, full frame | failed | failed |' in text
    output = capsys.readouterr().out
    assert 'full_frame_split1 failed: no such video; see ' in output
    assert '      | all well\n      | error: no such video\n' in output


@pytest.mark.parametrize('kill_at, done', enumerate([0, 1, 1, 3, 3]))
def test_killed_benchmark_goes_on(run_fake, tmp_path, kill_at, done):
    """In training or testing: that run is done again, no other.

    What was trained is tested, though, without training on.
    """

    def run(folder, **fake):
        words = ['zs_ucf', '--splits', '1', '--seeds', '0', '1']
        numbers = dict(METRICS)
        return run_fake(*words, out=folder, metrics=numbers, **fake)

    whole, _, tools = run(tmp_path / 'whole')
    assert len(tools.names) == 5
    with pytest.raises(click.Abort):
        run(tmp_path / 'killed', kill_at=kill_at)
    assert not (tmp_path / 'killed' / 'table.md').exists()
    killed, _, again = run(tmp_path / 'killed')
    trained = kill_at in (2, 4)
    assert again.names == tools.names[done + trained :]
    assert '| ST-CLIP | 50.00 +- 0.00 |' in whole
    assert killed == whole
    assert all(
        '--resume' in words
        for words in tools.commands
        if task_of(words) == 'train'
    )


def test_second_tests_follow_their_run(run_fake, monkeypatch):
    """Nothing is trained twice; weights and options are those of the row."""
    monkeypatch.setattr(report_room, 'prepare', lambda *_: None)
    rows = ('averaged', 'patched, half of CLIP', 'averaged and patched')
    words = ['zs_stage', '--tracks', 'stdd', '--seeds', '3', '--splits', '1']
    text, _, tools = run_fake(*words, '--rows', *rows)
    assert tools.names == [
        'train stdd_zs_stage_split1/seed3',
        'test seed3/averaged',
        'test seed3/patched',
        'test seed3/averaged_patched',
    ]
    tests = tools.commands[1:]
    weights = [Path(word_after(w, word_after(w, 'test'))).name for w in tests]
    assert weights == ['averaged.pth', 'epoch_30.pth', 'averaged.pth']
    ratios = [ratio_of(config_of(words)) for words in tests]
    assert ratios == [0.0, 0.5, 0.5]
    top1, top5, search = text.split('###')[1:]
    assert "| not searched: the config's | " in search
    assert [line for line in top1.splitlines() if '50' in line] == [
        f'| {row} | 50.00 | 50.00 |' for row in rows
    ]
    assert top5.count('| 100.00 | 100.00 |') == len(rows)


def test_weights_that_the_training_did_not_leave(run_fake, tmp_path, capsys):
    run = Run(Model('a', 'stdd/stdd_zs_stage'), Evaluation(weights='x.pth'))
    folder = tmp_path / 'a' / 'seed0'
    folder.mkdir(parents=True)
    (folder / 'trained.json').write_text('{"checkpoint": "a.pth"}')
    bench = Bench(tmp_path, [0])
    table = Table('t', {'top-1': (0, 'acc/top1')}, {'a': (run,)})
    assert bench.run([table]) == 1 and len(bench.failed) == 1
    assert 'FAILED: ' in (output := capsys.readouterr().out)
    assert 'x.pth does not exist' in output


def test_commands_are_those_of_the_tables():
    """The command line knows them without importing the tables."""
    assert tuple(stage.TRACKS) == TRACKS
    families = {
        'zs_stage': ['zs_stage'],
        'st_clip': list(detection.SPLIT_BENCHMARKS),
        'ovad': list(report_room.ovad.DATA),
        'da_sti': list(report_room.da_sti.TABLES),
        'stdd': list(report_room.stdd.NAMES),
    }
    known = {name: family for name, (family, _) in BENCHMARKS.items()}
    assert known == {n: f for f, names in families.items() for n in names}


def all_rows():
    yield from stage.track_rows(tuple(stage.TRACKS))
    for name in detection.SPLIT_BENCHMARKS:
        yield from detection.split_rows(name)
    for name in report_room.ovad.DATA:
        yield from report_room.ovad.rows_of(name)


def test_every_row_has_its_config():
    for row in all_rows():
        assert (ROOT / f'configs/{row.run.model.config}.py').is_file()
    for name, (num_splits, _) in detection.SPLIT_BENCHMARKS.items():
        for split in range(1, num_splits + 1):
            file = ROOT / f'data/splits/{name}/split{split}.yaml'
            assert file.is_file()


def test_a_folder_is_of_one_model_and_one_test():
    models, tests = {}, {}
    for row in all_rows():
        model, test = row.run.model, row.run.test
        assert models.setdefault(model.name, model) == model
        assert tests.setdefault((model.name, test.name), test) == test
    assert len(tests) > len(models) > 50


def test_overrides_change_keys_that_configs_have():
    """A key that is misspelt would change nothing."""
    for row in all_rows():
        config = Config.fromfile(ROOT / f'configs/{row.run.model.config}.py')
        test = row.run.test
        for key in (*row.run.model.overrides, *test.overrides):
            # Parts of the tiny CLIP's configs are off by default.
            *folders, last = key.split('.')
            part = config
            for name in folders:
                part = part[int(name) if isinstance(part, list) else name]
            absent_by_default = (
                'fusion', 'underscores_to_spaces', 'trained_layers',
                'crop_feature', 'score_all',
            )  # fmt: skip
            assert last in part or last in absent_by_default, key


def test_published_ablations_are_our_rows():
    path = ROOT / 'data' / 'published' / 'st_clip.yaml'
    ablation = yaml.safe_load(path.read_text())['ablation']
    for name, rows in ablation.items():
        ours = {row.title for row in detection.split_rows(name)}
        assert set(rows) <= ours


def test_tables_say_what_they_are_measured_on():
    """True of all rows, those of other methods too."""
    for name in detection.SPLIT_BENCHMARKS:
        for wanted in ((), ('other methods',)):
            for table in detection.split_tables(name, (1, 2), '', wanted):
                ((_, metric), *_) = table.columns.values()
                source = metric.partition('/')[0]
                for runs in table.rows.values():
                    told = told_keyframes(runs, [metric], source)
                    assert told == table.data
    detected, truth = detection.split_tables('zs_ava', (1, 3))
    assert detected.data == (
        'Test keyframes: data/ava/annotations/test.json; boxes: '
        'data/ava/detections/test.csv, those above the best score of their '
        'frame less 0.7; vocabulary: all actions, of which the unseen in '
        'data/splits/zs_ava/split{1,3}.yaml count; metric: '
        'detected/frame_mAP@0.5.'
    )
    assert 'boxes: of the ground truth; ' in truth.data


def test_mean_wants_every_split():
    assert MEAN.cell([[0.5], []]) == 'failed'
    assert MEAN.cell([[0.5, 0.7], [0.5]]) == 'failed'
    assert MEAN.cell([[0.5], [0.7]]) == '60.00'


def test_process_is_the_one_that_is_replaced():
    """The stand-in of these tests takes what the real one does."""
    import inspect

    from fake_runs import FakeTools

    real = inspect.signature(process.call).parameters
    fake = inspect.signature(FakeTools().__call__).parameters
    assert list(real) == list(fake)
    assert list(runs_of([])) == []
