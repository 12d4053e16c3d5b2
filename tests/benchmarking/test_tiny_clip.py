"""Pre-training of the tiny CLIP, tinier still: resumes, exports, loads."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from stclip.benchmarking.tiny_clip import pretrain as tool
from stclip.benchmarking.tiny_clip import trainer
from stclip.benchmarking.tiny_clip.recipe import (
    HELD_OUT_SHARDS,
    MODEL,
    Recipe,
)
from stclip.models.clip import build_clip, build_tokenizer
from stclip.utils.errors import UserError
from stclip.zs_stage import pretraining


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(trainer, 'EVAL_INTERVAL', 2)
    monkeypatch.setattr(trainer, '_FIRST_SEEN', 40)
    monkeypatch.setattr(pretraining, 'SHARD_SCENES', 8)

    def render_here(recipe):
        folder = recipe.work_dir / 'stills'
        return [
            pretraining.render_shard(folder, number, seed=recipe.seed)
            for number in range(recipe.shards + HELD_OUT_SHARDS)
        ]

    monkeypatch.setattr(tool, 'render_stills', render_here)


VISION = dict(image_size=96, layers=1, width=64, patch_size=8, head_width=32)
TEXT = dict(MODEL['text_cfg'], width=32, heads=1, layers=1)
SMALL = dict(MODEL, embed_dim=16, vision_cfg=VISION, text_cfg=TEXT)


def recipe_in(folder):
    return Recipe(
        out=folder / 'out', work_dir=folder, shards=1, iterations=4,
        batch_size=6, lr=1e-3, muon_lr=2e-3, seed=3, workers=1,
        model=SMALL,
    )  # fmt: skip


@pytest.fixture
def pretrain(tmp_path):
    def run(name, **changed):
        recipe = recipe_in(tmp_path / name)
        tool.pretrain(replace(recipe, **changed))
        return recipe.out

    return run


@pytest.mark.parametrize(
    'step, expected',
    [
        # Lessons are given to pictures less and less, captions are spread in
        # the last fifth: contrast, captions' lessons, pictures', closeness,
        # crowding.
        (0, 2 + 5 + (0.5 * 7 + 11) + 20 * 13),
        (6, 2 + 5 + 0.4 * (0.5 * 7 + 11) + 20 * 13),
        (8, 2 + 5 + 0.2 * (0.5 * 7 + 11) + 20 * 13 + 100 * 17),
    ],
)
def test_loss_of_a_step(tmp_path, monkeypatch, step, expected):
    """Each part stands for itself; two captions a picture, their mean."""
    recipe = replace(recipe_in(tmp_path), iterations=10)
    made = trainer.Trainer(
        recipe, pretraining.StillCollection(tool.render_stills(recipe)[:1])
    )
    losses, contrasts = [], iter((1.0, 3.0))

    def constant(value):
        return lambda *_: torch.tensor(float(value))

    def lesson_loss(features, answers):
        assert len(features) == len(answers)
        return constant({6: 7, 12: 5}[len(features)])()

    for name, loss in dict(
        contrastive_loss=lambda *_: torch.tensor(next(contrasts)),
        closeness_loss=constant(13),
        crowding_loss=constant(17),
    ).items():
        monkeypatch.setattr(trainer, name, loss)
    monkeypatch.setattr(made.teaching, 'lesson_loss', lesson_loss)
    monkeypatch.setattr(made.teaching, 'sight_loss', constant(11))
    monkeypatch.setattr(made, '_update', losses.append)
    made.step = step
    assert made.train_step() == 2
    assert [float(loss) for loss in losses] == [pytest.approx(expected)]


def test_killed_run_goes_on_as_if_it_had_not_been(pretrain, monkeypatch):
    expected = pretrain('whole')
    with monkeypatch.context() as patch:
        step = trainer.Trainer.train_step

        def killed(self):
            if self.step == 3:
                raise KeyboardInterrupt
            return step(self)

        patch.setattr(trainer.Trainer, 'train_step', killed)
        with pytest.raises(KeyboardInterrupt):
            pretrain('killed')
    with pytest.raises(UserError, match='was trained with iterations 4: give'):
        pretrain('killed', iterations=8)
    resumed = pretrain('killed')
    for name in ('tiny_clip.pt', 'training.json'):
        assert (resumed / name).is_file()
    weights, same = (
        torch.load(folder / 'tiny_clip.pt', weights_only=True)
        for folder in (expected, resumed)
    )
    torch.testing.assert_close(same, weights, rtol=0, atol=0)
    records = [
        json.loads((folder / 'training.json').read_text())
        for folder in (expected, resumed)
    ]
    assert records[0]['curve'] == records[1]['curve']
    steps = [point['iteration'] for point in records[0]['curve']]
    assert steps == [2, 4]


def test_export_is_in_open_clips_format(pretrain):
    out = pretrain('whole')
    model = build_clip(
        str(out / 'open_clip_config.json'), str(out / 'tiny_clip.pt')
    )
    config = json.loads((out / 'open_clip_config.json').read_text())
    assert config['model_cfg'] == SMALL
    np.testing.assert_allclose(
        config['preprocess_cfg']['mean'],
        [0.48145466, 0.4578275, 0.40821073],
        atol=1e-6,
    )
    weights = model.token_embedding.weight
    seen, unseen = build_tokenizer(SMALL)(['person zebra'])[0, 1:3]
    assert weights[seen].abs().sum() > 0
    assert weights[unseen].abs().sum() == 0
    record = json.loads((out / 'training.json').read_text())
    assert record['options']['seed'] == 3
    assert (out / 'curve.png').read_bytes().startswith(b'\x89PNG')
