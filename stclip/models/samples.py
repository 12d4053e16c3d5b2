"""What the models read off the data samples of a batch."""

from collections.abc import Sequence

from mmengine.structures import BaseDataElement

from stclip.text.label_space import LabelSpace


def common_label_space(samples: Sequence[BaseDataElement]) -> LabelSpace:
    """The one label space of a batch.

    Args:
        samples: With ``label_space``.

    Raises:
        ValueError: If a sample has none, or they have several.
    """
    if any('label_space' not in sample for sample in samples):
        raise ValueError(
            'a sample has no label_space; the pipeline has to say which '
            'labels are to be told apart'
        )
    spaces = {sample.label_space for sample in samples}
    if len(spaces) != 1:
        raise ValueError(
            f'a batch needs exactly one label space, got {len(spaces)}; '
            'put data sets with different labels into different dataloaders'
        )
    return spaces.pop()
