"""Check description attributes: form, leaks, repetitions, wrong senses.

    python tools/check_attributes.py [NAME ...]

NAME stands for data/attributes/NAME.jsonl, data/labels/NAME.txt and NAME's
entries in data/attributes/senses.yaml; default: all of the project's.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from stclip.models.clip.build import num_text_tokens
from stclip.text.attribute_check import find_faults
from stclip.text.attributes import read_attributes
from stclip.text.label_list import read_label_list

DATA = Path(__file__).resolve().parents[1] / 'data'


def main(argv: Sequence[str] | None = None) -> None:
    """Print all faults; exit with 1 if there are any."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('names', nargs='*', metavar='NAME')
    names = parser.parse_args(argv).names
    if not names:
        names = sorted(p.stem for p in DATA.glob('attributes/*.jsonl'))
    text = (DATA / 'attributes' / 'senses.yaml').read_text(encoding='utf-8')
    senses = yaml.safe_load(text)
    number = 0
    for name in names:
        records = read_attributes(DATA / 'attributes' / f'{name}.jsonl')
        labels = read_label_list(DATA / 'labels' / f'{name}.txt')
        own = senses.get(name, {})
        for fault in find_faults(records, labels, num_text_tokens, own):
            number += 1
            print(f'{name}: {fault}')
        print(f'{name}: {len(records)} classes looked at')
    if number:
        sys.exit(f'{number} faults')


if __name__ == '__main__':
    main()
