"""A benchmark's trainings and tests without any."""

import json
from pathlib import Path


class FakeTools:
    """In place of training and testing: a number by what is tested."""

    def __init__(self, numbers=(), fails=(), kill_at=None):
        self.numbers = dict(numbers)
        self.fails = fails
        self.kill_at = kill_at
        self.commands = []

    def __call__(self, command, log, title):
        if len(self.commands) == self.kill_at:
            raise KeyboardInterrupt
        self.commands.append(command)
        log.parent.mkdir(parents=True, exist_ok=True)
        if any(word in title for word in self.fails):
            return False
        if 'training' in title:
            path = log.parent / 'epoch_30.pth'
            (log.parent / 'last_checkpoint').write_text(f'{path}\n')
            (log.parent / 'averaged.pth').touch()
        else:
            value = next(
                (v for k, v in self.numbers.items() if k in str(log)), 0.5
            )
            content = {'acc/top1': value, 'acc/top5': 1.0}
            (log.parent / '20261124').mkdir(exist_ok=True)
            path = log.parent / '20261124' / 'a.json'
            path.write_text(json.dumps(content))
        return True

    @property
    def names(self):
        """What was done, shortly."""
        return [
            f'{Path(words[0]).stem} {folder.parents[0].name}/{folder.name}'
            for words in self.commands
            for folder in [Path(words[words.index('--work-dir') + 1])]
        ]
