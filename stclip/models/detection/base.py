"""Base classes of zero-shot detectors of persons' actions."""

from abc import ABCMeta, abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from mmengine.model import BaseModel
from mmengine.structures import BaseDataElement, InstanceData
from torch import Tensor

from stclip.labels.label_space import LabelSpace, common_label_space
from stclip.models.clip import CLIPBackbone, Needs
from stclip.models.clip.images import with_normalisation
from stclip.models.detection.batch import KeyframeBatch
from stclip.registry import MODELS
from stclip.utils.choices import MODES, require_choice
from stclip.utils.errors import UserError

# Of persons that were encoded before, (M, D).
_DIMS_OF_FEATURES = 2


class ActionDetector(BaseModel, metaclass=ABCMeta):
    """A detector of persons' actions.

    The labels to score arrive with the data samples (``label_space``), so
    one model serves any label set, seen in training or not.

    Args:
        data_preprocessor: Config of the data preprocessor. Mean and standard
            deviation that it does not state are those of CLIP's weights.
        init_cfg: mmengine's way of loading a checkpoint, if any.
        clip: Arguments of the CLIP that the detector stands on, which is
            built elsewhere; ``None`` if there is none.

    Attributes:
        reads_names: Whether names are all that is known of labels, so that
            any words may be added to them.
        reads_window: Whether frames around the keyframe are looked at.
    """

    reads_names = False
    reads_window = True

    def __init__(
        self,
        data_preprocessor: dict[str, Any] | None = None,
        init_cfg: dict[str, Any] | None = None,
        clip: dict[str, Any] | None = None,
    ) -> None:
        preprocessor = data_preprocessor or dict(
            type='stclip.KeyframeDataPreprocessor'
        )
        if clip is not None:
            preprocessor = with_normalisation(preprocessor, clip)
        super().__init__(MODELS.build(preprocessor), init_cfg)

    @classmethod
    def without_pretrained(cls, config: dict[str, Any]) -> dict[str, Any]:
        """The config of a model whose weights a checkpoint will bring.

        Detectors with parts that read weights when they are built take that
        out.
        """
        return config

    @abstractmethod
    def encode_labels(self, labels: LabelSpace) -> Any:
        """What the detector wants to know of the labels."""

    def label_warnings(self, labels: LabelSpace) -> list[str]:
        """Why the scores of some labels cannot be trusted, a line each."""
        return []


class KeyframeDetector(ActionDetector):
    """Second stage of a detector: scores for persons whose boxes are given.

    Args:
        head: Config of the head.
        **kwargs: Those of :class:`ActionDetector`.

    Attributes:
        takes_features: Whether pictures may be features, encoded before.
    """

    takes_features = False

    def __init__(
        self, head: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.head = MODELS.build(head or dict(type='CosineHead'))

    @abstractmethod
    def person_logits(self, batch: KeyframeBatch, text: Any) -> Tensor:
        """Logits of each person and label.

        Args:
            batch: B keyframes with M >= 1 persons.
            text: Of :meth:`encode_labels`.

        Returns:
            (M, C).
        """

    def forward(
        self,
        inputs: KeyframeBatch,
        data_samples: Sequence[BaseDataElement],
        mode: str = 'tensor',
    ) -> Any:
        """One step, in mmengine's three modes.

        Args:
            inputs: The batch.
            data_samples: A sample per keyframe, with ``label_space`` and
                ``proposals`` (``bboxes`` (P, 4), ``scores`` (P,) and, to
                train, ``labels`` (P, C)).
            mode: ``'tensor'``, ``'loss'`` or ``'predict'``.

        Returns:
            (M, C) logits; a dict of losses; or the samples with
            ``pred_instances`` (``bboxes``, ``box_scores``, ``action_probs``
            (P, C) and their product ``scores`` (P, C)).

        Raises:
            UserError: For another mode or samples of several label spaces.
        """
        require_choice('mode', mode, MODES)
        labels = common_label_space(data_samples)
        if mode == 'loss':
            targets = torch.cat([s.proposals.labels for s in data_samples])
            return self.loss(inputs, targets, labels)
        logits = self._logits(inputs, labels)
        if mode == 'tensor':
            return logits
        probs = self.probabilities(logits, labels)
        return attach_predictions(data_samples, probs)

    def _logits(self, inputs: KeyframeBatch, labels: LabelSpace) -> Tensor:
        crops = inputs.crops.distinct
        if crops.dim() == _DIMS_OF_FEATURES and not self.takes_features:
            raise UserError(
                f'{type(self).__name__} takes no features of pictures: give '
                'it a pipeline with LoadKeyframe and CropPersons'
            )
        text = self.encode_labels(labels)
        if len(crops):
            return inputs.answers(self.person_logits(inputs, text))
        return crops.new_zeros(0, len(labels))

    def loss(
        self, inputs: KeyframeBatch, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Losses by name; those of the head.

        Args:
            inputs: B keyframes with M persons, perhaps none.
            targets: (M, C) multi-hot.
            labels: All classes.
        """
        return self.head.loss(self._logits(inputs, labels), targets, labels)

    def probabilities(self, logits: Tensor, labels: LabelSpace) -> Tensor:
        """Of persons and labels, (M, C) -> (M, C); those of the head."""
        return self.head.probabilities(logits, labels)


class OnCLIP(ActionDetector):
    """What detectors have that stand on CLIP's two towers.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`.
        **kwargs: Those of the detector.

    Raises:
        UserError: For a trained text tower; labels are encoded once.

    Attributes:
        needs: What the method asks of the towers.
    """

    reads_names = True
    needs = Needs(scale=False)

    def __init__(self, clip: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(clip=clip, **kwargs)
        self.clip = CLIPBackbone(**clip, needs=self.needs)
        self.clip.refuse_trained_text(self)

    @classmethod
    def without_pretrained(cls, config: dict[str, Any]) -> dict[str, Any]:
        """See the base class."""
        clip = CLIPBackbone.without_pretrained(config['clip'])
        return dict(config, clip=clip)

    def encode_labels(self, labels: LabelSpace) -> Tensor:
        """(C, Dt) text features; see :meth:`CLIPBackbone.encode_labels`."""
        return self.clip.encode_labels(labels.names, labels.texts)

    def label_warnings(self, labels: LabelSpace) -> list[str]:
        """See the base class."""
        return self.clip.label_warnings(labels.names, labels.texts)


class RecognizerDetector(KeyframeDetector):
    """A detector that asks a recogniser of videos.

    Args:
        recognizer: Config of a
            :class:`~stclip.models.recognition.VideoTextRecognizer`.
        **kwargs: Those of :class:`KeyframeDetector`.
    """

    def __init__(self, recognizer: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(clip=recognizer.get('clip'), **kwargs)
        self.recognizer = MODELS.build(recognizer)

    @classmethod
    def without_pretrained(cls, config: dict[str, Any]) -> dict[str, Any]:
        """See the base class; the recogniser knows its own."""
        recognizer = config['recognizer']
        kind = MODELS.get(recognizer['type'])
        return dict(config, recognizer=kind.without_pretrained(recognizer))

    def encode_labels(self, labels: LabelSpace) -> Any:
        """The recogniser's own text, encoded once per label set."""
        return self.recognizer.text(labels)

    def label_warnings(self, labels: LabelSpace) -> list[str]:
        """See the base class."""
        return self.recognizer.label_warnings(labels)


class CLIPDetector(OnCLIP, KeyframeDetector):
    """A second stage that stands on CLIP's two towers."""


def attach_predictions(
    samples: Sequence[BaseDataElement], probs: Tensor
) -> Sequence[BaseDataElement]:
    """Give samples what is predicted of their persons.

    Args:
        samples: With ``proposals``; changed.
        probs: (M, C), of all their persons.

    Returns:
        The samples; see :meth:`KeyframeDetector.forward`.
    """
    counts = [len(sample.proposals) for sample in samples]
    for sample, person_probs in zip(samples, probs.split(counts), strict=True):
        boxes = sample.proposals
        sample.pred_instances = InstanceData(
            bboxes=boxes.bboxes,
            box_scores=boxes.scores,
            action_probs=person_probs,
            scores=person_probs * boxes.scores[:, None],
        )
    return samples
