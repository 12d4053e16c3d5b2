"""Files that a run writes for whoever started it."""

import json
from types import SimpleNamespace

from stclip.engine.run_files import MetricsFileHook, ProgressHook


def test_first_and_last_steps_are_told(tmp_path):
    hook = ProgressHook(str(tmp_path / 'progress'))
    runner = SimpleNamespace(iter=0, max_iters=3, test_dataloader=range(2))
    for runner.iter in range(3):
        hook.after_train_iter(runner, batch_idx=0)
    hook.after_test_iter(runner, batch_idx=1)
    lines = (tmp_path / 'progress').read_text().splitlines()
    told = [json.loads(line) for line in lines]
    train = [step['done'] for step in told if step['phase'] == 'train']
    assert train[0] == 1 and train[-1] == 3
    assert told[-1] == dict(phase='test', done=2, total=2)


def test_metrics_lie_where_they_are_looked_for(tmp_path):
    path = tmp_path / 'folder' / 'metrics.json'
    hook = MetricsFileHook(str(path))
    metrics = {'a/mAP': 0.25, 'top1': 1, 'none': float('nan')}
    for meta, told in ((None, []), (dict(warnings=['no']), ['no'])):
        evaluator = SimpleNamespace(dataset_meta=meta)
        runner = SimpleNamespace(test_evaluator=evaluator)
        hook.after_test_epoch(runner, metrics)
        assert json.loads(path.read_text()) == {
            'a/mAP': 0.25,
            'top1': 1.0,
            'none': None,
            'warnings': told,
        }
