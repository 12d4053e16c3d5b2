"""The table of methods: what is counted, on a CLIP of three layers."""

import json

import pytest
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
def small(monkeypatch, tmp_path):
    arch = tmp_path / 'arch.json'
    arch.write_text(json.dumps(dict(model_cfg=ARCH)))
    monkeypatch.setattr(methods, 'read_rows', lambda: rows(arch))
    monkeypatch.setattr(complexity, 'described', lambda labels, cfg: labels)


def cells(capsys, *titles):
    methods.run(methods.Options(titles, 2, 1, 'cpu'))
    table = capsys.readouterr().out.split('---|\n')[1]
    return {
        line.split(' | ')[0].strip('| '): line.strip('| ').split(' | ')
        for line in table.splitlines()
    }


def test_what_a_step_stands_on(capsys):
    """One or two pictures of a keyframe, the eight frames of a video."""
    found = cells(capsys)
    titles = 'frames', 'both', 'STDD'
    assert [found[title][2] for title in titles] == ['1', '2', '8']
    # Encodes and the head, which is next to nothing.
    assert found['frames'][4] == found['both'][4] == '1.00'
    # Half of the tokens go twice more through a third of each layer.
    assert 1.33 < float(found['STDD'][4]) < 1.43
    assert all(float(row[7]) > 0 for row in found.values())


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
    assert list(cells(capsys, 'both')) == ['both']
    with pytest.raises(UserError, match="'one'"):
        methods.run(methods.Options(('one',), 1, 1, 'cpu'))
