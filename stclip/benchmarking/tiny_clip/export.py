"""The weights of a tiny CLIP as they are shipped."""

import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from stclip.benchmarking.tiny_clip.recipe import PREPROCESS
from stclip.benchmarking.tiny_clip.trainer import Trainer
from stclip.models.clip.architecture import CONFIG_NAME
from stclip.utils.io import atomic_write, write_json
from stclip.video.rendered import ZS_STAGE
from stclip.visualization import save_curves

#: File of the weights.
WEIGHTS = 'tiny_clip.pt'
#: How they were made.
RECORD = 'training.json'
#: How that went.
CURVE = 'curve.png'
EXPORTED = (WEIGHTS, CONFIG_NAME, RECORD, CURVE)


def write_clip(
    out: Path, model_cfg: Mapping[str, Any], state: Mapping[str, Tensor]
) -> None:
    """Write a CLIP of ZS-Stage: architecture, then weights in half precision.

    Args:
        out: Folder.
        model_cfg: As open_clip has it.
        state: Weights.
    """
    config = dict(
        model_cfg=model_cfg, preprocess_cfg=PREPROCESS, domain=ZS_STAGE
    )
    write_json(out / CONFIG_NAME, config, indent=2)
    half = {name: value.half() for name, value in state.items()}
    with atomic_write(out / WEIGHTS, 'wb') as file:
        torch.save(half, file)


def export(trainer: Trainer, num_stills: int) -> None:
    """Write the weights in open_clip's format, with how they were made."""
    out, state = trainer.recipe.out, trainer.model.state_dict()
    # Words that pre-training never saw say nothing instead of anything.
    words = state['token_embedding.weight']
    state['token_embedding.weight'] = words * trainer.used_tokens[:, None]
    write_clip(out, trainer.recipe.model, state)
    write_json(
        out / RECORD,
        dict(
            command='python tools/pretrain_tiny_clip.py',
            options=trainer.recipe.options,
            stills=num_stills,
            tokens_seen=int(trainer.used_tokens.sum()),
            training_seconds=round(trainer.seconds),
            machine=f'{platform.machine()}, {torch.get_num_threads()} threads',
            torch=torch.__version__,
            curve=trainer.curve,
        ),
        indent=2,
    )
    steps = [point['iteration'] for point in trainer.curve]
    loss = [point['loss'] for point in trainer.curve]
    close = [point['close_top1'] for point in trainer.curve]
    whole = [point['whole_top1'] for point in trainer.curve]
    save_curves(
        out / CURVE,
        ('training loss', steps, loss),
        ('zero-shot top-1, held-out close-ups', steps, close),
        ('zero-shot top-1, held-out whole scenes', steps, whole),
    )
    print(json.dumps(trainer.curve[-1]), f'written to {out}', flush=True)
