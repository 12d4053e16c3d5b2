"""The tiny CLIP teaches image towers of other families."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel
from tqdm import trange

from stclip.benchmarking.clip_gates import class_names
from stclip.benchmarking.tiny_clip.exam import (
    as_they_are,
    held_out_examples,
    normalise,
    top1,
)
from stclip.benchmarking.tiny_clip.export import NOT_IN_WEIGHTS, write_clip
from stclip.benchmarking.tiny_clip.families import FAMILIES, TRUNK, Family
from stclip.benchmarking.tiny_clip.optimizers import (
    make_optimizers,
    set_learning_rates,
)
from stclip.benchmarking.tiny_clip.pretrain import render_stills
from stclip.benchmarking.tiny_clip.recipe import MODEL, VIEW, Training
from stclip.engine.precision import autocast
from stclip.models.clip import build_clip, build_tokenizer
from stclip.utils.io import write_json
from stclip.utils.outputs import new_results, own_folder
from stclip.utils.resources import shipped
from stclip.zs_stage.pretraining import StillCollection
from stclip.zs_stage.views import random_views

#: What a folder holds in the end; the weights come last.
DISTILLED = (
    f'{TRUNK}/config.json',
    'training.json',
    'open_clip_config.json',
    'tiny_clip.pt',
)
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


def distil(recipe: Distillation, overwrite: bool = False) -> None:
    """Render, teach, export.

    Args:
        recipe: All that the weights depend on.
        overwrite: Whether they may replace others.

    Raises:
        UserError: If nothing can be written, or others are there.
    """
    results = [recipe.out / name for name in DISTILLED]
    with (
        new_results(results, (), overwrite),
        own_folder(recipe.work_dir, '--work-dir'),
    ):
        _distil(recipe, FAMILIES[recipe.family])


def _distil(recipe: Distillation, family: Family) -> None:
    indices = render_stills(recipe)
    collection = StillCollection(indices[: recipe.shards])
    held_out = StillCollection(indices[recipe.shards :])
    write_json(recipe.out / DISTILLED[0], family.trunk, indent=2)
    teacher = build_teacher()
    torch.manual_seed(recipe.seed)
    student = build_student(teacher, recipe)
    losses = [*teach(recipe, collection, teacher.visual, student.visual)]
    record = dict(
        command=f'python tools/distil_tiny_clip.py {recipe.family}',
        options={
            key: value
            for key, value in asdict(recipe).items()
            if key not in NOT_IN_WEIGHTS
        },
        stills=len(collection),
        loss=round(float(np.mean(losses[-20:])), 4),
        held_out_top1={
            name: accuracies(teacher, visual, held_out)
            for name, visual in (
                ('teacher', teacher.visual),
                ('student', student.visual.eval()),
            )
        },
        torch=torch.__version__,
    )
    write_json(recipe.out / DISTILLED[1], record, indent=2)
    write_clip(recipe.out, family.model_cfg, student.state_dict())
    print(f'{record["held_out_top1"]}, written to {recipe.out}', flush=True)


def build_teacher() -> nn.Module:
    """The tiny CLIP, frozen."""
    files = (f'{_TEACHER}/{name}' for name in DISTILLED[2:])
    model = build_clip(*(str(shipped(file)) for file in files))
    return model.eval().requires_grad_(False)


def build_student(teacher: nn.Module, recipe: Distillation) -> nn.Module:
    """A CLIP with the teacher's text tower and a new image tower.

    Args:
        teacher: open_clip's ``CLIP``.
        recipe: Says which family, and where its trunk is described.
    """
    config = FAMILIES[recipe.family].model_cfg
    vision = dict(
        config['vision_cfg'],
        timm_model_name=f'local-dir:{recipe.out / TRUNK}',
    )
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
) -> Iterator[float]:
    """Train the student's image tower; the loss of each step.

    Args:
        recipe: How long, how fast.
        collection: Stills that both look at.
        teacher: Image tower, frozen.
        student: Image tower, changed in place.
    """
    optimizers = make_optimizers(student.train(), recipe.lr, recipe.muon_lr)
    for step in trange(recipe.iterations, desc=recipe.family):
        rng = np.random.default_rng([recipe.seed, 7, step])
        chosen = collection.sample(
            recipe.batch_size, recipe.close_share(step), rng
        )
        views = random_views(len(chosen), VIEW, rng)
        pictures = views.pictures(collection.pictures(chosen), _SIZE)
        loss = distillation_loss(*_features(teacher, student, pictures))
        set_learning_rates(optimizers, step, recipe.iterations)
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        yield float(loss.detach())


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
