"""Turn another code base's checkpoint into one of ours.

python tools/convert_checkpoint.py --source st_clip_official IN OUT
"""

import argparse
from collections.abc import Mapping

import torch

from stclip.models.st_clip.conversion import CONVERTERS
from stclip.utils.io import atomic_write, require_file


def parse_args() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('input', metavar='IN', help='their checkpoint')
    parser.add_argument('output', metavar='OUT', help='where ours goes')
    parser.add_argument('--source', required=True, choices=sorted(CONVERTERS))
    return parser.parse_args()


def read_state_dict(path: str) -> Mapping[str, torch.Tensor]:
    """State dict of a checkpoint, whether bare or below a common key."""
    require_file(path, 'Give the checkpoint to convert.')
    try:
        state = torch.load(path, map_location='cpu', weights_only=True)
    except Exception as error:
        raise SystemExit(
            f'{path} does not load with weights_only, which admits tensors '
            f'and plain containers: {error}'
        ) from error
    for key in ('model', 'state_dict'):
        if isinstance(state, Mapping) and isinstance(state.get(key), Mapping):
            state = state[key]
    tensors = {k: v for k, v in state.items() if torch.is_tensor(v)}
    if not tensors:
        raise SystemExit(f'{path} holds no tensors')
    return tensors


def main() -> None:
    """Convert, and list the names that have no place in ours."""
    args = parse_args()
    converted, unknown = CONVERTERS[args.source](read_state_dict(args.input))
    if not converted:
        raise SystemExit(f'{args.input} has no key of {args.source}')
    with atomic_write(args.output, 'wb') as file:
        torch.save({'state_dict': converted, 'meta': {}}, file)
    print(f'{args.output}: {len(converted)} tensors')
    if unknown:
        print(f'{len(unknown)} keys are not known and were left out:')
        print('\n'.join(f'  {name}' for name in unknown))


if __name__ == '__main__':
    main()
