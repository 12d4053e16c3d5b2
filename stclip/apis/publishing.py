"""Published files of a trained person detector."""

import json
from pathlib import Path
from typing import Any

import torch

from stclip.apis.person_detector import class_names
from stclip.engine.configs import read_config
from stclip.utils.checkpoints import last_checkpoint, read_checkpoint
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, write_json
from stclip.utils.outputs import new_results
from stclip.utils.text_file import read_lines
from stclip.visualization import save_curves

_HINT = 'Give the work dir of a finished tools/train.py.'
_PRECISION = 'coco/bbox_mAP_50'


def read_log(work_dir: Path) -> tuple[list[dict], list[dict]]:
    """Read losses and validations from a run's scalars, resumed or not.

    Returns:
        Entries with ``iteration``, ``loss`` and ``seconds`` (of one
        iteration); entries with ``iteration`` and ``average_precision``.

    Raises:
        ValueError: If the run has none, or its scalars are damaged.
    """
    losses, validations = [], []
    for file in sorted(work_dir.glob('*/vis_data/scalars.json')):
        for entry in _entries(file):
            if 'loss' in entry:
                losses.append(
                    dict(
                        iteration=entry['step'],
                        loss=round(entry['loss'], 4),
                        seconds=entry['time'],
                    )
                )
            elif _PRECISION in entry:
                if not losses:
                    raise UserError(
                        f'{file} validates before any loss. {_HINT}'
                    )
                # The step of a validation is not that of the training.
                validations.append(
                    dict(
                        iteration=losses[-1]['iteration'],
                        average_precision=entry[_PRECISION],
                    )
                )
    if not losses or not validations:
        raise UserError(f'{work_dir} has no losses or no validations. {_HINT}')
    return losses, validations


def _entries(file: Path) -> list[dict[str, Any]]:
    """Scalars of a log, a JSON object each line."""
    entries = []
    for line_num, line in read_lines(file):
        try:
            entries.append(dict(json.loads(line)))
        except (TypeError, ValueError) as error:
            raise UserError(
                f'{file}, line {line_num} is damaged ({error}). {_HINT}'
            ) from error
    return entries


def _training(work_dir: Path) -> dict[str, Any]:
    """Config and seed of the last run that a work dir is of.

    Raises:
        UserError: If it has no config, or one that cannot be read.
    """
    dumped = sorted(work_dir.glob('*.py'), key=lambda p: p.stat().st_mtime)
    if not dumped:
        raise UserError(f'{work_dir} has no config of its run. {_HINT}')
    cfg = read_config(dumped[-1])
    return dict(
        config=dumped[-1].name,
        seed=(cfg.get('randomness') or {}).get('seed'),
    )


def publish_person_detector(
    work_dir: Path, out: Path, overwrite: bool = False
) -> None:
    """Write weights, record and curve.

    Args:
        work_dir: Of a finished training.
        out: Folder that gets the weights of the last checkpoint, in half
            precision without optimizer, under its own name.
        overwrite: Whether they may replace others.

    Raises:
        FileNotFoundError: If the run has no checkpoint.
        ValueError: If it has no log or config, nothing can be written, or
            others are there.
    """
    names = (f'{out.name}.pth', 'training.json', 'curve.png')
    checkpoint = last_checkpoint(work_dir, _HINT)
    with new_results([out / n for n in names], [checkpoint], overwrite):
        _publish(work_dir, checkpoint, out)


def _publish(work_dir: Path, checkpoint_file: str, out: Path) -> None:
    checkpoint = read_checkpoint(checkpoint_file)
    losses, validations = read_log(work_dir)
    training = _training(work_dir)
    halves = {
        name: value.half() if value.is_floating_point() else value
        for name, value in checkpoint.weights.items()
    }
    content = dict(
        state_dict=halves,
        meta=dict(dataset_meta=dict(classes=class_names(checkpoint))),
    )
    with atomic_write(out / f'{out.name}.pth', 'wb') as file:
        torch.save(content, file)
    seconds = sum(entry['seconds'] for entry in losses) / len(losses)
    write_json(
        out / 'training.json',
        dict(
            **training,
            iterations=losses[-1]['iteration'],
            training_seconds=round(seconds * losses[-1]['iteration']),
            losses=[(e['iteration'], e['loss']) for e in losses],
            average_precision_50=[
                (e['iteration'], e['average_precision']) for e in validations
            ],
        ),
    )
    save_curves(
        out / 'curve.png',
        (
            'training loss',
            [e['iteration'] for e in losses],
            [e['loss'] for e in losses],
        ),
        (
            'AP at IoU 0.5, held-out videos',
            [e['iteration'] for e in validations],
            [e['average_precision'] for e in validations],
        ),
    )
    print(f'written to {out}: {validations[-1]}')
