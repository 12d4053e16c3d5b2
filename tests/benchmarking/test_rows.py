"""Rows of tables: what is written in configs/benchmarks."""

import pytest
import yaml
from mmengine.dataset import pseudo_collate
from mmengine.registry import DefaultScope
from small_training import noise_batch
from tiny_model import ARCH, make_keyframe

import stclip.benchmarking.accuracy.placebos  # noqa: F401 registers models
from stclip.benchmarking.accuracy import rows
from stclip.benchmarking.accuracy.rows import Evaluation, Model, Run
from stclip.benchmarking.accuracy.runs import Bench
from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS
from stclip.utils.errors import UserError

LABELS = LabelSpace(
    ('sit', 'run'),
    keywords=(('chair', 'desk'), ('race',)),
    clauses=((('a chair',),) * 3, (('a road',),) * 3),
)
# Those that differ from a config; the configs have tests of their own.
CHANGED = {
    row.run.model.name: row.run.model
    for file in ('zs_stage', 'st_clip', 'da_sti', 'stdd')
    for table in rows.read_rows(file).values()
    for row in table
    if row.run.model.overrides
}
# Models that were built and passed, as text: equal ones pass alike.
LEARNING = set()
# Type -> layers of the tiny CLIP that are trained.
RECOGNIZERS = {
    'stclip.DASTIRecognizer': 1,
    'stclip.STDDRecognizer': 'all',
    'stclip.TCCLIPRecognizer': 'all',
}


@pytest.mark.parametrize('name', CHANGED)
def test_loss_and_scores_are_finite_on_a_tiny_clip(name, tmp_path):
    config = Bench(tmp_path, [0]).config_of(CHANGED[name], seed=0)
    clip = config.model.clip
    clip.update(arch=ARCH, pretrained=None)
    recognizer = config.model.type in RECOGNIZERS
    if recognizer:
        clip.trained_layers = RECOGNIZERS[config.model.type]
        data = noise_batch(LABELS, (0, 1), config.model.num_frames)
    else:
        data = pseudo_collate([make_keyframe(2), make_keyframe(1, seed=1)])
    told = repr(config.model)
    if told in LEARNING:
        return
    with DefaultScope.overwrite_default_scope('stclip'):
        model = MODELS.build(config.model)
    scores = [
        p.pred_score if recognizer else p.pred_instances.scores
        for p in model.test_step(data)
    ]
    assert len(scores) == 2
    assert all(value.isfinite().all() for value in scores)
    if recognizer:
        data = noise_batch(LABELS, (0, 1), config.model.num_frames)
    data = model.data_preprocessor(data, training=True)
    assert sum(model(**data, mode='loss').values()).isfinite()
    LEARNING.add(told)


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Rows of a file of its own."""
    monkeypatch.setattr(rows, 'shipped', lambda path: tmp_path / path)

    def write(**tables):
        path = tmp_path / 'configs' / 'benchmarks' / 'mine.yaml'
        path.parent.mkdir(parents=True)
        path.write_text(yaml.safe_dump(tables, sort_keys=False))
        return rows.read_rows('mine')

    return write


def test_rows_as_they_are_written(write):
    test = dict(name='half', weights='averaged.pth', set={'b': 2})
    changed = dict(
        id='mine', config='x/y', trained=False, set={'a.b': 1}, test=test
    )
    tables = write(t={'plain': dict(config='x/y'), '8': changed})
    plain, other = tables['t']
    assert plain.run == Run(Model('y', 'x/y'))
    assert other.title == '8'
    assert other.run == Run(
        Model('mine', 'x/y', {'a.b': 1}, trained=False),
        Evaluation('half', overrides={'b': 2}, weights='averaged.pth'),
    )


@pytest.mark.parametrize(
    'values', [dict(config='a', sets={}), dict(config='a', test=dict(x=1))]
)
def test_unknown_keys_name_the_row(write, values):
    with pytest.raises(UserError, match=r"mine\.yaml, t, 'row': unknown"):
        write(t=dict(row=values))


def test_a_file_is_read_once(monkeypatch):
    """Whoever changes what is given changes a copy."""
    expected = rows.read_rows('stdd')
    monkeypatch.setattr(rows, 'read_yaml', None)
    rows.read_rows('stdd').clear()
    assert rows.read_rows('stdd') == expected != {}


def test_whole_parts_are_replaced_and_seeds_filled_in(tmp_path):
    model = Model(
        'mine',
        'zs_jhmdb_split1',
        {
            'model': {'_delete_': True, 'type': 'CLIPBaseline'},
            'train_dataloader.dataset.ann_file': 'k16_seed{seed}.txt',
        },
    )
    config = Bench(tmp_path, [3]).config_of(model, seed=3)
    assert config.model == dict(type='CLIPBaseline')
    assert config.train_dataloader.dataset.ann_file == 'k16_seed3.txt'
