"""A benchmark's trainings and tests without any."""

import json
from pathlib import Path

from mmengine.config import Config

from stclip.benchmarking.accuracy.process import FailedStep


class FakeTools:
    """In place of training and testing: a value by what is tested.

    Args:
        numbers: Part of the log's path -> value of ``metric``.
        fails: Parts of titles of what fails.
        kill_at: Index of the call that is interrupted.
        metrics: Further metrics of every test.
        metric: That ``numbers`` are of.
    """

    def __init__(
        self,
        numbers=(),
        fails=(),
        kill_at=None,
        metrics=(),
        metric='acc/top1',
    ):
        self.numbers = dict(numbers)
        self.fails = fails
        self.kill_at = kill_at
        self.metrics = dict(metrics)
        self.metric = metric
        self.commands = []
        self.titles = []

    def __call__(self, command, log, title, progress=None):
        if len(self.commands) == self.kill_at:
            raise KeyboardInterrupt
        self.commands.append(command)
        self.titles.append(title)
        log.parent.mkdir(parents=True, exist_ok=True)
        if any(word in title for word in self.fails):
            log.write_text('all well\nerror: no such video\n')
            raise FailedStep(title, log)
        if task_of(command) == 'train':
            path = log.parent / 'epoch_30.pth'
            (log.parent / 'last_checkpoint').write_text(f'{path}\n')
            (log.parent / 'averaged.pth').touch()
        else:
            value = next(
                (v for k, v in self.numbers.items() if k in str(log)), 0.5
            )
            content = {self.metric: value, 'acc/top5': 1.0, **self.metrics}
            (log.parent / 'metrics.json').write_text(json.dumps(content))

    @property
    def names(self):
        """What was done, shortly."""
        return [
            f'{task_of(words)} {folder.parents[0].name}/{folder.name}'
            for words in self.commands
            for folder in [Path(word_after(words, '--work-dir'))]
        ]


def task_of(command):
    """``train`` or ``test``."""
    return word_after(command, 'stclip.cli.main')


def word_after(command, word):
    return command[command.index(word) + 1]


def ratio_of(config):
    """CLIP's share in what is tested."""
    hooks = [*config.get('custom_hooks', ()), *config.default_hooks.values()]
    return next(h.ratio for h in hooks if h.type == 'PatchWeightsHook')


def config_of(command):
    """The config that a command was given."""
    return Config.fromfile(word_after(command, task_of(command)))
