"""What half precision and exported programs cost a trained model in mAP.

Every keyframe of a test set, with its annotated boxes, goes through the model
itself, through the model in bfloat16 and through its programs; it is decoded
once.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.structures import BaseDataElement
from torch import Tensor
from tqdm import tqdm

from stclip.apis.exporting import FORMS, export_scoring
from stclip.apis.loading import build_model, load_config
from stclip.benchmarking.annotated_keyframes import annotated_keyframes
from stclip.benchmarking.programs import Scoring, load_program
from stclip.engine.precision import autocast
from stclip.models.detection.base import CLIPDetector, attach_predictions
from stclip.models.detection.keyframe_scoring import KeyframeScoring
from stclip.registry import METRICS

_METRIC = 'ground_truth/frame_mAP@0.5'


def table(config: str | Path, checkpoint: str | Path) -> str:
    """Measure the model and all that is made of it.

    Args:
        config: Of ST-CLIP or plain CLIP, with a test set.
        checkpoint: File that training saved.

    Returns:
        A table in Markdown: frame mAP, and the largest difference of a
        probability.
    """
    cfg = load_config(config)
    dataset = annotated_keyframes(cfg)
    labels = dataset[0]['data_samples'].label_space
    model = build_model(cfg, CLIPDetector, checkpoint).eval()
    scorings = _scorings(model)
    with tempfile.TemporaryDirectory() as folder:
        for form, ending in FORMS.items():
            out = Path(folder, f'{form}{ending}')
            export_scoring(cfg, checkpoint, labels, form, out)
            scorings[f'exported, {form}'] = load_program(out, form)
        with torch.inference_mode():
            text = model.encode_labels(labels)
            samples, found = _look(dataset, model, text, scorings)
    lines = [
        '| scoring | frame mAP | largest difference |',
        '|---|---|---|',
    ]
    for name, probs in found.items():
        pairs = zip(probs, found['float32'], strict=True)
        most = max(np.abs(one - other).max() for one, other in pairs)
        value = 100 * _frame_map(cfg, samples, probs)
        lines.append(f'| {name} | {value:.2f} | {most:.1e} |')
    return '\n'.join(lines) + '\n'


def _scorings(model: CLIPDetector) -> dict[str, Scoring]:
    """The model, and the model in mixed precision."""
    scoring = KeyframeScoring(model).eval()

    def halved(inputs: dict[str, Tensor]) -> np.ndarray:
        with autocast('cpu'):
            return scoring(**inputs)[0].float().numpy()

    return dict(
        float32=lambda inputs: scoring(**inputs)[0].numpy(), bfloat16=halved
    )


def _look(
    dataset: Any,
    model: CLIPDetector,
    text: Tensor,
    scorings: dict[str, Scoring],
) -> tuple[list[BaseDataElement], dict[str, list[np.ndarray]]]:
    """The keyframes' samples; of each scoring (P, C) for each keyframe."""
    samples = []
    found: dict[str, list[np.ndarray]] = {name: [] for name in scorings}
    for index in tqdm(range(len(dataset)), 'scoring keyframes'):
        keyframe = dataset[index]
        samples.append(keyframe['data_samples'])
        inputs = dict(keyframe['inputs'], text=text)
        if not model.reads_window:
            del inputs['context']
        for name, scoring in scorings.items():
            found[name].append(scoring(inputs))
    return samples, found


def _frame_map(
    cfg: Config,
    samples: Sequence[BaseDataElement],
    probs: Sequence[np.ndarray],
) -> float:
    """Frame mAP of annotated boxes with these probabilities, a fraction."""
    metric = METRICS.build(cfg.test_evaluator)
    found = torch.from_numpy(np.concatenate(probs))
    for sample in attach_predictions(samples, found):
        metric.process({}, [sample.to_dict()])
    return metric.evaluate(len(samples))[_METRIC]
