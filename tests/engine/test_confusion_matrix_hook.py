"""The picture of the confusion matrix, by the main process alone."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from stclip.engine import confusion_matrix_hook
from stclip.engine.confusion_matrix_hook import ConfusionMatrixHook
from stclip.utils.io import write_json


@pytest.mark.parametrize('main', [True, False])
def test_drawn_once_from_what_the_metric_wrote(tmp_path, monkeypatch, main):
    monkeypatch.setattr(confusion_matrix_hook, 'is_main_process', lambda: main)
    report = dict(labels=['sit', 'run'], confusion=[[5, 0], [1, 3]])
    write_json(tmp_path / 'recognition.json', report)
    runner = SimpleNamespace(log_dir=str(tmp_path))
    ConfusionMatrixHook().after_test_epoch(runner)
    path = tmp_path / 'confusion_matrix.png'
    assert path.exists() == main
    if main:
        image = cv2.imread(str(path))
        drawn = tmp_path / 'other.png'
        confusion_matrix_hook.save_confusion_matrix(
            drawn, report['labels'], np.array(report['confusion'])
        )
        assert np.array_equal(image, cv2.imread(str(drawn)))


def test_missing_report_names_the_metric(tmp_path):
    runner = SimpleNamespace(log_dir=str(tmp_path))
    with pytest.raises(FileNotFoundError, match='metric RecognitionReport'):
        ConfusionMatrixHook().after_test_epoch(runner)
