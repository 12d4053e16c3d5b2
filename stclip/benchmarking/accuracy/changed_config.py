"""What a finished run was told, against what it would be told now."""

from collections.abc import Iterator, Mapping
from typing import Any

from mmengine.config import Config

#: Hooks that a bench adds to every run, with the place of its folder.
BENCH_HOOKS = ('metrics_file', 'progress')


def changed_keys(before: Config, now: Config) -> list[str]:
    """Dotted keys of values that are not the same in two configs of runs.

    Args:
        before: As a run's folder holds it.
        now: As the run would get it.
    """
    old, new = (dict(_values(cfg.to_dict())) for cfg in (before, now))
    ours = tuple(f'default_hooks.{name}.' for name in BENCH_HOOKS)
    return [
        key
        for key in dict.fromkeys((*old, *new))
        if not key.startswith(ours)
        and (key not in old or key not in new or old[key] != new[key])
    ]


def _values(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Values below all dictionaries, by dotted key."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            for rest, inner in _values(value):
                yield f'{key}.{rest}', inner
        else:
            yield str(key), value
