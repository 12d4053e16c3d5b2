"""Stills, training and export, one after the other."""

from functools import partial
from pathlib import Path

from stclip.benchmarking.tiny_clip.export import EXPORTED, export
from stclip.benchmarking.tiny_clip.recipe import (
    HELD_OUT_SHARDS,
    Recipe,
    Training,
)
from stclip.benchmarking.tiny_clip.trainer import Trainer
from stclip.utils.children import worker_pool
from stclip.utils.outputs import new_results, own_folder
from stclip.zs_stage.pretraining import StillCollection, render_shard
from stclip.zs_stage.rendering import show_progress


def pretrain(recipe: Recipe, overwrite: bool = False) -> None:
    """Render, train, export; started again, go on from the last checkpoint.

    Args:
        recipe: All that the weights depend on.
        overwrite: Whether they may replace others.

    Raises:
        UserError: If nothing can be written, others are there, or the
            checkpoint is of another recipe.
    """
    results = [recipe.out / name for name in EXPORTED]
    with (
        new_results(results, (), overwrite),
        own_folder(recipe.work_dir, '--work-dir'),
    ):
        _pretrain(recipe)


def _pretrain(recipe: Recipe) -> None:
    indices = render_stills(recipe)
    collection = StillCollection(indices[: recipe.shards])
    held_out = StillCollection(indices[recipe.shards :])
    print(f'{len(collection)} stills, {len(held_out)} held out', flush=True)
    trainer = Trainer(recipe, collection)
    trainer.load()
    trainer.run(held_out)
    export(trainer, len(collection))


def render_stills(recipe: Training) -> list[Path]:
    """Render all shards, those for training and those held out."""
    folder = recipe.work_dir / f'stills_seed{recipe.seed}'
    render = partial(render_shard, folder, seed=recipe.seed)
    count = recipe.shards + HELD_OUT_SHARDS
    with worker_pool(recipe.workers) as pool:
        done = pool.imap(render, range(count))
        return show_progress(done, count, 'stills', 'shards')
