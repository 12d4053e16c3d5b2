"""Tables of OpenMixer's protocol: rows, label splits, metrics."""

from pathlib import Path

import pytest
from bad_inputs import assert_one_line
from fake_runs import config_of, task_of

from stclip.benchmarking.accuracy import ovad
from stclip.benchmarking.accuracy.tables import published
from stclip.benchmarking.accuracy.told_data import told_keyframes
from stclip.evaluation.functional.open_vocabulary import MEASURES, SCORED

IOU_THR = dict(ovad_jhmdb=0.5, ovad_ucf=0.2)
STEP = dict(ovad_jhmdb=1, ovad_ucf=5)


def metrics_of(iou_thr):
    """All that ``OpenVocabularyMAP`` measures, each another value."""
    names = [
        f'{source}/{scored}/{part}/{measure}_mAP@{iou_thr}'
        for source in ('detected', 'ground_truth', 'own')
        for scored in SCORED
        for part in ('base', 'novel', 'mean')
        for measure in MEASURES
    ]
    return {name: index / 1000 for index, name in enumerate(names)}


def percent(metrics, *names):
    return [f'{100 * metrics[name]:.2f}' for name in names]


def test_tables_of_each_part_and_source(run_fake):
    metrics = metrics_of(0.5)
    words = ('--rows', 'ST-CLIP', 'OpenMixer', '--seeds', '0')
    text, raw, tools = run_fake('ovad_jhmdb', *words, metrics=metrics)
    ten, fifteen = (
        f'OVAD on J-HMDB, {parts} actions'
        for parts in ('10 base and 11 novel', '15 base and 6 novel')
    )
    boxes = 'detected boxes', 'ground-truth boxes', 'boxes of their own'
    assert list(raw) == [
        f'{part}, {each}, video mAP@0.5'
        for part in (ten, fifteen)
        for each in boxes
    ]
    lines = text.splitlines()
    assert lines[2] == (
        '| method | base | novel | mean | mean, frames counted | '
        'mean, all actions scored |'
    )
    cells = percent(
        metrics,
        *(
            f'ground_truth/own_part/{part}/video_released_mAP@0.5'
            for part in ('base', 'novel', 'mean')
        ),
        'ground_truth/own_part/mean/video_mAP@0.5',
        'ground_truth/all_classes/mean/video_released_mAP@0.5',
    )
    at = lines.index(f'### {ten}, ground-truth boxes, video mAP@0.5')
    assert lines[at + 4] == f'| ST-CLIP | {" | ".join(cells)} |'
    assert not lines[at + 5]
    split = 'data/splits/ovad/jhmdb_openmixer50.yaml'
    assert lines[at + 6].startswith(
        'Test keyframes: data/jhmdb/annotations/test.json; boxes: of the '
        f'ground truth; vocabulary: the base or the novel actions of {split}, '
    )
    assert lines[at + 6].endswith(
        'ground_truth/all_classes/mean/video_released_mAP@0.5.'
    )
    at = lines.index(f'### {ten}, detected boxes, video mAP@0.5')
    assert (
        'boxes: data/jhmdb/annotations/jhmdb_faster_RCNN_person.json, those '
        'above the best score of their frame less 0.001;'
    ) in lines[at + 6]
    trained = [c for c in tools.commands if task_of(c) == 'train']
    assert len(trained) == 4, 'each once for each label split'


def test_others_that_find_persons_themselves(run_fake):
    """Beside ours in their own tables, a column alone of most."""
    words = ('--rows', 'OpenMixer', '--seeds', '0')
    text, _, _ = run_fake('ovad_jhmdb', *words, metrics=metrics_of(0.5))
    lines = text.splitlines()
    title = (
        'OVAD on J-HMDB, 15 base and 6 novel actions, boxes of their own, '
        'video mAP@0.5'
    )
    at = lines.index(f'### {title}')
    assert lines[at + 4] == (
        '| OpenMixer, paper | - | 77.1 | - | - | - | from a leaderboard, '
        'which names no metric |'
    )
    assert lines[at + 5].startswith('| OpenMixer | ')
    assert lines[at + 6].startswith(
        '| SiA, paper | 81.4 | 83.2 | - | - | - | five draws of novel actions '
    )
    assert lines[at + 7].startswith(
        '| SiA, not trained on J-HMDB, paper | - | - | - | - | 57.1 | '
    )
    assert 'boxes: of the method itself;' in lines[at + 9]


def test_draws_of_novel_actions_and_their_mean(run_fake):
    """SiA's: each trained on its own actions, named by its draw."""
    metrics = metrics_of(0.5)
    novel = 'detected/own_part/novel/video_released_mAP@0.5'
    del metrics[novel]
    draws = 'sia25_draw0', 'sia25_draw4', 'sia50_draw1'
    text, raw, tools = run_fake(
        *('ovad_jhmdb', '--rows', 'ST-CLIP', '--seeds', '0'),
        *('--splits', *draws),
        metrics=metrics,
        metric=novel,
        numbers={'sia25_draw0': 0.7, 'sia25_draw4': 0.8},
    )
    counts = '16 base and 5', '15 base and 6', '10 base and 11'
    titles = [
        f'{of} novel actions ({draw})'
        for of, draw in zip(counts, draws, strict=True)
    ]
    means = [
        f'{part} actions of 2 draws (sia25)' for part in ('base', 'novel')
    ]
    boxes = 'detected boxes', 'ground-truth boxes'
    assert set(raw) == {
        f'OVAD on J-HMDB, {title}, {each}, video mAP@0.5'
        for title in (*titles, *means)
        for each in boxes
    }
    lines = text.splitlines()
    at = lines.index(
        f'### OVAD on J-HMDB, {means[1]}, detected boxes, video mAP@0.5'
    )
    assert lines[at + 2 : at + 5] == [
        '| method | sia25_draw0 | sia25_draw4 | mean +- std |',
        '|---|---|---|---|',
        '| ST-CLIP | 70.00 | 80.00 | 75.00 +- 5.00 |',
    ]
    trained = [c for c in tools.commands if task_of(c) == 'train']
    assert [
        config_of(words).train_dataloader.dataset.label_split
        for words in trained
    ] == [f'data/splits/ovad/jhmdb_{draw}.yaml' for draw in draws]


def test_best_box_alone_is_told_below_the_table(run_fake):
    """It overrides what the line says of the rows' own boxes."""
    option = 'test_dataloader.dataset.det_thr=0'
    text, raw, tools = run_fake(
        *('ovad_ucf', '--rows', 'CLIP, full frame', '--seeds', '0'),
        *('--cfg-options', option),
        metrics=metrics_of(0.2),
    )
    assert text.count(f'. With {option} in every run.\n') == len(raw) == 4
    assert len(tools.commands) == 2
    for words in tools.commands:
        assert config_of(words).test_dataloader.dataset.det_thr == 0


def test_label_splits_are_those_that_are_shipped():
    folder = Path(__file__).parents[2] / 'data' / 'splits' / 'ovad'
    for data in ovad.DATA.values():
        shipped = {path.stem for path in folder.glob(f'{data.splits}_*.yaml')}
        assert shipped == {f'{data.splits}_{n}' for n in ovad.LABEL_SPLITS}


def test_unknown_label_split_is_refused(tmp_path, capfd):
    assert_one_line(
        'benchmark ovad_ucf --splits sia25_draw0 sia75_draw0 --out '
        f'{tmp_path}',
        "ovad_ucf has no such label splits: got ('sia25_draw0', 'sia75_draw0')"
        ", there are ('openmixer50', 'openmixer75', ",
        capfd,
    )


@pytest.mark.parametrize('benchmark', ovad.DATA)
def test_every_row_is_measured_by_the_protocol(run_fake, benchmark):
    """On its label split, in training and testing, all actions scored."""
    metrics = metrics_of(IOU_THR[benchmark])
    _, _, tools = run_fake(benchmark, '--seeds', '0', metrics=metrics)
    tests = [c for c in tools.commands if task_of(c) == 'test']
    titles = [row.title for row in ovad.rows_of(benchmark)]
    assert len(tests) == 2 * len(titles)
    for command in tests:
        cfg = config_of(command)
        dataset = cfg.test_dataloader.dataset
        assert dataset.score_all is True
        assert dataset.label_split == cfg.train_dataloader.dataset.label_split
        assert '/ovad/' in dataset.label_split
        (metric,) = (
            each
            for each in cfg.test_evaluator
            if each.type == 'OpenVocabularyMAP'
        )
        assert metric.get('iou_thr', 0.5) == IOU_THR[benchmark]
        assert metric.get('frame_step', 1) == STEP[benchmark]
    splits = {config_of(c).test_dataloader.dataset.label_split for c in tests}
    assert len(splits) == 2


@pytest.mark.parametrize('benchmark', ovad.DATA)
def test_every_method_has_its_row(benchmark):
    """On both data sets the same ones; rows of a table on the same data."""
    titles = {row.title for row in ovad.rows_of(benchmark)}
    regions = {'DA-STI', 'STDD', 'BIKE', 'Text4Vis', 'ViFi-CLIP', 'TC-CLIP'}
    assert regions | {'MAXI', 'OpenMixer', 'OpenMixer, boxes given'} < titles
    assert titles == {row.title for row in ovad.rows_of('ovad_jhmdb')}
    for table in ovad.tables_of(benchmark):
        metrics = [metric for _, metric in table.columns.values()]
        source = metrics[0].partition('/')[0]
        for runs in table.rows.values():
            assert told_keyframes(runs, metrics, source) == table.data


def test_published_rows_fit_the_tables():
    columns = {*ovad.tables_of('ovad_jhmdb')[0].columns, 'remark'}
    for benchmark in ovad.DATA:
        splits = published('ovad', benchmark)
        assert set(splits) == {'every', 'openmixer50', 'openmixer75'}
        for rows in splits.values():
            assert all(set(row) <= columns for row in rows.values())
            assert all(row['remark'] for row in rows.values())
