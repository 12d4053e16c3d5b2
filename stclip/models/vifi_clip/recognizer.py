"""ViFi-CLIP: mean frames and sentences, tuned whole or by prompts."""

from typing import Any

from torch import Tensor

from stclip.labels.label_space import LabelSpace
from stclip.models.clip import Needs
from stclip.models.clip.learned_context import PREFIX, start_as_prefix
from stclip.models.recognition.mean_pooled import MeanPooledRecognizer
from stclip.models.vifi_clip.layer_prompts import TextPrompts, VisualPrompts
from stclip.registry import MODELS
from stclip.utils.errors import UserError

# In the place of a learned word, for the tokenizer.
_PLACEHOLDER = 'X'


@MODELS.register_module()
class ViFiCLIPRecognizer(MeanPooledRecognizer):
    """CLIP on mean frames, of which towers or prompts are trained.

    Source: ViFi-CLIP, arXiv:2212.03640, and its released code. Differs:
    prompts are kept in float32 (the release rounds them to half precision in
    each step), and views of a test are the same in each.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`; the
            release tunes both towers (``trained_layers='all'``,
            ``trained_text=True``) or, with prompts, neither.
        num_frames: See :class:`VideoTextRecognizer`.
        prompts: Arguments of :meth:`add_prompts`; ``None`` for none.
        label_smoothing: Share of the target that goes to all classes alike.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.

    Raises:
        UserError: For prompts that the towers have no place for.
    """

    takes_shares = True

    needs = Needs(layers=True, words=True)

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        prompts: dict[str, int] | None = None,
        label_smoothing: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        self.label_smoothing = label_smoothing
        self.visual_prompts = self.text_prompts = None
        if prompts is not None:
            self.add_prompts(**prompts)

    def add_prompts(
        self,
        num_visual: int,
        num_text: int,
        visual_depth: int,
        text_depth: int,
    ) -> None:
        """Give both towers learned tokens.

        Args:
            num_visual: Tokens of each image layer.
            num_text: Tokens of each text layer; up to four of the first
                layer start as the words of the prefix.
            visual_depth: Image layers that have some.
            text_depth: Text layers that have some.
        """
        clip = self.clip
        tower = clip.text_tower
        if num_text + 2 > tower.context_length:
            raise UserError(
                f'prompts.num_text is {num_text}, but the text tower reads '
                f'{tower.context_length} tokens, start and end included'
            )
        self.visual_prompts = VisualPrompts(
            clip.width, num_visual, visual_depth, clip.num_layers
        )
        self.text_prompts = TextPrompts(
            tower.width, num_text, text_depth, len(tower.layers)
        )
        start_as_prefix(self.text_prompts.layers[0], clip)

    @property
    def trains_text(self) -> bool:
        """See the base class; learned words are weights, too."""
        return super().trains_text or self.text_prompts is not None

    def name_texts(self, labels: LabelSpace) -> list[str]:
        """See the base class; more learned words than the prefix replace it.

        Fewer take the place of its first ones.
        """
        texts = super().name_texts(labels)
        if self.text_prompts is None:
            return texts
        if self.text_prompts.num_tokens <= len(PREFIX.split()):
            return texts
        words = ' '.join([_PLACEHOLDER] * self.text_prompts.num_tokens)
        return [words + text.removeprefix(PREFIX) for text in texts]

    def encode_images(self, images: Tensor) -> Tensor:
        """See the base class."""
        if self.visual_prompts is None:
            return super().encode_images(images)
        return self.visual_prompts(self.clip, images)

    def encode_tokens(self, tokens: Tensor) -> Tensor:
        """See the base class."""
        if self.text_prompts is None:
            return super().encode_tokens(tokens)
        return self.text_prompts(self.clip, tokens)

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Cross-entropy over all classes, of shares where videos are mixed.

        See :meth:`VideoTextRecognizer.loss`.
        """
        return self.class_loss(views, targets, labels, self.label_smoothing)
