"""Check description attributes: form, leaks, repetitions, wrong senses.

    python tools/check_attributes.py [NAME ...]

NAME stands for data/attributes/NAME.jsonl, data/labels/NAME.txt and NAME's
entries in data/attributes/senses.yaml; default: all of the project's.
"""

from collections.abc import Sequence

from class_record_check import check_files

from stclip.knowledge.attribute_check import find_faults
from stclip.knowledge.attributes import read_attributes
from stclip.models.clip.build import num_text_tokens


def main(argv: Sequence[str] | None = None) -> None:
    """Print all faults; exit with 1 if there are any."""
    check_files(
        __doc__,
        'attributes',
        read_attributes,
        lambda records, labels, senses: find_faults(
            records, labels, num_text_tokens, senses
        ),
        argv,
    )


if __name__ == '__main__':
    main()
