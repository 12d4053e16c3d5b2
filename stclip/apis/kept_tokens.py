"""Tokens of a video's persons, kept, so that ST-CLIP takes other labels.

Its image encoder never reads the text; the text reads the tokens of every
layer. With these kept, new labels need the text tower and the prompting
layers, but no video and no image encoder.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from stclip.apis.inferencer import ActionInferencer, Labels
from stclip.apis.kept_features import scored_again, watched
from stclip.models.detection.person_layout import PersonLayout
from stclip.models.st_clip.detector import STCLIP
from stclip.results.video_actions import VideoActions
from stclip.utils.errors import UserError


@dataclass
class SeenBatch:
    """What ST-CLIP saw of a batch before any text met it.

    Args:
        layout: Of its M persons.
        features: (M, Dt) float16, of the persons.
        tokens: A prompted layer each -> (B, L, Dt) float16, what texts take
            up there.
        masks: Likewise -> where each person's texts look, (B, 1, P, L) bool;
            or (B, 1, 1, L), the same for all; None for everywhere.
    """

    layout: PersonLayout
    features: Tensor | None = None
    tokens: dict[str, Tensor] = field(default_factory=dict)
    masks: dict[str, Tensor | None] = field(default_factory=dict)

    @property
    def num_bytes(self) -> int:
        """Memory that is taken up."""
        kept = [*self.tokens.values(), *self.masks.values(), self.features]
        return sum(each.nbytes for each in kept if each is not None)


@dataclass(frozen=True)
class KeptTokens:
    """What ST-CLIP saw of a video's persons.

    Args:
        result: Boxes, ids and times of its keyframes, with the actions of
            the labels that were asked for first.
        batches: The persons, in the order of the keyframes.
        label_warnings: Those lines of the result that are about its labels.
    """

    result: VideoActions
    batches: Sequence[SeenBatch]
    label_warnings: Sequence[str] = ()

    @classmethod
    def look(
        cls,
        infer: ActionInferencer,
        video: Any,
        labels: Labels,
        on_frame: Callable[[int], None] | None = None,
        most_bytes: int | None = None,
        **options: Any,
    ) -> 'KeptTokens':
        """Look at a video.

        Args:
            infer: Of an ST-CLIP.
            video: See :meth:`.ActionInferencer.stream`.
            labels: Likewise.
            on_frame: See :meth:`.ActionInferencer.__call__`.
            most_bytes: If the tokens take up more, none are kept:
                ``batches`` is empty then. None for no bound.
            **options: Further ones of :meth:`.ActionInferencer.stream`.

        Raises:
            MissingFileError: See :meth:`.ActionInferencer.stream`.
            UserError: Likewise; also for another model than ST-CLIP.
        """
        model = _st_clip(infer)
        space = infer.question(labels)
        stream = infer.stream(video, space, **options)
        frames, batches = [], []
        left = float('inf') if most_bytes is None else most_bytes
        for frame, seen in watched(stream, lambda: _recorded(model)):
            frames.append(frame)
            left -= sum(batch.num_bytes for batch in seen)
            if left < 0:
                batches.clear()
            else:
                batches += seen
            if on_frame:
                on_frame(frame.frame_idx + 1)
        return cls(
            stream.result(tuple(frames)),
            tuple(batches),
            model.label_warnings(space),
        )

    @property
    def num_bytes(self) -> int:
        """Memory that is taken up."""
        return sum(batch.num_bytes for batch in self.batches)

    @property
    def num_persons(self) -> int:
        """Persons whose tokens are kept."""
        return sum(len(batch.layout.slot) for batch in self.batches)

    def scored(self, infer: ActionInferencer, labels: Labels) -> VideoActions:
        """Score the persons for labels.

        Args:
            infer: That which has looked.
            labels: See :meth:`.ActionInferencer.stream`.

        Returns:
            What a look with these labels finds, without smoothing and
            segments, but for the digits that half precision leaves out.

        Raises:
            UserError: If the tokens were not kept.
        """
        model = _st_clip(infer)
        if self.num_persons != self.result.num_persons:
            raise UserError(
                f'the tokens of {self.result.video} took too much memory to '
                'be kept: look at the video again'
            )
        space = infer.question(labels)
        with torch.inference_mode():
            text = model.encode_labels(space)
            rows = [_logits(model, batch, text) for batch in self.batches]
            none = text.new_empty(0, len(space))
            logits = torch.cat(rows or [none])
            probs = model.head.probabilities(logits, space).cpu().numpy()
        warnings = tuple(
            line
            for line in self.result.warnings
            if line not in self.label_warnings
        )
        result = replace(self.result, warnings=warnings)
        return scored_again(model, result, probs, space)


def _logits(model: STCLIP, batch: SeenBatch, text: Tensor) -> Tensor:
    """(M, C) logits of a batch's persons."""
    layout = batch.layout
    prompted = model.start_text(text, layout)
    for layer, tokens in batch.tokens.items():
        mask = batch.masks[layer]
        if mask is not None:
            mask = mask.to(text.device)
            if model.num_interest_tokens:
                mask = mask.repeat_interleave(len(text), dim=2)
        tokens = tokens.to(text.device, text.dtype)
        prompted = model.prompting[layer].prompt(prompted, tokens, mask)
    features = batch.features.to(text.device, text.dtype)
    prompted = model.text_of_persons(prompted, text, layout)
    return model.head(features, prompted)


def _st_clip(infer: ActionInferencer) -> STCLIP:
    if not isinstance(infer.model, STCLIP):
        raise UserError(
            f'a {type(infer.model).__name__} is no ST-CLIP: it has no tokens '
            'to keep'
        )
    return infer.model


@contextmanager
def _recorded(model: STCLIP) -> Iterator[list[SeenBatch]]:
    """What the model sees of each batch with persons, inside the block."""
    batches: list[SeenBatch] = []

    def begin(_: Any, args: Any, kwargs: dict[str, Any]) -> None:
        persons = kwargs['inputs'].persons
        if len(persons.slot):
            batches.append(SeenBatch(persons))

    def keep_prompting(layer: str) -> Callable[..., None]:
        prompting = model.prompting[layer]

        def keep(_: Any, args: tuple) -> None:
            text, visual, mask = args
            batch, num_slots = batches[-1], batches[-1].layout.shape[1]
            tokens = prompting.visual_tokens(visual)
            batch.tokens[layer] = tokens.half().cpu()
            if mask is not None and model.num_interest_tokens:
                # The labels of a person look at the same tokens.
                mask = mask[:, :, :: text.shape[1] // num_slots]
            batch.masks[layer] = None if mask is None else mask.cpu()

        return keep

    def finish(_: Any, args: tuple) -> None:
        batches[-1].features = args[0].half().cpu()

    handles = [
        model.register_forward_pre_hook(begin, with_kwargs=True),
        model.head.register_forward_pre_hook(finish),
    ]
    handles += [
        part.register_forward_pre_hook(keep_prompting(layer))
        for layer, part in model.prompting.items()
    ]
    try:
        yield batches
    finally:
        for handle in handles:
            handle.remove()
