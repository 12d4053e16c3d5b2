"""CLIP models and weights by open_clip's names, tags and files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import open_clip
import torch
from torch.nn import init
from torch.overrides import TorchFunctionMode

from stclip.models.clip.architecture import Architecture, read_architecture
from stclip.models.clip.download import require_available, weight_file
from stclip.models.clip.quick_gelu import use_quick_gelu
from stclip.models.clip.tokenizers import require_tokenizer
from stclip.models.clip.towers import (
    Needs,
    TextTower,
    image_encoder,
    require_towers,
)
from stclip.utils.checkpoints import compare_state, read_checkpoint
from stclip.utils.errors import UserError
from stclip.utils.remote_files import local_checkpoint, require_checkpoint
from stclip.utils.scripted_archive import is_scripted, read_scripted

# By which the parameters of new towers are drawn in place.
_DRAWING = (
    torch.Tensor.normal_,
    torch.Tensor.uniform_,
    init.normal_,
    init.uniform_,
    init.kaiming_uniform_,
)
_POSITIONS = 'visual.positional_embedding'
# Entries that only OpenAI's own files hold.
_OPENAI_KEYS = ('input_resolution', 'context_length', 'vocab_size')


#: Of open_clip; they differ in where they hold the text tower.
Model = open_clip.CLIP | open_clip.CustomTextCLIP | open_clip.CoCa


def build_clip(
    arch: str | dict[str, Any],
    pretrained: str | None,
    needs: Needs = Needs(),  # noqa: B008
) -> Model:
    """Build a CLIP model in fp32 and load its weights.

    Args:
        arch: open_clip model name (``'ViT-B-16-quickgelu'``), path of a JSON
            file with a ``model_cfg`` (open_clip's ``open_clip_config.json``),
            or the ``model_cfg`` itself.
        pretrained: open_clip tag of that model (``'openai'``), path or
            address of a file in open_clip's or OpenAI's format, or ``None``
            for random weights (a checkpoint is loaded later).
        needs: What a method asks of the towers.

    Returns:
        The model, in fp32 on the CPU.

    Raises:
        FileNotFoundError: If the weights are missing; says what to download
            and where to put it.
        ValueError: For an unknown name or tag, an activation that differs
            from the weights', or towers that do not serve the method.
    """
    read = read_architecture(arch)
    name, config = read.name, read.model_cfg
    quick_gelu = config.get('quick_gelu', False)
    if pretrained is None:
        return _new_model(read, needs).float()
    with _NothingDrawn():
        model = _new_model(read, needs)
    file, wants_quick_gelu = _weight_file(name, pretrained)
    state = _read_weights(file)
    if any(key in state for key in _OPENAI_KEYS):
        wants_quick_gelu = True
    _check_activation(name, quick_gelu, pretrained, wants_quick_gelu)
    _load_weights(model, state, file)
    return model.float()


class _NothingDrawn(TorchFunctionMode):
    """Inside it new parameters are memory as it was found.

    Drawing those of ViT-B/16 takes a second, of ViT-L/14 some, and each is
    read from a file afterwards.
    """

    def __torch_function__(
        self,
        func: Callable,
        types: Sequence[type],
        args: tuple = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        named = kwargs or {}
        if func is torch.randn:
            return torch.empty(*args, **named)
        if func in _DRAWING:
            return args[0] if args else named['tensor']
        return func(*args, **named)


def _new_model(read: Architecture, needs: Needs) -> Model:
    """A model that serves a method, without weights."""
    config = dict(read.model_cfg)
    kind = open_clip.CLIP
    if config.pop('custom_text', False):
        kind = open_clip.CustomTextCLIP
    if 'multimodal_cfg' in config:
        kind = open_clip.CoCa
    # Weights of the whole model come later, or those of a checkpoint.
    vision = dict(config['vision_cfg'], timm_model_pretrained=False)
    try:
        model = kind(**dict(config, vision_cfg=vision))
    # Sizes that do not go together end in whatever PyTorch makes of them.
    except Exception as error:
        raise UserError(
            f'{read.name}: open_clip cannot build its model_cfg '
            f'({type(error).__name__}: {error})'
        ) from error
    use_quick_gelu(model)
    towers = image_encoder(model, read.joint_width), TextTower(model)
    require_towers(read.name, needs, *towers)
    return model


def clip_image_size(arch: str | dict[str, Any]) -> int:
    """Pixels of the square pictures that a CLIP takes.

    Args:
        arch: As in :func:`build_clip`.
    """
    return read_architecture(arch).image_size


def require_weights(
    arch: str | dict[str, Any],
    pretrained: str | None,
    needs: Needs = Needs(),  # noqa: B008
    tokenizer: str | None = None,
) -> None:
    """Make sure that a CLIP serves a method, and its weights are at hand.

    Args:
        arch: As in :func:`build_clip`.
        pretrained: Likewise.
        needs: Likewise.
        tokenizer: See :func:`~stclip.models.clip.tokenizers.build_tokenizer`.

    Raises:
        MissingFileError: If weights or a tokenizer are missing and cannot be
            downloaded; says what to download.
        UserError: For an architecture that is unknown or does not serve.
    """
    read = read_architecture(arch)
    name = read.name
    with torch.device('meta'):  # which takes no memory
        _new_model(read, needs)
    require_tokenizer(arch, pretrained, tokenizer)
    if pretrained is None:
        return
    if tag := _tag(name, pretrained):
        require_available(name, pretrained, tag)
    else:
        require_checkpoint(pretrained, _advice(name, pretrained))


def _weight_file(name: str, pretrained: str) -> tuple[Path, bool | None]:
    """Weight file and, where the source tells, whether it is QuickGELU's."""
    tag = _tag(name, pretrained)
    if not tag:
        file = local_checkpoint(pretrained, _advice(name, pretrained))
        return file, None
    return weight_file(name, pretrained, tag), tag.get('quick_gelu', False)


def _tag(name: str, pretrained: str) -> dict[str, Any]:
    """open_clip's entry of a tag; empty for what is none."""
    return open_clip.pretrained.get_pretrained_cfg(name, pretrained)


def _advice(name: str, pretrained: str) -> str:
    known = ', '.join(open_clip.list_pretrained_tags_by_model(name))
    return (
        f'{pretrained!r} is neither a file nor a tag of {name}; '
        f'its tags: {known or "none"}.'
    )


def _read_weights(file: Path) -> dict[str, torch.Tensor]:
    """State dict of a safetensors, TorchScript or plain weight file."""
    if file.suffix.lower() == '.safetensors':
        try:
            return open_clip.factory.load_state_dict(str(file))
        except Exception as error:
            raise UserError(
                f'{file} is no whole safetensors file ({error}): copy or '
                'download it again'
            ) from error
    if is_scripted(file):  # as OpenAI's releases are
        return read_scripted(file)
    return read_checkpoint(file).weights


def _check_activation(
    name: str, quick_gelu: bool, pretrained: str, wanted: bool | None
) -> None:
    """A wrong activation loads without complaint and costs accuracy."""
    if wanted is not None and wanted != quick_gelu:
        has, needs = (
            'QuickGELU' if flag else 'GELU' for flag in (quick_gelu, wanted)
        )
        raise UserError(
            f'{name} has {has} but the weights {pretrained!r} were trained '
            f'with {needs}; take the architecture '
            f'with{"" if wanted else "out"} '
            "'-quickgelu' (or quick_gelu in its model_cfg)"
        )


def _load_weights(
    model: Model, state: dict[str, torch.Tensor], file: Path
) -> None:
    """Load strictly; the error lists what does not fit."""
    state = {k: v for k, v in state.items() if k not in _OPENAI_KEYS}
    if 'positional_embedding' in state and hasattr(model, 'text'):
        # Files of towers that another version of open_clip holds flat.
        state = open_clip.factory.convert_to_custom_text_state_dict(state)
    if _POSITIONS in state and model.visual.grid_size[0] > 0:
        # For pictures of another size; half precision cannot be resized.
        state[_POSITIONS] = state[_POSITIONS].float()
        open_clip.factory.resize_pos_embed(state, model)
    expected = model.state_dict()
    for key in state.keys() & expected.keys():
        # Code bases differ in the shape of single numbers.
        if state[key].numel() == expected[key].numel():
            state[key] = state[key].reshape(expected[key].shape)
    differences = compare_state(expected, state)
    if differences:
        raise UserError(
            f'{file} does not hold the weights of this architecture: '
            f'{differences}'
        )
    model.load_state_dict(state)
