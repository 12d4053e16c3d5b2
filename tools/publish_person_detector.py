r"""Make what is shipped of a trained person detector.

    python tools/publish_person_detector.py \
        work_dirs/zs_stage_tiny data/pretrained/tiny_person_detector

Writes the weights of the last checkpoint in half precision without optimizer,
a record of the training and its curve.
"""

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from stclip.apis.person_detector import read_checkpoint
from stclip.benchmarking.accuracy.runs import last_checkpoint
from stclip.utils.io import atomic_write, write_json
from stclip.visualization import save_curves

_MEND = 'Give the work dir of a finished tools/train.py.'
_PRECISION = 'coco/bbox_mAP_50'


def read_log(work_dir: Path) -> tuple[list[dict], list[dict]]:
    """Read losses and validations from a run's scalars, resumed or not.

    Returns:
        Entries with ``iteration``, ``loss`` and ``seconds`` (of one
        iteration); entries with ``iteration`` and ``average_precision``.
    """
    losses, validations = [], []
    for file in sorted(work_dir.glob('*/vis_data/scalars.json')):
        for line in file.read_text(encoding='utf-8').splitlines():
            entry = json.loads(line)
            if 'loss' in entry:
                losses.append(
                    dict(
                        iteration=entry['step'],
                        loss=round(entry['loss'], 4),
                        seconds=entry['time'],
                    )
                )
            elif _PRECISION in entry:
                # The step of a validation is not that of the training.
                validations.append(
                    dict(
                        iteration=losses[-1]['iteration'],
                        average_precision=entry[_PRECISION],
                    )
                )
    if not losses or not validations:
        sys.exit(f'{work_dir} has no losses or no validations. {_MEND}')
    return losses, validations


def main(argv: Sequence[str] | None = None) -> None:
    """Write weights, record and curve."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('work_dir', type=Path)
    parser.add_argument('out', type=Path)
    args = parser.parse_args(argv)
    state, classes = read_checkpoint(last_checkpoint(args.work_dir))
    losses, validations = read_log(args.work_dir)
    halves = {
        name: value.half() if value.is_floating_point() else value
        for name, value in state.items()
    }
    content = dict(
        state_dict=halves, meta=dict(dataset_meta=dict(classes=classes))
    )
    with atomic_write(args.out / f'{args.out.name}.pth', 'wb') as file:
        torch.save(content, file)
    seconds = sum(entry['seconds'] for entry in losses) / len(losses)
    write_json(
        args.out / 'training.json',
        dict(
            command='python tools/train.py '
            'configs/person_detector/zs_stage_tiny.py --seed 0',
            iterations=losses[-1]['iteration'],
            training_seconds=round(seconds * losses[-1]['iteration']),
            machine=f'{platform.machine()}, {torch.get_num_threads()} threads',
            torch=torch.__version__,
            losses=[(e['iteration'], e['loss']) for e in losses],
            average_precision_50=[
                (e['iteration'], e['average_precision']) for e in validations
            ],
        ),
    )
    save_curves(
        args.out / 'curve.png',
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
    print(f'written to {args.out}: {validations[-1]}')


if __name__ == '__main__':
    main()
