"""DA-STI's tables: what is run, in which order, and what is printed."""

import statistics
import sys
from pathlib import Path

import click
import pytest
from fake_runs import config_of, task_of
from mmengine.config import Config

from stclip.benchmarking.accuracy import da_sti as ours
from stclip.benchmarking.accuracy.tables import runs_of
from stclip.cli import command
from stclip.cli.benchmark import group

ROOT = Path(__file__).parents[2]
SPLITS = (1, 2, 3)
BASE = 'DA-STI (ViT-B/16, 16 frames)'
LARGE = 'DA-STI (ViT-L/14, 8 frames)'
FOLDERS = {
    BASE: 'dasti_vit-b16_16f',
    LARGE: 'dasti_vit-l14_8f',
}


def test_splits_beside_the_papers_rows(run_fake):
    numbers = {
        'vit-b16_16f_k400/seed0/dasti_vit-b16_16f_zs_k600_split1': 0.7,
        'vit-b16_16f_k400/seed0/dasti_vit-b16_16f_zs_k600_split2': 0.75,
        'vit-b16_16f_k400/seed0/dasti_vit-b16_16f_zs_k600_split3': 0.68,
    }
    text, raw, tools = run_fake('zs_k600', '--tables', '1', numbers=numbers)
    lines = text.splitlines()
    assert lines[0] == '### Table 1, zero-shot on Kinetics-600'
    assert lines[2] == (
        '| method | split 1 | split 2 | split 3 | mean +- std | remark |'
    )
    untold = 'which videos is not told'
    at = lines.index(f'| {BASE}, paper | - | - | - | 72.0 +- 0.5 | {untold} |')
    deviation = statistics.pstdev([70, 75, 68])
    assert lines[at + 1] == (
        f'| {BASE} | 70.00 | 75.00 | 68.00 | 71.00 +- {deviation:.2f} |  |'
    )
    assert (
        '| BIKE (ViT-L/14, 8 frames), paper | - | - | - | 68.5 +- 1.2 | '
        'test videos (14119, 14067 and 14161) |'
    ) in lines
    # Last: what the paper does not have, and what all are tested on.
    *_, last, _, data = lines
    assert last.startswith('| CLIP, mean of 16 frames | 50.00 |')
    assert data == (
        'Test videos: data/kinetics600/annotations/test_split{1,2,3}.txt; '
        'vocabulary: data/labels/kinetics600_split{1,2,3}.txt (160 classes); '
        'metric: acc/top1.'
    )
    table = raw['Table 1, zero-shot on Kinetics-600']
    assert table[BASE] == {
        'split 1': [0.7],
        'split 2': [0.75],
        'split 3': [0.68],
    }
    # Once trained, thrice tested; CLIP is not trained.
    trained = [name for name in tools.names if name.startswith('train')]
    assert trained == [
        f'train {folder}_k400/seed0' for folder in FOLDERS.values()
    ]
    assert len(tools.names) == 2 + 3 * 3


def test_seeds_and_deviations(run_fake):
    numbers = {
        f'seed{seed}/dasti_vit-b16_16f_zs_ucf101_split{split}': value
        for seed, split, value in (
            (1, 1, 0.5),
            (2, 1, 0.6),
            (1, 2, 0.7),
            (2, 2, 0.9),
        )
    }
    words = ('--tables', '1', '--splits', '1', '2', '--seeds', '1', '2')
    text, _, _ = run_fake('zs_ucf101', *words, numbers=numbers)
    one, two = (statistics.stdev(pair) for pair in ((50, 60), (70, 90)))
    assert (
        f'| {BASE} | 55.00 +- {one:.2f} | 80.00 +- {two:.2f} | '
        f'67.50 +- {statistics.pstdev([55, 80]):.2f} |'
    ) in text


def test_all_tables_of_ucf101(run_fake):
    """Of one model and split there is one test, whatever the table."""
    numbers = {'attributes_4': 0.77, 'interaction_none': 0.76}
    text, _, tools = run_fake('zs_ucf101', '--splits', '1', numbers=numbers)
    assert len(set(tools.commands)) == len(tools.commands) == 12 + 13
    trained = {n.split()[1] for n in tools.names if n.startswith('train')}
    assert trained == {
        *(f'{folder}_k400/seed0' for folder in FOLDERS.values()),
        *(f'dasti_attributes_{n}/seed0' for n in (0, 2, 4, 16)),
        *(
            f'dasti_interaction_{n}/seed0'
            for n in ('none', 'none_plain_classes', 'spatial', 'temporal')
        ),
        *(f'dasti_{n}/seed0' for n in ('coattention', 'coattention_st')),
    }
    lines = text.splitlines()
    for row, paper, value in (
        ('neither', '76.3', '76.00'),
        ('both', '78.8', '50.00'),
        ('4', '78.5', '77.00'),
        ('8', '78.8', '50.00'),
    ):
        at = lines.index(f'| {row}, paper | {paper} |')
        assert lines[at + 1] == f'| {row} | {value} |'
    at = lines.index('| Co-attention + ST, paper | 73.9 | 92.8 |')
    assert lines[at + 1] == '| Co-attention + ST | 50.00 | 100.00 |'
    assert '| ST | 50.00 | 100.00 |' in lines


def test_few_shot_starts_from_kinetics_or_clip(run_fake, tmp_path):
    text, raw, tools = run_fake('few_shot')
    base = tmp_path / 'dasti_vit-b16_16f_k400' / 'seed0' / 'epoch_30.pth'
    models = [w for w in tools.commands if task_of(w) == 'train']
    assert len(models) == 1 + 2 * 2 * 4
    for words in models[1:]:
        folder = words[words.index('--work-dir') + 1]
        started = config_of(words).load_from == str(base)
        assert started == ('_from_k400' in folder)
        # --resume would forget the start.
        assert started != ('--resume' in words)
    assert '| method | K = 2 | K = 4 | K = 8 | K = 16 | remark |' in text
    why = "not run here: our config is of all of Kinetics-400's videos"
    assert f'| ActionCLIP, paper | 55.0 | 56.0 | 58.0 | - | {why} |' in text
    theirs = 'TC-CLIP (ViT-B/16), from Kinetics-400; its README, paper'
    assert f'| {theirs} | 94.1 | 95.6 | 96.6 | 97.3 |  |' in text
    row = '| 50.00 | 50.00 | 50.00 | 50.00 |'
    assert text.count(f'| DA-STI (ViT-B/16), from Kinetics-400 {row}') == 2
    assert text.count(f'| DA-STI (ViT-B/16), from CLIP {row}') == 2
    # The test has the model of the training and the data of the protocol.
    assert len(raw) == 2


def test_killed_few_shot_training_goes_on(run_fake, tmp_path):
    with pytest.raises(click.Abort):
        run_fake('few_shot', kill_at=1)
    name = 'dasti_vit-b16_16f_few_shot_ucf101_k2_from_k400'
    folder = tmp_path / name / 'seed0'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'last_checkpoint').write_text('epoch_3.pth\n')
    _, _, tools = run_fake('few_shot')
    assert '--resume' in tools.commands[0]
    assert str(folder) in tools.commands[0]


def test_kinetics400_with_views(run_fake):
    text, _, tools = run_fake('k400')
    assert '| DA-STI, ViT-L/14 (32 x 336, 4 x 3), paper | 88.8 | 98.6 |' in (
        text
    )
    why = (
        "not run here: another tower than CLIP's, trained on data that are "
        'not public'
    )
    row = 'CoVeR, JFT-3B (16 x 448, 1 x 3), paper | 87.2 | - |'
    assert f'| {row} {why} |' in text
    row = 'TC-CLIP, ViT-B/16 (16 x 224, 4 x 3; its README), paper | 85.2 | - |'
    assert f'| {row}  |' in text
    assert text.count('| 50.00 | 100.00 |') == 3
    assert tools.names[:2] == [
        'train dasti_vit-l14_8f_k400/seed0',
        'test seed0/dasti_vit-l14_8f_k400_4x3',
    ]


def test_model_of_training_on_data_of_the_test(run_fake, tmp_path):
    run_fake('zs_hmdb51', '--tables', '5')
    folder = tmp_path / 'dasti_attributes_4' / 'seed0'
    config = Config.fromfile(
        folder / 'dasti_vit-b16_16f_zs_hmdb51_split1' / 'config.py'
    )
    assert config.model.num_attributes == 4
    dataset = config.test_dataloader.dataset
    path = dataset.ann_file.format(split=dataset.split)
    assert dataset.data_root == 'data/hmdb51'
    assert path == 'annotations/test_split1.txt'
    assert dataset.pipeline[3].scale == (-1, 256)
    assert dataset.pipeline[4] == dict(type='CenterCrop', crop_size=224)


def test_failed_training_loses_its_own_tests_only(run_fake, capsys):
    """It is tried once a call; what is finished is not done again."""
    words = ('zs_ucf101', '--tables', '1')
    text, _, tools = run_fake(
        *words, failing='3 of 9', fails=['training dasti_vit-b16']
    )
    assert f'| {BASE} | failed | failed | failed | failed |' in text
    assert f'| {LARGE} | 50.00 | 50.00 | 50.00 | 50.00 +- 0.00 |' in text
    assert tools.names.count('train dasti_vit-b16_16f_k400/seed0') == 1
    assert 'FAILED' in capsys.readouterr().out
    fails = ['b16_16f_zs_ucf101_split2']
    text, _, tools = run_fake(*words, failing='1 of 9', fails=fails)
    assert f'| {BASE} | 50.00 | failed | 50.00 | failed |' in text
    assert len(tools.names) == 4
    assert len(run_fake(*words)[2].names) == 1
    assert run_fake(*words)[2].names == []


def test_several_gpus_share_the_batch(run_fake):
    _, _, tools = run_fake('zs_k600', '--tables', '4', '--gpus', '8')
    train, test = tools.commands[:2]
    start = (sys.executable, '-m', 'torch.distributed.run', '--standalone')
    for words, task in ((train, 'train'), (test, 'test')):
        module = ('--nproc_per_node=8', '-m', 'stclip.cli.main', task)
        assert words[:8] == (*start, *module)
        assert words[-2:] == ('--launcher', 'pytorch')
    assert config_of(train).train_dataloader.batch_size == 8
    _, _, tools = run_fake(
        'zs_hmdb51', '--tables', '5', '--cfg-options', 'a=1'
    )
    config = config_of(tools.commands[0])
    assert config.train_dataloader.batch_size == 64
    assert config.a == 1


@pytest.mark.parametrize(
    'words',
    [
        ('zs_ucf101', '--splits', '4'),
        ('few_shot', '--splits', '1'),
        ('zs_hmdb51', '--tables', '6'),
        ('zs_jhmdb', '--tables', '1'),
        ('k400', '--gpus', '7'),
        ('k400', '--label-splits', 'mine'),
    ],
)
def test_options_that_do_not_fit(words, capsys):
    with pytest.raises(SystemExit) as end:
        command.run(group, words)
    assert end.value.code == 2
    assert 'error: ' in capsys.readouterr().err


def all_tables():
    for name, numbers in ours.TABLES.items():
        yield from ours.tables_of(name, numbers, SPLITS)


def test_every_run_has_its_configs():
    for run in runs_of(all_tables()):
        for config in (run.model.config, run.test.data):
            assert (ROOT / f'configs/{config}.py').is_file()


def test_a_folder_is_of_one_model_and_one_test():
    models, tests = {}, {}
    for run in runs_of(all_tables()):
        folder = run.model.name, run.test.name
        assert models.setdefault(run.model.name, run.model) == run.model
        assert tests.setdefault(folder, run.test) == run.test
    assert len(models) == 31


def test_our_rows_stand_beside_the_papers():
    """But for CLIP, the starts of few-shot and the texts of "neither".

    Of these the paper does not speak.
    """
    for table in all_tables():
        alone = set(table.rows) - set(table.published)
        assert all(
            row.startswith(
                ('CLIP, mean', 'DA-STI (ViT-B/16), from', 'neither, ')
            )
            for row in alone
        ), alone


def test_rows_that_are_named(run_fake):
    text, raw, tools = run_fake(
        'zs_ucf101', '--splits', '1', '--rows', '4', 'spatial'
    )
    assert list(raw) == [
        'Table 4, interaction, zero-shot on UCF-101, split 1',
        'Table 5, number of attributes, zero-shot on UCF-101, split 1',
    ]
    assert [list(rows) for rows in raw.values()] == [['spatial'], ['4']]
    assert '| 4, paper | 78.5 |\n| 4 | 50.00 |' in text
    assert len(tools.commands) == 4
