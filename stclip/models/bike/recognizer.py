"""BIKE's video branch, and its fusion with the attributes branch."""

from dataclasses import dataclass
from typing import Any

import torch
from mmengine.dist import all_gather
from torch import Tensor
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.bike.attributes import (
    SENTENCE,
    BIKEAttributes,
    NamedClasses,
)
from stclip.models.bike.concept_spotting import spotted_score
from stclip.models.clip import Needs
from stclip.models.clip.cosines import cosines
from stclip.models.recognition.frame_recognizer import FrameRecognizer
from stclip.models.recognition.losses import gathered, in_batch_kl
from stclip.models.recognition.sentences import SENTENCES_AT_ONCE
from stclip.registry import MODELS

# What the video branch counts beside the attributes branch.
_VIDEO_SHARE = 0.7


@dataclass(frozen=True)
class ClassWords:
    """What the text tower makes of C classes; all of length 1.

    Args:
        classes: (C, Dt), features of the sentences.
        words: (C, W, Dt), of all W positions that the text tower has.
        named: What the attributes branch knows of them, if there is one.
    """

    classes: Tensor
    words: Tensor
    named: NamedClasses | None = None

    def select(self, classes: Tensor) -> 'ClassWords':
        """Some classes, (U,) int64, ascending."""
        named = self.named and self.named.select(classes)
        return ClassWords(self.classes[classes], self.words[classes], named)


@MODELS.register_module()
class BIKERecognizer(FrameRecognizer):
    """Videos whose frames are weighted by the words of each class.

    Source: BIKE, arXiv:2301.00182, and its released code, of which all
    positions of a sentence count as words, padding too.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`; the
            release trains the whole image tower (``trained_layers='all'``).
        num_frames: See :class:`VideoTextRecognizer`.
        spotting: Whether words weight the frames (VCS), or all count alike
            (the release's "DP").
        attributes: Config of a trained :class:`BIKEAttributes` whose scores
            count too; ``None`` for the video branch alone.
        **kwargs: Further arguments of :class:`FrameRecognizer`.
    """

    needs = Needs(words=True)

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        spotting: bool = True,
        attributes: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        self.spotting = spotting
        self.features_refused = self.why_no_features(attributes=attributes)
        self.attributes: BIKEAttributes | None = None
        if attributes is not None:
            self.attributes = MODELS.build(attributes).requires_grad_(False)

    @classmethod
    def without_pretrained(cls, config: dict[str, Any]) -> dict[str, Any]:
        """See the base class; the attributes branch has a CLIP of its own."""
        config = super().without_pretrained(config)
        if branch := config.get('attributes'):
            branch = BIKEAttributes.without_pretrained(branch)
            config = dict(config, attributes=branch)
        return config

    @classmethod
    def why_no_features(cls, attributes: Any = None, **arguments: Any) -> str:
        """See the base class: features are of one CLIP alone."""
        if attributes is None:
            return ''
        return 'has an attributes branch with a CLIP of its own'

    @torch.no_grad()
    def encode_text(self, labels: LabelSpace) -> ClassWords:
        """See :meth:`VideoTextRecognizer.encode_text`."""
        tokens = self.clip.tokenizer(self.name_texts(labels))
        named = self.attributes and self.attributes.text(labels)
        return self.encode_tokens(tokens, named)

    def encode_tokens(
        self, tokens: Tensor, named: NamedClasses | None = None
    ) -> ClassWords:
        """The same of tokens, (C, W) int64 ids."""
        tokens = tokens.to(self.clip.text_tower.device)
        words = torch.cat(
            [
                self.clip.encode_words(part)
                for part in tokens.split(SENTENCES_AT_ONCE)
            ]
        )
        words = F.normalize(words, dim=-1)
        ends = self.clip.text_tower.ends(tokens)
        rows = torch.arange(len(ends), device=ends.device)
        return ClassWords(words[rows, ends], words, named)

    def name_texts(self, labels: LabelSpace) -> list[str]:
        """See the base class: the sentence about each name."""
        return [SENTENCE.format(n) for n in super().name_texts(labels)]

    def score(self, videos: Tensor, text: ClassWords) -> Tensor:
        """Of the video branch, (B, C), no longer than a cosine."""
        if not self.spotting:
            return cosines(self.encode_videos(videos), text.classes)
        frames = F.normalize(self.encode_frames(videos), dim=-1)
        return spotted_score(frames, text.classes, text.words)

    def logits(self, videos: Tensor, text: ClassWords) -> Tensor:
        """Scores of both branches by the learned scale, (B, C).

        Differs: the release tests without a scale, which leaves the order of
        classes and makes them all nearly equally probable.
        """
        score = self.score(videos, text)
        if self.attributes is not None:
            other = self.attributes.score(videos, text.named)
            score = _VIDEO_SHARE * score + (1 - _VIDEO_SHARE) * other
        return self.clip.logit_scale * score

    def probabilities(self, logits: Tensor) -> Tensor:
        """Of videos, with their classes in the order of the release.

        Over several views it takes the mean of softmaxes without a scale.
        That mean is sharpened by the scale here: of a single view it is then
        the softmax of the logits. See the base class.
        """
        if self.average_views == 'score':
            return super().probabilities(logits)
        scale = self.clip.logit_scale
        released = super().probabilities(logits / scale)
        return (scale * released.log()).softmax(dim=-1)

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Divergence between videos and classes of all processes.

        Only classes that occur among them are scored. See
        :meth:`VideoTextRecognizer.loss`.
        """
        videos = self.single_view(views)
        everywhere = torch.cat(all_gather(targets))
        present, index = everywhere.unique(return_inverse=True)
        scores = self.score(videos, self.text(labels).select(present))
        pairs = self.clip.logit_scale * gathered(scores)[:, index]
        return dict(loss_kl=in_batch_kl(pairs, everywhere))
