"""Text4Vis: frames through a temporal transformer, sentences as classifier."""

import torch
from torch import Tensor
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.clip.cosines import cosines
from stclip.models.recognition.frame_recognizer import FrameRecognizer
from stclip.models.recognition.packed_text import PackedText
from stclip.models.recognition.sentences import sentence_features
from stclip.registry import MODELS

_SENTENCE = 'a video of a person {}.'
# Of the cosines in testing, whatever scale training has found.
_TEST_SCALE = 100.0


@MODELS.register_module()
class Text4VisRecognizer(FrameRecognizer):
    """A classifier whose weights are the text features of the classes.

    Source: Text4Vis, arXiv:2207.01297, and its released code. The text tower
    is frozen: its features are computed once and never change.
    """

    @torch.no_grad()
    def encode_text(self, labels: LabelSpace) -> PackedText:
        """Normalised features of one sentence a class."""
        return self.encode_tokens(self.clip.tokenizer(self.name_texts(labels)))

    def encode_tokens(self, tokens: Tensor) -> PackedText:
        """The same of tokens, (C, L) int64 ids."""
        features = F.normalize(sentence_features(self.clip, tokens), dim=-1)
        classes = torch.arange(len(tokens), device=features.device)
        return PackedText(features, classes, len(tokens))

    def name_texts(self, labels: LabelSpace) -> list[str]:
        """See the base class: the sentence about each name."""
        names = super().name_texts(labels)
        return [_SENTENCE.format(name) for name in names]

    def score(self, videos: Tensor, text: PackedText) -> Tensor:
        """Cosines of mean frames and sentences, (B, C)."""
        return cosines(self.encode_videos(videos), text.embeddings)

    def logits(self, videos: Tensor, text: PackedText) -> Tensor:
        """Cosines times 100, as the released code tests; (B, C)."""
        return _TEST_SCALE * self.score(videos, text)

    def trained_logits(self, videos: Tensor, text: PackedText) -> Tensor:
        """Cosines by the learned scale; see the base class."""
        return self.clip.logit_scale * self.score(videos, text)

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Cross-entropy over all training classes, of the learned scale.

        See :meth:`VideoTextRecognizer.loss`.
        """
        return self.class_loss(views, targets, labels)
