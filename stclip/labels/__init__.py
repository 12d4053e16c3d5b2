"""Action names: label spaces, lists of labels, seen and unseen splits."""

from stclip.labels.label_list import labels_from_option
from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import (
    LabelSplit,
    read_label_split,
    write_label_split,
)

__all__ = [
    'LabelSpace',
    'LabelSplit',
    'labels_from_option',
    'read_label_split',
    'write_label_split',
]
