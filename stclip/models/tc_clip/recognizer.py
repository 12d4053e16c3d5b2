"""TC-CLIP: frames that share a context, and texts that a video prompts."""

import re
from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from stclip.knowledge.knowledge_graph import RELATIONS
from stclip.labels.label_space import LabelSpace
from stclip.models.clip import Needs
from stclip.models.clip.cosines import cosines
from stclip.models.recognition.base import VideoTextRecognizer
from stclip.models.tc_clip.shared_context import SharedContext
from stclip.models.tc_clip.video_prompting import TextPrefix, VideoPrompting
from stclip.registry import MODELS
from stclip.utils.errors import UserError

# Between the words of a name like PlayingGuitar.
_CAPITAL = re.compile(r'(?<=[a-z])(?=[A-Z])')


@MODELS.register_module()
class TCCLIPRecognizer(VideoTextRecognizer):
    """Context tokens of all frames, which each frame and the text look at.

    Source: TC-CLIP, arXiv:2404.09490, and its released code. Differs: any
    number of patches and any widths; views of a test are the same in each;
    of the last layers only the rows that are used are computed.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`; the
            release tunes both towers (``trained_layers='all'``,
            ``trained_text=True``).
        num_frames: See :class:`VideoTextRecognizer`.
        context: Arguments of
            :class:`~stclip.models.tc_clip.shared_context.SharedContext` but
            for the tower's sizes; ``None`` for its defaults.
        levels: Numbers, from 1, of the text layers that a video prompts, each
            by the context of the image layer of the same number; ``None`` for
            the last layer of both towers.
        num_words: Learned words before a name.
        joint_positions: Whether each frame has position embeddings of its
            own; all start as CLIP's.
        cut_context: Whether the text's loss says nothing to the context.
        label_smoothing: Share of the target that goes to all classes alike.
        described_names: Whether what is done stands behind a name: the first
            of the label's clauses about actions.
        **kwargs: Further arguments of :class:`VideoTextRecognizer`.

    Raises:
        UserError: For levels that are no layers of both towers.
    """

    needs = Needs(own_vit=True, words=True)
    may_train_text = True

    takes_shares = True
    #: The text depends on learned words, whatever else is trained.
    trains_text = True

    def __init__(
        self,
        clip: dict[str, Any],
        num_frames: int,
        context: dict[str, Any] | None = None,
        levels: Sequence[int] | None = None,
        num_words: int = 4,
        joint_positions: bool = False,
        cut_context: bool = True,
        label_smoothing: float = 0.0,
        described_names: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(clip, num_frames, **kwargs)
        self.described_names = described_names
        self.cut_context = cut_context
        self.label_smoothing = label_smoothing
        clip = self.clip
        self.context = SharedContext(
            clip.num_layers,
            clip.image_tower.num_heads,
            clip.num_patches,
            **(context or {}),
        )
        #: Indices of the image layers whose context prompts.
        self.sources, prompted = self._levels(levels)
        self.prompting = VideoPrompting(clip, prompted, num_words)
        if joint_positions:
            table = clip.visual.positional_embedding
            clip.visual.positional_embedding = nn.Parameter(
                table.detach().repeat(num_frames, 1, 1), table.requires_grad
            )

    def _levels(
        self, levels: Sequence[int] | None
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Indices of image layers and of the text layers they prompt."""
        depths = self.clip.num_layers, len(self.clip.text_tower.layers)
        if levels is None:
            return (depths[0] - 1,), (depths[1] - 1,)
        indices = tuple(sorted({level - 1 for level in levels}))
        if not indices or indices[0] < 0 or indices[-1] >= min(depths):
            raise UserError(
                f'levels must be some of 1 to {min(depths)} (the layers of '
                f'both towers), got {list(levels)}'
            )
        return indices, indices

    def encode_videos(self, videos: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Frames, and what prompts the text.

        Args:
            videos: (B, T, 3, S, S) normalised.

        Returns:
            (B, T, Dt) float32, not normalised; (B, k, Dt) for each level.
        """
        clip, contexts = self.clip, []
        x, context = self.embed(videos), None
        *blocks, last = clip.blocks
        for layer, block in enumerate(blocks):
            x, context = clip.recomputed(
                self.context, block, layer, x, context
            )
            if layer in self.sources:
                contexts.append(context)
        inputs = last, len(blocks), x, context
        if len(blocks) in self.sources:
            cls, context = self.context.last_layer(*inputs)
            contexts.append(context)
        else:
            cls = self.context.class_tokens(*inputs)
        return self._project(cls).float(), self.project_contexts(contexts)

    def embed(self, videos: Tensor) -> Tensor:
        """Input of the first layer: -> (B, T, 1 + N, Dv)."""
        patches = self.clip.patch_tokens(videos.flatten(0, 1))
        return self.clip.embed(patches.unflatten(0, videos.shape[:2]))

    def project_contexts(self, contexts: Sequence[Tensor]) -> list[Tensor]:
        """Context tokens in the joint space: (B, k, Dv) -> (B, k, Dt) each."""
        projected = [self._project(context) for context in contexts]
        if self.cut_context:
            return [context.detach() for context in projected]
        return projected

    def _project(self, x: Tensor) -> Tensor:
        return self.clip.project(self.clip.pooled_alone(x))

    def encode_text(self, labels: LabelSpace) -> TextPrefix:
        """See :meth:`VideoTextRecognizer.encode_text`."""
        return self.prompting.read_prefix(self.clip, self.name_texts(labels))

    def require_plain_names(self, labels: LabelSpace) -> None:
        """UserError for labels with several texts each."""
        for name, texts in zip(labels.names, labels.texts, strict=True):
            if len(texts) != 1:
                raise UserError(
                    f'{type(self).__name__} reads one text of each label, but '
                    f'{name!r} has {len(texts)}: leave one'
                )

    def name_texts(self, labels: LabelSpace) -> list[str]:
        """What comes behind the learned words, split at capitals, too.

        A name, or the one text of a label that stands for it. Described, as
        in the release's variant with sentences of a language model, which
        are not ours: "<name>: <what is done>".

        Raises:
            UserError: If a label that is to be described has no clauses.
        """
        texts = [texts[0].replace('_', ' ') for texts in labels.texts]
        texts = [_CAPITAL.sub(' ', text) for text in texts]
        if not self.described_names:
            return texts
        return [
            f'{text}: {_what_is_done(name, clauses)}'
            for text, name, clauses in zip(
                texts, labels.names, labels.clauses, strict=True
            )
        ]

    def score(self, videos: Tensor, text: TextPrefix) -> Tensor:
        """Cosines of each video and the texts that it prompts, (B, C)."""
        frames, contexts = self.encode_videos(videos)
        video = F.normalize(frames.mean(dim=1), dim=-1)
        prompted = self.prompting(self.clip, text, contexts)
        prompted = F.normalize(prompted.float(), dim=-1)
        return cosines(video, prompted)

    @property
    def scale(self) -> Tensor:
        """() factor of cosines, which may grow beyond 100."""
        return self.clip.unbounded_scale

    def loss(
        self, views: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Cross-entropy over all classes, of shares where videos are mixed.

        See :meth:`VideoTextRecognizer.loss`.
        """
        return self.class_loss(views, targets, labels, self.label_smoothing)


def _what_is_done(name: str, clauses: Sequence[Sequence[str]]) -> str:
    """The first clause about actions, without the word that joins it."""
    if not clauses:
        raise UserError(
            f'described_names wants clauses, but {name!r} has none; give '
            'graph_file to AddLabelSpace or DescribeLabels'
        )
    return clauses[RELATIONS.index('action')][0].removeprefix('where ')
