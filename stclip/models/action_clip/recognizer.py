"""ActionCLIP: frames through a temporal transformer, texts of many templates.

B videos, C classes, P templates, D joint width.
"""

import math

import torch
from mmengine.dist import all_gather
from torch import Tensor
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.action_clip.templates import TEMPLATES
from stclip.models.clip.cosines import cosines
from stclip.models.recognition.frame_recognizer import FrameRecognizer
from stclip.models.recognition.losses import gathered, in_batch_kl
from stclip.models.recognition.packed_text import PackedText
from stclip.models.recognition.sentences import sentence_features
from stclip.registry import MODELS

# Of the cosines in testing, whatever scale training has found.
_TEST_SCALE = 100.0


@MODELS.register_module()
class ActionCLIPRecognizer(FrameRecognizer):
    """Videos and sentences about classes, each other's only match in a batch.

    Source: ActionCLIP, arXiv:2109.08472, and its released code. Differs from
    mmaction2's project in the loss: its targets are the diagonal, which is
    wrong for a batch that has a class twice.
    """

    may_train_text = True

    def encode_text(self, labels: LabelSpace) -> PackedText:
        """Normalised features of every template of every class."""
        tokens = self.clip.tokenizer(
            [
                text.format(name)
                for name in super().name_texts(labels)
                for text in TEMPLATES
            ]
        )
        return self.encode_tokens(tokens.unflatten(0, (len(labels), -1)))

    def encode_tokens(self, tokens: Tensor) -> PackedText:
        """The same of tokens.

        Args:
            tokens: (C, P, L) int64 ids.
        """
        features = sentence_features(self.clip, tokens.flatten(0, 1))
        classes = torch.arange(len(tokens), device=features.device)
        return PackedText(
            F.normalize(features, dim=-1),
            classes.repeat_interleave(tokens.shape[1]),
            len(tokens),
        )

    def name_texts(self, labels: LabelSpace) -> list[str]:
        """See the base class: the longest sentence about each name."""
        longest = max(TEMPLATES, key=len)
        return [longest.format(name) for name in super().name_texts(labels)]

    def template_cosines(self, videos: Tensor, text: PackedText) -> Tensor:
        """Cosines of videos and sentences, (B, C, P); see :meth:`score`."""
        found = cosines(self.encode_videos(videos), text.embeddings)
        return found.unflatten(1, (text.num_classes, -1))

    def score(self, videos: Tensor, text: PackedText) -> Tensor:
        """See the base class: the mean over the templates."""
        return self.template_cosines(videos, text).mean(dim=2)

    def logits(self, videos: Tensor, text: PackedText) -> Tensor:
        """Logarithm of the mean of the templates' probabilities, (B, C).

        Source: the released code. A softmax over the classes for each
        template; that of what is returned is their mean.
        """
        found = self.template_cosines(videos, text)
        return _over_templates(_TEST_SCALE * found)

    def trained_logits(self, videos: Tensor, text: PackedText) -> Tensor:
        """The same by the learned scale; see the base class."""
        found = self.template_cosines(videos, text)
        return _over_templates(self.clip.logit_scale * found)

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Divergence between the videos of all processes and their texts.

        Source: Eqs. (3) and (4). Each video draws the template of its text.
        See :meth:`VideoTextRecognizer.loss`.
        """
        videos = gathered(self.encode_videos(self.single_view(views)))
        templates = self.draw_templates(targets)
        texts = gathered(self.own_texts(targets, templates, labels))
        pairs = self.clip.logit_scale * cosines(videos, texts)
        everywhere = torch.cat(all_gather(targets))
        return dict(loss_kl=in_batch_kl(pairs, everywhere))

    @staticmethod
    def draw_templates(targets: Tensor) -> Tensor:
        """A template for each video: (B,) -> (B,) int64."""
        return torch.randint_like(targets, len(TEMPLATES))

    def own_texts(
        self, targets: Tensor, templates: Tensor, labels: LabelSpace
    ) -> Tensor:
        """Features of one sentence a video.

        A trained text tower reads no other sentence.

        Args:
            targets: (B,) int64, classes.
            templates: (B,) int64.
            labels: All classes.

        Returns:
            (B, D) of length 1.
        """
        if not self.trains_text:
            rows = len(TEMPLATES) * targets + templates
            return self.text(labels).embeddings[rows]
        self.require_plain_names(labels)
        names = super().name_texts(labels)
        pairs = zip(targets.tolist(), templates.tolist(), strict=True)
        tokens = self.clip.tokenizer(
            [TEMPLATES[template].format(names[c]) for c, template in pairs]
        )
        return F.normalize(sentence_features(self.clip, tokens), dim=-1)


def _over_templates(scaled: Tensor) -> Tensor:
    """Logarithm of the mean probability: (B, C, P) -> (B, C)."""
    found = scaled.log_softmax(dim=1)
    return found.logsumexp(dim=2) - math.log(found.shape[2])
