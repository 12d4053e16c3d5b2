"""Video mAP of a test run."""

from collections.abc import Mapping
from typing import Any

from mmengine.logging import MMLogger

from stclip.evaluation.metrics.keyframe_metric import KeyframeMetric
from stclip.evaluation.report import MEAN_TITLES, seen_or_unseen
from stclip.evaluation.video_results import (
    THRESHOLDS,
    evaluate_tubes,
    format_video_table,
)
from stclip.registry import METRICS
from stclip.structures.tube_file import read_tubes
from stclip.structures.tubes import TubeLinker
from stclip.utils.errors import UserError


@METRICS.register_module()
class VideoMAP(KeyframeMetric):
    """Video mAP on every source of person boxes, with and without voting.

    For data sets in which every frame of a test video is a keyframe. Prints
    AP per class and the mean.

    Metrics are fractions: ``<source>/video_mAP@<threshold>`` and, with
    voting, ``<source>/voted/video_mAP@<threshold>``, at IoU 0.2, 0.5 and the
    mean over 0.5 to 0.95. Where classes were trained on, as the data set
    tells, also ``<source>/seen/video_mAP@<threshold>`` and likewise
    ``unseen`` and ``harmonic_mean``; of a closed set ``seen`` alone.

    Args:
        tube_file: Annotated tubes, as tools/data/prepare.py writes them.
        linking: What differs from the defaults of
            :class:`~stclip.structures.tubes.TubeLinker`.
        **kwargs: Of ``KeyframeMetric``: ``eval_classes``,
            ``soft_voting``, ``collect_device``, ``prefix``.

    Raises:
        FileNotFoundError: When built, if the file is missing.
        ValueError: If it is faulty, or has no tube of what is evaluated.
    """

    def __init__(
        self,
        tube_file: str,
        linking: Mapping[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.tube_file = tube_file
        self.annotated = read_tubes(tube_file)
        self.linker = TubeLinker(**(linking or {}))

    def compute_metrics(self, results: list[dict[str, Any]]) -> dict:
        """Link, evaluate and print.

        Args:
            results: What ``process`` kept, of all processes.

        Returns:
            The metrics.
        """
        columns: dict[str, dict] = {}
        for source, frames in self.by_source(results):
            for voted in (False, True)[: 1 + self.soft_voting]:
                heading = f'{source}/voted' if voted else source
                try:
                    columns[heading] = evaluate_tubes(
                        frames, self.annotated, self.linker, voted
                    )
                except ValueError as error:
                    raise UserError(f'{self.tube_file}: {error}') from error
        marks = seen_or_unseen(frames.eval_labels, frames.seen_labels)
        MMLogger.get_current_instance().info(
            f'video mAP\n{format_video_table(columns, marks)}'
        )
        kinds = {'mAP': ''} | {f'mAP_{key}': f'{key}/' for key in MEAN_TITLES}
        return {
            f'{heading}/{kind}video_mAP@{threshold}': result[threshold][key]
            for heading, result in columns.items()
            for threshold in THRESHOLDS
            for key, kind in kinds.items()
            if key in result[threshold]
        }
