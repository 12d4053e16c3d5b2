"""What a recogniser says of a whole video, for every person box in it."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.detection.base import RecognizerDetector
from stclip.models.detection.batch import KeyframeBatch
from stclip.registry import MODELS
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError

#: What boxes get: the video's probabilities, or all for its best class.
ASSIGNMENTS = ('probs', 'argmax')


@MODELS.register_module()
class VideoLabelDetector(RecognizerDetector):
    """A recogniser whose answer for a video holds for all persons in it.

    Source: ST-CLIP, arXiv:2408.15996v1, its comparison with video classifiers
    on ZS-JHMDB and ZS-UCF: box b of video v has the score p_v(c) det(b) for
    class c. The video's frames, ``LoadWholeVideo``, stand where other
    detectors have the window. It is trained by the recogniser's own loss, on
    the video of each keyframe: ``VideoSampler`` draws one for each video.

    Args:
        recognizer: See :class:`RecognizerDetector`.
        assign: A name of ``ASSIGNMENTS``; the paper does not say which.
        **kwargs: Those of :class:`KeyframeDetector`.

    Raises:
        UserError: For another ``assign``; when used, for labels that one
            video may have together, another number of frames than the
            recogniser's, or features of frames where it takes none.
    """

    takes_features = True

    def __init__(
        self, recognizer: dict[str, Any], assign: str = 'probs', **kwargs: Any
    ) -> None:
        super().__init__(recognizer, **kwargs)
        require_choice('assign', assign, ASSIGNMENTS)
        self.assign = assign
        # Text, frames (1, T, 3, S, S) and logits (1, C) of the last video.
        self._last: tuple[Any, Tensor, Tensor] | None = None

    def train(self, mode: bool = True) -> 'VideoLabelDetector':
        """As mmengine's; the last video is forgotten, as weights change."""
        self._last = None
        return super().train(mode)

    def encode_labels(self, labels: LabelSpace) -> Any:
        """See the base class."""
        pairs = zip(labels.names, labels.exclusive, strict=True)
        together = [name for name, exclusive in pairs if not exclusive]
        if together:
            raise UserError(
                'VideoLabelDetector gives all persons of a video one action, '
                f'but these labels are scored independently: {together}'
            )
        return super().encode_labels(labels)

    def person_logits(self, batch: KeyframeBatch, text: Any) -> Tensor:
        """See the base class."""
        logits = self.video_logits(self._videos(batch), text)
        return batch.context.spread(logits)[batch.persons.keyframe]

    def _videos(self, batch: KeyframeBatch) -> Tensor:
        """(U, T, 3, S, S), the whole video of each distinct keyframe.

        Or (U, T, Dt), its frames' features.
        """
        videos, wanted = batch.context.distinct, self.recognizer.num_frames
        self.recognizer.require_readable(videos)
        if videos.shape[1] != wanted:
            raise UserError(
                f'got {videos.shape[1]} frames of a video, the recogniser '
                f'takes {wanted}: the pipeline needs LoadWholeVideo with '
                f'num_frames={wanted}'
            )
        return videos

    def video_logits(self, videos: Tensor, text: Any) -> Tensor:
        """Logits of the video of each keyframe.

        Keyframes of one video follow each other and have the same frames, so
        only frames that are not those of the keyframe before are looked at,
        also from batch to batch. Whatever makes a text stale (weights that
        are loaded or moved, other labels) makes a new one, and the logits
        that were kept with the old one are no longer used.

        Args:
            videos: (B, T, 3, S, S), or (B, T, Dt) features.
            text: Of :meth:`encode_labels`.

        Returns:
            (B, C).
        """
        if torch.is_grad_enabled():
            return self.recognizer.logits(videos, text)
        known = self._known(videos, text)
        before = videos[:1] if known is None else known[0]
        before = torch.cat([before, videos[:-1]])
        is_new = (videos != before).flatten(1).any(dim=1)
        number = is_new.cumsum(0)  # 0 is the video that is known
        if known is None:
            is_new[0] = True
            found = self.recognizer.logits(videos[is_new], text)
        elif is_new.any():
            found = self.recognizer.logits(videos[is_new], text)
            found = torch.cat([known[1], found])
        else:
            found = known[1]
        found = found[number]
        self._last = text, videos[-1:].clone(), found[-1:].clone()
        return found

    def _known(
        self, videos: Tensor, text: Any
    ) -> tuple[Tensor, Tensor] | None:
        """Frames and logits of the last video, if they can be compared."""
        if self._last is None:
            return None
        of_text, frames, logits = self._last
        if of_text is not text or frames.shape[1:] != videos.shape[1:]:
            return None
        return frames, logits

    def loss(
        self, inputs: KeyframeBatch, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """The recogniser's own, of the videos; see the base class."""
        if not len(inputs.crops.distinct):
            return super().loss(inputs, targets, labels)
        self.encode_labels(labels)  # refuses labels that are independent
        # All persons of a video do the same: that of the first one counts.
        classes = targets[inputs.persons.slot == 0].argmax(dim=1)
        views = self._videos(inputs)[:, None]
        return self.recognizer.loss(views, classes, labels)

    def probabilities(self, logits: Tensor, labels: LabelSpace) -> Tensor:
        """See the base class."""
        probs = super().probabilities(logits, labels)
        if self.assign == 'argmax':
            return F.one_hot(probs.argmax(dim=1), len(labels)).to(probs)
        return probs
