"""Accuracy of a recogniser's test run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.evaluator import BaseMetric
from mmengine.logging import MMLogger

from stclip.evaluation.functional.recognition import (
    RecognitionResult,
    count_recognised,
    half_class_accuracies,
)
from stclip.evaluation.functional.seen_unseen import seen_unseen_means
from stclip.evaluation.metrics.samples import as_array, warnings_of
from stclip.evaluation.report import (
    class_table,
    none_if_nan,
    percent,
    seen_or_unseen,
)
from stclip.labels.label_space import LabelSpace, common_label_space
from stclip.registry import METRICS
from stclip.utils.errors import UserError
from stclip.utils.io import write_json


@METRICS.register_module()
class RecognitionReport(BaseMetric):
    """Top-1, top-5 and mean class accuracy, and each class's own.

    Prints a table and writes ``recognition.json`` (docs/formats.md) beside
    the run's log, confusion matrix included. That file, not the metric, is
    what ``ConfusionMatrixHook`` draws: evaluation does not know
    visualization, the engine knows both.

    Metrics are fractions, named as mmaction2's ``AccMetric`` names them:
    ``acc/top1``, ``acc/top5``, ``acc/mean1``. With seen classes also
    ``acc/seen``, ``acc/unseen`` (means over these classes) and
    ``acc/harmonic_mean``; of a closed set ``acc/seen`` alone; with
    ``half_draws`` ``acc/half_mean`` and ``acc/half_std`` (over the draws, of
    fractions of the videos, as Text4Vis and BIKE print them). Differs from
    ``AccMetric``: classes without videos are left out of means, not counted
    as 0.

    Args:
        seen_classes: Names of the classes that were trained on; all others
            are unseen. If there are none, those of the data set's metainfo,
            ``seen_classes``.
        half_draws: Draws of half of the classes, among which their videos are
            recognised as well; 0 for none. Scores are those of all classes,
            which were normalised with the others.
        collect_device: Where the processes of a distributed run exchange
            results, ``'cpu'`` or ``'gpu'``.
        prefix: Put in front of the metrics' names.
    """

    default_prefix = 'acc'

    def __init__(
        self,
        seen_classes: Sequence[str] = (),
        half_draws: int = 0,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.seen_classes = tuple(seen_classes)
        self.half_draws = half_draws

    def process(
        self, data_batch: Any, data_samples: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep what the evaluation needs of each sample, on the CPU.

        Args:
            data_batch: Not used.
            data_samples: Predicted samples as mappings, with ``pred_score``
                (C,), ``gt_label`` (1,) and ``label_space``.

        Raises:
            ValueError: For shapes or labels that do not fit the label space,
                scores that are not finite, or ``seen_classes`` that are
                unknown or all there is.
        """
        for sample in data_samples:
            labels = sample['label_space']
            if not self.results:
                self._check_seen(labels)
            scores = as_array(sample['pred_score'])
            label = as_array(sample['gt_label'])
            where = f'video {sample.get("filename", "")!r}'
            if scores.shape != (len(labels),) or not np.isfinite(scores).all():
                raise UserError(
                    f'{where}: pred_score must be {len(labels)} finite '
                    f'numbers, one for each label, got {scores}'
                )
            if label.shape != (1,) or not 0 <= label[0] < len(labels):
                raise UserError(
                    f'{where}: gt_label must be one of 0 to '
                    f'{len(labels) - 1}, got {label}; does the list of videos '
                    'belong to the label file?'
                )
            self.results.append(
                dict(
                    scores=scores,
                    label=int(label[0]),
                    label_space=labels,
                    video=str(sample.get('filename', '')),
                )
            )

    def compute_metrics(self, results: list[dict[str, Any]]) -> dict:
        """Evaluate, print and write.

        Args:
            results: What :meth:`process` kept, of all processes.

        Returns:
            The metrics.

        Raises:
            ValueError: For no samples, or several label spaces.
        """
        if not results:
            raise UserError('RecognitionReport got no samples')
        labels = common_label_space(results)
        scores = np.stack([entry['scores'] for entry in results])
        classes = np.array([entry['label'] for entry in results])
        result = count_recognised(scores, classes)
        metrics = dict(
            top1=result.top1, top5=result.top5, mean1=result.mean_accuracy
        )
        of_dataset = (self.dataset_meta or {}).get('seen_classes', ())
        seen = self.seen_classes or of_dataset
        metrics |= seen_unseen_means(
            result.class_accuracy, np.isin(labels.names, seen)
        )
        if self.half_draws:
            halves = half_class_accuracies(scores, classes, self.half_draws)
            metrics |= dict(
                half_mean=float(halves.mean()), half_std=float(halves.std())
            )
        marks = seen_or_unseen(labels.names, seen)
        logger = MMLogger.get_current_instance()
        logger.info(f'accuracy in %\n{_table(result, metrics, labels, marks)}')
        if logger.log_file:
            write_json(
                Path(logger.log_file).with_name('recognition.json'),
                _as_plain(labels, result, metrics)
                | dict(
                    answers=[_answer(entry, labels) for entry in results],
                    seen_classes=list(seen),
                    warnings=warnings_of(self.dataset_meta),
                ),
            )
        return metrics

    def _check_seen(self, labels: LabelSpace) -> None:
        for name in self.seen_classes:
            labels.index(name)
        if set(self.seen_classes) == set(labels.names):
            raise UserError('seen_classes are all classes; none is unseen')


def _answer(entry: dict[str, Any], labels: LabelSpace) -> dict[str, str]:
    """What a video shows, and what it was taken for."""
    taken = int(entry['scores'].argmax())
    return dict(
        video=entry['video'],
        label=labels.names[entry['label']],
        taken_for=labels.names[taken],
    )


def _as_plain(
    labels: LabelSpace, result: RecognitionResult, metrics: dict[str, float]
) -> dict[str, Any]:
    counts = result.num_videos.tolist()
    accuracies = result.class_accuracy.tolist()
    return {
        'metrics': {k: none_if_nan(v) for k, v in metrics.items()},
        'num_videos': sum(counts),
        'labels': list(labels.names),
        'per_class': {
            name: dict(videos=count, accuracy=none_if_nan(accuracy))
            for name, count, accuracy in zip(
                labels.names, counts, accuracies, strict=True
            )
        },
        'confusion': result.confusion.tolist(),
    }


def _table(
    result: RecognitionResult,
    metrics: dict[str, float],
    labels: LabelSpace,
    marks: dict[str, str],
) -> str:
    columns = labels.names, result.num_videos, result.class_accuracy
    total = str(result.num_videos.sum())
    return class_table(
        ['class', 'videos', 'accuracy'],
        [
            [name, str(count), percent(accuracy)]
            for name, count, accuracy in zip(*columns, strict=True)
        ],
        [[key, total, percent(value)] for key, value in metrics.items()],
        marks,
    )
