"""Base class of zero-shot recognisers of videos."""

from abc import ABCMeta, abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from mmaction.structures import ActionDataSample
from mmengine.model import BaseModel
from torch import Tensor
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace, common_label_space
from stclip.models.clip import CLIPBackbone, Needs
from stclip.models.clip.images import with_normalisation
from stclip.models.clip.label_texts import label_warnings, warn_of_labels
from stclip.registry import MODELS
from stclip.utils.choices import MODES, require_choice
from stclip.utils.errors import UserError

# Of features that were encoded before, (B, T, Dt).
_DIMS_OF_FEATURES = 3


class VideoTextRecognizer(BaseModel, metaclass=ABCMeta):
    """Scores of videos and the texts of classes.

    The labels to score arrive with the data samples (``label_space``), so
    one model serves any label set, seen in training or not.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`.
        num_frames: Frames T of a view; the pipeline gives as many, or that
            many for each of several views.
        average_views: What is averaged over the views of a video: ``'prob'``,
            probabilities, or ``'score'``, logits; as mmaction's
            ``average_clips``.
        data_preprocessor: Config of the data preprocessor; by default
            mmaction's, which also takes features of frames. Mean and standard
            deviation that it does not state are those of CLIP's weights.
        init_cfg: mmengine's way of loading a checkpoint, if any.

    Raises:
        UserError: For another ``average_views``, or an option of CLIP that
            means nothing here.

    Attributes:
        needs: What the method asks of the towers.
        may_train_text: Whether training reaches the text tower; elsewhere
            it is refused to be trained.
        features_refused: See :meth:`why_no_features`.
    """

    needs = Needs()
    may_train_text = False

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        average_views: str = 'prob',
        data_preprocessor: dict[str, Any] | None = None,
        init_cfg: dict[str, Any] | None = None,
    ) -> None:
        preprocessor = with_normalisation(
            data_preprocessor
            or dict(type='stclip.FramesPreprocessor', format_shape='NCHW'),
            clip,
        )
        super().__init__(MODELS.build(preprocessor), init_cfg)
        if 'underscores_to_spaces' in clip:
            raise UserError(
                'recognisers read class names with spaces for underscores in '
                'any case: leave clip.underscores_to_spaces out'
            )
        self.clip = CLIPBackbone(**clip, needs=self.needs)
        if not self.may_train_text:
            self.clip.refuse_trained_text(self)
        self.num_frames = num_frames
        require_choice('average_views', average_views, ('prob', 'score'))
        self.average_views = average_views
        self.features_refused = self.why_no_features()

    @classmethod
    def without_pretrained(cls, config: dict[str, Any]) -> dict[str, Any]:
        """The config of a model whose weights a checkpoint will bring."""
        clip = CLIPBackbone.without_pretrained(config['clip'])
        return dict(config, clip=clip)

    @classmethod
    def why_no_features(cls, **arguments: Any) -> str:
        """Why frames must not have been encoded before, in words.

        Args:
            **arguments: Those of the class.

        Returns:
            Empty where :meth:`frame_features` reads them.
        """
        return 'looks into the image tower'

    def frame_features(self, videos: Tensor) -> Tensor:
        """CLIP's image features of frames.

        Args:
            videos: (B, T, 3, S, S) normalised; or (B, T, Dt), features of
                frames that were encoded before.

        Returns:
            (B, T, Dt), not normalised.

        Raises:
            UserError: For features of another width.
        """
        if videos.dim() == _DIMS_OF_FEATURES:
            if videos.shape[-1] != self.clip.joint_width:
                raise UserError(
                    f'the features of frames have {videos.shape[-1]} values, '
                    f'but this CLIP makes {self.clip.joint_width}: encode them'
                    ' anew'
                )
            return videos
        cls = self.clip.encode_images(videos.flatten(0, 1))
        return self.clip.project(cls).unflatten(0, videos.shape[:2])

    @abstractmethod
    def encode_text(self, labels: LabelSpace) -> Any:
        """What :meth:`score` wants to know of the classes; kept for reuse.

        Returns:
            Anything with ``select(classes)``, which gives the part of some
            classes ((U,) int64, ascending).
        """

    @abstractmethod
    def score(self, videos: Tensor, text: Any) -> Tensor:
        """Cosines of all pairs.

        Args:
            videos: (B, T, 3, S, S) normalised.
            text: Of :meth:`encode_text`.

        Returns:
            (B, C).
        """

    def forward(
        self,
        inputs: Tensor,
        data_samples: Sequence[ActionDataSample],
        mode: str = 'tensor',
    ) -> Any:
        """One step, in mmengine's three modes.

        Args:
            inputs: (B, V T, 3, S, S), the frames of V views; or their
                features, (B, V T, Dt), where the method takes such.
            data_samples: A sample a video, with ``label_space`` and, to
                train, ``gt_label``.
            mode: ``'tensor'``, ``'loss'`` or ``'predict'``.

        Returns:
            (B, V, C) logits; a dict of losses; or the samples with
            ``pred_score`` (C,), probabilities over all views, and
            ``pred_label``.

        Raises:
            UserError: For another mode, frames that are not a multiple of T,
                samples of several label spaces, or features where the method
                takes none.
        """
        require_choice('mode', mode, MODES)
        labels = common_label_space(data_samples)
        self.require_readable(inputs)
        if inputs.shape[1] % self.num_frames:
            raise UserError(
                f'got {inputs.shape[1]} frames of a video, which are no views '
                f'of {self.num_frames} (num_frames of the model)'
            )
        views = inputs.unflatten(1, (-1, self.num_frames))
        if mode == 'loss':
            return self.batch_loss(views, data_samples, labels)
        logits = self.logits(views.flatten(0, 1), self.text(labels))
        logits = logits.unflatten(0, views.shape[:2])
        if mode == 'tensor':
            return logits
        probs = self.probabilities(logits.float())
        for sample, scores in zip(data_samples, probs, strict=True):
            sample.set_pred_score(scores)
            sample.set_pred_label(scores.argmax())
        return data_samples

    def require_readable(self, videos: Tensor) -> None:
        """UserError for features of frames, where the method takes none.

        Args:
            videos: (B, T, 3, S, S), or (B, T, Dt) features.
        """
        if videos.dim() == _DIMS_OF_FEATURES and self.features_refused:
            raise UserError(
                f'{type(self).__name__} {self.features_refused} and takes no '
                'features of frames: give it videos'
            )

    def probabilities(self, logits: Tensor) -> Tensor:
        """Of videos, from the logits of their views: (B, V, C) -> (B, C)."""
        if self.average_views == 'score':
            return logits.mean(dim=1).softmax(dim=-1)
        return logits.softmax(dim=-1).mean(dim=1)

    @property
    def scale(self) -> Tensor:
        """() factor of cosines in :meth:`logits`."""
        return self.clip.logit_scale

    def logits(self, videos: Tensor, text: Any) -> Tensor:
        """Scaled cosines of all pairs, (B, C); see :meth:`score`."""
        return self.scale * self.score(videos, text)

    def trained_logits(self, videos: Tensor, text: Any) -> Tensor:
        """Logits for a loss over classes, by the scale that is trained.

        They are others than :meth:`logits` where a release tests by another
        scale: from that one the trained one would get no gradient.
        """
        return self.logits(videos, text)

    #: Whether :meth:`loss` takes shares of classes, as blending gives them.
    takes_shares = False

    def batch_loss(
        self,
        views: Tensor,
        data_samples: Sequence[ActionDataSample],
        labels: LabelSpace,
    ) -> dict[str, Tensor]:
        """What :meth:`loss` says of samples.

        Raises:
            UserError: See :meth:`require_classes`.
        """
        self.require_classes(data_samples)
        targets = [sample.gt_label for sample in data_samples]
        join = torch.stack if targets[0].is_floating_point() else torch.cat
        return self.loss(views, join(targets).to(views.device), labels)

    def require_classes(
        self, data_samples: Sequence[ActionDataSample]
    ) -> None:
        """UserError for blended samples, where the method takes none."""
        blended = data_samples[0].gt_label.is_floating_point()
        if blended and not self.takes_shares:
            raise UserError(
                f'{type(self).__name__} takes one class for each video: leave '
                'data_preprocessor.blending out'
            )

    @abstractmethod
    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """The method's own losses, by name.

        Args:
            views: (B, 1, T, 3, S, S).
            targets: (B,) int64, indices in ``labels``; or, where
                ``takes_shares``, (B, C) float, shares of them.
            labels: All classes.
        """

    def class_loss(
        self,
        views: Tensor,
        targets: Tensor,
        labels: LabelSpace,
        label_smoothing: float = 0.0,
    ) -> dict[str, Tensor]:
        """Cross-entropy over all classes, which several methods train by.

        Args:
            views: See :meth:`loss`.
            targets: Likewise.
            labels: Likewise.
            label_smoothing: Mass of the target that all classes share.
        """
        videos = self.single_view(views)
        logits = self.trained_logits(videos, self.text(labels))
        loss = F.cross_entropy(
            logits, targets, label_smoothing=label_smoothing
        )
        return dict(loss_classes=loss)

    @staticmethod
    def single_view(views: Tensor) -> Tensor:
        """(B, 1, T, ...) -> (B, T, ...); ValueError for several views."""
        if views.shape[1] != 1:
            raise UserError(
                f'training takes one view of a video, got {views.shape[1]}'
            )
        return views[:, 0]

    @property
    def trains_text(self) -> bool:
        """Whether :meth:`encode_text` depends on weights that are trained."""
        return self.clip.trained_text

    def train(self, mode: bool = True) -> 'VideoTextRecognizer':
        """As mmengine's; texts of weights that now change are forgotten."""
        if mode and self.trains_text:
            self.clip.texts.clear()
        return super().train(mode)

    def text(self, labels: LabelSpace) -> Any:
        """The classes' text, encoded once per label set.

        Where its weights are trained it is encoded in every training step.

        Raises:
            UserError: For labels with texts of their own.
        """
        self.require_plain_names(labels)
        if self.training and self.trains_text:
            return self.encode_text(labels)
        return self.clip.texts.get(labels, lambda: self._encode(labels))

    def require_plain_names(self, labels: LabelSpace) -> None:
        """UserError for labels with texts of their own."""
        if labels.has_own_texts:
            raise UserError(
                f'{type(self).__name__} writes prompts of its own: leave out '
                'phrasings and templates, which CLIPBaseline and STCLIP read'
            )

    def _encode(self, labels: LabelSpace) -> Any:
        warn_of_labels(self.label_warnings(labels))
        return self.encode_text(labels)

    def label_warnings(self, labels: LabelSpace) -> list[str]:
        """Why the scores of some labels cannot be trusted, a line each."""
        return label_warnings(
            labels.names, self.name_texts(labels), self.clip.tokenizer
        )

    def name_texts(self, labels: LabelSpace) -> list[str]:
        """What the text tower reads of each name, without descriptions."""
        return [name.replace('_', ' ') for name in labels.names]
