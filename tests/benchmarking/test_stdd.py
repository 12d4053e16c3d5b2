"""STDD's tables: what is run, and what is printed."""

import statistics
from pathlib import Path

import pytest
from fake_runs import config_of, ratio_of, task_of, word_after

from stclip.benchmarking.accuracy import stdd as ours
from stclip.benchmarking.accuracy.tables import runs_of
from stclip.cli import command
from stclip.cli.benchmark import group

ROOT = Path(__file__).parents[2]
BASE = 'STDD (ViT-B/16, 8 frames)'


def test_zero_shot_with_averaged_and_patched_weights(run_fake):
    """Each model is trained once and tested twice on each split."""
    numbers = {
        'stdd_vit-b16_8f_k400/seed0/stdd_vit-b16_8f_zs_ucf101_split1_a': 0.7,
        'stdd_vit-b16_8f_k400/seed0/stdd_vit-b16_8f_zs_ucf101_split2_a': 0.8,
        'stdd_vit-b16_8f_k400/seed0/stdd_vit-b16_8f_zs_ucf101_split1_p': 0.6,
    }
    words = ('stdd_zs_ucf101', '--splits', '1', '2')
    text, _, tools = run_fake(*words, numbers=numbers)
    lines = text.splitlines()
    assert lines[0] == '### STDD, zero-shot on UCF-101'
    assert lines[2] == '| method | split 1 | split 2 | mean +- std |'
    assert lines[4] == '| CLIP, names | 50.00 | 50.00 | 50.00 +- 0.00 |'
    deviation = statistics.pstdev([70, 80])
    assert lines[5] == (
        f'| {BASE}, averaged | 70.00 | 80.00 | 75.00 +- {deviation:.2f} |'
    )
    patched = f'| {BASE}, averaged and patched | 60.00 | 50.00 | 55.00'
    assert lines[6].startswith(patched)
    trained = [name for name in tools.names if name.startswith('train')]
    assert trained == [
        'train stdd_vit-b16_8f_k400/seed0',
        'train stdd_vit-l14_8f_k400/seed0',
    ]
    # The batch is that of the release.
    trainings = [c for c in tools.commands if task_of(c) == 'train']
    sizes = [config_of(c).train_dataloader.batch_size for c in trainings]
    assert sizes == [32, 16]
    tests = [c for c in tools.commands if task_of(c) == 'test']
    assert len(tests) == 2 + 2 * 2 * 2
    shares = {'vit-b16': 0.5, 'vit-l14': 0.6}
    for words in tests:
        folder = word_after(words, '--work-dir')
        if 'stdd_clip' in folder:
            assert not any(word.endswith('.pth') for word in words)
            continue
        run = folder.rpartition('/')[0]
        config = word_after(words, 'test')
        assert word_after(words, config) == f'{run}/averaged.pth'
        share = shares[next(key for key in shares if f'_{key}' in run)]
        patched = ratio_of(config_of(words)) == share
        assert patched == folder.endswith('_patched')


def test_base_to_novel(run_fake):
    """Each seed draws its own videos; the mean is harmonic, seed by seed."""
    novel = {0: 0.25, 1: 0.5}
    numbers = {
        f'seed{seed}/stdd_vit-b16_8f_b2n_hmdb51_novel': value
        for seed, value in novel.items()
    }
    text, raw, tools = run_fake(
        'stdd_b2n_hmdb51', '--seeds', '0', '1', numbers=numbers
    )
    lines = text.splitlines()
    assert lines[2] == '| method | base | novel | harmonic mean | remark |'
    means = [2 * 50 * 100 * v / (50 + 100 * v) for v in novel.values()]
    spread = statistics.stdev(means)
    spread_novel = statistics.stdev([25, 50])
    assert (
        f'| {BASE}, averaged | 50.00 +- 0.00 | 37.50 +- {spread_novel:.2f} '
        f'| {statistics.mean(means):.2f} +- {spread:.2f} |  |'
    ) in lines
    theirs = 'TC-CLIP, from CLIP; its README, paper'
    assert f'| {theirs} | 73.3 | 54.1 | 62.2 |  |' in lines
    why = (
        'not run here: how it was trained on so few videos is not known to us'
    )
    theirs = 'Open-VCLIP; README of FROSTER, paper'
    assert f'| {theirs} | 70.3 | 50.4 | 58.7 | {why} |' in lines
    lists, labels = (
        f'{text.format("base")}, {text.format("novel")}'
        for text in (
            'data/hmdb51/annotations/base_to_novel/{}_test.txt',
            'data/labels/hmdb51_{}.txt',
        )
    )
    base, novel = labels.split(', ')
    assert lines[-1] == (
        f'Test videos: {lists}; vocabulary: {base} (26 classes), {novel} '
        '(25 classes); metric: acc/top1.'
    )
    trained = [c for c in tools.commands if task_of(c) == 'train']
    lists = 'annotations/base_to_novel'
    for seed, words in enumerate(trained):
        file = f'{lists}/base_k16_seed{seed}.txt'
        dataset = config_of(words).train_dataloader.dataset
        assert (dataset.data_root, dataset.ann_file) == ('data/hmdb51', file)
        assert (word_after(words, '--seed')) == str(seed)
    assert len(trained) == 2
    (table,) = raw.values()
    assert table[f'{BASE}, averaged'] == dict(
        base=[0.5, 0.5], novel=[0.25, 0.5]
    )


def test_base_to_novel_of_others(run_fake):
    """Prompts, and what is said to, start from Kinetics-400."""
    words = ('stdd_b2n_ucf101', '--seeds', '1', '--rows', 'other methods')
    _, raw, tools = run_fake(*words)
    (table,) = raw.values()
    assert list(table) == [
        'ViFi-CLIP, from CLIP',
        'ViFi-CLIP, prompts alone',
        'TC-CLIP, from CLIP',
        'TC-CLIP, from Kinetics-400',
    ]
    started = {}
    for command_words in tools.commands:
        if task_of(command_words) == 'train':
            config = config_of(command_words)
            folder = Path(word_after(command_words, '--work-dir'))
            started[folder.parent.name] = config.load_from or ''
            if '_b2n_' in folder.parent.name:
                file = config.train_dataloader.dataset.ann_file
                assert file.endswith('base_k16_seed1.txt')
    names = {
        'vifi_clip_prompts_vit-b16_32f_b2n_ucf101_base': 'vifi_clip_vit-b16',
        'tc_clip_vit-b16_16f_b2n_ucf101_base_from_k400': 'tc_clip_vit-b16',
    }
    assert len(started) == 6
    for folder, start in started.items():
        if folder in names:
            assert f'{names[folder]}' in start and '_k400/seed1/' in start
        else:
            assert not start


def test_broken_half_has_no_mean(run_fake):
    text, _, _ = run_fake(
        'stdd_b2n_k400', '--seeds', '0', fails=['novel'], failing='3 of 6'
    )
    row = f'| {BASE}, averaged | 50.00 | failed | failed |  |'
    assert row in text.splitlines()


def test_every_run_has_its_configs():
    for name in ours.NAMES:
        for run in runs_of([ours.table_of(name, (1, 2, 3))]):
            for config in (run.model.config, run.test.data):
                assert (ROOT / f'configs/{config}.py').is_file()


def test_gpus_have_to_divide_the_smallest_batch(capsys, tmp_path):
    words = ['stdd_zs_k600', '--gpus', '32', '--out', str(tmp_path)]
    with pytest.raises(SystemExit):
        command.run(group, words)
    assert '--gpus must divide the batch of 16' in capsys.readouterr().err
