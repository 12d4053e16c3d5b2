"""A test with detected and annotated boxes over one with detected ones.

Generated videos of J-HMDB's kind go through a config's test pipeline and its
model, in one process: from the file to the scores. The boxes of both sources
differ, or coincide. Loading and scoring are timed by themselves, with one
source and with both in turn.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmcv.transforms import Compose
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from torch import nn

from stclip.apis.loading import build_model, load_config, pipeline_of
from stclip.benchmarking.complexity import multiply_adds
from stclip.benchmarking.speed.data import HEIGHT, WIDTH, keyframe, write
from stclip.benchmarking.speed.timing import device_name, interleave
from stclip.engine.pictures import fit_steps
from stclip.models.detection.base import KeyframeDetector
from stclip.registry import TRANSFORMS
from stclip.utils.resources import shipped

#: Size of CLIP -> method -> config; the small CLIP has its own weights.
CONFIGS = dict(
    small={
        'ST-CLIP': 'configs/zs_stage_single.py',
        'CLIP, crops': 'configs/clip/zs_stage_single_person_crop.py',
    },
    b16={
        'ST-CLIP': 'configs/zs_jhmdb_split1.py',
        'CLIP, crops': 'configs/clip/zs_jhmdb_person_crop.py',
    },
)
BOXES = ('differ', 'coincide')
_HEAD = (
    '| method | boxes | P | load, both / one | score, both / one | counted '
    '| whole, both / one |'
)
# Two sources of 4 keyframes, as in configs.
_BATCH = 8


@dataclass(frozen=True)
class Options:
    """What is measured, and how often.

    Args:
        clip: A key of :data:`CONFIGS`.
        persons: Boxes of a keyframe and source.
        keyframes: Of each video, from the first one on.
        videos: Of 40 frames each.
        repeats: Of which the least time counts.
        device: ``cpu`` or a GPU.
    """

    clip: str
    persons: int
    keyframes: int
    videos: int
    repeats: int
    device: str


def run(options: Options) -> None:
    """Measure and print the table."""
    print(f'{torch.__version__}, {device_name(options.device)}')
    print(f'{_HEAD}\n' + '|---' * 7 + '|')
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            write('mp4', Path(folder), index)
            for index in range(options.videos)
        ]
        for method, config in CONFIGS[options.clip].items():
            cfg = load_config(shipped(config))
            if options.clip != 'small':
                cfg.model.clip.pretrained = None
            model = build_model(cfg, KeyframeDetector).eval()
            model.to(options.device)
            for boxes in BOXES:
                cells = measure(model, cfg, paths, boxes, options)
                print(f'| {method} | {boxes} | {cells} |', flush=True)


def measure(
    model: nn.Module,
    cfg: Config,
    paths: Sequence[Path],
    boxes: str,
    options: Options,
) -> str:
    """Cells of a line: ratios of both sources to one."""
    one, both = (
        [*samples(paths, boxes, sources, options)]
        for sources in (('detected',), ('detected', 'ground_truth'))
    )
    loaded = [load(cfg, one), load(cfg, both)]
    score(model, loaded[1][:1])
    counted = [_of_a_keyframe(model, batches[0]) for batches in loaded]
    times = interleave(
        (
            lambda: load(cfg, one),
            lambda: load(cfg, both),
            lambda: score(model, loaded[0]),
            lambda: score(model, loaded[1]),
        ),
        options.repeats,
        options.device,
    )
    ratios = (
        times[1] / times[0],
        times[3] / times[2],
        counted[1] / counted[0],
        (times[1] + times[3]) / (times[0] + times[2]),
    )
    return ' | '.join([str(options.persons), *map('{:.2f}'.format, ratios)])


def _of_a_keyframe(model: nn.Module, batch: dict) -> float:
    """Multiply-adds, on average over those of a batch."""
    device = next(model.parameters()).device
    ids = {sample.image_id for sample in batch['data_samples']}
    found = multiply_adds(lambda: score(model.cpu(), [batch])) / len(ids)
    model.to(device)
    return found


def samples(
    paths: Sequence[Path],
    boxes: str,
    sources: Sequence[str],
    options: Options,
) -> Any:
    """What the pipeline starts from; all of one keyframe together."""
    rng = np.random.default_rng(0)
    shift = dict(differ=4, coincide=0)[boxes]
    size = np.float32([WIDTH, HEIGHT])
    for path in paths:
        for index in range(options.keyframes):
            low = rng.uniform(0, 0.4, (options.persons, 2)) * size
            given = np.concatenate([low, low + 0.5 * size], axis=1)
            for source in sources:
                moved = given + shift * (source == 'detected')
                yield keyframe(path, index) | dict(
                    image_id=f'{path.name}:{index}',
                    boxes=moved.astype(np.float32),
                    box_scores=np.ones(options.persons, np.float32),
                    box_source=source,
                )


def load(cfg: Config, given: Sequence[dict[str, Any]]) -> list[dict]:
    """Batches, by a pipeline that has seen nothing before."""
    pipeline = pipeline_of(cfg)
    fit_steps(pipeline, cfg.model)
    steps = Compose([TRANSFORMS.build(step) for step in pipeline])
    return [
        pseudo_collate([steps(each) for each in given[start : start + _BATCH]])
        for start in range(0, len(given), _BATCH)
    ]


@torch.inference_mode()
def score(model: nn.Module, batches: Sequence[dict]) -> None:
    """Score all persons, as a test does."""
    for batch in batches:
        model.test_step(batch)
