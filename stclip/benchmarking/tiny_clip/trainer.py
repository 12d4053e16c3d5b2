"""The loop of the tiny CLIP's pre-training, to be stopped and resumed."""

import math
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stclip.benchmarking.clip_gates import class_names
from stclip.benchmarking.tiny_clip.checkpoint import load_state, save_state
from stclip.benchmarking.tiny_clip.exam import (
    as_they_are,
    held_out_examples,
    normalise,
    top1,
)
from stclip.benchmarking.tiny_clip.losses import (
    Teaching,
    closeness_loss,
    contrastive_loss,
    crowding_loss,
)
from stclip.benchmarking.tiny_clip.optimizers import (
    make_optimizers,
    set_learning_rates,
)
from stclip.benchmarking.tiny_clip.recipe import (
    CAPTIONS,
    CLOSENESS,
    CLOSENESS_WEIGHT,
    LESSON_WEIGHT,
    SIGHT_WEIGHT,
    TOLD_WEIGHT,
    VIEW,
    Recipe,
)
from stclip.benchmarking.tiny_clip.towers import begin_sighted, read, see
from stclip.models.clip import build_clip, build_tokenizer
from stclip.zs_stage.lessons import answer_table
from stclip.zs_stage.pretraining import StillCollection, caption_batch
from stclip.zs_stage.views import random_views

EVAL_INTERVAL = 200
# Stills by whose patches the image tower's filters begin.
_FIRST_SEEN = 2000
_DTYPE = torch.bfloat16


class Trainer:
    """Model, optimizers and curve, to be saved and resumed together.

    Args:
        recipe: All that the weights depend on.
        collection: Stills to train on.
    """

    def __init__(self, recipe: Recipe, collection: StillCollection) -> None:
        self.recipe = recipe
        self._collection = collection
        self._answers = answer_table(collection.shown)
        torch.manual_seed(recipe.seed)
        self.model = build_clip(recipe.model, pretrained=None)
        self.model.visual.output_tokens = True
        begin_sighted(self.model.visual, self._first_seen())
        self.teaching = Teaching(
            recipe.model['embed_dim'], recipe.model['vision_cfg']['width']
        )
        self._all = nn.ModuleList([self.model, self.teaching])
        self.optimizers = make_optimizers(self._all, recipe.lr, recipe.muon_lr)
        self.tokenizer = build_tokenizer(recipe.model)
        self.used_tokens = torch.zeros(
            recipe.model['text_cfg']['vocab_size'], dtype=torch.bool
        )
        self.step, self.seconds = 0, 0.0
        self.curve: list[dict] = []
        self.checkpoint = recipe.work_dir / f'checkpoint_seed{recipe.seed}.pth'

    def _first_seen(self) -> Tensor:
        """Pictures of the size with which training begins."""
        rng = np.random.default_rng([self.recipe.seed, 5])
        chosen = rng.integers(0, len(self._collection), _FIRST_SEEN)
        size = self.recipe.size(0)
        return torch.cat([*as_they_are(self._collection, chosen, size)])

    def load(self) -> None:
        """Resume from the checkpoint if there is one.

        Raises:
            UserError: If it is damaged, or of another recipe.
        """
        state = load_state(
            self.checkpoint, self._all, self.optimizers, self.recipe.options
        )
        if state is None:
            return
        self.used_tokens = state['used_tokens']
        self.step, self.seconds = state['step'], state['seconds']
        self.curve = state['curve']
        print(f'resumed at iteration {self.step}', flush=True)

    def save(self) -> None:
        """Write the checkpoint."""
        save_state(
            self.checkpoint,
            self._all,
            self.optimizers,
            self.recipe.options,
            used_tokens=self.used_tokens,
            step=self.step,
            seconds=self.seconds,
            curve=self.curve,
        )

    def train_step(self) -> float:
        """Do one iteration; what it sees depends on seed and step only.

        Returns:
            The contrastive loss.
        """
        recipe, collection = self.recipe, self._collection
        rng = np.random.default_rng([recipe.seed, 3, self.step])
        share = recipe.close_share(self.step)
        chosen = collection.sample(recipe.batch_size, share, rng)
        views = random_views(len(chosen), VIEW, rng)
        size = recipe.size(self.step)
        pictures = views.pictures(collection.pictures(chosen), size)
        written = [
            caption_batch(collection, chosen, views.mirror, rng)
            for _ in range(CAPTIONS)
        ]
        tokens = self.tokenizer(
            [c for captions, _ in written for c in captions]
        )
        self.used_tokens[tokens.flatten()] = True
        features, patches = see(self.model.visual, normalise(pictures), _DTYPE)
        texts = read(self.model, tokens, _DTYPE)
        image, text = (F.normalize(x, dim=-1) for x in (features, texts))
        scale = self.model.logit_scale.exp()
        contrasts = [
            contrastive_loss(image, part, scale, same)
            for part, (_, same) in zip(
                text.chunk(CAPTIONS), written, strict=True
            )
        ]
        contrast = torch.stack(contrasts).mean()
        answers = self._answers[chosen]
        told = self.teaching.lesson_loss(texts, answers.repeat(CAPTIONS, 1))
        lessons = self.teaching.lesson_loss(features, answers)
        grid = math.isqrt(patches.shape[1])
        seen = views.sights(collection.sights(chosen), grid)
        sights = self.teaching.sight_loss(patches, seen)
        taught = LESSON_WEIGHT * lessons + SIGHT_WEIGHT * sights
        taught = TOLD_WEIGHT * told + recipe.teaching(self.step) * taught
        spread = CLOSENESS_WEIGHT * closeness_loss(text, CLOSENESS)
        spread = spread + recipe.uncrowding(self.step) * crowding_loss(text)
        self._update(contrast + taught + spread)
        return float(contrast.detach())

    def _update(self, loss: Tensor) -> None:
        set_learning_rates(self.optimizers, self.step, self.recipe.iterations)
        for optimizer in self.optimizers:
            optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._all.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        with torch.no_grad():
            self.model.logit_scale.clamp_(max=math.log(100))
        self.step += 1

    def run(self, held_out: StillCollection) -> None:
        """Train to the end, with a look at the held-out stills on the way."""
        examples = [
            held_out_examples(held_out, close) for close in (True, False)
        ]
        losses = []
        clock = time.monotonic()
        while self.step < self.recipe.iterations:
            losses.append(self.train_step())
            if self.step % 20 == 0:
                now = time.monotonic()
                self.seconds += now - clock
                clock = now
                self._report(float(np.mean(losses[-20:])))
            last = self.step == self.recipe.iterations
            if self.step % EVAL_INTERVAL == 0 or last:
                close, whole = (
                    self.accuracy(held_out, *some) for some in examples
                )
                point = dict(
                    iteration=self.step,
                    loss=round(float(np.mean(losses)), 4),
                    close_top1=round(close, 4),
                    whole_top1=round(whole, 4),
                )
                self.curve.append(point)
                losses = []
                print(
                    f'held-out top-1: close-ups {close:.3f}, '
                    f'whole scenes {whole:.3f}',
                    flush=True,
                )
                self.save()

    def _report(self, loss: float) -> None:
        left = self.recipe.iterations - self.step
        print(
            f'{self.step}/{self.recipe.iterations} loss {loss:.3f}, '
            f'{self.seconds:.0f} s, '
            f'{left * self.seconds / self.step:.0f} s left',
            flush=True,
        )

    @torch.no_grad()
    def accuracy(
        self, held_out: StillCollection, chosen: np.ndarray, labels: np.ndarray
    ) -> float:
        """Zero-shot top-1 on stills of the size of the last step."""
        tokens = self.tokenizer(class_names())
        text = F.normalize(read(self.model, tokens, _DTYPE), dim=-1)
        image = [
            see(self.model.visual, pictures, _DTYPE)[0]
            for pictures in as_they_are(
                held_out, chosen, self.recipe.size(self.step - 1)
            )
        ]
        return top1(torch.cat(image), text, labels)
