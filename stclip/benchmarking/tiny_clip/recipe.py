"""What the tiny CLIP is, and what its pre-training depends on."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from stclip.models.clip.images import CLIP_MEAN, CLIP_STD

MODEL = dict(
    embed_dim=256,
    quick_gelu=True,
    vision_cfg=dict(
        image_size=96, layers=6, width=128, patch_size=8, head_width=32
    ),
    text_cfg=dict(
        context_length=77, vocab_size=49408, width=120, heads=3, layers=3
    ),
)
PREPROCESS = dict(
    mean=[value / 255 for value in CLIP_MEAN],
    std=[value / 255 for value in CLIP_STD],
    interpolation='bicubic',
    resize_mode='shortest',
)
#: Until which part of the iterations pictures have how many patches on each
#: side: most is learnt from small pictures (arXiv:2304.06028).
GRIDS = ((0.6, 6), (0.9, 9), (1.0, 12))
#: Pixels of a still's part that a picture shows.
VIEW = 112
#: Part of close-ups in the first and in the last batch: they are learnt from
#: sooner, whole scenes are what the videos show.
CLOSE_SHARES = 0.85, 0.35
#: Factors on the losses beside the contrastive one, in the beginning: the
#: questions about the first person, and what is to be seen where.
LESSON_WEIGHT, SIGHT_WEIGHT = 0.5, 1.0
#: Factor on the same questions to captions, to the end.
TOLD_WEIGHT = 1.0
#: Mean cosine of captions, and the factor on the distance from it.
CLOSENESS, CLOSENESS_WEIGHT = 0.45, 20.0
#: Factor on the crowding of captions, and the part of the iterations before.
CROWDING_WEIGHT, CROWDING_BEGIN = 100.0, 0.8
#: Captions of a picture in a step.
CAPTIONS = 2
WARM_UP = 100
HELD_OUT_SHARDS = 2
# Of a recipe: where it is done, and what stands in a file of its own.
_NOT_IN_WEIGHTS = ('model', 'out', 'work_dir', 'workers')


@dataclass(frozen=True, kw_only=True)
class Training:
    """What every training on stills depends on.

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

    @property
    def options(self) -> dict[str, Any]:
        """What the weights depend on."""
        return {
            key: value
            for key, value in asdict(self).items()
            if key not in _NOT_IN_WEIGHTS
        }

    def close_share(self, step: int) -> float:
        """Part of close-ups in the batch of a step."""
        return float(np.interp(step, (0, self.iterations), CLOSE_SHARES))


@dataclass(frozen=True, kw_only=True)
class Recipe(Training):
    """Everything that a pre-training depends on.

    Args:
        model: Configuration of the CLIP, as open_clip has it.
    """

    model: dict[str, Any] = field(default_factory=lambda: MODEL)

    def teaching(self, step: int) -> float:
        """How much is taught besides captions: less and less."""
        return 1 - step / self.iterations

    def uncrowding(self, step: int) -> float:
        """How much captions are spread: in the end, when they are known."""
        late = step >= CROWDING_BEGIN * self.iterations
        return CROWDING_WEIGHT * late

    def size(self, step: int) -> int:
        """Pixels of a picture's side in a step."""
        grid = next(
            grid for end, grid in GRIDS if step < end * self.iterations
        )
        return grid * self.model['vision_cfg']['patch_size']
