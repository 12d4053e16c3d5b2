"""The pictures and the page that go with a test of action detection."""

from pathlib import Path

from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner

from stclip.engine.detection_report import write_report
from stclip.evaluation.likely_causes import told_diagnosis
from stclip.evaluation.loose_file import read_both
from stclip.evaluation.metrics.frame_map import FrameMAP
from stclip.registry import HOOKS


@HOOKS.register_module()
class DetectionReportHook(Hook):
    """Writes ``report_<source>/`` beside the log, for each source of boxes.

    From the files that :class:`FrameMAP` has written.
    """

    def after_test_epoch(
        self, runner: Runner, metrics: dict[str, float] | None = None
    ) -> None:
        """Diagnose, draw and write."""
        if not is_main_process():
            return
        for metric in runner.test_evaluator.metrics:
            if not isinstance(metric, FrameMAP):
                continue
            for path in metric.written:
                source = path.stem.removeprefix('detections_')
                truth, found = read_both(path, path)
                _, values = told_diagnosis(truth, found, path, metric.iou_thr)
                page = write_report(
                    Path(runner.log_dir, f'report_{source}'),
                    truth,
                    found,
                    values,
                    f'{runner.experiment_name}: boxes {source}',
                )
                runner.logger.info(f'report: {page}')
