"""A list of action names, one a line."""

from pathlib import Path

from stclip.utils.io import require_file


def read_label_list(path: str | Path) -> tuple[str, ...]:
    """Read action names.

    Args:
        path: Text file with one name a line, in the order of the class ids.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If there is no name, or one twice; it is named.
    """
    file = require_file(path, 'Those of the project lie in data/labels/.')
    lines = file.read_text(encoding='utf-8').splitlines()
    names = tuple(line.strip() for line in lines if line.strip())
    if not names:
        raise ValueError(f'{path} holds no action name')
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f'{path}: {name!r} is there twice')
        seen.add(name)
    return names
