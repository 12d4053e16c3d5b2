"""State dicts of other code bases under other names."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from stclip.utils.errors import UserError

#: Pattern of the beginning of a name -> what stands there in ours; ``None``
#: for what is allocated there and never used.
Rules = Sequence[tuple[str, str | None]]
#: Turns another code base's state dict into one of ours, and tells the names
#: that have no place in it.
Converter = Callable[
    [Mapping[str, Tensor]], tuple[dict[str, Tensor], list[str]]
]

# Names of parameters: of a layer, attention, a transformer's block, CLIP. What
# is below a name that a rule fits has to be one of them.
_LAYER = r'(?:weight|bias)'
_ATTENTION = rf'(?:in_proj_{_LAYER}|(?:out|[qkv])_proj\.{_LAYER})'
_BLOCK = (
    rf'(?:attn\.{_ATTENTION}|ln_[12]\.{_LAYER}|'
    rf'mlp\.c_(?:fc|proj)\.(?:{_LAYER}|lora_[AB]))'
)
_BLOCKS = rf'resblocks\.\d+\.{_BLOCK}'
_BATCH_NORM = rf'(?:{_LAYER}|running_(?:mean|var)|num_batches_tracked)'
_RESNET = (
    rf'(?:(?:layer\d\.\d+\.)?(?:conv\d\.weight|bn\d\.{_BATCH_NORM})|'
    rf'layer\d\.\d+\.downsample\.(?:0\.weight|1\.{_BATCH_NORM})|'
    rf'attnpool\.(?:positional_embedding|[qkvc]_proj\.{_LAYER}))'
)
_CLIP = (
    rf'clip\.model\.(?:visual\.(?:(?:class|positional)_embedding|proj|'
    rf'conv1\.{_LAYER}|ln_(?:pre|post)\.{_LAYER}|transformer\.{_BLOCKS}|'
    rf'{_RESNET})|positional_embedding|token_embedding\.weight|'
    rf'transformer\.{_BLOCKS}|ln_final\.{_LAYER}|text_projection|logit_scale)'
)
_REST = rf'(?:(?:\d+\.)?{_LAYER}|{_ATTENTION}|{_BLOCKS}|\d+\.{_BLOCK})?'

# A layer in which text takes up what visual tokens show: there, and in ours.
_PROMPTING_PARTS = (
    (r'norm1\.', 'norm_text.'),
    (r'norm3\.', 'norm_ffn.'),
    (r'cross_attn\.q_proj\.', 'attention.query.'),
    (r'cross_attn\.k_proj\.', 'attention.key.'),
    (r'cross_attn\.v_proj\.', 'attention.value.'),
    (r'cross_attn\.proj\.', 'attention.out.'),
    (r'mlp\.0\.', 'ffn.c_fc.'),
    (r'mlp\.3\.', 'ffn.c_proj.'),
)


def prompting_rules(theirs: str, ours: str) -> Rules:
    """Rules for :class:`~stclip.models.clip.layers.PromptingLayer`.

    X-CLIP, iCLIP and ST-CLIP name its parts alike.

    Args:
        theirs: Pattern of what stands before a layer's parts.
        ours: What stands there in ours.
    """
    return tuple((theirs + part, ours + own) for part, own in _PROMPTING_PARTS)


def renamed(
    state: Mapping[str, Tensor], rules: Rules
) -> tuple[dict[str, Tensor], list[str]]:
    """Rename the tensors of a state dict.

    Args:
        state: With or without the ``module.`` that parallel training writes.
        rules: The first that fits a name counts.

    Returns:
        The renamed state dict, and the names that no rule fits, or that no
        parameter has.
    """
    converted, unknown = {}, []
    for name, value in state.items():
        bare = name.removeprefix('module.')
        for pattern, target in rules:
            match = re.match(pattern, bare)
            if match is None:
                continue
            if target is None:
                break
            rest = bare[match.end() :]
            ours = match.expand(target) + rest
            if _may_be(ours, rest):
                converted[ours] = value
                break
        else:
            unknown.append(name)
    return converted, unknown


def _may_be(ours: str, rest: str) -> bool:
    """Whether a parameter may have this name.

    Args:
        ours: All of it.
        rest: What of it follows the part that a rule has written.
    """
    if ours.startswith('clip.model.'):
        return re.fullmatch(_CLIP, ours) is not None
    return re.fullmatch(_REST, rest) is not None


def by_rules(rules: Rules) -> Converter:
    """A converter that renames and does no more."""
    return partial(renamed, rules=rules)


def with_packed_attention(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Separate projections as ``nn.MultiheadAttention`` holds them.

    Args:
        state: With ``*.q_proj.*``, ``*.k_proj.*`` and ``*.v_proj.*``, weights
            and biases; other tensors, and single ones of three, stay as they
            are.

    Returns:
        The state dict with ``*.in_proj_weight`` and ``*.in_proj_bias``.
    """
    packed = dict(state)
    for name in state:
        match = re.fullmatch(r'(.+)\.q_proj\.(weight|bias)', name)
        if match is None:
            continue
        owner, kind = match.groups()
        parts = [f'{owner}.{part}_proj.{kind}' for part in 'qkv']
        if all(part in packed for part in parts):
            tensors = [packed.pop(part) for part in parts]
            if len({tensor.shape for tensor in tensors}) > 1:
                shapes = ', '.join(str(tuple(t.shape)) for t in tensors)
                raise UserError(
                    f'{", ".join(parts)} differ in their shapes: {shapes}'
                )
            whole = torch.cat(tensors)
            packed[f'{owner}.in_proj_{kind}'] = whole
    return packed
