"""Files that a run writes for whoever started it: progress and metrics."""

import json
import time
from math import isnan
from pathlib import Path

from mmengine.dist import master_only
from mmengine.hooks import Hook, LoggerHook
from mmengine.runner import Runner

from stclip.registry import HOOKS
from stclip.utils.disk_space import told_if_full
from stclip.utils.io import atomic_write, write_json

# Nobody looks more often, and steps of small models are short.
_INTERVAL_SEC = 0.5


@HOOKS.register_module()
class ProgressHook(Hook):
    """Append how far a run is, as lines of JSON.

    A line is ``{"phase": "train", "done": 20, "total": 400}``: iterations of
    the training, or batches of the test. The first and the last one are
    always written, others at most twice a second.

    Args:
        path: File to append to.
    """

    priority = 'VERY_LOW'

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self._written_at = float('-inf')

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: object = None,
        outputs: dict | None = None,
    ) -> None:
        """Tell of an iteration."""
        self.tell('train', runner.iter + 1, runner.max_iters)

    def after_test_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: object = None,
        outputs: object = None,
    ) -> None:
        """Tell of a batch."""
        self.tell('test', batch_idx + 1, len(runner.test_dataloader))

    @master_only
    def tell(self, phase: str, done: int, total: int) -> None:
        """Append a line.

        Args:
            phase: ``'train'`` or ``'test'``.
            done: Steps that are done.
            total: All steps.
        """
        now = time.monotonic()
        if done < total and now - self._written_at < _INTERVAL_SEC:
            return
        self._written_at = now
        line = json.dumps(dict(phase=phase, done=done, total=total))
        with (
            told_if_full(self.path),
            self.path.open('a', encoding='utf-8') as file,
        ):
            file.write(f'{line}\n')


@HOOKS.register_module()
class AtomicLoggerHook(LoggerHook):
    """MMEngine's logger; a test's metrics appear in their file at once.

    Arguments as in MMEngine.
    """

    def after_test_epoch(
        self, runner: Runner, metrics: dict[str, float] | None = None
    ) -> None:
        """Log the metrics, and write them beside the log."""
        values, text = runner.log_processor.get_log_after_epoch(
            runner, len(runner.test_dataloader), 'test', with_non_scalar=True
        )
        runner.logger.info(text)
        with atomic_write(Path(runner.log_dir, self.json_log_path)) as file:
            json.dump(self._process_tags(values), file)


@HOOKS.register_module()
class MetricsFileHook(Hook):
    """Write the metrics of a test to a file of a known name.

    MMEngine's own lies in a folder that is named by the time. What could not
    be measured (NaN) becomes ``null``. ``warnings`` has what they cannot be
    trusted for.

    Args:
        path: File to write, JSON.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    @master_only
    def after_test_epoch(
        self, runner: Runner, metrics: dict[str, float] | None = None
    ) -> None:
        """Write them."""
        values = {name: float(value) for name, value in metrics.items()}
        # The measure of nothing is NaN, which is not JSON.
        known = {k: None if isnan(v) else v for k, v in values.items()}
        meta = runner.test_evaluator.dataset_meta or {}
        told = dict(warnings=list(meta.get('warnings', ())))
        write_json(self.path, known | told, indent=2)
