"""Rows of other methods in the tables of recognisers."""

from fake_runs import config_of, task_of

from stclip.benchmarking.accuracy import da_sti
from stclip.benchmarking.accuracy.told_data import told_videos

SPLITS = (1, 2, 3)


def test_methods_of_others_are_run_when_named(run_fake):
    """Each on its own configs, beside what their authors print."""
    words = ['zs_hmdb51', '--tables', '1', '--splits', '2']
    halves = {'acc/half_mean': 0.6, 'acc/half_std': 0.04}
    text, raw, tools = run_fake(
        *words, '--rows', 'other methods', metrics=halves
    )
    table, half = raw.values()
    assert len(table) == 13 and len(tools.commands) == 26
    assert '| TC-CLIP (ViT-B/16, 16 frames) | 50.00 |' in text
    theirs = 'TC-CLIP (ViT-B/16, 16 frames; its README), paper'
    assert f'| {theirs} | - | 54.2 +- 0.7 |  |' in text
    # Two, in two sizes, are tested on drawn halves of the classes as well.
    assert list(half) == [
        'Text4Vis (ViT-B/16, 8 frames)',
        'BIKE (ViT-B/16, 8 frames)',
        'Text4Vis (ViT-L/14, 16 frames)',
        'BIKE (ViT-L/14, 8 frames)',
    ]
    paper = 'BIKE (ViT-L/14, 8 frames; its README), paper'
    assert f'| {paper} | 61.37 | 3.68 |' in text
    assert '| BIKE (ViT-B/16, 8 frames) | 60.00 | 4.00 |' in text


def test_methods_are_tested_as_their_configs_say(run_fake):
    """Metrics, the share of CLIP, and which weights: not the training's."""
    _, _, tools = run_fake(
        *('zs_ucf101', '--tables', '1', '--splits', '1'),
        *('--rows', 'other methods'),
        metrics={'acc/half_mean': 0.6, 'acc/half_std': 0.04},
    )
    tests = [words for words in tools.commands if task_of(words) == 'test']
    shares, draws, averaged = {}, set(), set()
    for words in tests:
        config = config_of(words)
        name = config.model.type.removeprefix('stclip.')
        if patching := config.default_hooks.get('patch_weights'):
            shares[name] = patching.ratio, tuple(patching.get('but_for', ()))
        (metric,) = config.test_evaluator
        if metric.get('half_draws'):
            draws.add((name, metric.half_draws))
        if any(word.endswith('averaged.pth') for word in words):
            averaged.add(name)
    assert shares == dict(
        MAXIRecognizer=(0.2, ()),
        TCCLIPRecognizer=(0.3, ('context.', 'prompting.')),
        OpenVCLIPRecognizer=(0.5, ()),
    )
    assert draws == {('BIKERecognizer', 10), ('Text4VisRecognizer', 10)}
    assert averaged == {'OpenVCLIPRecognizer'}


def test_few_shots_and_supervised_training_of_others(run_fake, tmp_path):
    _, raw, tools = run_fake('few_shot', '--rows', 'other methods')
    assert [list(rows) for rows in raw.values()] == 2 * [
        [
            'ViFi-CLIP (ViT-B/16), from Kinetics-400',
            'ViFi-CLIP (ViT-B/16), from CLIP',
            'ViFi-CLIP (ViT-B/16), prompts alone, from Kinetics-400',
            'TC-CLIP (ViT-B/16), from Kinetics-400',
            'TC-CLIP (ViT-B/16), from CLIP',
        ]
    ]
    trained = [words for words in tools.commands if task_of(words) == 'train']
    assert len(trained) == 2 + 2 * 5 * 4
    _, raw, tools = run_fake('k400', '--rows', 'other methods')
    (table,) = raw.values()
    assert 'TC-CLIP, ViT-B/16 (16 x 224, 4 x 3)' in table
    assert len(table) == 4
    configs = [config_of(w) for w in tools.commands if task_of(w) == 'test']
    assert [c.test_dataloader.dataset.views for c in configs] == 4 * ['4x3']


def test_rows_of_a_table_are_tested_on_the_same():
    """So its last line, of the first row, is true of all."""
    for name, numbers in da_sti.TABLES.items():
        for wanted in ((), ('other methods',)):
            for table in da_sti.tables_of(name, numbers, SPLITS, wanted):
                metrics = [metric for _, metric in table.columns.values()]
                for runs in table.rows.values():
                    assert told_videos(runs, metrics) == table.data
