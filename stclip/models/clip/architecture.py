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
# How timm is told a folder in place of a model's name.
_LOCAL = 'local-dir:'
# Words of CLIP's own tokenizer.
_VOCAB_SIZE = 49408
# What tokenizers can be told in a text_cfg.
_CLEANINGS = ('lower', 'whitespace', 'canonicalize')


@dataclass(frozen=True)
class Architecture:
    """A CLIP that can be built here, and what its file tells of its weights.

    Args:
        name: open_clip's, or the file, for messages and tags.
        model_cfg: What open_clip builds the model by.
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
    def joint_width(self) -> int:
        """Dt, of the space that pictures and texts share."""
        return self.model_cfg['embed_dim']

    @property
    def context_length(self) -> int:
        """Tokens of a text."""
        return self.model_cfg['text_cfg'].get('context_length', 77)

    @property
    def tokenizer_name(self) -> str:
        """Folder or repository of the tokenizer; empty for CLIP's own."""
        return self.model_cfg['text_cfg'].get('hf_tokenizer_name') or ''

    @property
    def tokenizer_options(self) -> dict[str, Any]:
        """What the tokenizer is told, by open_clip's names."""
        return dict(self.model_cfg['text_cfg'].get('tokenizer_kwargs') or {})


def read_architecture(arch: str | Mapping[str, Any]) -> Architecture:
    """Read an architecture; nothing is built or downloaded.

    Args:
        arch: open_clip model name, path of a JSON file with a ``model_cfg``,
            or the ``model_cfg`` itself.

    Raises:
        MissingFileError: If there is no such file.
        UserError: For an unknown name, and for a CLIP whose pictures, text
            tower or tokenizer are not served.
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
    config = _with_trunk(_plain(config), resolve(path).parent)
    return Architecture(path, config, _plain(told), domain)


def _with_trunk(config: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Find the folder that describes an image tower to timm, beside a file."""
    vision = config.get('vision_cfg')
    name = vision.get('timm_model_name') if isinstance(vision, dict) else None
    if not isinstance(name, str) or not name.startswith(_LOCAL):
        return config
    name = f'{_LOCAL}{folder / name.removeprefix(_LOCAL)}'
    return config | dict(vision_cfg=vision | dict(timm_model_name=name))


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
    if not isinstance(vision.image_size, int):
        return (
            'its pictures are no squares of a whole number of pixels: '
            f'{vision.image_size!r}'
        )
    return _text_refusal(text)


def _text_refusal(text: CLIPTextCfg) -> str:
    if text.hf_model_name:
        return (
            f'its text tower is {text.hf_model_name} of transformers, and '
            "only open_clip's own are supported"
        )
    if text.tokenizer_mode:
        return f'tokenizer_mode {text.tokenizer_mode!r} is not supported'
    options = dict(text.tokenizer_kwargs or {})
    known = {'clean'}
    if text.hf_tokenizer_name:
        known.add('strip_sep_token')
    elif text.vocab_size != _VOCAB_SIZE:
        return (
            f'its texts need a tokenizer of {text.vocab_size} words, which '
            f"text_cfg.hf_tokenizer_name does not name; CLIP's own has "
            f'{_VOCAB_SIZE}'
        )
    if options.get('clean', 'lower') not in _CLEANINGS or set(options) - known:
        return (
            f'its tokenizer is made by {text.tokenizer_kwargs}, and supported '
            f'are {", ".join(sorted(known))}; clean is one of '
            f'{", ".join(_CLEANINGS)}'
        )
    return ''
