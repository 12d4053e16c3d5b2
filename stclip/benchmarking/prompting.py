"""What context prompting reads off the pictures.

Prompted texts differ by label, by person, and by what a person makes of a
label. Scores are cosines with them: what all labels share, or all persons,
does not depend on what is seen of this person doing this.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from mmengine.dataset import pseudo_collate
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from stclip.apis.loading import build_model, load_config
from stclip.benchmarking.accuracy.tables import markdown
from stclip.benchmarking.annotated_keyframes import annotated_keyframes
from stclip.models.st_clip import STCLIP
from stclip.utils.errors import UserError

# Keyframes that are looked at together.
_BATCH = 16


@dataclass(frozen=True)
class Spread:
    """Where unit vectors of prompted texts differ; the parts add up to 1.

    Args:
        labels: Part of their variance that is of labels alone.
        persons: Part that is of persons alone.
        both: What is left: of labels, for each person in another way.
    """

    labels: float
    persons: float
    both: float


def spread_of(texts: Tensor) -> Spread:
    """Take the variance of texts apart, as a two-way analysis of variance.

    Args:
        texts: (M, C, Dt) unit vectors, float64.
    """
    label, person = texts.mean(dim=0), texts.mean(dim=1)
    mean = texts.mean(dim=(0, 1))
    rest = texts - label - person[:, None] + mean
    label, person = label - mean, person - mean
    parts = [x.square().sum(-1).mean().item() for x in (label, person, rest)]
    return Spread(*(part / sum(parts) for part in parts))


def table(
    config: str | Path, checkpoint: str | Path, num_keyframes: int
) -> str:
    """Look at some keyframes of the test set, evenly of all.

    Args:
        config: Of ST-CLIP, with a test set.
        checkpoint: File that training saved.
        num_keyframes: How many.

    Raises:
        UserError: For another model, or one that prompts nothing.
    """
    cfg = load_config(config)
    if cfg.model.get('prompted_layers') == 'none':
        raise UserError(
            f'{config}: nothing is prompted, as model.prompted_layers is none'
        )
    model = build_model(cfg, STCLIP, checkpoint).eval()
    plain, prompted = _texts(model, annotated_keyframes(cfg), num_keyframes)
    spread = spread_of(prompted)
    shares = (spread.labels, spread.persons, spread.both)
    cosine = (prompted * plain).sum(-1).mean()
    line = (
        str(len(prompted)),
        f'{cosine:.4f}',
        *(f'{100 * share:.4f}' for share in shares),
    )
    heads = (
        'persons',
        'cosine with the plain text',
        'of labels, %',
        'of persons, %',
        'of both, %',
    )
    return markdown('Variance of prompted texts', heads, [line])


@torch.inference_mode()
def _texts(
    model: STCLIP, dataset: torch.utils.data.Dataset, num_keyframes: int
) -> tuple[Tensor, Tensor]:
    """Unit vectors, plain (C, Dt) and prompted (M, C, Dt), float64."""
    count = min(num_keyframes, len(dataset))
    chosen = np.linspace(0, len(dataset) - 1, count).round().astype(int)
    labels = dataset[0]['data_samples'].label_space
    text = model.encode_labels(labels)
    prompted = []
    for first in tqdm(range(0, count, _BATCH), 'looking'):
        samples = [dataset[i] for i in chosen[first : first + _BATCH]]
        data = model.data_preprocessor(pseudo_collate(samples))
        batch = data['inputs']
        persons, _ = model.encode_views(batch)
        context = model.context_tokens(batch)
        prompted.append(
            model.interact(persons, context, text, batch.persons)[1]
        )
    return tuple(
        F.normalize(each.double(), dim=-1)
        for each in (text, torch.cat(prompted))
    )
