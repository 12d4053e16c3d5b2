"""Frame mAP of a test run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmengine.logging import MMLogger

from stclip.evaluation.detection_file import (
    write_detections_csv,
    write_detections_json,
)
from stclip.evaluation.frame_results import FrameResults
from stclip.evaluation.functional.frame_map import FrameMAPResult
from stclip.evaluation.metrics.keyframe_metric import KeyframeMetric
from stclip.evaluation.report import (
    as_plain,
    format_table,
    frame_map_means,
)
from stclip.registry import METRICS


@METRICS.register_module()
class FrameMAP(KeyframeMetric):
    """Frame mAP on every source of person boxes, with and without voting.

    Prints AP per class and the mean, and writes ``detections_<source>.json``
    and ``.csv`` (docs/formats.md), which ``tools/eval_frame_map.py`` reads.
    :func:`~stclip.evaluation.functional.frame_map` states the rules.

    Metrics are fractions: ``<source>/frame_mAP@<iou_thr>`` and, with voting,
    ``<source>/voted/frame_mAP@<iou_thr>``. Where classes were trained on, as
    the data set tells, also ``<source>/seen/frame_mAP@<iou_thr>`` and
    likewise ``unseen`` and ``harmonic_mean``; of a closed set ``seen`` alone.

    Args:
        iou_thr: Least IoU of a true positive, in (0, 1].
        out_dir: Folder for the files; ``None`` stands for the folder of the
            run's log, and for no files where there is no log.
        **kwargs: Of ``KeyframeMetric``: ``eval_classes``,
            ``soft_voting``, ``collect_device``, ``prefix``.

    Attributes:
        written: JSON files of the last evaluation.
    """

    def __init__(
        self,
        iou_thr: float = 0.5,
        out_dir: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.iou_thr = iou_thr
        self.out_dir = out_dir
        self.written: list[Path] = []

    def compute_metrics(self, results: list[dict[str, Any]]) -> dict:
        """Evaluate, print and write.

        Args:
            results: Of all processes; see ``by_source``, also for what
                it raises.

        Returns:
            The metrics.
        """
        columns: dict[str, FrameMAPResult] = {}
        metrics: dict[str, float] = {}
        lines = []
        self.written = []
        for source, frames in self.by_source(results):
            by_heading = {source: frames.evaluate(self.iou_thr)}
            if self.soft_voting:
                voted = frames.evaluate(self.iou_thr, voted=True)
                by_heading[f'{source}/voted'] = voted
            self._write(source, frames, by_heading)
            columns.update(by_heading)
            for heading, result in by_heading.items():
                metrics |= self._metrics(heading, frames, result)
            lines.append(
                f'{source}: {len(frames.image_ids)} keyframes, '
                f'{frames.num_keyframes_without_gt} of them without ground '
                f'truth, {by_heading[source].num_detections} boxes'
            )
        MMLogger.get_current_instance().info(
            f'frame AP in %, IoU >= {self.iou_thr:g}\n'
            + '\n'.join(
                [
                    format_table(
                        frames.eval_labels, columns, frames.seen_labels
                    ),
                    *lines,
                ]
            )
        )
        return metrics

    def _metrics(
        self, heading: str, frames: FrameResults, result: FrameMAPResult
    ) -> dict[str, float]:
        name = f'frame_mAP@{self.iou_thr:g}'
        means = frame_map_means(frames.eval_labels, result, frames.seen_labels)
        return {
            f'{heading}/{name}': result.mean,
            **{f'{heading}/{key}/{name}': v for key, v in means.items()},
        }

    def _write(
        self,
        source: str,
        frames: FrameResults,
        by_heading: Mapping[str, FrameMAPResult],
    ) -> None:
        """Write the files of one source of boxes, if there is a folder."""
        log_file = MMLogger.get_current_instance().log_file
        if self.out_dir is None and log_file is None:
            return
        folder = Path(self.out_dir or Path(log_file).parent)
        names, seen = frames.eval_labels, frames.seen_labels
        report = as_plain(names, by_heading[source], self.iou_thr, seen)
        if self.soft_voting:
            voted = by_heading[f'{source}/voted']
            report['voted'] = as_plain(names, voted, self.iou_thr, seen)
        stem = folder / f'detections_{source}'
        write_detections_json(stem.with_suffix('.json'), frames, report)
        write_detections_csv(stem.with_suffix('.csv'), frames)
        self.written.append(stem.with_suffix('.json'))
