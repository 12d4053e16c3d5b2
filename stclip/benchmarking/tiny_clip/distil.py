"""The tiny CLIP teaches image towers of other families."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel
from tqdm import trange

from stclip.benchmarking.clip_gates import class_names
from stclip.benchmarking.tiny_clip.checkpoint import load_state, save_state
from stclip.benchmarking.tiny_clip.exam import (
    as_they_are,
    held_out_examples,
    normalise,
    top1,
)
from stclip.benchmarking.tiny_clip.export import RECORD, WEIGHTS, write_clip
from stclip.benchmarking.tiny_clip.families import FAMILIES, TRUNK
from stclip.benchmarking.tiny_clip.optimizers import (
    make_optimizers,
    set_learning_rates,
)
from stclip.benchmarking.tiny_clip.pretrain import render_stills
from stclip.benchmarking.tiny_clip.recipe import MODEL, VIEW, Training
from stclip.engine.precision import autocast
from stclip.models.clip import build_clip, build_tokenizer
from stclip.models.clip.architecture import CONFIG_NAME
from stclip.utils.io import write_json
from stclip.utils.outputs import new_results, own_folder
from stclip.utils.resources import shipped
from stclip.zs_stage.pretraining import StillCollection
from stclip.zs_stage.views import random_views

#: Shape of the image tower, for timm.
_TRUNK_CONFIG = f'{TRUNK}/config.json'
#: What a folder holds in the end; the weights come last.
DISTILLED = (_TRUNK_CONFIG, RECORD, CONFIG_NAME, WEIGHTS)
#: Steps from one checkpoint to the next.
SAVE_INTERVAL = 100
_TEACHER = 'data/pretrained/tiny_clip'
_SIZE = MODEL['vision_cfg']['image_size']
# Factor of cosines in the contrast of pictures.
_CONTRAST = 20.0


@dataclass(frozen=True, kw_only=True)
class Distillation(Training):
    """Everything that a distillation depends on.

    Args:
        family: Key of :data:`.FAMILIES`.
    """

    family: str

    @property
    def family_dir(self) -> Path:
        """Folder for the work of this family alone."""
        return self.work_dir / self.family

    @property
    def checkpoint(self) -> Path:
        """File that a stopped one goes on from."""
        return self.work_dir / f'{self.family}_seed{self.seed}.pth'


def distil(recipe: Distillation, overwrite: bool = False) -> None:
    """Render, teach, export.

    Args:
        recipe: All that the weights depend on.
        overwrite: Whether they may replace others.

    Raises:
        UserError: If nothing can be written, or others are there.
    """
    results = [recipe.out / name for name in DISTILLED]
    with new_results(results, (), overwrite):
        # One process draws stills; other families are taught beside it.
        with own_folder(recipe.work_dir, '--work-dir'):
            indices = render_stills(recipe)
        with own_folder(recipe.family_dir, '--work-dir'):
            _distil(recipe, indices)


def _distil(recipe: Distillation, indices: Sequence[Path]) -> None:
    family = FAMILIES[recipe.family]
    collection = StillCollection(indices[: recipe.shards])
    held_out = StillCollection(indices[recipe.shards :])
    teacher = build_teacher()
    torch.manual_seed(recipe.seed)
    student = build_student(teacher, recipe)
    teach(recipe, collection, teacher.visual, student.visual)
    record = dict(
        command=f'python tools/distil_tiny_clip.py {recipe.family}',
        options=recipe.options,
        stills=len(collection),
        held_out_top1={
            name: accuracies(teacher, visual, held_out)
            for name, visual in (
                ('teacher', teacher.visual),
                ('student', student.visual.eval()),
            )
        },
        torch=torch.__version__,
    )
    write_json(recipe.out / _TRUNK_CONFIG, family.trunk, indent=2)
    write_json(recipe.out / RECORD, record, indent=2)
    write_clip(recipe.out, family.model_cfg, student.state_dict())
    print(f'{record["held_out_top1"]}, written to {recipe.out}', flush=True)


def build_teacher() -> nn.Module:
    """The tiny CLIP, frozen."""
    arch, weights = (
        str(shipped(f'{_TEACHER}/{name}')) for name in (CONFIG_NAME, WEIGHTS)
    )
    model = build_clip(arch, weights)
    return model.eval().requires_grad_(False)


def build_student(teacher: nn.Module, recipe: Distillation) -> nn.Module:
    """A CLIP with the teacher's text tower and a new image tower.

    Args:
        teacher: open_clip's ``CLIP``.
        recipe: Says which family.
    """
    family = FAMILIES[recipe.family]
    config, folder = family.model_cfg, recipe.family_dir
    write_json(folder / 'config.json', family.trunk)
    name = f'local-dir:{folder}'
    vision = dict(config['vision_cfg'], timm_model_name=name)
    student = build_clip(dict(config, vision_cfg=vision), pretrained=None)
    known = teacher.state_dict()
    student.text.load_state_dict(
        {name: known[name] for name in student.text.state_dict()}
    )
    with torch.no_grad():
        student.logit_scale.copy_(known['logit_scale'])
    return student


def teach(
    recipe: Distillation,
    collection: StillCollection,
    teacher: nn.Module,
    student: nn.Module,
) -> None:
    """Train the student's image tower; what was stopped goes on.

    Args:
        recipe: How long, how fast.
        collection: Stills that both look at.
        teacher: Image tower, frozen.
        student: Image tower, changed in place.

    Raises:
        UserError: If the checkpoint is of another recipe, or damaged.
    """
    optimizers = make_optimizers(student.train(), recipe.lr, recipe.muon_lr)
    first = _take_up(recipe, student, optimizers)
    total = recipe.iterations
    steps = trange(first, total, desc=recipe.family, initial=first)
    for step in steps:
        pictures = _look(recipe, collection, step)
        loss = distillation_loss(*_features(teacher, student, pictures))
        set_learning_rates(optimizers, step, total)
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        steps.set_postfix(loss=f'{float(loss.detach()):.2f}')
        if (step + 1) % SAVE_INTERVAL == 0 or step + 1 == total:
            save_state(
                recipe.checkpoint,
                student,
                optimizers,
                recipe.options,
                step=step + 1,
            )


def _take_up(
    recipe: Distillation,
    student: nn.Module,
    optimizers: Sequence[torch.optim.Optimizer],
) -> int:
    """The step to go on with; the first one without a checkpoint."""
    state = load_state(recipe.checkpoint, student, optimizers, recipe.options)
    return state['step'] if state else 0


def _look(
    recipe: Distillation, collection: StillCollection, step: int
) -> np.ndarray:
    """Pictures of a step, (n, S, S, 3) uint8; they depend on seed and step."""
    rng = np.random.default_rng([recipe.seed, 7, step])
    share = recipe.close_share(step)
    chosen = collection.sample(recipe.batch_size, share, rng)
    views = random_views(len(chosen), VIEW, rng)
    return views.pictures(collection.pictures(chosen), _SIZE)


def _features(
    teacher: nn.Module, student: nn.Module, pictures: np.ndarray
) -> tuple[Tensor, Tensor]:
    images = normalise(pictures)
    # The fused kernel's backward pass is slow in bfloat16 on CPUs.
    with autocast('cpu'), sdpa_kernel(SDPBackend.MATH):
        with torch.no_grad():
            wanted = teacher(images)
        return student(images), wanted


def distillation_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """Distance of features, and of what each picture is told from.

    Source: Yang et al., CLIP-KD, arXiv:2307.12732, feature distillation and
    interactive contrastive learning. Differs: the distance is that of unit
    vectors, and the contrast is with pictures, not with texts.

    Args:
        found: (n, d), the student's.
        wanted: (n, d), the teacher's.

    Returns:
        () mean of squared distances plus mean cross entropy.
    """
    found, wanted = (F.normalize(x.float(), dim=-1) for x in (found, wanted))
    distance = (found - wanted).square().sum(dim=-1).mean()
    pairs = _CONTRAST * found @ wanted.T
    return distance + F.cross_entropy(pairs, torch.arange(len(pairs)))


@torch.no_grad()
def accuracies(
    reader: nn.Module, visual: nn.Module, held_out: StillCollection
) -> dict[str, float]:
    """Top-1 by the names of the classes, on close-ups and whole scenes.

    Args:
        reader: The CLIP that reads the names.
        visual: What sees the stills.
        held_out: Of which none was trained on.
    """
    tokens = build_tokenizer(MODEL)(class_names())
    text = F.normalize(reader.encode_text(tokens), dim=-1)
    result = {}
    for kind, close in (('close-ups', True), ('whole scenes', False)):
        chosen, labels = held_out_examples(held_out, close)
        image = [visual(some) for some in as_they_are(held_out, chosen, _SIZE)]
        result[kind] = round(top1(torch.cat(image), text, labels), 4)
    return result
