"""Label spaces of videos, with their keywords and clauses."""

from typing import Any

from mmcv.transforms import BaseTransform

from stclip.knowledge.describe import add_records, describe, read_records
from stclip.labels.label_list import read_label_list
from stclip.labels.label_space import LabelSpace
from stclip.registry import TRANSFORMS
from stclip.utils.io import fill_path


@TRANSFORMS.register_module()
class AddLabelSpace(BaseTransform):
    """Say which actions are to be told apart, with their keywords.

    Stands in the pipeline, so that a test pipeline alone (mmaction2's
    ``inference_recognizer``) is enough to recognise any actions.

    Added: ``label_space``, unless the data set has told its own;
    ``PackActionInputs`` hands it on if it is among its ``meta_keys``.

    Args:
        label_file: Action names, one a line, in the order of the labels;
            ``{split}`` and ``{part}`` in it stand for the arguments.
        attribute_file: Description attributes
            (:mod:`stclip.knowledge.attributes`); empty for none.
        graph_file: Knowledge graphs (:mod:`stclip.knowledge.knowledge_graph`);
            empty for none.
        split: Which of a data set's splits.
        part: Which half of a data set's classes.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is faulty.
    """

    def __init__(
        self,
        label_file: str,
        attribute_file: str = '',
        graph_file: str = '',
        split: int = 1,
        part: str = 'base',
    ) -> None:
        names = read_label_list(fill_path(label_file, split=split, part=part))
        self.label_space = describe(
            LabelSpace(names), attribute_file, graph_file
        )

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Add the label space."""
        results.setdefault('label_space', self.label_space)
        return results


@TRANSFORMS.register_module()
class DescribeLabels(BaseTransform):
    """Add what files know of the actions that are told apart.

    For data sets that bring a label space of their own, and for actions in
    free words, whose names the files must have.

    Required key: ``label_space``; replaced by one with keywords and clauses.

    Args:
        attribute_file: See :class:`AddLabelSpace`.
        graph_file: Likewise.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is faulty, or lacks the graph of an action.
    """

    def __init__(self, attribute_file: str = '', graph_file: str = '') -> None:
        self.records = read_records(attribute_file, graph_file)
        # Samples of one data set share their label space.
        self._last: tuple[LabelSpace, LabelSpace] | None = None

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Describe the label space."""
        labels = results['label_space']
        if self._last is None or self._last[0] != labels:
            self._last = labels, add_records(labels, *self.records)
        results['label_space'] = self._last[1]
        return results
