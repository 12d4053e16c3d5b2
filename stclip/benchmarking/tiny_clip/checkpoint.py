"""Trainings of minutes to hours that go on where they were stopped."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write


def save_state(
    path: Path,
    model: nn.Module,
    optimizers: Sequence[Optimizer],
    options: Mapping[str, Any],
    **more: Any,
) -> None:
    """Write all that a training goes on with.

    Args:
        path: File.
        model: What is trained.
        optimizers: Of it.
        options: What its weights depend on.
        **more: Tensors, numbers and texts that belong to it.
    """
    state = dict(
        options=dict(options),
        weights=model.state_dict(),
        optimizers=[each.state_dict() for each in optimizers],
        **more,
    )
    with atomic_write(path, 'wb') as file:
        torch.save(state, file)


def load_state(
    path: Path,
    model: nn.Module,
    optimizers: Sequence[Optimizer],
    options: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Take a training up.

    Args:
        path: File of :func:`save_state`.
        model: Gets the weights.
        optimizers: Get their states.
        options: What its weights are to depend on.

    Returns:
        What else was saved; ``None`` if there is no file.

    Raises:
        UserError: If the file is damaged, or of other options.
    """
    if not path.is_file():
        return None
    try:
        state = torch.load(path, weights_only=True)
    # A damaged file may raise nearly anything.
    except Exception as error:
        raise UserError(
            f'{path} is no checkpoint ({type(error).__name__}). Remove it to '
            'start anew.'
        ) from error
    if (saved := state.pop('options')) != options:
        other = [key for key in options if saved.get(key) != options[key]]
        told = ', '.join(f'{key} {saved.get(key)}' for key in other)
        raise UserError(
            f'{path} was trained with {told}: give the same, another '
            '--work-dir, or remove it to start anew'
        )
    model.load_state_dict(state.pop('weights'))
    states = state.pop('optimizers')
    for optimizer, values in zip(optimizers, states, strict=True):
        optimizer.load_state_dict(values)
    return state
