"""Watching of ST-CLIP at work on one keyframe; nothing of it is changed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from stclip.models.clip.attention import project_qkv
from stclip.models.st_clip.detector import STCLIP
from stclip.models.st_clip.token_spotting import (
    head_averaged_attention,
    person_attention,
)


@dataclass
class Trace:
    """What ST-CLIP did with a keyframe of P persons and C labels.

    Args:
        pictures: What it got, uint8 RGB: ``keyframe`` (3, S, S), ``context``
            (T, 3, S, S) and ``crops`` (P, 3, S, S).
        layers: The prompted layers, from 1 on.
        spotted: Of each the interest tokens, (P, L) bool; the tokens are the
            class token, the persons, the patches row by row. Empty where all
            tokens prompt.
        importance: Of each what the tokens were chosen by, (P, L).
        texts: The texts before prompting and after each layer, (Q, Dt); Q is
            P C, person by person, or C where all persons share one.
        frame_weights: (T, N), the last temporal layer's attention to each
            frame at each patch position, averaged over its heads and over
            the frames that ask, as Eq. (2) averages these; sums to 1 over T.
            ``None`` without such a layer.
    """

    pictures: dict[str, Tensor] = field(default_factory=dict)
    layers: list[int] = field(default_factory=list)
    spotted: list[Tensor] = field(default_factory=list)
    importance: list[Tensor] = field(default_factory=list)
    texts: list[Tensor] = field(default_factory=list)
    frame_weights: Tensor | None = None


@contextmanager
def traced(model: STCLIP) -> Iterator[Trace]:
    """Record what a model does, of one ``test_step`` on one keyframe.

    Args:
        model: Whose parts are watched by hooks, until the block ends.
    """
    trace = Trace()

    def see_pictures(_: nn.Module, args: tuple[Any, ...]) -> None:
        inputs = args[0]['inputs']
        trace.pictures = {key: value[0] for key, value in inputs.items()}

    def see_tokens(_: nn.Module, args: tuple[Any, ...], out: Tensor) -> None:
        trace.spotted.append(out[0].cpu())
        trace.importance.append(person_attention(*args)[0].cpu())

    def see_text(_: nn.Module, args: tuple[Any, ...], out: Tensor) -> None:
        if not trace.texts:
            trace.texts.append(args[0][0].float().cpu())
        trace.texts.append(out[0].float().cpu())

    def see_time(layer: nn.Module, args: tuple[Any, ...], out: Tensor) -> None:
        x = layer.norm(args[0][0]).transpose(0, 1)  # (N, T, Dv)
        queries, keys, _ = project_qkv(layer.attention, x)
        rows = head_averaged_attention(queries, keys)  # (N, T, T)
        trace.frame_weights = rows.mean(dim=1).T.cpu()

    with ExitStack() as stack:
        hooks = [
            model.data_preprocessor.register_forward_pre_hook(see_pictures),
            model.spotting.register_forward_hook(see_tokens),
        ]
        for name, layer in model.prompting.items():
            trace.layers.append(int(name) + 1)
            hooks.append(layer.register_forward_hook(see_text))
        if model.temporal is not None and model.temporal.layers:
            last = model.temporal.layers[-1]
            hooks.append(last.register_forward_hook(see_time))
        for hook in hooks:
            stack.callback(hook.remove)
        yield trace


def text_sets(trace: Trace, num_labels: int) -> Tensor:
    """Texts by stage and by whom they are for.

    Args:
        trace: Of a model that prompts.
        num_labels: C.

    Returns:
        (1 + layers, P, C, Dt); one set where all persons share one.
    """
    texts = torch.stack(trace.texts)
    return texts.unflatten(1, (-1, num_labels))
