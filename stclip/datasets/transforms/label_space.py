"""Which labels a video is told apart by."""

from typing import Any

from mmcv.transforms import BaseTransform

from stclip.registry import TRANSFORMS
from stclip.text.attributes import read_attributes, with_attributes
from stclip.text.label_list import read_label_list
from stclip.text.label_space import LabelSpace


@TRANSFORMS.register_module()
class AddLabelSpace(BaseTransform):
    """Say which actions are to be told apart, with their keywords.

    Stands in the pipeline, so that a test pipeline alone (mmaction2's
    ``inference_recognizer``) is enough to recognise any actions.

    Added: ``label_space``; ``PackActionInputs`` hands it on if it is among
    its ``meta_keys``.

    Args:
        label_file: Action names, one a line, in the order of the labels.
        attribute_file: Description attributes
            (:mod:`stclip.text.attributes`); empty for none.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is faulty.
    """

    def __init__(self, label_file: str, attribute_file: str = '') -> None:
        self.label_space = LabelSpace(read_label_list(label_file))
        if attribute_file:
            records = read_attributes(attribute_file)
            self.label_space = with_attributes(self.label_space, records)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Add the label space."""
        results['label_space'] = self.label_space
        return results
