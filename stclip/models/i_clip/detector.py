"""iCLIP, the detector before ST-CLIP.

Shapes: B keyframes, M persons in all of them, P slots for persons, C labels,
D joint width.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from stclip.models.clip.layers import VideoSpecificPrompting
from stclip.models.detection.base import CLIPDetector
from stclip.models.detection.batch import KeyframeBatch
from stclip.models.detection.person_layout import PersonLayout
from stclip.models.i_clip.interaction import InteractionUnit, MemoryUnit
from stclip.registry import MODELS
from stclip.utils.choices import require_choice

#: What persons ask: persons, objects, the frame, memory -> slots for answers.
SLOTS = MappingProxyType(dict(P=25, O=5, H=25, M=10))

# Of pictures that were not encoded before, (N, 3, S, S).
_DIMS_OF_PICTURES = 4


@MODELS.register_module()
class ICLIP(CLIPDetector):
    """Persons ask what is around them, and prompt the labels with it.

    Source: Huang et al., "Interaction-Aware Prompting for Zero-Shot
    Spatio-Temporal Action Detection", arXiv:2304.04688, and its released
    code. CLIP is frozen. Differs: what the release allocates and never calls
    is left out; persons of keyframes without objects skip the units that
    look at objects (the release skips them where nobody has any).

    Args:
        units: What is asked, one unit after the other, in letters of
            :data:`SLOTS`.
        slots: Letter -> most tokens of a unit; of memory, of each frame.
            What is left out is that of :data:`SLOTS`.
        memory_frames: Frames of the memory, half before the keyframe.
        prompting_layers: 2 in the release, 1 in the counts of ST-CLIP's
            paper.
        dropout: Of what a unit adds.
        **kwargs: Those of
            :class:`~stclip.models.detection.base.CLIPDetector`.

    Raises:
        UserError: For an unknown letter.
    """

    reads_window = False
    takes_features = True

    def __init__(
        self,
        units: Sequence[str] = 'POHMPOHM',
        slots: Mapping[str, int] = SLOTS,
        memory_frames: int = 60,
        prompting_layers: int = 2,
        dropout: float = 0.2,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        width = self.clip.joint_width
        slots = {**SLOTS, **slots}
        self.max_persons, self.memory_frames = slots['P'], memory_frames
        self.units = nn.ModuleDict()
        for index, letter in enumerate(units):
            require_choice('units', letter, tuple(SLOTS))
            args = width, slots[letter], dropout
            self.units[f'{letter}{units[: index + 1].count(letter)}'] = (
                MemoryUnit(*args, memory_frames)
                if letter == 'M'
                else InteractionUnit(*args)
            )
        self.prompting = VideoSpecificPrompting(width, prompting_layers)

    def person_logits(self, batch: KeyframeBatch, text: Tensor) -> Tensor:
        """See the base class."""
        persons, frames, objects = self.encode(batch)
        query = self.interact(persons, frames, objects, batch)
        fused = (query + frames[batch.persons.keyframe]) / 2
        return self.head(fused, self.prompted_text(fused, text))

    def encode(self, batch: KeyframeBatch) -> tuple[Tensor, Tensor, Tensor]:
        """CLIP's features of all pictures of a batch, not normalised.

        Pictures that were encoded before are their features already.

        Returns:
            (M, D) of persons, (B, D) of keyframes, and (N, D) of objects.
        """
        pictures = [batch.crops.distinct, batch.keyframes.distinct]
        if batch.objects is not None:
            pictures.append(batch.objects.distinct)
        features = torch.cat(pictures)
        if features.dim() == _DIMS_OF_PICTURES:
            features = self.clip.project(self.clip.encode_images(features))
        persons, frames, *objects = features.split([*map(len, pictures)])
        return (
            batch.crops.spread(persons),
            batch.keyframes.spread(frames),
            batch.objects.spread(*objects) if objects else features[:0],
        )

    def interact(
        self,
        persons: Tensor,
        frames: Tensor,
        objects: Tensor,
        batch: KeyframeBatch,
    ) -> Tensor:
        """One unit after the other, Sec. 3.2.

        Args:
            persons: (M, D).
            frames: (B, D).
            objects: (N, D).
            batch: Tells where persons and objects belong, and the memory.

        Returns:
            (M, D), persons that know what is around them.
        """
        layout = batch.persons
        seen = {
            'O': _padded(objects, batch.object_layout, len(frames)),
            'H': (frames[:, None], None),
            'M': self.memory(frames, batch),
        }
        query = layout.pad(persons)
        for name, unit in self.units.items():
            letter = name[0]
            if letter == 'P':
                most = self.max_persons
                valid = layout.valid
                valid = valid if valid is None else valid[:, :most]
                query = unit(query, query[:, :most], valid)
                continue
            found = unit(query, *seen[letter])
            if letter == 'O':
                has_some = seen[letter][1].any(dim=1)[:, None, None]
                found = torch.where(has_some, found, query)
            query = found
        return layout.flatten(query)

    def memory(
        self, frames: Tensor, batch: KeyframeBatch
    ) -> tuple[Tensor, Tensor]:
        """Features of the frames around, and which of them are known.

        Returns:
            (B, memory_frames, D), zeros where none is; (B, memory_frames)
            bool.
        """
        if batch.memory is not None:
            return batch.memory.to(frames.dtype), batch.memory_valid
        nothing = frames.new_zeros(
            len(frames), self.memory_frames, frames.shape[-1]
        )
        return nothing, nothing[..., 0].bool()

    def prompted_text(self, persons: Tensor, text: Tensor) -> Tensor:
        """Labels that each person prompts, Sec. 3.3.

        Args:
            persons: (M, D).
            text: (C, D).

        Returns:
            (M, C, D).
        """
        text = text.expand(len(persons), -1, -1)
        return text + self.prompting(text, persons[:, None])


def _padded(
    tokens: Tensor, layout: PersonLayout | None, num_keyframes: int
) -> tuple[Tensor, Tensor]:
    """(N, D) -> (B, K, D) and (B, K) bool, K at least 0."""
    if layout is None:
        padded = tokens.new_zeros(num_keyframes, 0, tokens.shape[-1])
        return padded, padded.new_zeros(padded.shape[:2], dtype=torch.bool)
    valid = layout.valid
    if valid is None:
        valid = tokens.new_ones(layout.shape, dtype=torch.bool)
    return layout.pad(tokens), valid
