"""Tokenizers of text towers: CLIP's own, or one that lies in files."""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import huggingface_hub
import torch
from open_clip.tokenizer import SimpleTokenizer, get_clean_fn
from torch import Tensor

from stclip.models.clip.architecture import Architecture, read_architecture
from stclip.models.clip.download import require_reachable
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import read_json
from stclip.utils.resources import resolve

_WORDS, _OPTIONS = 'tokenizer.json', 'tokenizer_config.json'
_EXTRA = 'stclip[tokenizers]'


class FileTokenizer:
    """A tokenizer as Hugging Face's libraries store it.

    Called with n texts, it gives (n, context length) int64 ids, padded.

    Args:
        folder: With ``tokenizer.json`` and ``tokenizer_config.json``.
        context_length: Tokens of a text.
        clean: open_clip's name of what is done to a text before.
        strip_sep_token: Whether the token between sentences becomes padding
            of the number 0.

    Attributes:
        context_length: See above.
        start: Ids before each text.
        end: Ids behind each text.
        pad: Id of padding.

    Raises:
        UserError: For files that hold no tokenizer.
    """

    def __init__(
        self,
        folder: Path,
        context_length: int,
        clean: str = 'whitespace',
        strip_sep_token: bool = False,
    ) -> None:
        file = folder / _WORDS
        self._words = _read_words(file)
        options = read_json(folder / _OPTIONS, 'It belongs to a tokenizer.')
        self.context_length = context_length
        self._clean = get_clean_fn(clean)
        self.start, self.end = self._ends(options, file)
        self.pad = self._id_of(options.get('pad_token'), file)
        self._left = options.get('padding_side', 'right') == 'left'
        self._sep = (
            self._id_of(options.get('sep_token'), file)
            if strip_sep_token
            else None
        )

    def _ends(
        self, options: dict[str, Any], file: Path
    ) -> tuple[list[int], list[int]]:
        """What the files put before and behind a text."""
        body = self.encode('a')
        whole = self._words.encode('a').ids
        at = next(
            start
            for start in range(len(whole) + 1)
            if whole[start : start + len(body)] == body
        )
        ends = dict(bos=whole[:at], eos=whole[at + len(body) :])
        # Options of this name overrule what the words' file says.
        for key in ends:
            wanted = options.get(f'add_{key}_token')
            if wanted is not None:
                token = options.get(f'{key}_token')
                ends[key] = [self._id_of(token, file)] if wanted else []
        return ends['bos'], ends['eos']

    def _id_of(self, token: Any, file: Path) -> int:
        content = token.get('content') if isinstance(token, dict) else token
        found = content and self._words.token_to_id(str(content))
        if found is None:
            raise UserError(
                f'{file} has not the token that {_OPTIONS} beside it names '
                f'for padding or the ends of texts: {content!r}'
            )
        return found

    def encode(self, text: str) -> list[int]:
        """Ids of a text, without what stands before and behind."""
        cleaned = self._clean(text)
        return self._words.encode(cleaned, add_special_tokens=False).ids

    def __call__(
        self, texts: str | list[str], context_length: int | None = None
    ) -> Tensor:
        """(n, context length) int64 ids; what is too long is cut off."""
        texts = [texts] if isinstance(texts, str) else texts
        length = context_length or self.context_length
        room = length - len(self.start) - len(self.end)
        cleaned = [self._clean(text) for text in texts]
        out = torch.full((len(texts), length), self.pad)
        bodies = self._words.encode_batch(cleaned, add_special_tokens=False)
        for row, body in zip(out, bodies, strict=True):
            ids = torch.tensor([*self.start, *body.ids[:room], *self.end])
            place = (
                slice(length - len(ids), None)
                if self._left
                else slice(len(ids))
            )
            row[place] = ids
        return out if self._sep is None else out.where(out != self._sep, 0)


#: What text towers are read through.
Tokenizer = SimpleTokenizer | FileTokenizer


def build_tokenizer(
    arch: str | dict[str, Any],
    pretrained: str | None = None,
    folder: str | None = None,
) -> Tokenizer:
    """The tokenizer of a CLIP, at its context length.

    Called with a list of n texts, it gives (n, context length) int64 ids.

    Args:
        arch: See :func:`~stclip.models.clip.architecture.read_architecture`.
        pretrained: Weights, beside whose file the tokenizer may lie.
        folder: Where the tokenizer lies, if it is none of CLIP's own;
            ``None`` to look beside the weights, then for what the
            architecture names: a folder, or a repository of the Hub.

    Raises:
        MissingFileError: If it is nowhere.
        UserError: If it cannot be read.
    """
    read = read_architecture(arch)
    options = read.tokenizer_options
    if not read.tokenizer_name:
        return _own(read.context_length, options.get('clean', 'lower'))
    _require_library(read)
    found = tokenizer_folder(read, pretrained, folder)
    return FileTokenizer(
        found or _downloaded(read), read.context_length, **options
    )


def require_tokenizer(
    arch: str | dict[str, Any],
    pretrained: str | None = None,
    folder: str | None = None,
) -> None:
    """Make sure that a tokenizer is at hand or can be downloaded.

    Args:
        arch: See :func:`build_tokenizer`.
        pretrained: Likewise.
        folder: Likewise.

    Raises:
        MissingFileError: If neither is so.
        UserError: If what reads it is not installed.
    """
    read = read_architecture(arch)
    if not read.tokenizer_name:
        return
    _require_library(read)
    if tokenizer_folder(read, pretrained, folder):
        return
    try:
        require_reachable(_address(read))
    except OSError as error:
        raise _unavailable(read, error) from error


def tokenizer_folder(
    read: Architecture, pretrained: str | None, folder: str | None = None
) -> Path | None:
    """Where a tokenizer lies on this machine; ``None`` for nowhere.

    Args:
        read: Whose.
        pretrained: See :func:`build_tokenizer`.
        folder: Likewise.

    Raises:
        MissingFileError: If a folder is given that holds none.
    """
    if folder is not None:
        if not (resolve(folder) / _WORDS).is_file():
            raise MissingFileError(
                f'clip.tokenizer: there is no {_WORDS} in {folder}'
            )
        return resolve(folder)
    named = [resolve(read.tokenizer_name)]
    if read.name.lower().endswith('.json'):
        beside = resolve(read.name).parent
        named += [beside / read.tokenizer_name, beside]
    if pretrained is not None and resolve(pretrained).is_file():
        named.insert(0, resolve(pretrained).parent)
    for candidate in named:
        if (candidate / _WORDS).is_file():
            return candidate
    cached = [
        huggingface_hub.try_to_load_from_cache(read.tokenizer_name, file)
        for file in (_WORDS, _OPTIONS)
    ]
    if all(isinstance(path, str) for path in cached):
        return Path(cached[0]).parent
    return None


def _downloaded(read: Architecture) -> Path:
    try:
        require_reachable(_address(read))
        for file in (_OPTIONS, _WORDS):
            path = huggingface_hub.hf_hub_download(read.tokenizer_name, file)
    # Whatever goes wrong between here and there, the mend is the same.
    except Exception as error:
        raise _unavailable(read, error) from error
    return Path(path).parent


def _unavailable(read: Architecture, error: Exception) -> MissingFileError:
    reason = str(error).partition('\n')[0]
    return MissingFileError(
        f'the tokenizer of {read.name} is not cached and could not be '
        f'downloaded ({reason}). Download {_WORDS} and {_OPTIONS} of '
        f'{_address(read)} elsewhere and give their folder as the '
        "model's clip.tokenizer."
    )


def _address(read: Architecture) -> str:
    return f'{huggingface_hub.constants.ENDPOINT}/{read.tokenizer_name}'


def _require_library(read: Architecture) -> None:
    if importlib.util.find_spec('tokenizers') is None:
        raise UserError(
            f'{read.name}: its texts need the tokenizer of '
            f"{read.tokenizer_name}: pip install '{_EXTRA}'"
        )


def _read_words(file: Path) -> Any:
    """The tokenizers library's object, which cuts and pads nothing."""
    import tokenizers

    try:
        words = tokenizers.Tokenizer.from_file(str(file))
    # The library raises bare exceptions.
    except Exception as error:
        raise UserError(
            f'{file} is no tokenizer ({error}): copy or download it again'
        ) from error
    words.no_truncation()
    words.no_padding()
    return words


def num_ids(tokenizer: Tokenizer, text: str) -> int:
    """Ids of a whole text, with what stands before and behind."""
    around = (
        2
        if isinstance(tokenizer, SimpleTokenizer)
        else len(tokenizer.start) + len(tokenizer.end)
    )
    return len(tokenizer.encode(text)) + around


def num_text_tokens(text: str) -> int:
    """Tokens of a text for CLIP, start and end included."""
    return num_ids(_own(), text)


@cache
def _own(context_length: int = 77, clean: str = 'lower') -> SimpleTokenizer:
    """Models share it: reading its list of words takes a tenth of a second."""
    return SimpleTokenizer(context_length=context_length, clean=clean)
