"""Lists of action names: in a file, one a line, or on a command line."""

from pathlib import Path

from stclip.utils.errors import UserError
from stclip.utils.resources import resolve
from stclip.utils.text_file import read_text


def read_label_list(path: str | Path) -> tuple[str, ...]:
    """Read action names.

    Args:
        path: Text file with one name a line, in the order of the class ids.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If there is no name, or one twice; it is named.
    """
    lines = read_text(
        resolve(path), 'Those of the project lie in data/labels/.'
    ).splitlines()
    names = tuple(line.strip() for line in lines if line.strip())
    if not names:
        raise UserError(f'{path} holds no action name')
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise UserError(f'{path}: {name!r} is there twice')
        seen.add(name)
    return names


def labels_from_option(text: str) -> tuple[str, ...]:
    """Read action names from a command line's option.

    Args:
        text: Names with commas between, or a ``.txt`` file with one a line.
            Commas within double quotes or parentheses belong to the name:
            ``talk to (e.g., a group), sit``. The quotes go.

    Returns:
        The names, stripped; empty ones are left out.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If the file holds no name or one twice, or a quote or
            parenthesis is not closed.
    """
    if text.endswith('.txt'):
        return read_label_list(text)
    names = [name.replace('"', '') for name in _split_outside(text)]
    return tuple(name.strip() for name in names if name.strip())


def _split_outside(text: str) -> list[str]:
    """Split at commas that stand in no quotes and no parentheses."""
    names, depth, quoted = [''], 0, False
    for char in text:
        quoted ^= char == '"'
        if not quoted:
            depth = max(0, depth + (char == '(') - (char == ')'))
        if char == ',' and not quoted and not depth:
            names.append('')
        else:
            names[-1] += char
    if quoted or depth:
        raise UserError(
            f'labels {text!r}: a quote or parenthesis is not closed'
        )
    return names
