"""The search of schedules on ZS-Stage: trials, choices, folds after it."""

import pytest
import yaml
from fake_runs import config_of, task_of

from stclip.benchmarking.accuracy import report as report_room
from stclip.benchmarking.accuracy import schedules, search, stage
from stclip.benchmarking.accuracy.runs import read_config
from stclip.benchmarking.accuracy.schedules import (
    SCHEDULES,
    TRIALS,
    Schedule,
    neighbours,
    read_choices,
)
from stclip.labels.label_split import read_label_split
from stclip.utils.errors import UserError
from stclip.utils.resources import shipped
from stclip.zs_stage.classes import FOLDS

OURS = '+ both (DA-STI)'


@pytest.fixture(autouse=True)
def no_data(monkeypatch):
    monkeypatch.setattr(report_room, 'prepare', lambda *_: None)


def test_trials_are_those_of_the_protocol():
    trials = [SCHEDULES[name] for name in TRIALS]
    tried = {(round(t.rate, 3), t.iterations) for t in trials}
    rates, lengths = (0.333, 1, 3), (100, 200)
    assert tried == {(r, n) for r in rates for n in lengths}
    assert len(TRIALS) == 6


def test_neighbours_are_a_third_and_three_times_as_fast():
    for name, slower, faster in (
        ('x1_100', 'x0.33_100', 'x3_100'), ('x3_200', 'x1_200', 'x9_200'),
        ('x0.33_100', 'x0.11_100', 'x1_100'),
    ):  # fmt: skip
        assert neighbours(name) == [slower, faster]
        rate = SCHEDULES[name].rate
        assert SCHEDULES[slower].rate == pytest.approx(rate / 3)
        assert SCHEDULES[faster].rate == pytest.approx(rate * 3)
    assert neighbours('x81_200') == ['x27_200']


@pytest.mark.parametrize(
    'config, ends', [('da_sti/dasti_zs_stage', [50, 200]),
                     ('zs_stage_single', [50])],
)  # fmt: skip
def test_a_schedule_changes_rate_and_length(config, ends):
    """What ends with the training follows; the warm-up stays."""
    cfg, before = read_config(config), read_config(config)
    Schedule(3.0, 200).apply(cfg)
    assert cfg.train_cfg.max_iters == 200
    rate = before.optim_wrapper.optimizer.lr
    assert cfg.optim_wrapper.optimizer.lr == pytest.approx(3 * rate)
    assert [each.end for each in cfg.param_scheduler] == ends


@pytest.mark.parametrize('track', list(stage.TRACKS))
def test_schedules_are_searched_or_shared(track):
    """By every trained row, of one that is searched itself."""
    rows = {row.title: row for row in stage.track_rows([track])}
    searched = {row.title for row in search.searched_rows(track, [*rows])}
    for row in rows.values():
        if row.schedule_of:
            assert row.schedule_of in searched and row.title not in searched
            assert not rows[row.schedule_of].schedule_of
            assert rows[row.schedule_of].run.model.config == (
                row.run.model.config
            )
        else:
            assert (row.title in searched) == row.run.model.trained
    controls = {
        row.title
        for row in rows.values()
        if row.control and row.run.model.trained
    }
    assert controls <= searched
    # Towers have the untrained model as their control, and no claim.
    assert controls or track == 'towers'


def test_nothing_of_a_fold_is_looked_at():
    unseen = {name for names in FOLDS.values() for name in names}
    for track, trials in (('single', 6), ('clips', 2), ('stdd', 2)):
        tables = search.search_tables(track)
        assert len(tables) == trials
        for runs in (r for table in tables for r in table.rows.values()):
            assert len(runs) == 3
            for run in runs:
                files = {
                    value
                    for key, value in run.model.overrides.items()
                    if key.endswith('label_split')
                }
                [file] = files
                split = read_label_split(shipped(file))
                assert not unseen & {*split.train, *split.test}
    tables = search.search_tables('multi')
    assert [len(runs) for t in tables for runs in t.rows.values()] == [1] * (
        2 * len(search.searched_rows('multi'))
    )


def test_trials_are_tested_on_what_they_are_chosen_by():
    """Boxes that were detected are most of a test, and choose nothing."""
    key = 'test_dataloader.dataset.box_sources'
    for track, changed in (('multi', {key: ['ground_truth']}), ('clips', {})):
        for table in search.search_tables(track):
            for runs in table.rows.values():
                assert all(run.test.overrides == changed for run in runs)
            [metric] = {metric for _, metric in table.columns.values()}
            assert metric.startswith(('ground_truth/', 'acc/'))


def test_best_mean_of_the_sets_is_chosen_and_used(run_fake, no_choices):
    """By the search; the folds then take it, and so do the variants."""
    words = ['zs_stage', '--tracks', 'clips', '--seeds', '0', '1']
    # Best on one set, best in the mean.
    numbers = {
        'x0.33_100': 0.3,
        'dev1_x1_100': 0.9, 'dev2_x1_100': 0.1, 'dev3_x1_100': 0.1,
        'dev1_x3_100': 0.6, 'dev2_x3_100': 0.6, 'dev3_x3_100': 0.7,
    }  # fmt: skip
    text, _, tools = run_fake(
        *words, '--search', '--rows', OURS, numbers=numbers
    )
    trained = [w for w in tools.commands if task_of(w) == 'train']
    # Two trials and, as the faster one was the best each time, two more.
    assert len(trained) == 12 and len(tools.commands) == 24
    assert all('seed0' in name for name in tools.names)
    lengths = [config_of(words).train_cfg.max_iters for words in trained]
    assert set(lengths) == {100}
    chosen = yaml.safe_load(no_choices.read_text())['clips'][OURS]
    assert chosen['chosen'] == 'x3_200'
    assert chosen['tried']['x3_100'] == pytest.approx(63.33)
    assert chosen['tried']['x1_100'] == pytest.approx(36.67)
    assert chosen['tried']['x9_100'] == 50.0
    line = '| 30.0 | 36.7 | 63.3 | 50.0 | x3_200 | '
    assert f'| {OURS} {line}' in text
    assert 'DA-STI, 2 attributes; DA-STI, 4' in text

    rows = ('DA-STI, 0 attributes', 'CLIP, names, tuned', 'CLIP, names')
    text, _, tools = run_fake(*words, '--splits', '1', '--rows', *rows)
    config = read_config('da_sti/dasti_zs_stage')
    lr = config.optim_wrapper.optimizer.lr
    found = {
        name: config_of(words).optim_wrapper.optimizer.lr / lr
        for name, words in zip(tools.names, tools.commands, strict=True)
        if task_of(words) == 'train'
    }
    zero, tuned = 'attributes_0_split1_x3_200', 'names_tuned_split1'
    assert found == {
        f'train dasti_zs_stage_{name}/seed{seed}': pytest.approx(rate)
        for name, rate in ((zero, 3), (tuned, 1))
        for seed in (0, 1)
    }
    assert '| CLIP, names, tuned | - | - | - | - | not s' in text


def test_search_goes_on_and_keeps_what_was_chosen(run_fake, no_choices):
    words = ['zs_stage', '--search', '--rows']
    first = [*words, OURS, '--tracks', 'clips']
    _, _, tools = run_fake(*first, numbers={'x1_100': 0.6})
    assert len(tools.commands) == 18
    _, _, tools = run_fake(*first)
    assert tools.commands == []
    # A variant stands for the row whose schedule it takes.
    variant = [*words, 'graphs of other classes', '--tracks', 'stdd']
    _, _, tools = run_fake(*variant, numbers={'x0.33_100': 0.7})
    assert {name.split('_dev')[0] for name in tools.names} == {
        'train stdd_zs_stage', 'test seed0/test',
    }  # fmt: skip
    choices = read_choices()
    assert choices['clips'][OURS].chosen == 'x1_200'
    [choice] = choices['stdd'].values()
    assert choice.chosen == 'x0.33_200'
    # Slower was better, so the faster rate is not tried.
    assert [*choice.tried] == ['x0.33_100', 'x1_100', 'x0.11_100']


def test_the_best_lies_between_others_in_the_end(run_fake, no_choices):
    """However far out it was; what stands in the file is not tried again."""
    row = '+ interest tokens'
    words = ('zs_stage', '--search', '--rows', row, '--tracks', 'multi')
    known = dict(x0_33_100=60.0, x1_100=55.0, x3_100=50.0)
    tried = {key.replace('x0_33', 'x0.33'): v for key, v in known.items()}
    choice = dict(chosen='x0.33_200', tried=tried)
    no_choices.write_text(yaml.safe_dump({'multi': {row: choice}}))
    text, _, tools = run_fake(
        *words,
        numbers={'x0.11_100': 0.7, 'x0.037_100': 0.65},
        metric='ground_truth/frame_mAP@0.5',
    )
    assert [name for name in tools.names if name.startswith('train')] == [
        f'train zs_stage_multi_dev1_{rate}_100/seed0'
        for rate in ('x0.11', 'x0.037')
    ]
    assert f'| {row} | 65.0 | 70.0 | 60.0 | 55.0 | 50.0 | x0.11_200' in text
    assert list(read_choices()['multi'][row].tried.items()) == [
        *tried.items(), ('x0.11_100', 70.0), ('x0.037_100', 65.0),
    ]  # fmt: skip
    _, _, tools = run_fake(*words)
    assert tools.commands == []


def test_lengths_are_searched_too_on_the_single_track(run_fake, no_choices):
    """And a trial that fails stands as missing: the command ends badly."""
    row = '+ context prompting'
    text, *_ = run_fake(
        *('zs_stage', '--search', '--rows', row, '--tracks', 'single'),
        fails=['dev2_x3_200'],
        numbers={'x3_200': 0.9, 'x3_100': 0.6},
        metric='ground_truth/frame_mAP@0.5',
        failing='1 of 21',
    )
    line = '50.0 | 50.0 | 60.0 | 50.0 | 50.0 | 50.0 | failed | x3_100'
    assert f'| {row} | {line}' in text
    assert 'x3_200' not in read_choices()['single'][row].tried


def test_what_is_no_trial_names_the_mend(no_choices):
    row = dict(chosen='x2_200', tried={})
    no_choices.write_text(yaml.safe_dump(dict(clips={OURS: row})))
    with pytest.raises(UserError, match=r"no trial 'x2_200'; run .* --search"):
        stage.track_tables('clips')


def test_choices_that_cannot_be_written_are_refused_at_once(
    run_fake, monkeypatch, tmp_path
):
    monkeypatch.setattr(schedules, 'CHOSEN', '/proc/no/chosen.yaml')
    with pytest.raises(UserError, match='/proc cannot be written'):
        run_fake('zs_stage', '--search', '--tracks', 'clips')
    assert not list(tmp_path.iterdir())
