"""CLIP weights that open_clip knows by a tag: from its cache, or the net."""

import os
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import huggingface_hub
import open_clip

from stclip.utils.downloads import OFFLINE, is_offline
from stclip.utils.errors import MissingFileError

# As open_clip names and places them.
_HUB_FILES = ('open_clip_model.safetensors', 'open_clip_pytorch_model.bin')
_URL_CACHE = Path('~/.cache/clip')
_TIMEOUT_SEC = 5


def weight_file(name: str, tag_name: str, tag: dict[str, Any]) -> Path:
    """Where the weights of a tag lie, downloaded if need be.

    Args:
        name: Architecture, for messages.
        tag_name: Name of the tag, for messages.
        tag: open_clip's entry of it.

    Raises:
        MissingFileError: If they are not cached and cannot be downloaded;
            says what to download and how to give it.
    """
    if cached := cached_file(tag):
        return cached
    require_available(name, tag_name, tag)
    try:
        return Path(open_clip.pretrained.download_pretrained(tag))
    # Whatever goes wrong between here and there, the mend is the same.
    except Exception as error:
        raise _unavailable(name, tag_name, tag, error) from error


def require_available(name: str, tag_name: str, tag: dict[str, Any]) -> None:
    """Make sure that weights are cached or can be downloaded.

    The network is asked once: its libraries try for a minute to reach a host
    that is out of reach.

    Args:
        name: See :func:`weight_file`.
        tag_name: Likewise.
        tag: Likewise.

    Raises:
        MissingFileError: If neither is so.
    """
    if cached_file(tag):
        return
    try:
        require_reachable(source_of(tag))
    except OSError as error:
        raise _unavailable(name, tag_name, tag, error) from error


def _unavailable(
    name: str, tag_name: str, tag: dict[str, Any], error: Exception
) -> MissingFileError:
    return MissingFileError(
        f'CLIP weights {name} ({tag_name}) are not cached and could not be '
        f'downloaded ({error}). Download {source_of(tag)} elsewhere and give '
        "the file as the model's clip.pretrained."
    )


def cached_file(tag: dict[str, Any]) -> Path | None:
    """The file that an earlier download left, or None."""
    if not tag.get('hf_hub'):
        target = _URL_CACHE.expanduser() / os.path.basename(tag['url'])
        return target if target.is_file() else None
    repository, _, file = tag['hf_hub'].rpartition('/')
    for candidate in (file,) if file else _HUB_FILES:
        path = huggingface_hub.try_to_load_from_cache(repository, candidate)
        if isinstance(path, str):
            return Path(path)
    return None


def source_of(tag: dict[str, Any]) -> str:
    """Address of a tag's repository or file."""
    if not tag.get('hf_hub'):
        return tag['url']
    repository = tag['hf_hub'].rpartition('/')[0]
    return f'{huggingface_hub.constants.ENDPOINT}/{repository}'


def require_reachable(address: str) -> None:
    """Ask for an address once, through the proxy if there is one.

    Raises:
        OSError: If nobody answers.
    """
    if huggingface_hub.constants.HF_HUB_OFFLINE:
        raise OSError('HF_HUB_OFFLINE is set')
    if is_offline():
        raise OSError(f'{OFFLINE} is set')
    request = urllib.request.Request(address, method='HEAD')
    try:
        urllib.request.urlopen(request, timeout=_TIMEOUT_SEC).close()
    except urllib.error.HTTPError:
        return  # somebody answered
