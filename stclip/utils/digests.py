"""Short marks of files and values, which change with their content."""

import hashlib
import json
from pathlib import Path
from typing import Any

_CHUNK_BYTES = 2**20
# Hexadecimal digits: enough to tell the versions of a file apart.
_DIGITS = 16


def digest_of_file(path: str | Path) -> str:
    """Start of the SHA-256 of a file's content."""
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()[:_DIGITS]


def digest_of_value(value: Any) -> str:
    """Start of the SHA-256 of what ``json`` makes of a value."""
    text = json.dumps(value, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def stamp_of_media(path: Path) -> str:
    """Path, size and time of change of a video, which need no reading.

    Args:
        path: Video file, or folder of frames, whose time changes when files
            come or go.
    """
    status = path.stat()
    size = 0 if path.is_dir() else status.st_size
    return f'{path}:{size}:{status.st_mtime_ns}'
