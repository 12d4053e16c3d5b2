"""Architectures of CLIP: read by name or file, refused where not served."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import open_clip
from open_clip.model import CLIPTextCfg, CLIPVisionCfg

from stclip.utils.errors import UserError
from stclip.utils.io import read_json
from stclip.utils.resources import resolve
from stclip.utils.values import as_flag

#: What open_clip calls the file beside the weights of a released CLIP.
CONFIG_NAME = 'open_clip_config.json'
# Of CLIP's own tokenizer: its words, and the last of them, end of text.
_VOCAB_SIZE, _END_OF_TEXT = 49408, 49407
_OWN_TEXT_TOWER = "only CLIP's own text tower is supported"
# What open_clip's own tokenizer can be told in a text_cfg.
_CLEANINGS = ('lower', 'whitespace', 'canonicalize')


@dataclass(frozen=True)
class Architecture:
    """A CLIP that can be built here, and what its file tells of its weights.

    Args:
        name: open_clip's, or the file, for messages and tags.
        model_cfg: Arguments of ``open_clip.CLIP``.
        preprocess_cfg: How its pictures were prepared; empty if untold.
        domain: The only pictures that the weights know; empty for any.
    """

    name: str
    model_cfg: dict[str, Any]
    preprocess_cfg: dict[str, Any] = field(default_factory=dict)
    domain: str = ''

    @property
    def image_size(self) -> int:
        """Pixels of the square pictures."""
        return self.model_cfg['vision_cfg'].get('image_size', 224)

    @property
    def text_cleaning(self) -> str:
        """open_clip's name of what its tokenizer does to a text first."""
        options = self.model_cfg['text_cfg'].get('tokenizer_kwargs') or {}
        return options.get('clean', 'lower')


def read_architecture(arch: str | Mapping[str, Any]) -> Architecture:
    """Read an architecture; nothing is built or downloaded.

    Args:
        arch: open_clip model name, path of a JSON file with a ``model_cfg``,
            or the ``model_cfg`` itself.

    Raises:
        MissingFileError: If there is no such file.
        UserError: For an unknown name, and for a CLIP whose image tower,
            text tower or tokenizer is another than CLIP's own.
    """
    if isinstance(arch, Mapping):
        read = Architecture('model_cfg', _plain(arch))
    elif arch.lower().endswith('.json'):
        read = _read_file(arch)
    else:
        name = arch.replace('/', '-')
        config = open_clip.get_model_config(name)
        if config is None:
            raise UserError(
                f'unknown CLIP architecture {arch!r}; see '
                'open_clip.list_models() or give a .json file'
            )
        read = Architecture(name, config)
    reason = _refusal(read)
    if reason:
        raise UserError(f'{read.name}: {reason}')
    as_flag(
        read.model_cfg.get('quick_gelu', False), f'{read.name}: quick_gelu'
    )
    return read


def told_beside(weights: str | Path) -> Architecture | None:
    """What the ``open_clip_config.json`` beside a weight file tells.

    Args:
        weights: The file, or a tag, beside which there is nothing.
    """
    file = resolve(weights).parent / CONFIG_NAME
    if not resolve(weights).is_file() or not file.is_file():
        return None
    return _read_file(str(file))


def clip_domain(
    arch: str | Mapping[str, Any], pretrained: str | Path | None
) -> str:
    """The only pictures that a CLIP knows, as its files tell; else empty.

    Args:
        arch: See :func:`read_architecture`.
        pretrained: Tag, weight file or ``None``.
    """
    domain = read_architecture(arch).domain
    if domain or pretrained is None:
        return domain
    beside = told_beside(pretrained)
    return beside.domain if beside else ''


def _read_file(path: str) -> Architecture:
    content = read_json(
        resolve(path), 'It should hold the model_cfg of a CLIP.'
    )
    if not isinstance(content, Mapping):
        raise UserError(f'{path}: wanted is a mapping with a model_cfg')
    config = content.get('model_cfg', content)
    told = content.get('preprocess_cfg') or {}
    for key, value in (('model_cfg', config), ('preprocess_cfg', told)):
        if not isinstance(value, Mapping):
            raise UserError(f'{path}, {key}: wanted is a mapping, got {value}')
    domain = content.get('domain', '')
    return Architecture(path, _plain(config), _plain(told), domain)


def _plain(config: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in plain dicts: mmengine's ConfigDict is no CLIP config."""
    return {
        key: _plain(value) if isinstance(value, Mapping) else value
        for key, value in config.items()
    }


def _refusal(read: Architecture) -> str:
    """Why an architecture is not served; empty if it is."""
    config = read.model_cfg
    if not {'embed_dim', 'vision_cfg', 'text_cfg'} <= set(config):
        return 'a model_cfg needs embed_dim, vision_cfg and text_cfg'
    try:
        vision = CLIPVisionCfg(**config['vision_cfg'])
        text = CLIPTextCfg(**config['text_cfg'])
    except TypeError as error:
        return f'no vision_cfg and text_cfg of open_clip ({error})'
    if 'multimodal_cfg' in config:
        return f'{_OWN_TEXT_TOWER}, and this is a CoCa'
    return _vision_refusal(vision) or _text_refusal(config, text)


def _vision_refusal(vision: CLIPVisionCfg) -> str:
    if vision.timm_model_name:
        return (
            'only plain CLIP ViTs are supported, and its image tower is '
            f'{vision.timm_model_name} of timm'
        )
    if isinstance(vision.layers, list | tuple):
        return 'its image tower is a ResNet, which has no class token'
    if vision.attentional_pool:
        return 'only plain CLIP ViTs are supported, not attentional pooling'
    if not isinstance(vision.image_size, int):
        return (
            'its pictures are no squares of a whole number of pixels: '
            f'{vision.image_size!r}'
        )
    return ''


def _text_refusal(config: Mapping[str, Any], text: CLIPTextCfg) -> str:
    # First what open_clip builds its own class for.
    if text.hf_model_name:
        return f'{_OWN_TEXT_TOWER}, and its is {text.hf_model_name}'
    if text.hf_tokenizer_name or text.tokenizer_mode:
        return (
            f'its texts need the tokenizer of {text.hf_tokenizer_name}, and '
            "only CLIP's own is supported; take a CLIP without that, as "
            'ViT-B-16-quickgelu:openai'
        )
    if text.vocab_size != _VOCAB_SIZE:
        return (
            f'its texts need a tokenizer of {text.vocab_size} words, and only '
            f"CLIP's own of {_VOCAB_SIZE} is supported"
        )
    options = dict(text.tokenizer_kwargs or {})
    if options.pop('clean', 'lower') not in _CLEANINGS or options:
        return (
            f'its tokenizer is made by {text.tokenizer_kwargs}, and only '
            f'clean: {", ".join(_CLEANINGS)} is supported'
        )
    if config.get('custom_text') or not _is_own_text_tower(text):
        return _OWN_TEXT_TOWER
    return ''


def _is_own_text_tower(text: CLIPTextCfg) -> bool:
    """Whether features of words come as from CLIP's: causal, end of text."""
    pooled_at_end = text.pool_type == 'argmax' or (
        text.pool_type == 'eos' and text.eos_id == _END_OF_TEXT
    )
    return (
        pooled_at_end
        and not text.no_causal_mask
        and not text.embed_cls
        and not text.final_ln_after_pool
        and not text.proj_bias
        and text.proj_type == 'linear'
    )
