"""BIKE's attributes branch: what else a video looks like, as a sentence."""

from dataclasses import dataclass
from typing import Any

import torch
from mmengine.dist import all_gather
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.clip.cosines import cosines
from stclip.models.recognition.base import VideoTextRecognizer
from stclip.models.recognition.losses import gathered, in_batch_kl
from stclip.models.recognition.sentences import sentence_features
from stclip.registry import MODELS
from stclip.utils.errors import UserError

SENTENCE = 'This is a video about {}.'
_NUM_ATTRIBUTES = 5


@dataclass(frozen=True)
class NamedClasses:
    """C classes, which are a video's possible attributes too.

    Args:
        names: In plain words.
        features: (C, Dt) of length 1, of a sentence about each.
    """

    names: tuple[str, ...]
    features: Tensor

    def select(self, classes: Tensor) -> 'NamedClasses':
        """Some classes, (U,) int64, ascending."""
        names = tuple(self.names[index] for index in classes.tolist())
        return NamedClasses(names, self.features[classes])


@MODELS.register_module()
class BIKEAttributes(VideoTextRecognizer):
    """A video by a sentence about the classes that CLIP takes it for.

    Source: BIKE, arXiv:2301.00182, Sec. 3.2. Differs: the lexicon of
    attributes is the label set, as on Kinetics-400, and the frozen CLIP is
    asked as the video comes; the release reads its answers from a file.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`; frozen.
        num_frames: See :class:`VideoTextRecognizer`.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.

    Raises:
        UserError: For a CLIP of which something is to be trained.
    """

    def __init__(
        self, clip: dict[str, Any], num_frames: int, **kwargs: Any
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        if any(p.requires_grad for p in self.clip.visual.parameters()):
            raise UserError(
                'BIKEAttributes keeps the image tower as it is: leave '
                'clip.trained_layers and clip.lora_rank out'
            )
        width = self.clip.joint_width
        self.query = _two_layers(width)
        self.sentence = _two_layers(width)

    @classmethod
    def why_no_features(cls, **arguments: Any) -> str:
        """See the base class."""
        return ''

    @torch.no_grad()
    def encode_text(self, labels: LabelSpace) -> NamedClasses:
        """See :meth:`VideoTextRecognizer.encode_text`."""
        texts = self.name_texts(labels)
        return NamedClasses(
            tuple(super().name_texts(labels)), self._features(texts)
        )

    def name_texts(self, labels: LabelSpace) -> list[str]:
        """See the base class: the sentence about each name."""
        return [SENTENCE.format(n) for n in super().name_texts(labels)]

    def _features(self, texts: list[str]) -> Tensor:
        """(n, Dt) of length 1."""
        tokens = self.clip.tokenizer(texts)
        return F.normalize(sentence_features(self.clip, tokens), dim=-1)

    @torch.no_grad()
    def describe(self, videos: Tensor, lexicon: NamedClasses) -> Tensor:
        """Features of the sentences about the videos' attributes.

        Args:
            videos: (B, T, 3, S, S) normalised, or (B, T, Dt) features.
            lexicon: Possible attributes, of which the best five are named.

        Returns:
            (B, Dt) of length 1.
        """
        frames = F.normalize(self.frame_features(videos).float(), dim=-1)
        found = cosines(frames.mean(dim=1), lexicon.features)
        count = min(_NUM_ATTRIBUTES, len(lexicon.names))
        best = found.topk(count, dim=1).indices
        return self._features(
            [
                SENTENCE.format(', '.join(lexicon.names[i] for i in row))
                for row in best.tolist()
            ]
        )

    def compare(self, sentences: Tensor, classes: Tensor) -> Tensor:
        """Cosines of sentences and classes after a network of each.

        Args:
            sentences: (B, Dt) of length 1.
            classes: (C, Dt) of length 1.

        Returns:
            (B, C).
        """
        found = self.sentence(sentences).float(), self.query(classes).float()
        return cosines(*(F.normalize(each, dim=-1) for each in found))

    def score(self, videos: Tensor, text: NamedClasses) -> Tensor:
        """See :meth:`VideoTextRecognizer.score`."""
        return self.compare(self.describe(videos, text), text.features)

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Divergence between sentences and classes of all processes.

        See :meth:`VideoTextRecognizer.loss`.
        """
        text = self.text(labels)
        sentences = self.describe(self.single_view(views), text)
        everywhere = torch.cat(all_gather(targets))
        scores = self.compare(sentences, text.features[everywhere])
        pairs = self.clip.logit_scale * gathered(scores)
        return dict(loss_kl=in_batch_kl(pairs, everywhere))


def _two_layers(width: int) -> nn.Sequential:
    layers = nn.Linear(width, width), nn.Linear(width, width)
    for layer in layers:
        nn.init.normal_(layer.weight, std=0.02)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(layers[0], nn.ReLU(), layers[1])
