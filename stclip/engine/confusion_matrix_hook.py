"""The picture that goes with a recogniser's report."""

from pathlib import Path

import numpy as np
from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner

from stclip.registry import HOOKS
from stclip.utils.io import read_json
from stclip.visualization.confusion_matrix import save_confusion_matrix


@HOOKS.register_module()
class ConfusionMatrixHook(Hook):
    """Draws ``confusion_matrix.png`` from what ``RecognitionReport`` wrote."""

    def after_test_epoch(
        self, runner: Runner, metrics: dict[str, float] | None = None
    ) -> None:
        """Draw it beside the report."""
        if not is_main_process():
            return
        folder = Path(runner.log_dir)
        report = read_json(
            folder / 'recognition.json',
            'ConfusionMatrixHook goes with the metric RecognitionReport.',
        )
        save_confusion_matrix(
            folder / 'confusion_matrix.png',
            report['labels'],
            np.array(report['confusion']),
        )
