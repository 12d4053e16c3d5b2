"""The base of metrics on predicted keyframes."""

from abc import ABC
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from mmengine.evaluator import BaseMetric

from stclip.evaluation.frame_results import FrameResults
from stclip.evaluation.metrics.samples import as_array, warnings_of
from stclip.labels.label_space import LabelSpace, common_label_space
from stclip.structures.box_table import Detections, GroundTruth
from stclip.utils.errors import UserError


class KeyframeMetric(BaseMetric, ABC):
    """A metric of predicted keyframes, by source of their person boxes.

    Where the data set's metainfo names ``seen_classes``, evaluated ones that
    were trained on, their mean, that of the others and the harmonic mean of
    both are given too.

    Args:
        eval_classes: Names to average over; ``None`` stands for the
            ``eval_classes`` of the data set's metainfo, or else for all.
            Boxes are scored for all labels of the samples in any case.
        soft_voting: Also give the result when all boxes of a video share
            their mean class probabilities. For labels that exclude each other
            in videos of one action only.
        collect_device: Where the processes of a distributed run exchange
            results, ``'cpu'`` or ``'gpu'``.
        prefix: Put in front of the metrics' names.

    Attributes:
        needs_probs: Whether class probabilities before the box scores are
            kept though nothing is voted on; for labels that exclude each
            other, too.
    """

    needs_probs: ClassVar[bool] = False

    def __init__(
        self,
        eval_classes: Sequence[str] | None = None,
        soft_voting: bool = False,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.eval_classes = eval_classes
        self.soft_voting = soft_voting

    def process(
        self, data_batch: Any, data_samples: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep what the evaluation needs of each sample, on the CPU.

        Args:
            data_batch: Not used.
            data_samples: Predicted samples as mappings, with
                ``pred_instances``, ``gt_instances`` and the keyframe's
                metainfo.

        Raises:
            ValueError: For shapes that do not fit or numbers that are not
                finite, naming the keyframe; for unknown ``eval_classes``; for
                voting on labels that may hold together.
        """
        for sample in data_samples:
            self._check_labels(sample['label_space'])
            # One result for each sample, in their order: with this mmengine
            # drops what a distributed sampler repeats at the end.
            self.results.append(self._checked(sample))

    def by_source(
        self, results: Sequence[dict[str, Any]]
    ) -> Iterator[tuple[str, FrameResults]]:
        """Join what :meth:`process` kept, of all processes.

        Yields:
            Each source of boxes with its keyframes.

        Raises:
            ValueError: For no samples, several label spaces, or a keyframe
                that occurs twice with the same source of boxes.
        """
        if not results:
            raise UserError(f'{type(self).__name__} got no samples')
        label_space = common_label_space(results)
        names = self._evaluated(label_space)
        seen = (self.dataset_meta or {}).get('seen_classes', ())
        seen = tuple(name for name in names if name in seen)
        told = tuple(warnings_of(self.dataset_meta))
        for source, keyframes in _by_source(results).items():
            frames = _assemble(label_space.names, names, keyframes, source)
            yield source, replace(frames, seen_labels=seen, warnings=told)

    def _evaluated(self, label_space: LabelSpace) -> tuple[str, ...]:
        of_dataset = (self.dataset_meta or {}).get('eval_classes')
        return tuple(self.eval_classes or of_dataset or label_space.names)

    def _check_labels(self, label_space: LabelSpace) -> None:
        label_space.subset(self._evaluated(label_space))
        if self._keeps_probs and not all(label_space.exclusive):
            together = [
                name
                for name, exclusive in zip(
                    label_space.names, label_space.exclusive, strict=True
                )
                if not exclusive
            ]
            asked = 'soft_voting' if self.soft_voting else type(self).__name__
            raise UserError(
                f'{asked} is for videos of one action, but these labels '
                f'are scored independently: {together}'
            )

    @property
    def _keeps_probs(self) -> bool:
        return self.soft_voting or self.needs_probs

    def _checked(self, sample: Mapping[str, Any]) -> dict[str, Any]:
        predicted, annotated = sample['pred_instances'], sample['gt_instances']
        arrays = {
            'boxes': predicted['bboxes'],
            'box_scores': predicted['box_scores'],
            'scores': predicted['scores'],
            'gt_boxes': annotated['bboxes'],
            'gt_labels': annotated['labels'],
        }
        if self._keeps_probs:
            arrays['action_probs'] = predicted['action_probs']
        arrays = {key: as_array(value) for key, value in arrays.items()}
        where = f'keyframe {sample["image_id"]!r} ({sample["box_source"]})'
        num_labels = len(sample['label_space'])
        count, gt_count = len(arrays['boxes']), len(arrays['gt_boxes'])
        shapes = {
            'boxes': (count, 4),
            'box_scores': (count,),
            'scores': (count, num_labels),
            'action_probs': (count, num_labels),
            'gt_boxes': (gt_count, 4),
            'gt_labels': (gt_count, num_labels),
        }
        for key, value in arrays.items():
            if value.shape != shapes[key]:
                raise UserError(
                    f'{where}: {key} must be {shapes[key]}, got {value.shape}'
                )
            if not np.isfinite(value).all():
                raise UserError(f'{where}: {key} must be finite, got {value}')
        meta = 'image_id', 'video', 'timestamp', 'box_source', 'label_space'
        return arrays | {key: sample[key] for key in meta}


def _by_source(
    results: Sequence[dict[str, Any]],
) -> dict[str, list[dict[str, Any]]]:
    sources: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        sources.setdefault(result['box_source'], []).append(result)
    return sources


def _assemble(
    labels: tuple[str, ...],
    eval_labels: tuple[str, ...],
    keyframes: Sequence[dict[str, Any]],
    source: str,
) -> FrameResults:
    """Join the samples of one source of boxes."""
    image_ids = [keyframe['image_id'] for keyframe in keyframes]
    if len(set(image_ids)) < len(image_ids):
        seen: set[int | str] = set()
        repeated = {i for i in image_ids if i in seen or seen.add(i)}
        raise UserError(
            f'{len(repeated)} keyframes with boxes {source!r} occur more than '
            f'once, such as {next(iter(repeated))!r}'
        )

    def joined(key: str) -> np.ndarray:
        return np.concatenate([keyframe[key] for keyframe in keyframes])

    def keyframe_idx(key: str) -> np.ndarray:
        counts = [len(keyframe[key]) for keyframe in keyframes]
        return np.repeat(np.arange(len(keyframes)), counts)

    gt_rows, gt_labels = np.nonzero(joined('gt_labels'))
    voting = 'action_probs' in keyframes[0]
    return FrameResults(
        labels,
        eval_labels,
        image_ids,
        [keyframe['video'] for keyframe in keyframes],
        [keyframe['timestamp'] for keyframe in keyframes],
        GroundTruth(
            keyframe_idx('gt_boxes')[gt_rows],
            joined('gt_boxes')[gt_rows],
            gt_labels,
        ),
        Detections(keyframe_idx('boxes'), joined('boxes'), joined('scores')),
        joined('box_scores'),
        joined('action_probs') if voting else None,
    )
