"""Schedules that are tried on ZS-Stage, and those that were chosen.

Protocol: docs/zs_stage_protocol.md, "Search".
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import yaml
from mmengine.config import Config

from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write
from stclip.utils.outputs import require_writable_folder
from stclip.utils.resources import shipped
from stclip.utils.text_file import read_yaml

#: Where the choices stand; `stclip benchmark zs_stage --search` writes it.
CHOSEN = 'configs/benchmarks/zs_stage_chosen.yaml'
_HEAD = """\
# Written by `stclip benchmark zs_stage --search`: of each row the trial that
# was chosen, and percent of all trials, mean over development sets. What
# stands here is not tried again: take a row out to search it anew.
"""


@dataclass(frozen=True)
class Schedule:
    """How a training differs from its config in speed and length.

    Args:
        rate: Factor of the config's learning rate.
        iterations: Of the training.
    """

    rate: float
    iterations: int

    @property
    def name(self) -> str:
        """For folders and tables, as ``x0.33_200``."""
        return f'x{self.rate:.2g}_{self.iterations}'

    def apply(self, cfg: Config) -> None:
        """Change a config; what ended with the training does so again."""
        before = cfg.train_cfg.max_iters
        cfg.optim_wrapper.optimizer.lr *= self.rate
        cfg.train_cfg.max_iters = self.iterations
        for scheduler in cfg.param_scheduler:
            if scheduler.end == before:
                scheduler.end = self.iterations


_SHORT, _LONG = 100, 200
_STEP = 3.0
#: Every schedule that may be tried, by name; of each length, rates ascend.
SCHEDULES = {
    schedule.name: schedule
    for schedule in (
        Schedule(_STEP**power, iterations)
        for iterations in (_SHORT, _LONG)
        for power in range(-4, 5)
    )
}
#: Names of those that are tried for every row where lengths are searched, too.
TRIALS = tuple(
    name
    for name, schedule in SCHEDULES.items()
    if 1 / _STEP <= schedule.rate <= _STEP
)
#: Where rates alone are searched, those that are tried for every row;
#: from there it goes to where it gets better.
FIRST_RATES = tuple(
    name
    for name in TRIALS
    if SCHEDULES[name].iterations == _SHORT and SCHEDULES[name].rate <= 1
)
#: Where rates alone are searched: of each short training, the longer one that
#: it stands for.
LENGTHENED = {
    name: replace(schedule, iterations=_LONG).name
    for name, schedule in SCHEDULES.items()
    if schedule.iterations == _SHORT
}


def neighbours(name: str) -> list[str]:
    """Schedules of the same length, a third and three times as fast.

    Args:
        name: A key of ``SCHEDULES``.
    """
    length = SCHEDULES[name].iterations
    names = [n for n, s in SCHEDULES.items() if s.iterations == length]
    place = names.index(name)
    return names[max(place - 1, 0) : place] + names[place + 1 : place + 2]


@dataclass(frozen=True)
class Choice:
    """What was tried for a row, and what was best.

    Args:
        chosen: A key of ``SCHEDULES``.
        tried: Percent by name of the trial, mean over development sets; a
            trial that failed is missing.
    """

    chosen: str
    tried: Mapping[str, float]


def best_of(tried: Mapping[str, float]) -> str:
    """Name of the trial that gave most.

    Args:
        tried: See :class:`Choice`.
    """
    return max(tried, key=tried.get)


def read_choices() -> dict[str, dict[str, Choice]]:
    """Choices by track and title of the row.

    Raises:
        UserError: If one is no trial.
    """
    path = shipped(CHOSEN)
    choices = {
        track: {str(row): Choice(**values) for row, values in rows.items()}
        for track, rows in (read_yaml(path) or {}).items()
    }
    for track, rows in choices.items():
        for row, choice in rows.items():
            if choice.chosen not in SCHEDULES:
                raise UserError(
                    f'{path}, {track}, {row!r}: no trial {choice.chosen!r}; '
                    'run `stclip benchmark zs_stage --search` again'
                )
    return choices


def require_writable_choices() -> None:
    """See that choices can be written, before they are searched.

    Raises:
        UserError: If they cannot.
    """
    require_writable_folder(shipped(CHOSEN).parent)


def save_choices(choices: Mapping[str, Mapping[str, Choice]]) -> None:
    """Write all choices, for :func:`read_choices`.

    Args:
        choices: By track and title of the row.
    """
    content = {
        track: {row: asdict(choice) for row, choice in rows.items()}
        for track, rows in choices.items()
    }
    with atomic_write(shipped(CHOSEN)) as file:
        file.write(_HEAD)
        yaml.safe_dump(
            content, file, sort_keys=False, default_flow_style=None, width=79
        )
