"""The table of methods: what is counted, on a CLIP of three layers."""

import json

import pytest
import torch
from mmengine.config import Config
from tiny_model import ARCH

from stclip.benchmarking import complexity
from stclip.benchmarking.complexity import Row
from stclip.benchmarking.speed import methods
from stclip.engine.pictures import clips_of
from stclip.utils.errors import UserError


def rows(arch):
    tiny = {'model.clip.arch': str(arch)}
    return {
        'frames': Row('clip/zs_jhmdb_full_frame', 6, tiny),
        'both': Row('clip/zs_jhmdb_both_views', 6, tiny),
        'STDD': Row(
            'stdd/stdd_vit-b16_8f_k400', 6, {**tiny, 'model.prompts': 'a'}
        ),
    }


@pytest.fixture(autouse=True)
def arch(monkeypatch, tmp_path):
    """File of the tiny CLIP, which the rows have."""
    arch = tmp_path / 'arch.json'
    arch.write_text(json.dumps(dict(model_cfg=ARCH)))
    monkeypatch.setattr(methods, 'read_rows', lambda: rows(arch))
    monkeypatch.setattr(complexity, 'described', lambda labels, cfg: labels)
    return arch


def cells(capsys, *titles):
    """Of both tables: title -> its row."""
    methods.run(methods.Options(titles, 2, 1, 'cpu'))
    tables = capsys.readouterr().out.split('---|\n')[1:]
    return [
        {
            line.split(' | ')[0].strip('| '): line.strip('| ').split(' | ')
            for line in table.splitlines()
            if line.startswith('| ') and '| method |' not in line
        }
        for table in tables
    ]


def test_what_a_step_stands_on(capsys):
    """One or two pictures of a keyframe, the eight frames of a video."""
    found, _ = cells(capsys, 'frames', 'both', 'STDD')
    titles = 'frames', 'both', 'STDD'
    assert [found[title][2] for title in titles] == ['1', '2', '8']
    # Encodes and the head, which is next to nothing.
    assert found['frames'][4] == found['both'][4] == '1.00'
    # Half of the tokens go twice more through a third of each layer.
    assert 1.33 < float(found['STDD'][4]) < 1.43
    assert all(float(row[7]) > 0 for row in found.values())


def test_what_training_has_to_cost(capsys):
    """Two more products for each one through which a gradient comes."""
    tested, trained = cells(capsys, 'frames', 'STDD')
    assert tested.keys() == trained.keys()
    for title, row in trained.items():
        assert row[1:3] == tested[title][1:3]
        assert float(row[7]) > 0
    # Nothing is trained.
    assert trained['frames'][4] == tested['frames'][4]
    # The whole image tower is, but pixels need no gradient.
    ratio = float(trained['STDD'][4]) / float(tested['STDD'][4])
    assert 2.8 < ratio < 3


def test_only_what_leads_to_trained_weights_is_gone_back_through(arch):
    """ActionCLIP's: CLIP and the texts are frozen, six layers are not."""
    tiny = {'model.recognizer.clip.arch': str(arch)}
    row = Row('action_clip/actionclip_zs_jhmdb_split1', 6, tiny)
    model, labels = complexity.build(row, complexity.unseen_labels())
    with torch.no_grad():
        forward, step = (
            complexity.multiply_adds(
                step_of(model, complexity.unit_of(model), labels)
            )
            for step_of in (methods.tested, methods.trained)
        )
    tokens, width = 8, ARCH['embed_dim']
    layers = 6 * (12 * tokens * width**2 + 2 * tokens**2 * width)
    scores = 16 * len(labels) * width  # of texts by 16 templates
    assert step - forward == 2 * layers + scores


@pytest.mark.parametrize(
    'config, most',
    [
        ('da_sti/dasti_zs_jhmdb_split1', 9),
        ('i_clip/iclip_zs_jhmdb_split1', 2),
        ('openmixer/openmixer_jhmdb50', 16),
    ],
)
def test_detectors_stand_on_what_they_encode(config, most):
    """Of a recogniser on regions the frames, of iCLIP frame and person."""
    cfg = Config.fromfile(f'configs/{config}.py')
    for clip in clips_of(cfg.model):
        clip.update(arch=ARCH, trained_layers=0)
    model = complexity.bare_model(cfg)
    assert methods.encodes_of(model) == most


def test_rows_by_title(capsys):
    assert [[*table] for table in cells(capsys, 'both')] == [['both']] * 2
    with pytest.raises(UserError, match="'one'"):
        methods.run(methods.Options(('one',), 1, 1, 'cpu'))
