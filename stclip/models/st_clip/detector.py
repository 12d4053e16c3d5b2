"""ST-CLIP, the detector at the centre of this project.

Shapes: B keyframes, M persons in all of them, P slots for persons, T frames,
N patches, L = 1 + P + N tokens, C labels, Dv vision width, Dt joint width.
"""

from typing import Any

import torch
from torch import Tensor, nn

from stclip.models.clip import Needs
from stclip.models.detection.base import CLIPDetector
from stclip.models.detection.batch import KeyframeBatch
from stclip.models.detection.person_layout import PersonLayout
from stclip.models.st_clip.context_prompting import ContextPrompting
from stclip.models.st_clip.person_adapter import PersonAdapter
from stclip.models.st_clip.temporal_context import TemporalContext
from stclip.models.st_clip.token_spotting import TokenSpotting
from stclip.registry import MODELS
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError

PERSON_SOURCES = ('image_encoder', 'patch_embedding')
PROMPTED_LAYERS = ('all', 'last', 'none')


@MODELS.register_module()
class STCLIP(CLIPDetector):
    """Spatio-temporal context prompting for zero-shot action detection.

    Source: Huang, Chen and Lai, arXiv:2408.15996v1; defaults are those of the
    released model for J-HMDB. Differs: the options below, each a row of the
    paper's Table 4.

    Args:
        person_source: Person tokens from the ``'image_encoder'`` or pooled
            over the crop's ``'patch_embedding'`` (Table 4e).
        adapter_depth: Depth of the person adapter; 0 for none (Table 4e).
        temporal: Arguments of
            :class:`~stclip.models.st_clip.temporal_context.TemporalContext`
            (Table 4f), or ``None`` for the context of the keyframe alone.
        prompted_layers: Context prompting after ``'all'`` layers, the
            ``'last'`` or ``'none'`` (Table 4g).
        num_interest_tokens: K, tokens that prompt each person's own labels;
            0 prompts with all tokens, one text for all persons (Table 4a, b).
        full_frame_feature: Whether the keyframe's CLIP feature is added to
            each person's (in the released model, not in the paper).
        crop_feature: Whether CLIP's feature of a person's own crop is added,
            too. Ours, neither in the paper nor in the release.
        **kwargs: Those of
            :class:`~stclip.models.detection.base.CLIPDetector`; LoRA's
            rank (Table 4d) is ``clip.lora_rank``.

    Raises:
        ValueError: For an unknown source or layer choice.
    """

    needs = Needs(layers=True, scale=False)

    def __init__(
        self,
        person_source: str = 'image_encoder',
        adapter_depth: int = 2,
        temporal: dict[str, Any] | None = None,
        prompted_layers: str = 'all',
        num_interest_tokens: int = 0,
        full_frame_feature: bool = True,
        crop_feature: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        require_choice('person_source', person_source, PERSON_SOURCES)
        require_choice('prompted_layers', prompted_layers, PROMPTED_LAYERS)
        clip = self.clip
        self.encode_persons = person_source == 'image_encoder'
        self.num_interest_tokens = num_interest_tokens
        self.spotting = TokenSpotting(num_interest_tokens)
        self.add_full_frame = full_frame_feature
        if crop_feature and not self.encode_persons:
            raise UserError(
                "crop_feature needs person_source='image_encoder', which "
                'encodes the crops'
            )
        self.add_crop = crop_feature
        self.adapter = (
            PersonAdapter(clip.width, adapter_depth)
            if adapter_depth
            else nn.Identity()
        )
        self.temporal = (
            None
            if temporal is None
            else TemporalContext(clip.width, **temporal)
        )
        first = dict(all=0, last=clip.num_layers - 1, none=clip.num_layers)
        # Keyed by the index of the encoder layer that each one follows.
        self.prompting = nn.ModuleDict(
            {
                str(layer): ContextPrompting(clip.width, clip.joint_width)
                for layer in range(first[prompted_layers], clip.num_layers)
            }
        )

    def person_logits(self, batch: KeyframeBatch, text: Tensor) -> Tensor:
        """See the base class."""
        persons, full_frame = self.encode_views(batch)
        context = self.context_tokens(batch)
        features, text = self.interact(
            self.adapter(persons), context, text, batch.persons
        )
        if self.add_full_frame:
            features = features + full_frame[batch.persons.keyframe]
        if self.add_crop:
            features = features + self.clip.project(persons)
        return self.head(features, text)

    def encode_views(self, batch: KeyframeBatch) -> tuple[Tensor, Tensor]:
        """Person pass and full-frame pass, Sec. 3.2, in one batch of images.

        Returns:
            (M, Dv) person tokens P before the adapter, and (B, Dt) features
            of the full frames, empty where they are not used.
        """
        clip = self.clip
        crops, frames = batch.crops.distinct, batch.keyframes.distinct
        if not self.encode_persons:
            crops = crops[:0]
        if not self.add_full_frame:
            frames = frames[:0]
        encoded = clip.encode_images(torch.cat([crops, frames]))
        persons, full_frames = encoded.split([crops.shape[0], frames.shape[0]])
        if not self.encode_persons:
            persons = clip.patch_tokens(batch.crops.distinct).mean(dim=1)
        full_frames = clip.project(full_frames)
        if self.add_full_frame:
            full_frames = batch.keyframes.spread(full_frames)
        return batch.crops.spread(persons), full_frames

    def context_tokens(self, batch: KeyframeBatch) -> Tensor:
        """Context tokens Z~ of Eq. (2): (B, N, Dv)."""
        if self.temporal is None:
            frames = self.clip.patch_tokens(batch.keyframes.distinct)
            return batch.keyframes.spread(frames)
        windows = batch.context.distinct
        frames = self.clip.patch_tokens(windows.flatten(0, 1))
        frames = frames.unflatten(0, windows.shape[:2])
        return batch.context.spread(self.temporal(frames, batch.frame_valid))

    def interact(
        self,
        persons: Tensor,
        context: Tensor,
        text: Tensor,
        layout: PersonLayout,
    ) -> tuple[Tensor, Tensor]:
        """Person-context interaction with prompting, Sec. 3.3 to 3.5.

        Args:
            persons: (M, Dv) adapted person tokens.
            context: (B, N, Dv) context tokens.
            text: (C, Dt) text features.
            layout: Where each person belongs.

        Returns:
            (M, Dt) projected person tokens; prompted text, (M, C, Dt), or
            (C, Dt) as it came in without prompting.
        """
        rows = self.person_rows(layout)
        x = self.joint_sequence(layout.pad(persons), context)  # (B, L, Dv)
        valid = self.valid_tokens(x, layout)
        prompted = self.start_text(text, layout)  # (B, Q, Dt)
        for layer in range(self.clip.num_layers):
            x, prompted = self.clip.recomputed(
                self.interact_once, layer, x, prompted, layout, valid
            )
        x = self.clip.pooled_alone(layout.flatten(x[:, rows]))
        features = self.clip.project(x)
        return features, self.text_of_persons(prompted, text, layout)

    def interact_once(
        self,
        layer: int,
        x: Tensor,
        prompted: Tensor,
        layout: PersonLayout,
        valid: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        """A layer of the encoder and the prompting after it, Sec. 3.5.

        Args:
            layer: Index of the layer.
            x: (B, L, Dv) joint sequence.
            prompted: (B, Q, Dt); see :meth:`start_text`.
            layout: Where each person belongs.
            valid: See :meth:`valid_tokens`.

        Returns:
            Both, as the next layer takes them.
        """
        mask = None if valid is None else valid[:, None, None]
        qkv = self.clip.qkv(layer, x)
        x = self.clip.finish_layer(layer, x, qkv, mask)
        if str(layer) not in self.prompting:
            return x, prompted
        looks_at = mask
        if self.num_interest_tokens:
            num_labels = prompted.shape[1] // layout.shape[1]
            looks_at = self.interest_tokens(qkv, layout, valid, num_labels)
        return x, self.prompting[str(layer)](prompted, x, looks_at)

    def joint_sequence(self, persons: Tensor, context: Tensor) -> Tensor:
        """[CLS; persons; context] that enters the encoder, Sec. 3.3.

        The person tokens get no position and skip ln_pre. Towers without a
        class token begin with the persons.

        Args:
            persons: (B, P, Dv), padded.
            context: (B, N, Dv).

        Returns:
            (B, 1 + P + N, Dv).
        """
        x, first = self.clip.embed(context), self.clip.num_prefix
        return torch.cat(
            [x[:, :first], persons.to(x.dtype), x[:, first:]], dim=1
        )

    def person_rows(self, layout: PersonLayout) -> slice:
        """Where the persons are in the joint sequence."""
        first = self.clip.num_prefix
        return slice(first, first + layout.shape[1])

    def valid_tokens(self, x: Tensor, layout: PersonLayout) -> Tensor | None:
        """(B, L) bool, False at empty person slots; None if none is."""
        if layout.valid is None:
            return None
        valid = torch.ones(x.shape[:2], dtype=torch.bool, device=x.device)
        valid[:, self.person_rows(layout)] = layout.valid
        return valid

    def start_text(self, text: Tensor, layout: PersonLayout) -> Tensor:
        """Rows to prompt: (B, C, Dt), or (B, P C, Dt) with interest tokens."""
        num_keyframes, num_slots = layout.shape
        copies = num_slots if self.num_interest_tokens else 1
        return text.repeat(copies, 1).expand(num_keyframes, -1, -1)

    def interest_tokens(
        self,
        qkv: tuple[Tensor, Tensor, Tensor],
        layout: PersonLayout,
        valid: Tensor | None,
        num_labels: int,
    ) -> Tensor:
        """Where the labels of each person look, Sec. 3.4.

        Args:
            qkv: Of the layer that prompting follows.
            layout: Where each person belongs.
            valid: (B, L) bool, or ``None``; see :meth:`valid_tokens`.
            num_labels: C.

        Returns:
            (B, 1, P C, L) bool.
        """
        queries, keys, _ = qkv
        persons = queries[:, :, self.person_rows(layout)]
        spotted = self.spotting(persons, keys, valid)  # (B, P, L)
        owner = torch.arange(spotted.shape[1], device=spotted.device)
        owner = owner[:, None].expand(-1, num_labels).reshape(-1)
        return spotted[:, owner][:, None]

    def text_of_persons(
        self, prompted: Tensor, text: Tensor, layout: PersonLayout
    ) -> Tensor:
        """(B, Q, Dt) prompted rows -> (M, C, Dt), each person's labels."""
        if not self.prompting:
            return text
        if self.num_interest_tokens:
            return layout.flatten(prompted.unflatten(1, (-1, text.shape[0])))
        return prompted[layout.keyframe]
