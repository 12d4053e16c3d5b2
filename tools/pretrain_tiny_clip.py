"""Pre-train ZS-Stage's tiny CLIP on rendered stills with noisy captions.

    python tools/pretrain_tiny_clip.py --out data/pretrained/tiny_clip

Started again, it goes on from its last checkpoint.
"""

import argparse
import json
import math
import multiprocessing
import platform
import time
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from stclip.models.clip import build_clip, build_tokenizer
from stclip.models.data_preprocessor import CLIP_MEAN, CLIP_STD
from stclip.utils.io import atomic_write, write_json
from stclip.visualization import save_curves
from stclip.zs_stage.actions import SINGLE_ACTIONS
from stclip.zs_stage.captions import action_key
from stclip.zs_stage.pretraining import (
    STILL_SIZE,
    StillCollection,
    augment,
    caption_batch,
    contrastive_loss,
    render_shard,
    zero_shot_accuracy,
)

MODEL = dict(
    embed_dim=128,
    quick_gelu=True,
    vision_cfg=dict(
        image_size=96, layers=6, width=128, patch_size=12, head_width=32
    ),
    text_cfg=dict(
        context_length=24, vocab_size=49408, width=64, heads=1, layers=3
    ),
)
PREPROCESS = dict(
    mean=[value / 255 for value in CLIP_MEAN],
    std=[value / 255 for value in CLIP_STD],
    interpolation='bicubic',
    resize_mode='shortest',
)
HELD_OUT_SHARDS = 2
EVAL_INTERVAL = 200


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument(
        '--out', type=Path, default=Path('data/pretrained/tiny_clip')
    )
    parser.add_argument(
        '--work-dir', type=Path, default=Path('work_dirs/tiny_clip')
    )
    parser.add_argument('--shards', type=int, default=60)
    parser.add_argument('--iterations', type=int, default=3200)
    parser.add_argument('--batch-size', type=int, default=128)
    parser.add_argument('--lr', type=float, default=1e-3)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--workers', type=int, default=2)
    parser.add_argument(
        '--fp32', action='store_true', help='instead of bfloat16'
    )
    return parser.parse_args()


def render_stills(args: argparse.Namespace) -> list[Path]:
    """Render all shards, those for training and those held out."""
    folder = args.work_dir / f'stills_seed{args.seed}'
    render = partial(render_shard, folder, seed=args.seed)
    numbers = range(args.shards + HELD_OUT_SHARDS)
    start = time.monotonic()
    indices = []
    context = multiprocessing.get_context('spawn')
    with context.Pool(args.workers, cv2.setNumThreads, (1,)) as pool:
        for index in pool.imap(render, numbers):
            indices.append(index)
            spent = time.monotonic() - start
            left = spent / len(indices) * (len(numbers) - len(indices))
            if len(indices) % 10 == 0 or len(indices) == len(numbers):
                print(
                    f'stills: {len(indices)}/{len(numbers)} shards, '
                    f'{spent:.0f} s, {left:.0f} s left',
                    flush=True,
                )
    return indices


def set_learning_rate(
    optimizer: torch.optim.Optimizer, step: int, args: argparse.Namespace
) -> None:
    """Linear warm-up over a twentieth, then a cosine to zero."""
    warm_up = max(args.iterations // 20, 1)
    if step < warm_up:
        factor = (step + 1) / warm_up
    else:
        part = (step - warm_up) / max(args.iterations - warm_up, 1)
        factor = 0.5 * (1 + math.cos(math.pi * part))
    for group in optimizer.param_groups:
        group['lr'] = args.lr * factor


def make_optimizer(model: torch.nn.Module, lr: float) -> torch.optim.Optimizer:
    """AdamW; vectors, scalars and embeddings do not decay."""
    decayed, others = [], []
    for name, parameter in model.named_parameters():
        matrix = parameter.ndim >= 2 and 'embedding' not in name
        (decayed if matrix else others).append(parameter)
    groups = [
        dict(params=decayed, weight_decay=0.1),
        dict(params=others, weight_decay=0.0),
    ]
    return torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.98), eps=1e-6)


def normalise(pictures: np.ndarray) -> torch.Tensor:
    """Turn ``(n, h, w, 3)`` uint8 RGB into CLIP's ``(n, 3, h, w)`` input."""
    mean, std = (torch.tensor(scale) for scale in (CLIP_MEAN, CLIP_STD))
    pixels = torch.from_numpy(pictures).float()
    return ((pixels - mean) / std).permute(0, 3, 1, 2)


def held_out_examples(
    collection: StillCollection,
) -> tuple[np.ndarray, np.ndarray]:
    """Return close-ups that show one class, cut as for the model."""
    keys = [action_key(name) for name in SINGLE_ACTIONS]
    chosen, labels = [], []
    for place, still in enumerate(collection.stills):
        actions = still.people[0].actions if still.people else ()
        if still.close and len(actions) == 1 and actions[0] in keys:
            chosen.append(place)
            labels.append(keys.index(actions[0]))
    edge = (STILL_SIZE - MODEL['vision_cfg']['image_size']) // 2
    pictures = collection.pictures(np.array(chosen))
    return pictures[:, edge:-edge, edge:-edge], np.array(labels)


class Trainer:
    """Model, optimizer and curve, to be saved and resumed together."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        torch.manual_seed(args.seed)
        self.model = build_clip(MODEL, pretrained=None)
        self.optimizer = make_optimizer(self.model, args.lr)
        self.tokenizer = build_tokenizer(self.model)
        self.used_tokens = torch.zeros(
            MODEL['text_cfg']['vocab_size'], dtype=torch.bool
        )
        self.step, self.seconds = 0, 0.0
        self.curve: list[dict] = []
        self.checkpoint = args.work_dir / f'checkpoint_seed{args.seed}.pth'

    def load(self) -> None:
        """Resume from the checkpoint if there is one."""
        if not self.checkpoint.is_file():
            return
        state = torch.load(self.checkpoint, weights_only=True)
        self.model.load_state_dict(state['model'])
        self.optimizer.load_state_dict(state['optimizer'])
        self.used_tokens = state['used_tokens']
        self.step, self.seconds = state['step'], state['seconds']
        self.curve = state['curve']
        print(f'resumed at iteration {self.step}', flush=True)

    def save(self) -> None:
        """Write the checkpoint."""
        state = dict(
            model=self.model.state_dict(),
            optimizer=self.optimizer.state_dict(),
            used_tokens=self.used_tokens,
            step=self.step,
            seconds=self.seconds,
            curve=self.curve,
        )
        with atomic_write(self.checkpoint, 'wb') as file:
            torch.save(state, file)

    def train_step(self, collection: StillCollection) -> float:
        """Do one iteration; what it sees depends on seed and step only."""
        args = self.args
        rng = np.random.default_rng([args.seed, 3, self.step])
        chosen = rng.integers(0, len(collection), args.batch_size)
        size = MODEL['vision_cfg']['image_size']
        pictures = augment(collection.pictures(chosen), size, rng)
        captions, fits = caption_batch(collection, chosen, rng)
        tokens = self.tokenizer(captions)
        self.used_tokens[tokens.flatten()] = True
        set_learning_rate(self.optimizer, self.step, args)
        # The fused kernel's backward pass is slow in bfloat16 on CPUs.
        with sdpa_kernel(SDPBackend.MATH):
            with torch.autocast('cpu', torch.bfloat16, enabled=not args.fp32):
                image = self.model.encode_image(normalise(pictures), True)
                text = self.model.encode_text(tokens, True)
            scale = self.model.logit_scale.exp()
            loss = contrastive_loss(image.float(), text.float(), scale, fits)
            self.optimizer.zero_grad()
            loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        with torch.no_grad():
            self.model.logit_scale.clamp_(max=math.log(100))
        self.step += 1
        return float(loss.detach())

    def run(
        self, collection: StillCollection, held_out: StillCollection
    ) -> None:
        """Train to the end, with a look at the held-out stills on the way."""
        pictures, labels = held_out_examples(held_out)
        losses = []
        clock = time.monotonic()
        while self.step < self.args.iterations:
            losses.append(self.train_step(collection))
            if self.step % 20 == 0:
                now = time.monotonic()
                self.seconds += now - clock
                clock = now
                left = self.args.iterations - self.step
                left *= self.seconds / self.step
                print(
                    f'{self.step}/{self.args.iterations} loss '
                    f'{np.mean(losses[-20:]):.3f}, {self.seconds:.0f} s, '
                    f'{left:.0f} s left',
                    flush=True,
                )
            last = self.step == self.args.iterations
            if self.step % EVAL_INTERVAL == 0 or last:
                accuracy = self.held_out_accuracy(pictures, labels)
                self.curve.append(
                    dict(
                        iteration=self.step,
                        loss=round(float(np.mean(losses)), 4),
                        held_out_top1=round(accuracy, 4),
                    )
                )
                losses = []
                print(f'held-out top-1 {accuracy:.3f}', flush=True)
                self.save()

    @torch.no_grad()
    def held_out_accuracy(
        self, pictures: np.ndarray, labels: np.ndarray
    ) -> float:
        """Zero-shot top-1 on pictures of the model's size."""
        names = [name.replace('_', ' ') for name in SINGLE_ACTIONS]
        text = self.model.encode_text(self.tokenizer(names), normalize=True)
        batches = np.array_split(pictures, len(pictures) // 256 + 1)
        image = [
            self.model.encode_image(normalise(batch), normalize=True)
            for batch in batches
        ]
        return zero_shot_accuracy(torch.cat(image), text, labels)


def export(trainer: Trainer, num_stills: int) -> None:
    """Write the weights in open_clip's format, with how they were made."""
    out, args = trainer.args.out, trainer.args
    state = {
        name: value.half()
        for name, value in trainer.model.state_dict().items()
    }
    # Words that pre-training never saw say nothing instead of anything.
    state['token_embedding.weight'][~trainer.used_tokens] = 0
    with atomic_write(out / 'tiny_clip.pt', 'wb') as file:
        torch.save(state, file)
    config = dict(model_cfg=MODEL, preprocess_cfg=PREPROCESS)
    write_json(out / 'open_clip_config.json', config, indent=2)
    options = {
        key: str(value) if isinstance(value, Path) else value
        for key, value in vars(args).items()
    }
    write_json(
        out / 'training.json',
        dict(
            command='python tools/pretrain_tiny_clip.py',
            options=options,
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
    top1 = [point['held_out_top1'] for point in trainer.curve]
    save_curves(
        out / 'curve.png',
        ('training loss', steps, loss),
        ('zero-shot top-1, held-out close-ups', steps, top1),
    )
    print(json.dumps(trainer.curve[-1]), f'written to {out}', flush=True)


def main() -> None:
    """Render, train, export."""
    args = parse_args()
    indices = render_stills(args)
    collection = StillCollection(indices[: args.shards])
    held_out = StillCollection(indices[args.shards :])
    print(f'{len(collection)} stills, {len(held_out)} held out', flush=True)
    trainer = Trainer(args)
    trainer.load()
    trainer.run(collection, held_out)
    export(trainer, len(collection))


if __name__ == '__main__':
    main()
