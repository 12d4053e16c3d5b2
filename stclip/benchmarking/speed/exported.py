"""An exported model's time over that of the one it was made of.

One keyframe a call, as a camera gives them; random pictures. Both sides of a
ratio are measured in turn in one process, with as many threads.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config

from stclip.apis.action_models import ActionModel
from stclip.apis.exporting import FORMS, export_scoring
from stclip.apis.loading import build_model, load_config, pipeline_of
from stclip.benchmarking.programs import load_program
from stclip.benchmarking.speed.timing import device_name, interleave
from stclip.labels.label_question import label_question
from stclip.models.detection.base import CLIPDetector
from stclip.models.detection.keyframe_scoring import KeyframeScoring
from stclip.utils.resources import shipped

#: Name -> config; all but CLIP in them is untrained, and CLIP is random in
#: those of ViT-B/16.
CONFIGS = dict(
    stage='configs/zs_stage_multi.py',
    b16='configs/zs_jhmdb_split1.py',
    clip_b16=None,
)


@dataclass(frozen=True)
class Options:
    """What is measured, and how often.

    Args:
        models: Keys of :data:`CONFIGS`.
        forms: Keys of ``FORMS``.
        persons: Of the keyframe.
        labels: Number of labels.
        repeats: Of which the least time counts.
    """

    models: tuple[str, ...]
    forms: tuple[str, ...]
    persons: int
    labels: int
    repeats: int


def run(options: Options) -> None:
    """Measure and print the table."""
    print(f'{torch.__version__}, {device_name("cpu")}')
    print(f'{options.persons} persons, {options.labels} labels')
    print(
        '| model | form | eager ms | exported ms | exported / eager '
        '| largest difference | MB |'
    )
    print('|---|---|---|---|---|---|---|')
    for name in options.models:
        for form in options.forms:
            print(measure(name, form, options), flush=True)


def measure(name: str, form: str, options: Options) -> str:
    """One line of the table."""
    cfg = _config(name)
    labels = label_question([f'action {k}' for k in range(options.labels)])
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, f'scoring{FORMS[form]}')
        torch.manual_seed(0)
        files = export_scoring(cfg, None, labels, form, out)
        megabytes = sum(f.stat().st_size for f in files) / 2**20
        torch.manual_seed(0)
        model = build_model(cfg, CLIPDetector).eval()
        inputs = _inputs(cfg, model, options)
        with torch.inference_mode():
            inputs['text'] = model.encode_labels(labels)
            eager = KeyframeScoring(model).eval()
            exported = load_program(out, form)
            difference = np.abs(
                eager(**inputs)[0].numpy() - exported(inputs)
            ).max()
            times = interleave(
                (lambda: eager(**inputs), lambda: exported(inputs)),
                options.repeats,
                'cpu',
            )
    return (
        f'| {name} | {form} | {1000 * times[0]:.1f} | {1000 * times[1]:.1f} '
        f'| {times[1] / times[0]:.2f} | {difference:.0e} | {megabytes:.0f} |'
    )


def _config(name: str) -> Config:
    if name == 'clip_b16':
        cfg = ActionModel.of('clip-b16').config
    else:
        cfg = load_config(shipped(CONFIGS[name]))
    if name != 'stage':
        cfg.model.clip.pretrained = None
    return cfg


def _inputs(
    cfg: Config, model: CLIPDetector, options: Options
) -> dict[str, torch.Tensor]:
    loader = pipeline_of(cfg)[0]

    def pictures(*shape: int) -> torch.Tensor:
        shape = (*shape, 3, loader.size, loader.size)
        return torch.randint(0, 256, shape, dtype=torch.uint8)

    inputs = dict(keyframe=pictures(), crops=pictures(options.persons))
    if model.reads_window:
        inputs['context'] = pictures(loader.get('num_frames', 9))
    return inputs
