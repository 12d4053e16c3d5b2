"""How often "none of these" is right, on people who do nothing named.

Written down before the first run: of the test videos of ZS-Stage's
single-action track, twenty random sets of five labels are asked for. Persons
who do one of the five are named; persons of the idle track, who stand, walk,
lean, stretch or look around, do nothing named. A person's answer is the
likeliest label, or none where that is likelier than each label. Plain CLIP,
the small one, sees the ground-truth boxes. Backgrounds are the words that a
user would say, the package's own for a single label, words of other things as
a control, and no words at all. Intervals are those of 1,000 samples of the
label sets, and of the videos within each, with replacement; all rows share
them, so that each is compared with the control.

Added after a first run on the stage before this one: no words, but a least
probability that a label needs to be the answer.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import yaml
from mmengine.dataset import pseudo_collate
from torch import Tensor
from tqdm import tqdm

from stclip.apis.action_models import ActionModel
from stclip.apis.model_index import STAGE
from stclip.benchmarking.accuracy.tables import markdown_rows
from stclip.datasets.keyframe_dataset import KeyframeDataset
from stclip.labels.label_question import DEFAULT_BACKGROUND, label_question
from stclip.models.detection.clip_baseline import CLIPBaseline
from stclip.registry import DATASETS, MODELS
from stclip.zs_stage.action_casting import IDLE
from stclip.zs_stage.classes import ACTIONS

#: What persons may do, those of the second track nothing named.
DOINGS = dict(single=tuple(ACTIONS), idle=IDLE)
_NAMES = sum(DOINGS.values(), ())
_SETS, _LABELS, _SAMPLES = 20, 5, 1000
_MEASURES = ('precision', 'recall', 'named persons right')
_SEED = 0
_CONTROL = 'other things (control)'
#: What stands for none of the labels, by what the table says of it.
BACKGROUNDS: dict[str, tuple[str, ...]] = {
    'no words': (),
    _CONTROL: ('a car', 'a tree'),
    "the package's words": DEFAULT_BACKGROUND,
    'standing still, walking by': ('standing still', 'walking by'),
    'stand, walk': ('stand', 'walk'),
}
#: Least probabilities of an answer where there are no words.
THRESHOLDS = (0.5, 0.7, 0.9)
_BATCH = 16


@dataclass(frozen=True)
class Persons:
    """All persons of the test videos.

    Args:
        features: (N, Dt) of CLIP.
        actions: (N,) index of what each does, in the names of :data:`DOINGS`.
        videos: (N,) number of each one's video.
    """

    features: Tensor
    actions: np.ndarray
    videos: np.ndarray


def table(data_root: Path) -> str:
    """Measure all backgrounds and thresholds.

    Args:
        data_root: With the rendered tracks of :data:`DOINGS`.

    Returns:
        A table in Markdown.
    """
    cfg = ActionModel.of(STAGE).config
    model = MODELS.build(cfg.model).eval()
    persons = look(model, cfg.test_dataloader.dataset, data_root)
    rng = np.random.default_rng(_SEED)
    sets = [
        rng.choice(DOINGS['single'], _LABELS, replace=False)
        for _ in range(_SETS)
    ]
    measured = {
        title: measure([answers(model, persons, s, words) for s in sets])
        for title, words in BACKGROUNDS.items()
    }
    for least in THRESHOLDS:
        outcomes = [answers(model, persons, s, (), least) for s in sets]
        measured[f'no words, answers from {least} on'] = measure(outcomes)
    control = measured[_CONTROL]
    heads = [*_MEASURES, f"{_MEASURES[0]}, minus the control's"]
    rows = [
        (title, *cells(each), gain(each, control))
        for title, each in measured.items()
    ]
    return markdown_rows(['background', *heads], rows)


@torch.inference_mode()
def look(model: CLIPBaseline, dataset_cfg: dict, data_root: Path) -> Persons:
    """Encode every annotated person of the test videos once."""
    features, actions, videos = [], [], []
    number: dict[str, int] = {}
    for track, names in DOINGS.items():
        first = _NAMES.index(names[0])
        dataset = _annotated(dataset_cfg, Path(data_root, track), names)
        for start in tqdm(range(0, len(dataset), _BATCH), f'looking, {track}'):
            stop = min(start + _BATCH, len(dataset))
            batch = pseudo_collate([dataset[k] for k in range(start, stop)])
            data = model.data_preprocessor(batch)
            features.append(model.person_features(data['inputs']))
            for sample in data['data_samples']:
                labels = sample.gt_instances.labels.argmax(dim=1).tolist()
                video = number.setdefault(sample.video, len(number))
                actions += [first + label for label in labels]
                videos += [video] * len(labels)
    return Persons(torch.cat(features), np.array(actions), np.array(videos))


def _annotated(
    dataset_cfg: dict, data_root: Path, names: Sequence[str]
) -> KeyframeDataset:
    """The annotated persons of a track's test videos."""
    with tempfile.TemporaryDirectory() as folder:
        split = Path(folder, 'all.yaml')
        names = list(names)
        content = dict(benchmark='all', split=1, train=names, test=names)
        split.write_text(yaml.safe_dump(content), encoding='utf-8')
        return DATASETS.build(
            dict(
                dataset_cfg,
                data_root=str(data_root),
                label_split=str(split),
                box_sources=['ground_truth'],
                det_file=None,
            )
        )


@dataclass(frozen=True)
class Outcomes:
    """What is said of the persons of one label set.

    Args:
        is_none: (N,) bool, whether each does nothing named.
        says_none: (N,) bool, whether that is the answer.
        is_right: (N,) bool, whether the answer is what each does.
        videos: (N,) number of each one's video.
    """

    is_none: np.ndarray
    says_none: np.ndarray
    is_right: np.ndarray
    videos: np.ndarray


@torch.inference_mode()
def answers(
    model: CLIPBaseline,
    persons: Persons,
    names: Sequence[str],
    background: Sequence[str],
    threshold: float = 0,
) -> Outcomes:
    """Answer for the persons who do one of the labels, or nothing named.

    Args:
        model: What scores them.
        persons: All persons.
        names: Of the labels.
        background: Words for none of them.
        threshold: A label that is less likely is no answer.
    """
    index = [_NAMES.index(name) for name in names]
    nothing = [_NAMES.index(name) for name in IDLE]
    rows = np.flatnonzero(np.isin(persons.actions, [*index, *nothing]))
    labels = label_question(list(map(str, names)), background=background)
    text = model.encode_labels(labels)
    logits = model.head(persons.features[rows], text)
    probs = model.head.probabilities(logits, labels).numpy()
    behind = np.array(labels.background)
    best = probs[:, ~behind].argmax(axis=1)
    likeliest = probs[:, ~behind].max(axis=1)
    says_none = probs[:, behind].sum(axis=1) > likeliest
    says_none |= likeliest < threshold
    truth = persons.actions[rows]
    is_none = np.isin(truth, nothing)
    is_right = ~says_none & (np.array(index)[best] == truth)
    return Outcomes(is_none, says_none, is_right, persons.videos[rows])


@dataclass(frozen=True)
class Measured:
    """What is measured of a background.

    Args:
        values: (3,) in the order of :func:`measures`.
        sampled: (1000, 3) the same, of label sets and videos drawn anew.
    """

    values: np.ndarray
    sampled: np.ndarray


def measure(outcomes: Sequence[Outcomes]) -> Measured:
    """Measure answers, and the same draws of them for every background.

    Args:
        outcomes: Of each label set; who is asked about does not depend on
            the background.
    """
    rng = np.random.default_rng([_SEED, 1])
    sampled = [
        measures(list(resample(outcomes, rng))) for _ in range(_SAMPLES)
    ]
    return Measured(measures(outcomes), np.array(sampled))


def cells(measured: Measured) -> list[str]:
    """Precision and recall of none, accuracy on the named; with intervals."""
    return [
        _cell(value, column, '.1f')
        for value, column in zip(
            measured.values, measured.sampled.T, strict=True
        )
    ]


def gain(ours: Measured, other: Measured) -> str:
    """Precision of none, minus another's, in points, with its interval."""
    values = ours.values - other.values
    return _cell(values[0], (ours.sampled - other.sampled)[:, 0], '+.1f')


def _cell(value: float, sampled: np.ndarray, form: str) -> str:
    if np.isnan(value):
        return '-'
    low, high = 100 * np.nanpercentile(sampled, [2.5, 97.5])
    return f'{100 * value:{form}} ({low:{form}} to {high:{form}})'


def measures(outcomes: Sequence[Outcomes]) -> np.ndarray:
    """(3,) precision and recall of none, share of the named that is right."""
    is_none = np.concatenate([each.is_none for each in outcomes])
    says_none = np.concatenate([each.says_none for each in outcomes])
    is_right = np.concatenate([each.is_right for each in outcomes])
    hits = (is_none & says_none).sum()
    said, there = says_none.sum(), is_none.sum()
    return np.array(
        [
            hits / said if said else np.nan,
            hits / there if there else np.nan,
            is_right[~is_none].mean() if (~is_none).any() else np.nan,
        ]
    )


def resample(
    outcomes: Sequence[Outcomes], rng: np.random.Generator
) -> Iterator[Outcomes]:
    """Draw label sets, and videos of each, with replacement."""
    for chosen in rng.integers(0, len(outcomes), len(outcomes)):
        each = outcomes[chosen]
        known, video = np.unique(each.videos, return_inverse=True)
        drawn = np.bincount(
            rng.integers(0, len(known), len(known)), minlength=len(known)
        )
        rows = np.repeat(np.arange(len(video)), drawn[video])
        yield Outcomes(
            each.is_none[rows],
            each.says_none[rows],
            each.is_right[rows],
            each.videos[rows],
        )
