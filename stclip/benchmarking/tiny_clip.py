"""The pre-training of ZS-Stage's tiny CLIP on stills with noisy captions."""

import json
import math
import platform
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from open_clip.transformer import PatchDropout
from torch.nn.attention import SDPBackend, sdpa_kernel

from stclip.models.clip import build_clip, build_tokenizer
from stclip.models.clip.images import CLIP_MEAN, CLIP_STD
from stclip.utils.children import worker_pool
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, write_json
from stclip.utils.outputs import new_results, own_folder
from stclip.video.rendered import ZS_STAGE
from stclip.visualization import save_curves
from stclip.zs_stage.classes import ACTIONS, Action
from stclip.zs_stage.pretraining import (
    STILL_SIZE,
    StillCollection,
    augment,
    caption_batch,
    contrastive_loss,
    render_shard,
    zero_shot_accuracy,
)
from stclip.zs_stage.rendering import show_progress

MODEL = dict(
    embed_dim=256,
    quick_gelu=True,
    vision_cfg=dict(
        image_size=112, layers=6, width=192, patch_size=8, head_width=32
    ),
    text_cfg=dict(
        context_length=77, vocab_size=49408, width=96, heads=3, layers=3
    ),
)
PREPROCESS = dict(
    mean=[value / 255 for value in CLIP_MEAN],
    std=[value / 255 for value in CLIP_STD],
    interpolation='bicubic',
    resize_mode='shortest',
)
#: Weights, their architecture, how they were made, and how that went.
EXPORTED = (
    'tiny_clip.pt',
    'open_clip_config.json',
    'training.json',
    'curve.png',
)
HELD_OUT_SHARDS = 2
EVAL_INTERVAL = 200
WARM_UP = 100
# Part of close-ups in the first and in the last batch: they are learnt from
# sooner, whole scenes are what the videos show.
CLOSE_SHARES = 0.85, 0.35
#: Captions of a picture in each step: encoding words is cheap.
CAPTIONS = 2
#: Part of the patches that is left out (arXiv:2212.00794), but for the last
#: part of the iterations.
PATCH_DROPOUT, WHOLE_PICTURES = 0.65, 0.08


@dataclass(frozen=True)
class Recipe:
    """Everything that a pre-training depends on.

    Args:
        out: Folder of the weights and the record.
        work_dir: Folder of the stills and the checkpoint.
        shards: Files of stills to train on.
        iterations: Steps.
        batch_size: Stills of a step.
        lr: Highest learning rate of AdamW.
        muon_lr: That of Muon.
        seed: Of everything that is drawn.
        workers: Processes that render.
        fp32: Compute in float32 instead of bfloat16.
    """

    out: Path
    work_dir: Path
    shards: int
    iterations: int
    batch_size: int
    lr: float
    muon_lr: float
    seed: int
    workers: int
    fp32: bool


def pretrain(recipe: Recipe, overwrite: bool = False) -> None:
    """Render, train, export; started again, go on from the last checkpoint.

    Args:
        recipe: All that the weights depend on.
        overwrite: Whether they may replace others.

    Raises:
        ValueError: If nothing can be written, others are there, or the
            checkpoint is of another model.
    """
    results = [recipe.out / name for name in EXPORTED]
    with (
        new_results(results, (), overwrite),
        own_folder(recipe.work_dir, '--work-dir'),
    ):
        _pretrain(recipe)


def _pretrain(recipe: Recipe) -> None:
    trainer = Trainer(recipe)
    trainer.load()
    indices = render_stills(recipe)
    collection = StillCollection(indices[: recipe.shards])
    held_out = StillCollection(indices[recipe.shards :])
    print(f'{len(collection)} stills, {len(held_out)} held out', flush=True)
    trainer.run(collection, held_out)
    export(trainer, len(collection))


def render_stills(recipe: Recipe) -> list[Path]:
    """Render all shards, those for training and those held out."""
    folder = recipe.work_dir / f'stills_seed{recipe.seed}'
    render = partial(render_shard, folder, seed=recipe.seed)
    count = recipe.shards + HELD_OUT_SHARDS
    with worker_pool(recipe.workers) as pool:
        done = pool.imap(render, range(count))
        return show_progress(done, count, 'stills', 'shards')


def set_learning_rates(
    optimizers: list[torch.optim.Optimizer], step: int, iterations: int
) -> None:
    """Linear warm-up over 100 iterations, then a cosine to zero."""
    warm_up = min(WARM_UP, iterations // 2)
    if step < warm_up:
        factor = (step + 1) / warm_up
    else:
        part = (step - warm_up) / (iterations - warm_up)
        factor = 0.5 * (1 + math.cos(math.pi * part))
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group['lr'] = optimizer.defaults['lr'] * factor


def make_optimizers(
    model: torch.nn.Module, lr: float, muon_lr: float
) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of all blocks, AdamW for everything else.

    AdamW alone needs many more iterations. Vectors, scalars and embeddings do
    not decay.
    """
    blocks, decayed, others = [], [], []
    for name, parameter in model.named_parameters():
        if 'resblocks' in name and parameter.ndim == 2:
            blocks.append(parameter)
        elif parameter.ndim >= 2 and 'embedding' not in name:
            decayed.append(parameter)
        else:
            others.append(parameter)
    muon = torch.optim.Muon(
        blocks, lr=muon_lr, weight_decay=0.1, adjust_lr_fn='match_rms_adamw'
    )
    groups = [
        dict(params=decayed, weight_decay=0.1),
        dict(params=others, weight_decay=0.0),
    ]
    adam = torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.98), eps=1e-6)
    return [muon, adam]


def normalise(pictures: np.ndarray) -> torch.Tensor:
    """Turn ``(n, h, w, 3)`` uint8 RGB into CLIP's ``(n, 3, h, w)`` input."""
    mean, std = (torch.tensor(scale) for scale in (CLIP_MEAN, CLIP_STD))
    pixels = torch.from_numpy(pictures).float()
    return ((pixels - mean) / std).permute(0, 3, 1, 2)


def held_out_examples(
    collection: StillCollection, close: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return stills that show one class, cut as for the model."""
    names = list(ACTIONS.values())
    chosen, labels = [], []
    for index, shown in enumerate(collection.shown):
        done = {
            Action(doing.verb, doing.thing and doing.thing.name)
            for person in shown.people
            for doing in person.doings
        }
        action = done.pop() if len(done) == 1 else None
        if collection.close[index] == close and action in names:
            chosen.append(index)
            labels.append(names.index(action))
    edge = (STILL_SIZE - MODEL['vision_cfg']['image_size']) // 2
    pictures = collection.pictures(np.array(chosen))
    return pictures[:, edge:-edge, edge:-edge], np.array(labels)


class Trainer:
    """Model, optimizer and curve, to be saved and resumed together."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        torch.manual_seed(recipe.seed)
        self.model = build_clip(MODEL, pretrained=None)
        self.optimizers = make_optimizers(
            self.model, recipe.lr, recipe.muon_lr
        )
        self.tokenizer = build_tokenizer(self.model)
        self.used_tokens = torch.zeros(
            MODEL['text_cfg']['vocab_size'], dtype=torch.bool
        )
        self.step, self.seconds = 0, 0.0
        self.curve: list[dict] = []
        self.checkpoint = recipe.work_dir / f'checkpoint_seed{recipe.seed}.pth'

    def load(self) -> None:
        """Resume from the checkpoint if there is one."""
        if not self.checkpoint.is_file():
            return
        try:
            state = torch.load(self.checkpoint, weights_only=True)
        # A damaged file may raise nearly anything.
        except Exception as error:
            raise UserError(
                f'{self.checkpoint} is no checkpoint '
                f'({type(error).__name__}). Remove it to start anew.'
            ) from error
        self.model.load_state_dict(state['model'])
        for optimizer, saved in zip(
            self.optimizers, state['optimizers'], strict=True
        ):
            optimizer.load_state_dict(saved)
        self.used_tokens = state['used_tokens']
        self.step, self.seconds = state['step'], state['seconds']
        self.curve = state['curve']
        print(f'resumed at iteration {self.step}', flush=True)

    def save(self) -> None:
        """Write the checkpoint."""
        state = dict(
            model=self.model.state_dict(),
            optimizers=[each.state_dict() for each in self.optimizers],
            used_tokens=self.used_tokens,
            step=self.step,
            seconds=self.seconds,
            curve=self.curve,
        )
        with atomic_write(self.checkpoint, 'wb') as file:
            torch.save(state, file)

    def train_step(self, collection: StillCollection) -> float:
        """Do one iteration; what it sees depends on seed and step only."""
        recipe = self.recipe
        rng = np.random.default_rng([recipe.seed, 3, self.step])
        share = np.interp(self.step, (0, recipe.iterations), CLOSE_SHARES)
        chosen = collection.sample(recipe.batch_size, share, rng)
        size = MODEL['vision_cfg']['image_size']
        mirror = rng.random(len(chosen)) < 0.5
        pictures = collection.pictures(chosen)
        pictures = augment(pictures, mirror, size, rng)
        written = [
            caption_batch(collection, chosen, mirror, rng)
            for _ in range(CAPTIONS)
        ]
        tokens = self.tokenizer(
            [c for captions, _ in written for c in captions]
        )
        self.used_tokens[tokens.flatten()] = True
        set_learning_rates(self.optimizers, self.step, recipe.iterations)
        self._drop_patches()
        # The fused kernel's backward pass is slow in bfloat16 on CPUs.
        with sdpa_kernel(SDPBackend.MATH):
            with torch.autocast(
                'cpu', torch.bfloat16, enabled=not recipe.fp32
            ):
                image = self.model.encode_image(normalise(pictures), True)
                texts = self.model.encode_text(tokens, True)
            scale = self.model.logit_scale.exp()
            losses = [
                contrastive_loss(image.float(), text.float(), scale, same)
                for text, (_, same) in zip(
                    texts.chunk(CAPTIONS), written, strict=True
                )
            ]
            loss = torch.stack(losses).mean()
            self.model.zero_grad()
            loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        with torch.no_grad():
            self.model.logit_scale.clamp_(max=math.log(100))
        self.step += 1
        return float(loss.detach())

    def _drop_patches(self) -> None:
        """Leave patches out, from pictures of a random seed's choice."""
        torch.manual_seed(self.recipe.seed * 1_000_003 + self.step)
        whole = (1 - WHOLE_PICTURES) * self.recipe.iterations
        drop = PatchDropout(PATCH_DROPOUT) if self.step < whole else None
        self.model.visual.patch_dropout = drop or torch.nn.Identity()

    def run(
        self, collection: StillCollection, held_out: StillCollection
    ) -> None:
        """Train to the end, with a look at the held-out stills on the way."""
        close, whole = (
            held_out_examples(held_out, kind) for kind in (True, False)
        )
        losses = []
        clock = time.monotonic()
        while self.step < self.recipe.iterations:
            losses.append(self.train_step(collection))
            if self.step % 20 == 0:
                now = time.monotonic()
                self.seconds += now - clock
                clock = now
                left = self.recipe.iterations - self.step
                left *= self.seconds / self.step
                print(
                    f'{self.step}/{self.recipe.iterations} loss '
                    f'{np.mean(losses[-20:]):.3f}, {self.seconds:.0f} s, '
                    f'{left:.0f} s left',
                    flush=True,
                )
            last = self.step == self.recipe.iterations
            if self.step % EVAL_INTERVAL == 0 or last:
                accuracy = self.held_out_accuracy(*close)
                whole_accuracy = self.held_out_accuracy(*whole)
                self.curve.append(
                    dict(
                        iteration=self.step,
                        loss=round(float(np.mean(losses)), 4),
                        close_top1=round(accuracy, 4),
                        whole_top1=round(whole_accuracy, 4),
                    )
                )
                losses = []
                print(
                    f'held-out top-1: close-ups {accuracy:.3f}, '
                    f'whole scenes {whole_accuracy:.3f}',
                    flush=True,
                )
                self.save()

    @torch.no_grad()
    def held_out_accuracy(
        self, pictures: np.ndarray, labels: np.ndarray
    ) -> float:
        """Zero-shot top-1 on pictures of the model's size."""
        self.model.eval()
        names = [name.replace('_', ' ') for name in ACTIONS]
        text = self.model.encode_text(self.tokenizer(names), normalize=True)
        batches = np.array_split(pictures, len(pictures) // 256 + 1)
        image = [
            self.model.encode_image(normalise(batch), normalize=True)
            for batch in batches
        ]
        self.model.train()
        return zero_shot_accuracy(torch.cat(image), text, labels)


def export(trainer: Trainer, num_stills: int) -> None:
    """Write the weights in open_clip's format, with how they were made."""
    out = trainer.recipe.out
    state = {
        name: value.half()
        for name, value in trainer.model.state_dict().items()
    }
    # Words that pre-training never saw say nothing instead of anything.
    state['token_embedding.weight'][~trainer.used_tokens] = 0
    with atomic_write(out / 'tiny_clip.pt', 'wb') as file:
        torch.save(state, file)
    config = dict(model_cfg=MODEL, preprocess_cfg=PREPROCESS, domain=ZS_STAGE)
    write_json(out / 'open_clip_config.json', config, indent=2)
    options = {
        key: str(value) if isinstance(value, Path) else value
        for key, value in asdict(trainer.recipe).items()
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
    close = [point['close_top1'] for point in trainer.curve]
    whole = [point['whole_top1'] for point in trainer.curve]
    save_curves(
        out / 'curve.png',
        ('training loss', steps, loss),
        ('zero-shot top-1, held-out close-ups', steps, close),
        ('zero-shot top-1, held-out whole scenes', steps, whole),
    )
    print(json.dumps(trainer.curve[-1]), f'written to {out}', flush=True)
