"""ZS-Stage's tables: folds, controls, what is compared."""

import json

import pytest

from stclip.benchmarking.accuracy import stage
from stclip.benchmarking.accuracy.claims import (
    Claim,
    read_claims,
    verdicts,
)
from stclip.benchmarking.accuracy.intervals import Interval
from stclip.benchmarking.accuracy.runs import Bench
from stclip.labels.label_split import read_label_split
from stclip.utils.resources import shipped
from stclip.zs_stage.classes import FOLDS, PAIRS

CONTROLS = {
    'CLIP, full frame', 'CLIP, person crop', 'CLIP, both views',
    'ST-CLIP, untrained', 'person crop, tuned', 'both views, tuned',
}  # fmt: skip


@pytest.mark.parametrize('track', ['single', 'multi'])
def test_controls_are_those_of_the_protocol(track):
    rows = stage.track_rows([track])
    assert {row.title for row in rows if row.control} == CONTROLS


@pytest.mark.parametrize('track', ['clips', 'stdd'])
def test_controls_of_recognisers(track):
    """One frame and names, as they are and tuned."""
    rows = [row for row in stage.track_rows([track]) if row.control]
    assert [row.title for row in rows] == ['CLIP, names', 'CLIP, names, tuned']
    plain, tuned = (row.run.model for row in rows)
    assert plain.overrides == tuned.overrides
    assert (plain.trained, tuned.trained) == (False, True)


def test_crowds_are_scored_with_one_bias(tmp_path):
    """Controls too: a loss that harms them would flatter what is compared."""
    bench, biases = Bench(tmp_path, (0,)), {}
    for row in stage.track_rows(['multi']):
        model = bench.config_of(row.run.model, seed=0).model
        if 'recognizer' in model:  # whose logits are its own
            continue
        head = model.head
        assert head.type == 'CosineHead'
        biases.setdefault(head.bias, []).append(row.title)
    assert biases.pop(0.0) == ["+ interest tokens, the paper's head"]
    assert [*biases] == [-4.0]


@pytest.mark.parametrize(
    'track, titles',
    [
        ('single', ['iCLIP', 'iCLIP, with memory', 'OpenMixer, boxes given']),
        ('multi', ['iCLIP', 'Vita-CLIP, tracklets']),
    ],
)
def test_detectors_of_others_are_run_when_named(track, titles, tmp_path):
    """On the track's data, with the boxes that its tables are of."""
    bench, usual = Bench(tmp_path, (0,)), {}
    for table in stage.track_tables(track):
        assert not set(titles) & set(table.rows)
    reference, *_ = stage.track_rows([track])
    usual = bench.config_of(reference.run.model, seed=0).test_dataloader
    for table in stage.track_tables(track, ['other methods']):
        assert list(table.rows) == titles
        for runs in table.rows.values():
            config = bench.config_of(runs[0].model, seed=0)
            data = config.test_dataloader.dataset
            for key in ('data_root', 'ann_file', 'det_file', 'box_sources'):
                assert data[key] == usual.dataset[key], key


def test_none_differs_from_da_sti_by_the_interactions_alone():
    rows = {row.title: row for row in stage.track_rows(['clips'])}
    ours, none = rows['+ both (DA-STI)'], rows['ActionCLIP, attributes']
    assert none.schedule_of == ours.title
    assert none.run.model.config == ours.run.model.config
    assert none.run.model.overrides == {
        'model.interaction': {'spatial': False, 'temporal': False}
    }


def test_every_row_is_run_on_every_fold():
    tables = stage.track_tables('single')
    assert [table.title for table in tables] == [
        'Single-action track, ground-truth boxes',
        'Single-action track, detected boxes',
    ]
    for table in tables:
        assert list(table.columns) == [f'fold {fold}' for fold in FOLDS]
        for runs in table.rows.values():
            files = [
                run.model.overrides['test_dataloader.dataset.label_split']
                for run in runs
            ]
            unseen = [read_label_split(shipped(file)).test for file in files]
            assert [set(names) for names in unseen] == [
                set(names) for names in FOLDS.values()
            ]
            assert len({run.model.name for run in runs}) == len(FOLDS)


def test_kinds_are_the_pairs():
    assert len(stage.KINDS['motion pairs']) == 2 * len(PAIRS['motion'])
    for names in FOLDS.values():
        counts = {
            kind: len(set(names) & set(members))
            for kind, members in stage.KINDS.items()
        }
        assert counts == {
            'motion pairs': 4, 'object pairs': 2, 'partner pairs': 2,
        }  # fmt: skip


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path, (0, 1))


def finish(bench, table, title, right):
    """Write answers of a row: ``right`` of the videos of each class."""
    for run in table.rows[title]:
        file = run.model.overrides['test_dataloader.dataset.label_split']
        names = list(read_label_split(shipped(file)).test)
        answers = [
            dict(
                video=f'{name}_{k}',
                label=name,
                taken_for=name if k < right else names[names.index(name) - 1],
            )
            for name in names
            for k in range(4)
        ]
        for seed in bench.seeds_of(run.model):
            # An older test does not count.
            for when, found in (('2026a', []), ('2026b', answers)):
                folder = bench.test_folder(run, seed) / when
                folder.mkdir(parents=True)
                content = dict(labels=names, answers=found)
                path = folder / 'recognition.json'
                path.write_text(json.dumps(content))


def test_what_has_finished_is_compared(bench):
    table, *_ = stage.track_tables('clips')
    assert stage.comparison(bench, 'clips', table) is None
    finish(bench, table, '+ both (DA-STI)', 4)
    assert stage.comparison(bench, 'clips', table) is None
    finish(bench, table, 'CLIP, names', 2)
    compared = stage.comparison(bench, 'clips', table)
    rows = {row.title: row for row in compared.table()}
    assert set(rows) == {'CLIP, names', '+ both (DA-STI)'}
    assert rows['CLIP, names'].mean.mean == pytest.approx(50)
    assert rows['CLIP, names'].gain is None
    gain = rows['+ both (DA-STI)'].gain
    assert gain.mean == pytest.approx(50) and 30 < gain.low < gain.high <= 70


def test_table_and_picture_of_differences(bench):
    tables = stage.track_tables('clips')
    finish(bench, tables[0], '+ both (DA-STI)', 4)
    finish(bench, tables[0], 'CLIP, names', 2)
    # Without a claim's two rows there is no table of claims, and no picture.
    [text] = stage.comparisons(bench, ['clips'], tables)
    assert not (bench.out / 'claims_clips.png').exists()
    finish(bench, tables[0], 'ActionCLIP, attributes', 3)
    text, claims = stage.comparisons(bench, ['clips'], tables)
    lines = text.splitlines()
    assert lines[0] == (
        '### Clips of the single-action track, top-1, with 95 % intervals'
    )
    assert lines[2].count('pairs') == 3
    control, _, ours = lines[4:7]
    assert control.startswith('| CLIP, names | 50.0 (')
    assert control.count('best control') == 4
    assert ours.startswith('| + both (DA-STI) | 100.0 (100.0 to 100.0) | +50')
    [claim] = [line for line in claims.splitlines() if '+25' in line]
    assert claim.startswith(
        '| both interactions | + both (DA-STI), minus ActionCLIP, attributes |'
    )
    assert claim.endswith('| holds |')
    for name in ('differences', 'claims'):
        picture = bench.out / f'{name}_clips.png'
        assert picture.stat().st_size > 1000


@pytest.mark.parametrize('track', list(stage.TRACKS))
def test_claims_name_rows_and_kinds_that_there_are(track):
    titles = {row.title for row in stage.track_rows([track])}
    claims = read_claims(track)
    for claim in claims.values():
        assert {claim.row, claim.minus} <= titles
        assert claim.gone in ('', *claims)
        assert claim.kind in ('', *stage.KINDS)


def test_a_claim_needs_its_whole_interval_above_the_floor(bench):
    tables = stage.track_tables('clips')
    for title, right in (
        ('CLIP, names', 2), ('+ both (DA-STI)', 2),
        ('ActionCLIP, attributes', 2),
    ):  # fmt: skip
        finish(bench, tables[0], title, right)
    compared = stage.comparison(bench, 'clips', tables[0])
    claims = {
        'equal': Claim('+ both (DA-STI)', 'ActionCLIP, attributes'),
        'not much worse': Claim(
            '+ both (DA-STI)', 'CLIP, names', 'motion pairs', -2
        ),
        'nothing is left of it': Claim(
            '+ both (DA-STI)', 'ActionCLIP, attributes', gone='not much worse'
        ),
        'nothing is left of nothing': Claim(
            '+ both (DA-STI)', 'ActionCLIP, attributes', gone='equal'
        ),
        'not run': Claim('co-attention', 'CLIP, names'),
    }
    tested = verdicts(compared, claims)
    assert {name: verdict for name, (_, verdict) in tested.items()} == {
        'equal': 'does not hold',
        'not much worse': 'holds',
        'nothing is left of it': 'holds',
        'nothing is left of nothing': 'says nothing',
    }


@pytest.mark.parametrize(
    'low, high, gone',
    [(-1, 1, True), (0, 2, True), (1, 2, False), (-2, -1, False)],
)
def test_what_is_gone_has_an_interval_that_holds_0(low, high, gone):
    gain = Interval((low + high) / 2, low, high)
    assert Claim('a', 'b', gone='c').holds(gain) == gone
    assert Claim('a', 'b').holds(gain) == (low > 0)


@pytest.mark.parametrize('track', list(stage.TRACKS))
def test_claims_are_about_rows_that_always_run(track):
    always = {
        row.title for row in stage.track_rows([track]) if not row.ablation
    }
    for claim in read_claims(track).values():
        assert {claim.row, claim.minus} <= always


@pytest.mark.parametrize('track', stage.TRACKS)
def test_tables_say_what_they_are_measured_on(track):
    """In words that are true of every row and of both metrics' boxes."""
    rows = stage.track_rows([track])
    for table in stage.track_tables(track, [row.title for row in rows]):
        ((_, metric), *_) = table.columns.values()
        (told,) = {stage.told(runs, metric) for runs in table.rows.values()}
        assert table.data == told and metric in told
        assert ('the ground truth' in told) == ('ground_truth' in metric)
        everything = 'all actions, of which' in told
        assert everything == (track == 'multi')


def test_a_number_that_differs_is_told_once():
    table = stage.track_tables('clips', folds=(1, 3))[0]
    assert table.data == (
        'Test videos: data/zs_stage/single/annotations/train.json, '
        'data/zs_stage/single/annotations/test.json; vocabulary: the unseen '
        'actions of data/splits/zs_stage/single_split{1,3}.yaml; metric: '
        'acc/top1.'
    )
