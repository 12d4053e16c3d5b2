"""Towers of other families, taught by the tiny CLIP."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from stclip.benchmarking.accuracy import stage
from stclip.benchmarking.tiny_clip import distil as tool
from stclip.benchmarking.tiny_clip.distil import (
    Distillation,
    build_student,
    build_teacher,
    distillation_loss,
    teach,
)
from stclip.benchmarking.tiny_clip.exam import as_they_are
from stclip.benchmarking.tiny_clip.families import FAMILIES
from stclip.benchmarking.tiny_clip.recipe import HELD_OUT_SHARDS
from stclip.benchmarking.zs_stage_data import steps_of
from stclip.models.clip import CLIPBackbone
from stclip.utils.errors import UserError
from stclip.zs_stage import pretraining
from tests.reference.other_writer import WAIT, other_process
from tools.distil_tiny_clip import command

SIZE = 96
DETECTED = 'data/zs_stage/single/detections/test.json'


def recipe_of(family, folder, **options):
    defaults = dict(
        shards=1, iterations=2, batch_size=4, lr=1e-3, muon_lr=2e-3, seed=3,
        workers=1,
    )  # fmt: skip
    out = folder / family
    return Distillation(
        family=family, out=out, work_dir=folder, **defaults | options
    )


@pytest.fixture(scope='module')
def stills(tmp_path_factory):
    """Files of a few scenes."""
    folder = tmp_path_factory.mktemp('stills')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretraining, 'SHARD_SCENES', 8)
        return [
            pretraining.render_shard(folder, number, seed=3)
            for number in range(1 + HELD_OUT_SHARDS)
        ]


def test_the_loss_by_hand():
    """Unit vectors of the plane at known angles."""

    def units(*degrees):
        angles = torch.tensor(degrees).float().deg2rad()
        return torch.stack([angles.cos(), angles.sin()], dim=1)

    # The first pair is 60 degrees apart, the second one coincides.
    found, wanted = 3 * units(60, 90), 0.5 * units(0, 90)
    distance = (2 - 2 * math.cos(math.pi / 3)) / 2
    rows = [(0.5, math.cos(math.pi / 6)), (0.0, 1.0)]
    entropy = [
        math.log(sum(math.exp(20 * cosine) for cosine in row)) - 20 * row[k]
        for k, row in enumerate(rows)
    ]
    expected = distance + sum(entropy) / 2
    loss = distillation_loss(found, wanted)
    assert float(loss) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize('family', FAMILIES)
def test_a_folder_is_a_clip(family, stills, tmp_path, monkeypatch):
    """Written, read and stepped through; its texts are the teacher's."""
    monkeypatch.setattr(tool, 'render_stills', lambda recipe: stills)
    recipe = recipe_of(family, tmp_path)
    tool.distil(recipe)
    monkeypatch.chdir(tmp_path)
    clip = CLIPBackbone(
        arch=f'{family}/open_clip_config.json',
        pretrained=f'{family}/tiny_clip.pt',
    )
    images = torch.randn(2, 3, SIZE, SIZE)
    tokens = torch.randint(1, 400, (3, 77))
    with torch.no_grad():
        torch.testing.assert_close(
            clip.project(clip.encode_images(images)),
            clip.model.encode_image(images),
            rtol=1e-4,
            atol=1e-5,
        )
        found = clip.model.encode_text(tokens)
        wanted = build_teacher().encode_text(tokens)
    torch.testing.assert_close(found, wanted, rtol=0, atol=5e-3)
    record = json.loads((recipe.out / 'training.json').read_text())
    assert record['options']['family'] == family
    assert set(record['held_out_top1']) == {'teacher', 'student'}


@torch.no_grad()
def distance(teacher, student, collection):
    """1 - cosine of both features, mean over all stills."""
    [images] = as_they_are(collection, np.arange(len(collection)), SIZE)
    found = F.cosine_similarity(teacher(images), student.eval()(images))
    return 1 - float(found.mean())


def test_students_come_closer(stills, tmp_path):
    recipe = recipe_of('pe_core', tmp_path, iterations=15, batch_size=6)
    collection = pretraining.StillCollection(stills[:1])
    model = build_teacher()
    torch.manual_seed(0)
    student = build_student(model, recipe)
    kept = [*model.parameters(), *student.text.parameters()]
    before = [value.detach().clone() for value in kept]
    towers = model.visual, student.visual
    first = distance(*towers, collection)
    teach(recipe, collection, *towers)
    assert distance(*towers, collection) < 0.9 * first
    torch.testing.assert_close([v.detach() for v in kept], before)


def test_a_killed_one_goes_on(stills, tmp_path, monkeypatch):
    """As if it had not been; with other options it is refused."""
    monkeypatch.setattr(tool, 'SAVE_INTERVAL', 2)
    monkeypatch.setattr(tool, 'render_stills', lambda recipe: stills)
    # The weights are compared, not how well they see.
    monkeypatch.setattr(tool, 'accuracies', lambda *_: {})
    look, weights = tool._look, []
    for name in ('whole', 'killed'):
        folder = tmp_path / name
        folder.mkdir()
        recipe = recipe_of('pe_core', folder, iterations=4)
        with monkeypatch.context() as patch:
            if name == 'killed':
                calls = iter(range(4))

                def stopped(*args):
                    if next(calls) == 3:
                        raise KeyboardInterrupt
                    return look(*args)

                patch.setattr(tool, '_look', stopped)
                with pytest.raises(KeyboardInterrupt):
                    tool.distil(recipe)
        tool.distil(recipe)
        file = recipe.out / 'tiny_clip.pt'
        weights.append(torch.load(file, weights_only=True))
    torch.testing.assert_close(*weights, rtol=0, atol=0)
    with pytest.raises(UserError, match=r'trained with lr 0\.001: give'):
        tool.distil(replace(recipe, lr=2e-3), overwrite=True)


def test_families_are_taught_beside_each_other(tmp_path, monkeypatch):
    """From one folder of stills; a family by one process at a time."""
    works = []

    def teach_it(recipe, indices):
        # Whoever holds the whole folder keeps other families out.
        assert not (recipe.work_dir / '.lock').exists()
        works.append(recipe.family)

    monkeypatch.setattr(tool, 'render_stills', lambda recipe: [])
    monkeypatch.setattr(tool, '_distil', teach_it)
    work = tmp_path / 'work'
    eva02, siglip = (
        replace(recipe_of(family, tmp_path), work_dir=work)
        for family in ('eva02', 'siglip')
    )
    family = str(work / 'eva02')
    body = f"with outputs.own_folder(Path({family!r}), '--work-dir'): {WAIT}"
    with other_process(body):
        tool.distil(siglip)
        with pytest.raises(UserError, match=f'{family} is being written by'):
            tool.distil(eva02)
    assert works == ['siglip']


def test_rows_of_families_are_prepared_by_the_tool():
    """What a row loads is what a step before it makes."""
    made = {step.makes for step in steps_of(['towers'])}
    rows = stage.track_rows(['towers'])
    wanted = {row.run.model.overrides['model.clip.pretrained'] for row in rows}
    assert wanted == made - {DETECTED, None}
    assert len(rows) == 2 * len(FAMILIES) == 2 * len(wanted)
    [given] = (each for each in command.params if each.name == 'family')
    assert tuple(given.type.choices) == tuple(FAMILIES)
